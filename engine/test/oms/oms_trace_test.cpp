// Capsules, histograms and the line between warm-up and measurement.
#include <algorithm>

#include "engine/test/oms/oms_rig.h"

namespace hopscope::oms {
namespace {

constexpr std::uint16_t kOmsHops = 0b1111'1111;  // feed.due … oms.tx

void answer_first(OmsRig& rig) {
  rig.answer({rig.accepted(1)});
  rig.poll();
}

TEST(OmsTrace, CapsuleTellsTheOrdersStory) {
  OmsRig rig(rig_plan());
  rig.open_market();
  rig.poll();
  const hs_capsule* capsule = rig.capsules.find(0, 1);
  ASSERT_NE(capsule, nullptr);
  EXPECT_EQ(capsule->kind, HS_KIND_CAPSULE);
  EXPECT_EQ(capsule->hops, kOmsHops);
  EXPECT_EQ(capsule->base_tsc, 3'000u) << "the third packet caused it";
  EXPECT_EQ(capsule->delta[HS_HOP_FEED_DUE], 0u);
  EXPECT_EQ(capsule->delta[HS_HOP_FEED_TX], 300u);
  for (int hop = HS_HOP_OMS_BOOK; hop <= HS_HOP_OMS_TX; ++hop) EXPECT_GE(capsule->delta[hop], capsule->delta[hop - 1]) << hop;
  EXPECT_EQ(capsule->feed_sequence, 3u);
  EXPECT_EQ(capsule->market_ns, rig.market_ns);
  EXPECT_EQ(capsule->locate, kLocate);
  EXPECT_EQ(capsule->order_type, 'I');
  EXPECT_EQ(capsule->price, capsule->side == 'B' ? 1'000'200u : 1'000'000u);
  EXPECT_EQ(capsule->quantity, 100u);
  EXPECT_EQ(capsule->measuring, 1);
  EXPECT_EQ(capsule->outcome, HS_OUTCOME_OPEN);
}

TEST(OmsTrace, AnswerMergesTheVenuesHops) {
  OmsRig rig(rig_plan());
  rig.open_market();
  rig.poll();
  hs_capsule* capsule = rig.capsules.find(0, 1);
  ASSERT_NE(capsule, nullptr);
  for (const hs_hop hop : {HS_HOP_VENUE_RX, HS_HOP_VENUE_MATCH, HS_HOP_JOURNAL_APPEND, HS_HOP_VENUE_TX})
    probe::stamp_venue(*capsule, hop, capsule->base_tsc + 5'000);
  answer_first(rig);
  EXPECT_EQ(capsule->hops, 0b1'1111'1111'1111);
  EXPECT_EQ(capsule->venue_hops, 0u);
  EXPECT_EQ(capsule->outcome, HS_OUTCOME_ACCEPTED);
  EXPECT_EQ(rig.oms->tick_to_ack().count, 1u);
  EXPECT_EQ(rig.oms->tick_to_ack_response().count, 1u);
  EXPECT_EQ(rig.oms->tick_to_ack_response().sum, rig.oms->tick_to_ack().sum + 300) << "response counts from due, service from tx";
}

TEST(OmsTrace, RejectsAreTimedToo) {
  OmsRig rig(rig_plan());
  rig.open_market();
  rig.poll();
  rig.answer({rig.rejected(1)});
  rig.poll();
  EXPECT_EQ(rig.oms->tick_to_ack().count, 1u);
}

TEST(OmsTrace, LaneOffWritesNoCapsuleButFillsTheHistograms) {
  core::Plan plan = rig_plan();
  plan.lane = core::Lane::Off;
  OmsRig rig(plan);
  rig.open_market();
  rig.poll();
  EXPECT_EQ(rig.capsules.find(0, 1), nullptr);
  answer_first(rig);
  EXPECT_EQ(rig.capsules.find(0, 1), nullptr);
  EXPECT_EQ(rig.traced(), 0u);
  EXPECT_EQ(rig.count(HS_COUNTER_ACKS), 1u);
  EXPECT_EQ(rig.count(HS_COUNTER_SLOT_MISSES), 0u);
  EXPECT_EQ(rig.oms->tick_to_ack().count, 1u);
  rig.tick();
  rig.end_run();
  EXPECT_EQ(rig.traced(), 0u);
}

TEST(OmsTrace, LanesSendTheSameOrders) {
  std::vector<std::uint64_t> digests;
  for (const core::Lane lane : {core::Lane::Off, core::Lane::Stamps, core::Lane::Capsule, core::Lane::Hops}) {
    core::Plan plan = rig_plan();
    plan.lane = lane;
    OmsRig rig(plan);
    rig.open_market();
    for (int i = 0; i < 50; ++i) rig.tick();
    digests.push_back(rig.oms->order_digest().value());
  }
  EXPECT_EQ(std::count(digests.begin(), digests.end(), digests[0]), 4);
}

TEST(OmsTrace, WarmUpIsNotCountedAndNotTraced) {
  core::Plan plan = rig_plan();
  plan.feed.warmup_messages = 5;  // of which three open the market
  OmsRig rig(plan);
  rig.open_market();
  rig.tick();
  rig.tick();  // orders 1, 2, 3 belong to the warm-up
  rig.answer({rig.accepted(1)});
  rig.poll();
  EXPECT_EQ(rig.traced(), 0u);
  EXPECT_EQ(rig.count(HS_COUNTER_ORDERS), 0u);
  EXPECT_EQ(rig.capsules.find(0, 1)->measuring, 0);

  rig.tick();  // order 4 is measured
  EXPECT_EQ(rig.count(HS_COUNTER_OMS_PACKETS), 1u);
  EXPECT_EQ(rig.count(HS_COUNTER_OMS_MESSAGES), 1u);
  EXPECT_EQ(rig.count(HS_COUNTER_ORDERS), 1u);
  EXPECT_EQ(rig.capsules.find(0, 4)->measuring, 1);

  rig.answer({rig.accepted(2), rig.executed(2, 100), rig.accepted(4), rig.executed(4, 70)});
  rig.poll();
  EXPECT_EQ(rig.count(HS_COUNTER_ACKS), 1u) << "2 was decided in the warm-up";
  EXPECT_EQ(rig.count(HS_COUNTER_FILLED_SHARES), 70u);
  EXPECT_EQ(rig.traced(), 1u);
  EXPECT_EQ(rig.oms->tick_to_ack().count, 1u);
  rig.end_run();
  EXPECT_EQ(rig.traced(), 1u) << "3 was decided in the warm-up";
  EXPECT_EQ(rig.oms->open_orders(), 0u);
}

TEST(OmsTrace, PacketWhoseStampsAreGoneIsAMissAndNotTimed) {
  OmsRig rig(rig_plan());
  rig.open_market();
  rig.packets.put(3 + 16'384, 1, 2);  // the slot has a newer user
  rig.poll();
  EXPECT_EQ(rig.count(HS_COUNTER_SLOT_MISSES), 1u);
  EXPECT_EQ(rig.capsules.find(0, 1)->hops & 0b11, 0);
  answer_first(rig);
  EXPECT_EQ(rig.count(HS_COUNTER_ACKS), 1u);
  EXPECT_EQ(rig.oms->tick_to_ack().count, 0u);
  EXPECT_EQ(rig.traced(), 1u);
}

TEST(OmsTrace, CapsuleWhoseSlotHasAnotherUserIsAMiss) {
  OmsRig rig(rig_plan());
  rig.open_market();
  rig.poll();
  rig.capsules.open(0, 1 + kSlots);
  answer_first(rig);
  EXPECT_EQ(rig.count(HS_COUNTER_SLOT_MISSES), 1u);
  EXPECT_EQ(rig.traced(), 0u);
  EXPECT_EQ(rig.count(HS_COUNTER_ACKS), 1u);
}

class OmsInjectionTest : public testing::TestWithParam<hs_hop> {};

// Every second order: its hop takes at least what its capsule tells of.
TEST_P(OmsInjectionTest, DelayLandsInItsHopAndTheCapsuleTells) {
  constexpr std::uint32_t kDelayTicks = 100'000, kOrders = 4;
  const hs_hop hop = GetParam(), before = hop == HS_HOP_OMS_ACK ? HS_HOP_OMS_TX : static_cast<hs_hop>(hop - 1);
  core::Plan plan = rig_plan();
  plan.inject.busy = {hop, kDelayTicks, 2};
  OmsRig rig(plan);
  rig.open_market();
  for (std::uint32_t user_ref = 1; user_ref <= kOrders; ++user_ref) {
    if (user_ref > 1) rig.publish(rig.trade());
    const core::Ticks now = core::now_ticks();
    rig.packets.put(2 + user_ref, now, now);  // the third packet brings the first order
    rig.poll();
    rig.answer({rig.accepted(user_ref)});
    rig.poll();
  }
  EXPECT_EQ(rig.injector.count(), kOrders / 2);
  for (std::uint32_t user_ref = 1; user_ref <= kOrders; ++user_ref) {
    const hs_capsule* capsule = rig.capsules.find(0, user_ref);
    ASSERT_NE(capsule, nullptr);
    const bool delayed = user_ref % 2 == 0;
    EXPECT_EQ(capsule->injected_hop, delayed ? hop : 0) << user_ref;
    EXPECT_EQ(capsule->injected_ticks >= kDelayTicks, delayed) << user_ref;
    EXPECT_GE(capsule->delta[hop] - capsule->delta[before], capsule->injected_ticks) << user_ref;
  }
}

INSTANTIATE_TEST_SUITE_P(EveryHop, OmsInjectionTest,
                         testing::Values(HS_HOP_OMS_BOOK, HS_HOP_OMS_DECIDE, HS_HOP_ROUTER_PICK, HS_HOP_RISK_PASS, HS_HOP_OMS_TX,
                                         HS_HOP_OMS_ACK));

TEST(OmsTrace, InjectedDelaysLeaveOrdersAsTheyAre) {
  std::vector<std::uint64_t> digests;
  for (const unsigned hop : {0, 3, 7, 12}) {
    core::Plan plan = rig_plan();
    plan.inject.busy = {hop, 1'000, 3};
    OmsRig rig(plan);
    rig.open_market();
    for (int i = 0; i < 50; ++i) rig.tick();
    digests.push_back(rig.oms->order_digest().value());
  }
  EXPECT_EQ(std::count(digests.begin(), digests.end(), digests[0]), 4);
}

TEST(OmsTrace, WarmUpAndBlockedOrdersAreNotDelayedAtRiskPass) {
  core::Plan plan = rig_plan();
  plan.inject.busy = {HS_HOP_RISK_PASS, 100, 1};
  plan.feed.warmup_messages = 4;
  plan.risk.max_orders_per_second = 3;
  OmsRig rig(plan);
  rig.open_market();
  for (int i = 0; i < 4; ++i) rig.tick();  // orders 1 and 2 are warm-up, 4 and 5 are blocked
  EXPECT_EQ(rig.count(HS_COUNTER_RISK_REJECTS), 2u);
  EXPECT_EQ(rig.injector.count(), 1u);
  EXPECT_EQ(rig.capsules.find(0, 3)->injected_hop, HS_HOP_RISK_PASS);
  EXPECT_EQ(rig.capsules.find(0, 5)->injected_hop, 0);
}

// One case a check: the plan that makes it block the first order.
struct Blocked {
  risk::Reason reason;
  std::function<void(core::Plan&)> tighten;
};

class OmsRiskTest : public testing::TestWithParam<Blocked> {};

TEST_P(OmsRiskTest, BlockedOrderIsCountedTracedAndNeverSent) {
  core::Plan plan = rig_plan();
  GetParam().tighten(plan);
  OmsRig rig(plan);
  rig.open_market();
  rig.tick();  // a second order, for the rate
  EXPECT_GE(rig.oms->gate().count(GetParam().reason), 1u);
  const std::uint64_t blocked = rig.count(HS_COUNTER_RISK_REJECTS);
  EXPECT_EQ(blocked, rig.oms->gate().count(GetParam().reason));
  EXPECT_EQ(rig.traced(), blocked);
  EXPECT_EQ(rig.count(HS_COUNTER_ORDERS), 2u - blocked);
  EXPECT_EQ(rig.sent().size(), 2u - blocked);
  EXPECT_EQ(rig.oms->open_orders(), 2u - blocked);
  const hs_capsule* capsule = rig.capsules.find(0, 2);
  ASSERT_NE(capsule, nullptr);
  EXPECT_EQ(capsule->outcome, HS_OUTCOME_RISK_BLOCKED);
  EXPECT_EQ(capsule->hops, 0b11'1111) << "up to router.pick";
  rig.end_run();
  EXPECT_EQ(rig.traced(), 2u);
}

INSTANTIATE_TEST_SUITE_P(EveryCheck, OmsRiskTest,
                         testing::Values(Blocked{risk::Reason::Quantity, [](core::Plan& plan) { plan.risk.max_quantity = 99; }},
                                         Blocked{risk::Reason::Notional, [](core::Plan& plan) { plan.risk.max_notional = 99'000'000; }},
                                         Blocked{risk::Reason::Collar,
                                                 [](core::Plan& plan) {
                                                   plan.risk.collar_bps = 1;
                                                   plan.oms.limit_percent =
                                                       100;  // a cent behind a touch that is two cents wide: 2 basis points off the mid
                                                 }},
                                         Blocked{risk::Reason::Rate, [](core::Plan& plan) { plan.risk.max_orders_per_second = 1; }}),
                         [](const auto& blocked) { return std::string(risk::name(blocked.param.reason)); });

}  // namespace
}  // namespace hopscope::oms
