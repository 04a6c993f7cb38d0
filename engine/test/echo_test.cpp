#include "engine/echo.h"

#include <gtest/gtest.h>
#include <sched.h>

#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>

#include "engine/net/netmap_port.h"
#include "engine/test/net/fake_netmap.h"

namespace hopscope {
namespace {

// A network of one link, over the fake of netmap's module.
class FakeNetwork {
 public:
  using Port = net::NetmapPort<net::FakeNetmapDevice>;

  std::string open(const core::Plan& plan) {
    const wire::UdpEndpoint a{{2, 0, 0, 0, 0, 1}, 0x0a4d0001, 26400}, b{{2, 0, 0, 0, 0, 2}, 0x0a4d0002, 26400};
    a_ = std::make_unique<Port>(a, b, plan.burst, link_, 0);
    b_ = std::make_unique<Port>(b, a, plan.burst, link_, 1);
    a_->begin();
    b_->begin();
    return {};
  }
  Port& port(const std::string&, net::End end) { return end == net::End::A ? *a_ : *b_; }
  std::string conditions() const { return "a fake"; }

 private:
  net::FakeNetmapLink link_{net::FakeLinkKind::Pipe, 1, 64};
  std::unique_ptr<Port> a_, b_;
};

TEST(Echo, MeasuresRoundTripsAndForwards) {
  core::Plan plan;
  plan.lcores.push_back({sched_getcpu(), {"feed"}});
  plan.links.resize(1);
  plan.burst = 8;
  plan.result_path = testing::TempDir() + "echo_test.json";
  const std::atomic<bool> interrupted{false};
  ASSERT_EQ(Echo<FakeNetwork>(plan).run(interrupted), "");
  const auto json = nlohmann::json::parse(std::ifstream(plan.result_path));
  std::remove(plan.result_path.c_str());
  const auto& trips = json["round_trip_ns"];
  EXPECT_GT(trips["count"], 1'000);
  EXPECT_GT(trips["p50"], 0);
  EXPECT_LE(trips["p50"], trips["p99"]);
  EXPECT_LE(trips["p99"], trips["max"]);
  EXPECT_GT(json["forwards_per_s"], 1'000);
  EXPECT_EQ(json["lost"], 0);
  EXPECT_EQ(json["drops"], 0);
  EXPECT_EQ(json["conditions"], "a fake");
}

TEST(Echo, WantsOneLink) {
  core::Plan plan;
  const std::atomic<bool> interrupted{false};
  EXPECT_EQ(Echo<FakeNetwork>(plan).run(interrupted), "links: an echo has one");
}

}  // namespace
}  // namespace hopscope
