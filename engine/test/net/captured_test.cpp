#include "engine/net/captured.h"

#include <gtest/gtest.h>
#include <sched.h>

#include <cstdio>
#include <map>

#include "engine/net/impaired.h"
#include "engine/net/loop_port.h"
#include "engine/test/net/capture_files.h"
#include "engine/wire/endpoint_text.h"

namespace hopscope::net {
namespace {

class FakeNetwork {
 public:
  using Port = LoopPort;
  static constexpr const char* kName = "fake";
  static constexpr std::uint32_t kInFlight = 1024;

  std::string open(const core::Plan& plan) {
    for (const core::LinkPlan& link : plan.links) LoopPort::join(ends_[link.name].first, ends_[link.name].second);
    return {};
  }
  LoopPort& port(const std::string& link, End end) { return end == End::A ? ends_[link].first : ends_[link].second; }
  void enter_thread() {}

 private:
  std::map<std::string, std::pair<LoopPort, LoopPort>> ends_;
};

class CapturedTest : public testing::Test {
 protected:
  CapturedTest() {
    cpu_set_t allowed;
    sched_getaffinity(0, sizeof allowed, &allowed);
    while (!CPU_ISSET(static_cast<std::size_t>(plan_.housekeeping_cpu), &allowed)) ++plan_.housekeeping_cpu;
    plan_.capture = {capture_path("captured"), 4096};
    plan_.links = {{"feed-oms", {"", "", "02:00:00:00:00:01", "10.77.0.1", 26'400}, {"", "", "02:00:00:00:00:02", "10.77.0.2", 26'400}},
                   {"oms-venue0", {"", "", "02:00:00:00:00:03", "10.77.1.1", 26'500}, {"", "", "02:00:00:00:00:04", "10.77.1.2", 26'500}}};
  }
  ~CapturedTest() override { std::remove(plan_.capture.path.c_str()); }

  // TSC 0 is second 100, and a tick is a nanosecond.
  static std::string start(Capture& capture) { return capture.start({0, 0, 100'000'000'000}, core::Calibration(1'000'000'000'000)); }

  static wire::UdpEndpoint endpoint(const core::EndPlan& end) {
    wire::UdpEndpoint parsed;
    EXPECT_TRUE(wire::parse_endpoint(end.mac, end.ip, end.udp_port, parsed));
    return parsed;
  }

  static void send(CapturedPort<LoopPort>& port, std::uint8_t value, std::size_t bytes = 50) {
    const std::span<std::byte> room = port.tx_reserve();
    std::fill_n(room.begin(), bytes, std::byte{value});
    port.tx_commit(bytes);
    port.tx_flush();
  }

  core::Plan plan_;
};

TEST_F(CapturedTest, BothDirectionsAreInTheFileAndStillArrive) {
  Captured<FakeNetwork> network;
  ASSERT_EQ(network.open(plan_), "");
  ASSERT_EQ(start(network.capture()), "");
  auto& feed = network.port("feed-oms", End::A);
  auto& oms = network.port("oms-venue0", End::A);
  auto& venue = network.port("oms-venue0", End::B);
  send(feed, 1);
  send(oms, 2, 47);
  send(venue, 3, 64);
  EXPECT_EQ(network.port("feed-oms", End::B).rx_burst().size(), 1u);
  EXPECT_EQ(venue.rx_burst().size(), 1u);
  EXPECT_EQ(oms.rx_burst().size(), 1u);
  EXPECT_EQ(feed.counters().tx, 1u);
  network.capture().stop();
  const CaptureOutcome outcome = network.capture().outcome().value();
  EXPECT_EQ(outcome.packets, 3u);
  EXPECT_EQ(outcome.lost, 0u);
  EXPECT_EQ(outcome.error, "");
  const std::vector<ReadPacket> packets = packets_of(plan_.capture.path);
  ASSERT_EQ(packets.size(), 3u);
  const auto first = wire::parse_frame(packets[0].frame, endpoint(plan_.links[0].b));
  const auto second = wire::parse_frame(packets[1].frame, endpoint(plan_.links[1].b));
  const auto third = wire::parse_frame(packets[2].frame, endpoint(plan_.links[1].a));
  ASSERT_TRUE(first && second && third);
  EXPECT_EQ(first->size(), 50u);
  EXPECT_EQ(second->size(), 47u);
  EXPECT_EQ((*second)[46], std::byte{2});
  EXPECT_EQ(third->size(), 64u);
}

TEST_F(CapturedTest, PortsAreMergedByTimeOnTheRunsOwnClock) {
  Capture capture;
  ASSERT_EQ(capture.open(plan_), "");
  const std::vector<std::byte> payload(20);
  capture.ring("feed-oms", End::A)->push(10, payload);
  capture.ring("feed-oms", End::A)->push(40, payload);
  capture.ring("oms-venue0", End::A)->push(20, payload);
  capture.ring("oms-venue0", End::B)->push(30, payload);
  ASSERT_EQ(start(capture), "");
  capture.stop();
  std::vector<std::uint64_t> times;
  for (const ReadPacket& packet : packets_of(plan_.capture.path)) times.push_back(packet.unix_ns - 100'000'000'000);
  EXPECT_EQ(times, (std::vector<std::uint64_t>{10, 20, 30, 40}));
}

TEST_F(CapturedTest, WhatTheRingHasNoRoomForIsCountedAndTheFileHasThePacketsBefore) {
  Captured<FakeNetwork> network;
  ASSERT_EQ(network.open(plan_), "");
  auto& feed = network.port("feed-oms", End::A);
  for (std::uint8_t i = 0; i < 100; ++i) send(feed, i, 100);  // the ring has room for 32
  ASSERT_EQ(start(network.capture()), "");
  network.capture().stop();
  const CaptureOutcome outcome = network.capture().outcome().value();
  EXPECT_EQ(outcome.packets, 32u);
  EXPECT_EQ(outcome.lost, 68u);
  EXPECT_EQ(outcome.error, "");
  const std::vector<ReadPacket> packets = packets_of(plan_.capture.path);
  ASSERT_EQ(packets.size(), 32u);
  for (std::size_t i = 0; i < packets.size(); ++i) EXPECT_EQ(packets[i].frame.back(), static_cast<std::byte>(i));
  EXPECT_EQ(feed.counters().tx, 100u) << "the packets themselves were sent";
}

TEST_F(CapturedTest, AFullDiskEndsTheCaptureAndNotTheRun) {
  plan_.capture.ring_bytes = 1 << 16;
  Captured<FakeNetwork> network;
  const FullDisk disk(2'000);
  ASSERT_EQ(network.open(plan_), "");
  ASSERT_EQ(start(network.capture()), "");
  auto& feed = network.port("feed-oms", End::A);
  for (std::uint8_t i = 0; i < 100; ++i) send(feed, i, 100);
  network.capture().stop();
  const CaptureOutcome outcome = network.capture().outcome().value();
  EXPECT_EQ(outcome.packets, (2'000u - 24) / 158);
  EXPECT_EQ(outcome.packets + outcome.lost, 100u);
  EXPECT_NE(outcome.error.find("cannot be written any further"), std::string::npos);
  EXPECT_EQ(packets_of(plan_.capture.path).size(), outcome.packets);
  EXPECT_EQ(feed.counters().tx, 100u);
}

TEST_F(CapturedTest, AnUnwritableFileIsRefusedBeforeTheNetworkOpens) {
  plan_.capture.path = "/nonexistent/x.pcap";
  Captured<FakeNetwork> network;
  const std::string error = network.open(plan_);
  EXPECT_NE(error.find("capture: /nonexistent/x.pcap cannot be made (No such file or directory)"), std::string::npos) << error;
}

TEST_F(CapturedTest, WithoutAPathThePortsCopyNothing) {
  plan_.capture.path = "";
  Captured<FakeNetwork> network;
  ASSERT_EQ(network.open(plan_), "");
  EXPECT_EQ(start(network.capture()), "");
  EXPECT_EQ(network.capture().ring("feed-oms", End::A), nullptr);
  EXPECT_FALSE(network.capture().outcome().has_value());
  send(network.port("feed-oms", End::A), 1);
  EXPECT_EQ(network.port("feed-oms", End::B).rx_burst().size(), 1u);
  FakeNetwork plain;
  EXPECT_EQ(capture_of(plain), nullptr);
}

template <class Network>
concept HasConditions = requires(const Network& network) {
  network.conditions();
};

TEST_F(CapturedTest, WrappersSayTheNetworksConditions) {
  struct Speaking : FakeNetwork {
    std::string conditions() const { return "generic copy"; }
  };
  Captured<Impaired<Speaking>> network;
  EXPECT_EQ(network.conditions(), "generic copy");
  EXPECT_FALSE(HasConditions<Captured<Impaired<FakeNetwork>>>) << "it has nothing to say";
}

}  // namespace
}  // namespace hopscope::net
