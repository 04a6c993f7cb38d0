// The feed side: sequence, malformed packets, a full order port, lockstep.
#include "engine/test/oms/oms_rig.h"

namespace hopscope::oms {
namespace {

core::Plan quiet_plan() {
  core::Plan plan = rig_plan();
  plan.oms.every = 0;
  return plan;
}

TEST(OmsFeed, CountsPacketsMessagesAndGaps) {
  OmsRig rig(quiet_plan());
  rig.publish_packet(1, {rig.directory(), rig.add(1, 'B', 1'000'000)});
  rig.publish_packet(5, {rig.add(2, 'S', 1'000'200)});
  rig.poll();
  EXPECT_EQ(rig.count(HS_COUNTER_OMS_GAPS), 0u) << "3 and 4 may still come";
  EXPECT_EQ(rig.count(HS_COUNTER_OMS_REQUESTS), 1u);
  rig.poll();
  EXPECT_EQ(rig.count(HS_COUNTER_OMS_PACKETS), 2u);
  EXPECT_EQ(rig.count(HS_COUNTER_OMS_MESSAGES), 3u);
  EXPECT_EQ(rig.count(HS_COUNTER_OMS_GAPS), 2u);
  EXPECT_EQ(rig.oms->books().touch(kLocate).bid, 1'000'000u);
}

TEST(OmsFeed, GapsOfTheWarmUpStayCounted) {
  core::Plan plan = quiet_plan();
  plan.feed.warmup_messages = 4;
  OmsRig rig(plan);
  rig.publish_packet(1, {rig.directory()});
  rig.publish_packet(3, {rig.add(1, 'B', 1'000'000)});  // 2 is lost in the warm-up
  rig.poll();
  rig.poll();
  rig.publish_packet(6, {rig.add(2, 'S', 1'000'200)});  // the first measured one with the last of the warm-up
  rig.poll();
  rig.poll();
  EXPECT_EQ(rig.count(HS_COUNTER_OMS_MESSAGES), 1u);
  EXPECT_EQ(rig.count(HS_COUNTER_OMS_GAPS), 3u);
}

TEST(OmsFeed, TakesWhatCameTooEarlyInItsTurnWithTheTimeItCame) {
  core::Plan plan = rig_plan();
  OmsRig rig(plan, 1'024, {256, 1ull << 62, 1});
  rig.open_market();
  rig.poll();
  const core::Ticks due = core::now_ticks();
  for (std::uint64_t sequence = 4; sequence <= 6; ++sequence) rig.packets.put(sequence, due, due);
  rig.publish_packet(5, {rig.trade()});
  rig.publish_packet(6, {rig.trade()});
  rig.poll();
  const core::Ticks came = core::now_ticks() - due;
  EXPECT_EQ(rig.count(HS_COUNTER_ORDERS), 1u);
  rig.publish_packet(4, {rig.trade()});
  rig.poll();
  EXPECT_EQ(rig.count(HS_COUNTER_ORDERS), 4u);
  EXPECT_EQ(rig.count(HS_COUNTER_OMS_RECOVERED), 1u);
  EXPECT_EQ(rig.count(HS_COUNTER_OMS_RECOVERIES), 1u);
  EXPECT_EQ(rig.count(HS_COUNTER_SLOT_MISSES), 0u);
  EXPECT_EQ(rig.oms->recovery_delays().count, 1u);
  const auto stamp = [&](std::uint32_t user_ref, hs_hop hop) { return rig.capsules.find(0, user_ref)->delta[hop]; };
  EXPECT_GT(stamp(2, HS_HOP_OMS_RX), came) << "it came last";
  for (const std::uint32_t held : {3u, 4u}) {
    EXPECT_EQ(rig.capsules.find(0, held)->feed_sequence, held + 2);
    EXPECT_LT(stamp(held, HS_HOP_OMS_RX), came) << "when it came";
    EXPECT_GT(stamp(held, HS_HOP_OMS_BOOK), came) << "its turn was later";
  }
}

TEST(OmsFeed, RepeatedMessagesAreAppliedOnce) {
  OmsRig rig(quiet_plan());
  rig.publish_packet(1, {rig.add(1, 'B', 1'000'000), rig.add(2, 'B', 999'900)});
  rig.publish_packet(2, {rig.add(2, 'B', 999'900), rig.add(3, 'B', 999'800)});
  rig.poll();
  EXPECT_EQ(rig.count(HS_COUNTER_OMS_MESSAGES), 3u);
  EXPECT_EQ(rig.count(HS_COUNTER_OMS_UNRESOLVED), 0u);
  EXPECT_EQ(rig.oms->books().orders(), 3u);
}

TEST(OmsFeed, UnresolvedReferencesAreCounted) {
  OmsRig rig(quiet_plan());
  rig.publish([&](auto out) { return wire::itch::encode_delete(out, {kLocate, rig.market_ns}, 4'711); });
  rig.poll();
  EXPECT_EQ(rig.count(HS_COUNTER_OMS_UNRESOLVED), 1u);
}

TEST(OmsFeed, MalformedPacketsAreCountedAndSkipped) {
  OmsRig rig(quiet_plan());
  rig.publish_packet(1, {rig.add(1, 'B', 1'000'000), [](auto) { return std::size_t{3}; }});  // a message without a head
  rig.publish_raw(std::vector<std::byte>(19));                                               // shorter than a header
  std::vector<std::byte> cut(wire::kMoldHeaderBytes + 2);                                    // announces two messages, holds a length
  wire::MoldWriter writer(cut);
  writer.begin(feed::kFeedSession, 3);
  writer.finish();
  wire::store_be16(cut.data() + 18, 2);
  wire::store_be16(cut.data() + 20, 36);
  rig.publish_raw(cut);
  rig.publish_packet(5, {rig.add(2, 'B', 1'000'000)});
  rig.poll();
  rig.poll();
  EXPECT_EQ(rig.count(HS_COUNTER_PORT_MALFORMED), 3u);
  EXPECT_EQ(rig.count(HS_COUNTER_OMS_GAPS), 2u) << "what the cut packet had announced";
  EXPECT_EQ(rig.count(HS_COUNTER_OMS_MESSAGES), 2u);
  EXPECT_EQ(rig.oms->books().orders(), 2u);
}

TEST(OmsFeed, StopsInFrontOfAFullPortInTheMiddleOfAPacket) {
  OmsRig rig(rig_plan(), 1);
  rig.open_market();
  rig.poll();  // order 1 fills the venue's port
  rig.publish_packet(4, {rig.trade(), rig.trade(), rig.trade()});
  rig.poll();
  rig.poll();
  EXPECT_EQ(rig.count(HS_COUNTER_ORDERS), 2u) << "order 2 waits in the OMS's port";
  EXPECT_EQ(rig.count(HS_COUNTER_OMS_MESSAGES), 4u);
  EXPECT_EQ(rig.count(HS_COUNTER_OMS_PACKETS), 4u);
  std::vector<std::uint32_t> refs;
  for (int round = 0; round < 8; ++round) {
    for (const SentMessage& message : rig.sent()) refs.push_back(message.order()->user_ref);
    rig.poll();
  }
  EXPECT_EQ(refs, (std::vector<std::uint32_t>{1, 2, 3, 4}));
  EXPECT_EQ(rig.count(HS_COUNTER_OMS_MESSAGES), 6u);
  EXPECT_EQ(rig.count(HS_COUNTER_OMS_PACKETS), 4u);
  EXPECT_EQ(rig.count(HS_COUNTER_OMS_GAPS), 0u);
}

TEST(OmsFeed, TakesAnswersWhileItsOrderPortIsFull) {
  OmsRig rig(rig_plan(), 1);
  rig.open_market();
  rig.tick();
  rig.tick();
  rig.answer({rig.accepted(1)});
  rig.poll();
  EXPECT_EQ(rig.count(HS_COUNTER_ACKS), 1u);
}

TEST(OmsFeed, LockstepSeesQuiescenceOnlyWhenAllIsAnswered) {
  core::Plan plan = rig_plan();
  plan.pacing = core::Pacing::Lockstep;
  OmsRig rig(plan);
  rig.open_market();
  EXPECT_FALSE(rig.lockstep.quiescent(3));
  rig.poll();
  EXPECT_EQ(rig.lockstep.oms_feed_sequence.get(), 3u);
  EXPECT_EQ(rig.lockstep.oms_sent[0].get(), 1u);
  EXPECT_FALSE(rig.lockstep.quiescent(3)) << "the venue has not handled the order";
  rig.lockstep.venue_sent[0].set(2);
  rig.lockstep.venue_handled[0].set(1);
  EXPECT_FALSE(rig.lockstep.quiescent(3)) << "the OMS has not handled the answers";
  rig.answer({rig.accepted(1), rig.executed(1, 100)});
  rig.poll();
  EXPECT_EQ(rig.lockstep.oms_handled[0].get(), 2u);
  EXPECT_TRUE(rig.lockstep.quiescent(3));
}

TEST(OmsFeed, LostAnswersDoNotHoldUpLockstep) {
  core::Plan plan = rig_plan();
  plan.pacing = core::Pacing::Lockstep;
  OmsRig rig(plan);
  rig.open_market();
  rig.poll();
  rig.lose_answers(3);
  rig.answer({rig.accepted(1)});
  rig.poll();
  EXPECT_EQ(rig.lockstep.oms_handled[0].get(), 4u);
}

}  // namespace
}  // namespace hopscope::oms
