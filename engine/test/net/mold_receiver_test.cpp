#include "engine/net/mold_receiver.h"

#include "engine/core/random.h"
#include "engine/test/net/fake_port.h"
#include "engine/test/net/mold_rig.h"

namespace hopscope::net {
namespace {

constexpr core::Ticks kNever = 1ull << 62;

TEST(MoldReceiver, DeliversWhatComesInOrder) {
  MoldRig rig;
  rig.publish(3);
  rig.deliver(rig.packet(5));
  EXPECT_TRUE(rig.poll());
  rig.expect_all(8);
  EXPECT_FALSE(rig.poll());
  EXPECT_EQ(rig.count(HS_COUNTER_OMS_REQUESTS), 0u);
}

TEST(MoldReceiver, AsksForWhatIsMissingAndHoldsWhatCameTooEarly) {
  MoldRig rig({64, kNever, 8});
  rig.publish();
  rig.lose(2);
  const core::Ticks before = core::now_ticks();
  rig.publish(2);
  rig.poll();
  EXPECT_EQ(rig.sequences(), (std::vector<std::uint64_t>{1}));
  rig.poll();
  EXPECT_EQ(rig.count(HS_COUNTER_OMS_REQUESTS), 1u) << "not again before its time";
  const core::Ticks held = core::now_ticks();
  rig.serve();
  rig.poll();
  rig.expect_all(5);
  EXPECT_EQ(rig.got[1].waited, 0u) << "those that were sent again did not wait here";
  EXPECT_GT(rig.got[3].waited, before);
  EXPECT_LT(rig.got[4].waited, held) << "when it came, not when its turn was";
  EXPECT_EQ(rig.count(HS_COUNTER_OMS_RECOVERED), 2u);
  EXPECT_EQ(rig.count(HS_COUNTER_OMS_RECOVERIES), 1u);
  EXPECT_EQ(rig.count(HS_COUNTER_FEED_RESENT), 2u);
  EXPECT_EQ(rig.count(HS_COUNTER_OMS_GAPS), 0u);
  EXPECT_EQ(rig.receiver.delays().count, 1u);
}

TEST(MoldReceiver, ALatePacketClosesItsGapWithoutBeingSentAgain) {
  MoldRig rig({64, kNever, 8});
  const auto late = rig.packet(1);
  rig.publish(2);
  rig.deliver(late);
  rig.poll();
  rig.expect_all(3);
  rig.settle();
  rig.expect_all(3);  // the answer to the request is a duplicate by now
  EXPECT_EQ(rig.count(HS_COUNTER_OMS_RECOVERIES), 1u);
}

TEST(MoldReceiver, LostRequestsAndLostAnswersAreRepeated) {
  MoldRig rig;
  rig.far.lose = [](std::uint64_t nth) { return nth < 2; };  // requests
  rig.publish();
  rig.lose();
  rig.publish();
  rig.near.lose = [](std::uint64_t nth) { return nth == 2; };  // the first answer
  rig.settle(8);
  rig.expect_all(3);
  EXPECT_EQ(rig.count(HS_COUNTER_OMS_REQUESTS), 4u);
  EXPECT_EQ(rig.count(HS_COUNTER_OMS_GAPS), 0u);
}

TEST(MoldReceiver, AsksForTheRestOfWhatDidNotFitIntoOneAnswer) {
  MoldRig rig({256, kNever, 8});
  rig.publish();
  rig.lose(200);
  rig.publish();
  rig.settle();
  rig.expect_all(202);
  EXPECT_GT(rig.count(HS_COUNTER_OMS_REQUESTS), 4u);
  EXPECT_LT(rig.count(HS_COUNTER_OMS_REQUESTS), 20u);
  EXPECT_EQ(rig.count(HS_COUNTER_OMS_RECOVERIES), 1u);
}

TEST(MoldReceiver, AHeartbeatRevealsALostLastPacket) {
  MoldRig rig;
  rig.publish();
  rig.lose();
  rig.deliver(rig.sign(false));
  rig.settle();
  rig.expect_all(2);
}

TEST(MoldReceiver, GivesUpAfterABoundedNumberOfTries) {
  MoldRig rig({64, 0, 3});
  rig.publish();
  rig.lose(2);
  rig.publish();
  rig.lose(1);
  rig.publish();
  for (int i = 0; i < 10; ++i) rig.poll();  // nobody serves
  EXPECT_EQ(rig.sequences(), (std::vector<std::uint64_t>{1, 4, 6}));
  EXPECT_EQ(rig.count(HS_COUNTER_OMS_GAPS), 3u);
  EXPECT_EQ(rig.count(HS_COUNTER_OMS_REQUESTS), 6u);
  EXPECT_EQ(rig.count(HS_COUNTER_OMS_RECOVERED), 0u);
  EXPECT_EQ(rig.count(HS_COUNTER_OMS_RECOVERIES), 0u);
  EXPECT_EQ(rig.receiver.delays().count, 0u);
  rig.publish();
  rig.poll();
  EXPECT_EQ(rig.got.back().sequence, 7u) << "it goes on as if nothing had been";
  EXPECT_EQ(rig.count(HS_COUNTER_OMS_REQUESTS), 6u);
}

TEST(MoldReceiver, GivesUpWhatTheServerNoLongerHas) {
  MoldRig rig({64, 0, 3}, 16);
  rig.publish();
  rig.lose(20);
  rig.publish();
  rig.settle();
  EXPECT_GT(rig.count(HS_COUNTER_OMS_GAPS), 0u);
  EXPECT_GT(rig.count(HS_COUNTER_FEED_UNSERVED), 0u);
  EXPECT_EQ(rig.got.size() + rig.count(HS_COUNTER_OMS_GAPS), 22u) << "every message is one or the other";
  EXPECT_EQ(rig.got.back().sequence, 22u);
  EXPECT_EQ(rig.receiver.expected(), 23u);
}

TEST(MoldReceiver, WhatTheHoldBufferHasNoRoomForIsSentAgain) {
  MoldRig rig({4, 0, 8});
  rig.publish();
  rig.lose();
  rig.publish(12);  // 3 to 5 can be held
  rig.poll();
  rig.deliver(rig.sign(false));
  rig.settle();
  rig.expect_all(14);
  EXPECT_EQ(rig.count(HS_COUNTER_OMS_GAPS), 0u);
}

TEST(MoldReceiver, ALostEndOfSessionIsSaidAgain) {
  MoldRig rig;
  rig.publish();
  rig.lose();
  rig.sign(true);  // lost
  rig.settle();
  EXPECT_FALSE(rig.receiver.complete());
  rig.deliver(rig.sign(true));
  rig.poll();
  EXPECT_FALSE(rig.receiver.complete()) << "the last message is missing";
  rig.settle();
  EXPECT_TRUE(rig.receiver.complete());
  rig.expect_all(2);
}

TEST(MoldReceiver, WhatIsMissingAtTheEndOfTheRunIsAGap) {
  MoldRig rig({64, kNever, 8});
  rig.publish();
  rig.lose(2);
  rig.publish();
  rig.poll();
  rig.receiver.end_run(rig.sent);
  EXPECT_EQ(rig.count(HS_COUNTER_OMS_GAPS), 3u) << "the two, and the one that waited for them";
}

TEST(MoldReceiver, ALostTailIsAGapEvenIfNothingSaidSo) {
  MoldRig rig;
  rig.publish();
  rig.lose(2);
  rig.poll();
  rig.receiver.end_run(rig.sent);
  EXPECT_EQ(rig.count(HS_COUNTER_OMS_GAPS), 2u);
}

TEST(MoldReceiver, WhatAVisitorHasNotTakenAtTheEndOfTheRunIsAGap) {
  MoldRig rig;
  rig.stop_every = 2;
  rig.deliver(rig.packet(5));
  rig.publish();
  rig.poll();
  EXPECT_EQ(rig.sequences(), (std::vector<std::uint64_t>{1, 2}));
  rig.receiver.end_run(rig.sent);
  EXPECT_EQ(rig.count(HS_COUNTER_OMS_GAPS), 4u) << "three of the packet, and the packet behind it";
}

TEST(MoldReceiver, APacketThatIsTooLongIsMalformed) {
  for (const std::uint64_t sequence : {1u, 2u}) {  // in order, and to be held
    std::vector<std::byte> bytes(2 * kMaxPayloadBytes);
    wire::MoldWriter writer(bytes);
    writer.begin(feed::kFeedSession, sequence);
    ASSERT_TRUE(writer.append(std::vector<std::byte>(kMaxPayloadBytes)));
    bytes.resize(writer.finish());
    FakePort port(bytes);
    core::Counters counters;
    MoldReceiver<FakePort> receiver(port, feed::kFeedSession, counters, kCounters, {64, 0, 8});
    struct {
      void burst(std::span<const Payload>) {}
      void packet(std::uint64_t, std::uint64_t, core::Ticks) {}
      bool ready() { return true; }
      bool message(std::uint64_t, wire::Bytes) { return true; }
      void end_packet() {}
    } visitor;
    receiver.poll(visitor);
    EXPECT_EQ(counters.get(HS_COUNTER_PORT_MALFORMED), 1u) << sequence;
  }
}

TEST(MoldReceiver, CutPacketsAndOtherSessionsAreNoPackets) {
  MoldRig rig;
  auto cut = rig.packet(2);
  cut.pop_back();
  rig.deliver(cut);
  auto other = rig.sign(false);
  other[0] = std::byte{'X'};
  rig.deliver(other);
  rig.deliver({std::byte{1}});
  rig.publish();
  rig.poll();
  EXPECT_EQ(rig.count(HS_COUNTER_PORT_MALFORMED), 3u);
  rig.settle();
  rig.expect_all(3);
}

TEST(MoldReceiver, StopsInFrontOfAMessageAndBehindOne) {
  MoldRig rig;
  rig.ready_every = 3;
  rig.stop_every = 2;
  rig.publish();
  rig.lose(3);
  rig.publish(2);
  rig.deliver(rig.packet(4));
  for (int i = 0; i < 100; ++i) {
    rig.poll();
    rig.serve();
  }
  rig.expect_all(10);
  EXPECT_FALSE(rig.receiver.busy());
}

struct Link {
  unsigned lose, twice, late;  // percent, of packets and of requests
  std::uint64_t most;          // messages a packet
  std::uint32_t hold;
};

class AnyLink : public testing::TestWithParam<Link> {};

TEST_P(AnyLink, DeliversEverythingOnceAndInOrder) {
  const auto [lose, twice, late, most, hold] = GetParam();
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    MoldRig rig({hold, 0, 1'000}, 8'192);
    rig.ready_every = 1 + seed % 3;
    rig.stop_every = seed % 4;
    core::Random random(seed, core::Stream::Synthetic);
    const auto lost = [&random, percent = lose](std::uint64_t) { return random.below(100) < percent; };
    rig.near.lose = lost;
    rig.far.lose = lost;
    std::vector<MoldRig::Bytes> wire;
    for (int i = 0; i < 1'000; ++i) {
      wire.push_back(rig.packet(1 + random.below(static_cast<std::uint32_t>(most))));
      if (random.below(100) < twice) wire.push_back(wire.back());
      while (!wire.empty() && random.below(100) >= late) {
        const std::size_t at = random.below(static_cast<std::uint32_t>(wire.size()));
        rig.deliver(wire[at]);
        wire.erase(wire.begin() + static_cast<std::ptrdiff_t>(at));
      }
      if (random.below(4) == 0) rig.poll();
      if (random.below(4) == 0) rig.serve();
    }
    for (const auto& packet : wire) rig.deliver(packet);
    for (int i = 0; i < 20'000 && !rig.receiver.complete(); ++i) {
      if (i % 16 == 0) rig.deliver(rig.sign(true));
      rig.poll();
      rig.serve();
    }
    ASSERT_TRUE(rig.receiver.complete()) << "seed " << seed;
    rig.expect_all(rig.sent);
    ASSERT_EQ(rig.count(HS_COUNTER_OMS_GAPS), 0u);
    ASSERT_EQ(rig.count(HS_COUNTER_PORT_MALFORMED), 0u);
    ASSERT_EQ(rig.receiver.delays().count, rig.count(HS_COUNTER_OMS_RECOVERIES));
  }
}

INSTANTIATE_TEST_SUITE_P(MoldReceiver, AnyLink,
                         testing::Values(Link{0, 0, 0, 1, 64}, Link{2, 1, 1, 1, 256}, Link{20, 10, 30, 1, 64}, Link{20, 10, 30, 8, 128},
                                         Link{40, 0, 60, 3, 16}, Link{0, 50, 80, 5, 64}));

}  // namespace
}  // namespace hopscope::net
