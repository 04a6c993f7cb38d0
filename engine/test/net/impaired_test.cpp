#include "engine/net/impaired.h"

#include <gtest/gtest.h>

#include <cstring>
#include <map>

#include "engine/net/loop_port.h"
#include "engine/test/net/fake_port.h"

namespace hopscope::net {
namespace {

class ImpairedTest : public testing::Test {
 protected:
  static constexpr std::uint64_t kPackets = 100'000;

  // The numbers of the packets as they come out.
  std::vector<std::uint64_t> pass(std::uint64_t seed, bool on = true) {
    plan_.seed = seed;
    LoopPort near, far;
    LoopPort::join(near, far);
    ImpairedPort<LoopPort> port(far, plan_, on, 1);
    std::vector<std::uint64_t> out;
    for (std::uint64_t number = 0; number < kPackets; ++number) {
      std::memcpy(near.tx_reserve().data(), &number, sizeof number);
      near.tx_commit(sizeof number);
      near.tx_flush();
      if (number % 7 != 6 && number + 1 != kPackets) continue;
      for (auto burst = port.rx_burst(); !burst.empty(); burst = port.rx_burst()) {
        for (const Payload payload : burst) std::memcpy(&out.emplace_back(), payload.data(), payload.size());
        port.rx_release();
      }
      port.rx_release();
    }
    counters_ = port.counters();
    return out;
  }

  core::ImpairPlan plan_{{}, 20'000, 10'000, 10'000, 8, 1};
  PortCounters counters_;
};

TEST_F(ImpairedTest, DoesWhatItCounts) {
  const auto out = pass(1);
  std::map<std::uint64_t, unsigned> times;
  std::uint64_t late = 0, most = 0, highest = 0;
  for (const std::uint64_t number : out) {
    ++times[number];
    if (number < highest) ++late, most = std::max(most, highest - number);
    highest = std::max(highest, number);
  }
  std::uint64_t twice = 0;
  for (const auto& [number, n] : times) twice += n == 2;
  EXPECT_EQ(counters_.impaired_duplicates, twice);
  EXPECT_NEAR(static_cast<double>(counters_.impaired_drops), 2'000, 200);
  EXPECT_NEAR(static_cast<double>(counters_.impaired_duplicates), 1'000, 150);
  EXPECT_NEAR(static_cast<double>(counters_.impaired_reorders), 1'000, 150);
  EXPECT_GT(late, counters_.impaired_reorders * 8 / 10) << "some have only lost ones to pass";
  EXPECT_LE(late, counters_.impaired_reorders);
  EXPECT_LE(most, 8u + 4) << "and lost or late ones";
  EXPECT_GE(most, 8u);
  EXPECT_EQ(counters_.rx, out.size());
  EXPECT_EQ(counters_.drops, 0u) << "what was done on purpose is no fault of the link";
  const std::uint64_t left_aside = kPackets - counters_.impaired_drops - times.size();
  EXPECT_LE(left_aside, 2u);
}

TEST_F(ImpairedTest, TheSeedDecides) {
  const auto first = pass(1);
  EXPECT_EQ(first, pass(1));
  EXPECT_NE(first, pass(2));
}

TEST_F(ImpairedTest, PassesOnWhatItIsNotAskedToImpair) {
  const auto out = pass(1, false);
  ASSERT_EQ(out.size(), kPackets);
  for (std::uint64_t i = 0; i < kPackets; ++i) ASSERT_EQ(out[i], i);
  EXPECT_EQ(counters_.impaired_drops + counters_.impaired_duplicates + counters_.impaired_reorders, 0u);
}

TEST_F(ImpairedTest, APayloadThatIsTooLongIsMalformed) {
  plan_.drop_ppm = plan_.duplicate_ppm = 0;
  plan_.reorder_ppm = 1'000'000;
  FakePort inner(std::vector<std::byte>(kMaxPayloadBytes + 1));
  ImpairedPort<FakePort> port(inner, plan_, true, 0);
  EXPECT_TRUE(port.rx_burst().empty());
  port.rx_release();
  EXPECT_EQ(port.counters().rx_malformed, 1u);
  EXPECT_EQ(port.counters().impaired_reorders, 0u);
  EXPECT_EQ(port.counters().rx, 0u);
}

}  // namespace
}  // namespace hopscope::net
