// Both ends of an order-entry session over a link that loses, doubles and reorders: each role sees what the other one sent, in order, once.
#include "engine/net/recovered.h"

#include <gtest/gtest.h>

#include <optional>
#include <vector>

#include "engine/core/random.h"
#include "engine/net/impaired.h"
#include "engine/net/loop_port.h"

namespace hopscope::net {
namespace {

using Impaired = ImpairedPort<LoopPort>;
using End = SessionEnd<Impaired>;

constexpr wire::MoldSession kSession = wire::mold_session("HS0");

core::ImpairPlan impair(std::uint32_t drop, std::uint32_t duplicate, std::uint32_t reorder, std::uint64_t seed) {
  core::ImpairPlan plan;
  plan.drop_ppm = drop;
  plan.duplicate_ppm = duplicate;
  plan.reorder_ppm = reorder;
  plan.seed = seed;
  return plan;
}

// A role: sends numbered messages, and notes the numbers that it receives.
struct Role {
  Role(LoopPort& port, const core::ImpairPlan& plan, std::uint64_t index, const RecoveryLimits& limits)
      : link(port, plan, true, index), end(link, kSession, limits) {}

  // False: the port is full.
  bool begin() {
    const std::span<std::byte> room = end.tx_reserve();
    if (room.empty()) return false;
    writer = wire::MoldWriter(room);
    writer->begin(kSession, sent + 1);
    return true;
  }
  void append(std::size_t messages) {
    for (std::size_t i = 0; i < messages; ++i) {
      const std::uint64_t number = ++sent;
      ASSERT_TRUE(writer->append(std::as_bytes(std::span(&number, 1))));
    }
  }
  void finish() {
    end.tx_commit(writer->finish());
    end.tx_flush();
  }
  void send(std::size_t messages = 1) {
    if (!begin()) return;
    append(messages);
    finish();
  }
  void poll() {
    for (const Payload payload : end.rx_burst()) {
      wire::MoldReader reader(payload);
      const wire::MoldArrival arrival = tracker.on_packet(reader.sequence(), reader.messages());
      EXPECT_EQ(arrival.duplicate, 0u);
      std::uint64_t at = reader.sequence();
      for (wire::Bytes message; reader.next(message); ++at) {
        std::uint64_t number = 0;
        ASSERT_EQ(message.size(), sizeof number);
        std::memcpy(&number, message.data(), sizeof number);
        EXPECT_EQ(number, at);
      }
      EXPECT_FALSE(reader.malformed());
    }
    end.rx_release();
  }
  std::uint64_t received() const { return tracker.expected() - 1 - tracker.gaps(); }

  Impaired link;
  End end;
  wire::SequenceTracker tracker;
  std::optional<wire::MoldWriter> writer;
  std::uint64_t sent = 0;
};

struct Session {
  explicit Session(const core::ImpairPlan& plan, const RecoveryLimits& limits = {256, 0, 64})
      : oms(oms_port, plan, 0, limits), venue(venue_port, plan, 1, limits) {
    LoopPort::join(oms_port, venue_port);
  }
  void poll(int rounds = 1) {
    for (int i = 0; i < rounds; ++i) {
      oms.poll();
      venue.poll();
    }
  }

  LoopPort oms_port{512}, venue_port{512};
  Role oms, venue;
};

TEST(Recovered, BothRolesSeeAllOfItWhateverTheLinkDoes) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const core::ImpairPlan plan = impair(100'000, 100'000, 100'000, seed);
    Session session(plan);
    core::Random random(seed, core::Stream::Synthetic);
    for (int i = 0; i < 2'000; ++i) {
      if (random.below(3) != 0) session.oms.send(1 + random.below(4));
      if (random.below(3) != 0) session.venue.send(1 + random.below(4));
      if (random.below(4) != 0) session.poll();
    }
    session.poll(500);
    EXPECT_EQ(session.venue.received(), session.oms.sent) << "seed " << seed;
    EXPECT_EQ(session.oms.received(), session.venue.sent) << "seed " << seed;
    EXPECT_EQ(session.oms.tracker.gaps() + session.venue.tracker.gaps(), 0u) << "seed " << seed;
    EXPECT_GT(session.oms.end.counters().recovered, 50u);
    EXPECT_GE(session.oms.end.counters().requests, 20u);
  }
}

TEST(Recovered, ALosslessLinkIsAskedForNothing) {
  const core::ImpairPlan plan = impair(0, 0, 0, 1);
  Session session(plan);
  for (int i = 0; i < 1'000; ++i) {
    session.oms.send();
    session.venue.send(2);
    session.poll();
  }
  EXPECT_EQ(session.venue.received(), 1'000u);
  EXPECT_EQ(session.oms.received(), 2'000u);
  EXPECT_EQ(session.oms.end.counters().requests + session.venue.end.counters().requests, 0u);
}

TEST(Recovered, ALostLastPacketIsNoticedByTheHeartbeatBehindIt) {
  const core::ImpairPlan plan = impair(0, 0, 0, 1);
  Session session(plan);
  session.oms_port.lose = [](std::uint64_t n) { return n == 0; };
  session.oms.send(3);
  session.poll(3);
  EXPECT_EQ(session.venue.received(), 3u);
  EXPECT_EQ(session.venue.end.counters().recovered, 3u);
}

TEST(Recovered, APacketHalfBuiltIsNotTouchedByARequestThatIsServed) {
  const core::ImpairPlan plan = impair(0, 0, 0, 1);
  Session session(plan);
  session.oms_port.lose = [](std::uint64_t n) { return n == 0; };
  session.oms.send(2);
  ASSERT_TRUE(session.oms.begin());
  session.oms.append(1);
  session.poll(5);  // the first packet is missed, asked for and sent again
  session.oms.append(1);
  session.oms.finish();
  session.poll(5);
  EXPECT_EQ(session.venue.received(), 4u);
}

TEST(Recovered, WhatNobodyAnswersIsGivenUpAndSeenAsAGap) {
  const core::ImpairPlan plan = impair(0, 0, 0, 1);
  Session session(plan, {256, 0, 3});
  session.venue_port.lose = [](std::uint64_t) { return true; };  // no request comes through
  session.oms_port.lose = [](std::uint64_t n) { return n == 1; };
  for (int i = 0; i < 4; ++i) session.oms.send();
  session.poll(10);
  EXPECT_EQ(session.venue.received(), 3u);
  EXPECT_EQ(session.venue.tracker.gaps(), 1u);
}

TEST(Recovered, PacketsOfNobodyReachTheRoleThatCountsThem) {
  const core::ImpairPlan plan = impair(0, 0, 0, 1);
  Session session(plan);
  std::vector<std::byte> noise(7, std::byte{1});
  std::memcpy(session.oms_port.tx_reserve().data(), noise.data(), noise.size());
  session.oms_port.tx_commit(noise.size());
  session.oms_port.tx_flush();
  ASSERT_EQ(session.venue.end.rx_burst().size(), 1u);
  session.venue.end.rx_release();
}

}  // namespace
}  // namespace hopscope::net
