// What the OMS sends: contents, cancels, and that all of it is a function of feed and seed.
#include "engine/feed/order_flow.h"
#include "engine/test/oms/oms_rig.h"

namespace hopscope::oms {
namespace {

TEST(OmsOrders, OrderOnTheWireSaysWhatWasDecided) {
  core::Plan plan = rig_plan();
  plan.oms.limit_percent = 34;
  plan.oms.market_percent = 33;
  plan.oms.cancel_after = 1'024;
  OmsRig rig(plan);
  rig.open_market();
  for (int i = 0; i < 60; ++i) rig.tick();
  const auto messages = rig.sent();
  ASSERT_EQ(messages.size(), 61u);
  std::uint32_t user_ref = 0;
  bool limit = false, market = false, immediate = false;
  for (const SentMessage& message : messages) {
    const auto* order = message.order();
    ASSERT_NE(order, nullptr);
    EXPECT_EQ(message.sequence, ++user_ref) << "one packet an order";
    EXPECT_EQ(order->user_ref, user_ref);
    EXPECT_EQ(order->quantity, 100u);
    EXPECT_EQ(order->symbol, kStock);
    const bool buys = order->side == 'B';
    EXPECT_EQ(rig.capsules.find(0, user_ref)->side, order->side);
    if (order->time_in_force == wire::ouch::kTimeInForceDay) {
      limit = true;
      EXPECT_EQ(order->price, buys ? 999'900u : 1'000'300u);
    } else if (order->price == wire::ouch::kMarketPrice) {
      market = true;
    } else {
      immediate = true;
      EXPECT_EQ(order->price, buys ? 1'000'200u : 1'000'000u);
    }
  }
  EXPECT_TRUE(limit && market && immediate);
}

TEST(OmsOrders, NoOrderBeforeBothSidesAndTheSymbolAreKnown) {
  OmsRig rig(rig_plan());
  rig.publish(rig.add(1, 'B', 1'000'000));
  rig.publish(rig.trade());
  rig.poll();
  EXPECT_TRUE(rig.sent().empty()) << "no ask";
  rig.publish(rig.add(2, 'S', 1'000'200));
  rig.poll();
  EXPECT_TRUE(rig.sent().empty()) << "no name for this locate";
  rig.publish(rig.directory());
  rig.poll();
  EXPECT_EQ(rig.sent().size(), 1u);
}

TEST(OmsOrders, EveryNthMessageBringsOne) {
  core::Plan plan = rig_plan();
  plan.oms.every = 4;
  OmsRig rig(plan);
  rig.open_market();
  for (int i = 0; i < 41; ++i) rig.tick();  // 44 messages
  EXPECT_EQ(rig.count(HS_COUNTER_ORDERS), 11u);
}

TEST(OmsOrders, RestingOrderIsCancelledInThePacketOfALaterOne) {
  core::Plan plan = rig_plan();
  plan.oms.limit_percent = 100;
  plan.oms.cancel_after = 2;
  OmsRig rig(plan);
  rig.open_market();
  for (int i = 0; i < 3; ++i) rig.tick();
  const auto messages = rig.sent();
  ASSERT_EQ(messages.size(), 6u);  // 1, 2, 3 + cancel 1, 4 + cancel 2
  EXPECT_NE(messages[2].order(), nullptr);
  ASSERT_NE(messages[3].cancel(), nullptr);
  EXPECT_EQ(messages[3].cancel()->user_ref, 1u);
  EXPECT_EQ(messages[3].cancel()->quantity, 0u);
  EXPECT_EQ(messages[3].sequence, messages[2].sequence);
  ASSERT_NE(messages[5].cancel(), nullptr);
  EXPECT_EQ(messages[5].cancel()->user_ref, 2u);
  EXPECT_EQ(messages[4].sequence, messages[3].sequence + 2) << "the sequence counts messages";
  EXPECT_EQ(rig.count(HS_COUNTER_CANCELS), 2u);
  EXPECT_EQ(rig.count(HS_COUNTER_ORDERS), 4u);
}

TEST(OmsOrders, CancelGoesToTheVenueThatHasTheOrder) {
  core::Plan plan = rig_plan();
  plan.venues = 2;
  plan.oms.limit_percent = 100;
  plan.oms.cancel_after = 1;
  OmsRig rig(plan);
  rig.open_market();
  rig.tick();
  const auto first = rig.sent(0), second = rig.sent(1);
  ASSERT_EQ(first.size(), 2u);
  ASSERT_NE(first[1].cancel(), nullptr);
  EXPECT_EQ(first[1].cancel()->user_ref, 1u);
  ASSERT_EQ(second.size(), 1u);
  EXPECT_NE(second[0].order(), nullptr);
}

// Resting orders are counted by the strategy's own.
TEST(OmsOrders, AChildOfAParentThatFindsNoSlotCancelsNothing) {
  core::Plan plan = rig_plan();
  plan.oms.limit_percent = 100;
  plan.oms.cancel_after = kSlots;
  core::ParentPlan parent;
  parent.locate = kLocate;
  parent.quantity = 100;
  parent.start_ns = 1'000'000;
  parent.end_ns = 2'000'000;
  parent.slices = 1;
  plan.oms.parents = {parent};
  OmsRig rig(plan);
  rig.open_market();
  for (std::uint32_t sent = 1; sent < kSlots; ++sent) rig.tick();
  rig.sent();
  ASSERT_EQ(rig.count(HS_COUNTER_ORDERS), kSlots);
  rig.market_ns += 1'000'000;
  rig.tick();
  EXPECT_EQ(rig.count(HS_COUNTER_ORDERS_REFUSED), 1u);
  EXPECT_TRUE(rig.sent().empty());
  rig.tick();
  EXPECT_EQ(rig.count(HS_COUNTER_ORDERS_REFUSED), 2u) << "the strategy's";
  const auto messages = rig.sent();
  ASSERT_EQ(messages.size(), 1u);
  ASSERT_NE(messages[0].cancel(), nullptr);
  EXPECT_EQ(messages[0].cancel()->user_ref, 1u);
}

TEST(OmsOrders, TheKillSwitchStopsEveryNewOrderAndLetsCancelsPass) {
  core::Plan plan = rig_plan();
  plan.venues = 2;
  plan.oms.limit_percent = 100;
  plan.oms.cancel_after = 3;
  OmsRig rig(plan);
  rig.open_market();
  for (int i = 0; i < 2; ++i) rig.tick();
  ASSERT_EQ(rig.count(HS_COUNTER_ORDERS), 3u);
  rig.sent(0), rig.sent(1);

  risk::KillSwitch(rig.kill).pull(HS_KILL_COMMAND);
  for (int i = 0; i < 5; ++i) rig.tick();
  std::uint64_t cancels = 0;
  for (unsigned v = 0; v < plan.venues; ++v) {
    for (const SentMessage& message : rig.sent(v)) {
      EXPECT_EQ(message.order(), nullptr);
      cancels += message.cancel() != nullptr;
    }
  }
  EXPECT_EQ(cancels, 3u) << "all that rested";
  EXPECT_EQ(rig.count(HS_COUNTER_CANCELS), 3u);
  EXPECT_EQ(rig.count(HS_COUNTER_ORDERS), 3u);
  EXPECT_EQ(rig.count(HS_COUNTER_RISK_KILLED), 5u);
  EXPECT_EQ(rig.count(HS_COUNTER_RISK_REJECTS), 5u);
  EXPECT_EQ(rig.oms->gate().count(risk::Reason::Killed), 5u);
}

TEST(OmsOrders, BlockedOrdersAreCountedByReason) {
  core::Plan plan = rig_plan();
  plan.risk.max_quantity = 99;
  OmsRig rig(plan);
  rig.open_market();
  rig.poll();
  EXPECT_EQ(rig.count(HS_COUNTER_RISK_QUANTITY), 1u);
  EXPECT_EQ(rig.count(HS_COUNTER_RISK_REJECTS), 1u);
  EXPECT_EQ(rig.count(HS_COUNTER_RISK_KILLED), 0u);
}

TEST(OmsOrders, EndOfSessionEndsTheFeed) {
  OmsRig rig(rig_plan());
  rig.open_market();
  rig.poll();
  EXPECT_FALSE(rig.oms->feed_ended());
  std::vector<std::byte> packet(wire::kMoldHeaderBytes);
  wire::MoldWriter writer(packet);
  writer.begin(feed::kFeedSession, 6);
  writer.finish_end_of_session();
  rig.publish_raw(packet);
  rig.poll();
  EXPECT_FALSE(rig.oms->feed_ended()) << "4 and 5 may still come";
  rig.poll();
  EXPECT_TRUE(rig.oms->feed_ended());
  EXPECT_EQ(rig.count(HS_COUNTER_OMS_GAPS), 2u) << "4 and 5 never came";
  EXPECT_EQ(rig.count(HS_COUNTER_OMS_PACKETS), 3u);
}

// A run of the simulated market; what the venues do is the parameter.
struct RunOutcome {
  std::uint64_t digest, orders, cancels;
  bool operator==(const RunOutcome&) const = default;
};

enum class Venues { Silent, Answer, LoseAnswers, RejectAll };

RunOutcome run(std::uint64_t seed, Venues venues, std::size_t burst_messages = 1, std::size_t order_port_capacity = 1'024) {
  core::Plan plan;
  plan.seed = seed;
  plan.venues = 2;
  plan.lane = core::Lane::Stamps;
  plan.feed.symbols = 4;
  plan.oms.every = 3;
  plan.oms.ack_timeout_ns = 5'000;
  OmsRig rig(plan, order_port_capacity);
  feed::OrderFlow flow(1, plan.feed.symbols, 1'000);
  std::uint64_t answers = 0;
  for (int message = 0; message < 6'000; ++message) {
    rig.publish([&](std::span<std::byte> out) { return flow.next(out, rig.market_ns); });
    if (message % static_cast<int>(burst_messages) != 0) continue;
    for (int round = 0; round < 64; ++round) {
      bool worked = rig.poll();
      for (unsigned v = 0; v < plan.venues; ++v) {
        for (const SentMessage& sent : rig.sent(v)) {
          worked = true;
          const auto* order = sent.order();
          if (!order || venues == Venues::Silent) continue;
          if (venues == Venues::LoseAnswers && ++answers % 3 == 0) {
            rig.lose_answers(1, v);
          } else if (venues == Venues::RejectAll) {
            rig.answer({rig.rejected(order->user_ref)}, v);
          } else {
            rig.answer({rig.accepted(order->user_ref), rig.executed(order->user_ref, 10)}, v);
          }
        }
      }
      if (!worked) break;
    }
  }
  for (int round = 0; round < 64; ++round) {
    rig.poll();
    for (unsigned v = 0; v < plan.venues; ++v) rig.sent(v);
  }
  rig.end_run();
  EXPECT_EQ(rig.oms->open_orders(), 0u);
  EXPECT_EQ(rig.count(HS_COUNTER_OMS_MESSAGES), 6'000u);
  EXPECT_EQ(rig.count(HS_COUNTER_OMS_UNRESOLVED), 0u);
  EXPECT_EQ(rig.traced(), rig.count(HS_COUNTER_ORDERS)) << "one capsule an order";
  EXPECT_EQ(rig.count(HS_COUNTER_SLOT_MISSES), 0u);
  if (venues == Venues::Answer && burst_messages == 1) {
    EXPECT_EQ(rig.count(HS_COUNTER_ACKS), rig.count(HS_COUNTER_ORDERS));
    EXPECT_EQ(rig.count(HS_COUNTER_TIMEOUTS), 0u);
  }
  if (venues == Venues::LoseAnswers) {
    EXPECT_GT(rig.count(HS_COUNTER_TIMEOUTS), 100u);
    EXPECT_GT(rig.count(HS_COUNTER_SESSION_GAPS), 100u);
  }
  return {rig.oms->order_digest().value(), rig.count(HS_COUNTER_ORDERS), rig.count(HS_COUNTER_CANCELS)};
}

TEST(OmsDeterminism, EqualSeedsGiveEqualOrders) {
  const RunOutcome first = run(7, Venues::Answer);
  EXPECT_GT(first.orders, 1'900u);
  EXPECT_GT(first.cancels, 300u);
  EXPECT_EQ(first, run(7, Venues::Answer));
  EXPECT_NE(first.digest, run(8, Venues::Answer).digest);
}

TEST(OmsDeterminism, OrdersDoNotDependOnAnswers) {
  const RunOutcome silent = run(7, Venues::Silent);
  EXPECT_EQ(silent, run(7, Venues::Answer));
  EXPECT_EQ(silent, run(7, Venues::LoseAnswers));
  EXPECT_EQ(silent, run(7, Venues::RejectAll));
}

TEST(OmsDeterminism, OrdersDoNotDependOnBursts) {
  const RunOutcome single = run(7, Venues::Answer);
  EXPECT_EQ(single, run(7, Venues::Answer, 32));
  EXPECT_EQ(single, run(7, Venues::Answer, 57));
}

TEST(OmsDeterminism, AFullOrderPortDelaysOrdersAndLosesNone) {
  const RunOutcome wide = run(7, Venues::Answer);
  EXPECT_EQ(wide, run(7, Venues::Answer, 57, 2));
  EXPECT_EQ(wide, run(7, Venues::Silent, 32, 1));
}

}  // namespace
}  // namespace hopscope::oms
