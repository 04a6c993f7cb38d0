// Parent orders at work in a whole OMS, with the test in the place of feed and venues.
#include "engine/oms/desk.h"

#include <set>

#include "engine/test/oms/desk_rig.h"

namespace hopscope::oms {
namespace {

TEST(Desk, TwapSendsAnEqualShareInEachSlice) {
  DeskRig desk(plan_of(twap()));
  desk.run(11 * kMillisecondNs);
  ASSERT_EQ(desk.orders.size(), 10u);
  for (std::size_t k = 0; k < 10; ++k) {
    EXPECT_EQ(desk.orders[k].quantity, 100u);
    EXPECT_EQ(desk.orders[k].price, 1'000'200u);
    EXPECT_EQ(desk.orders[k].side, 'B');
    EXPECT_EQ(desk.orders[k].at_ns / kMillisecondNs, k);
  }
  EXPECT_EQ(desk.parent().state, ParentState::Filled);
  EXPECT_EQ(desk.parent().filled, 1'000u);
  EXPECT_EQ(desk.parent().working, 0u);
  EXPECT_EQ(desk.parent().notional, 1'000u * 1'000'200ull);
  EXPECT_EQ(desk.parent().slices_outside, 0u);
  for (const ParentSlice& slice : desk.parent().slices) EXPECT_TRUE(slice.over && slice.filled == slice.target);
  EXPECT_EQ(desk.parent().arrival_mid2, 2'000'200u);
  EXPECT_FALSE(desk.rig.oms->desk().active());
}

TEST(Desk, CatchesUpWithinTheSliceWhatAVenueLeaves) {
  int asked_times = 0;
  DeskRig desk(plan_of(twap()), [&](std::uint32_t asked) { return asked_times++ % 2 == 0 ? asked / 2 : asked; });
  desk.run(11 * kMillisecondNs);
  EXPECT_EQ(desk.parent().state, ParentState::Filled);
  EXPECT_EQ(desk.parent().slices_outside, 0u);
  ASSERT_EQ(desk.orders.size(), 20u);
  EXPECT_EQ(desk.orders[1].quantity, 50u);
  EXPECT_LT(desk.orders[1].at_ns, kMillisecondNs) << "still in the first slice";
}

TEST(Desk, WithoutCatchUpASliceIsNotMadeGoodByTheNext) {
  core::ParentPlan parent = twap();
  parent.catch_up = false;
  parent.sweep = false;
  std::uint64_t* now = nullptr;
  DeskRig desk(plan_of(parent), [&](std::uint32_t asked) { return (*now - 34'200 * kSecondNs) < 3 * kMillisecondNs ? 0 : asked; });
  now = &desk.rig.market_ns;
  desk.run(11 * kMillisecondNs);
  EXPECT_EQ(desk.parent().filled, 700u);
  EXPECT_EQ(desk.parent().state, ParentState::Expired);
  EXPECT_EQ(desk.parent().slices_outside, 10u) << "three slices behind until the end";
}

TEST(Desk, SweepsWhatIsLeftBeforeTheEnd) {
  core::ParentPlan parent = twap();
  parent.catch_up = false;
  std::uint64_t* now = nullptr;
  DeskRig desk(plan_of(parent), [&](std::uint32_t asked) { return (*now - 34'200 * kSecondNs) < 3 * kMillisecondNs ? 0 : asked; });
  now = &desk.rig.market_ns;
  desk.run(11 * kMillisecondNs);
  EXPECT_EQ(desk.parent().state, ParentState::Filled);
  EXPECT_EQ(desk.orders.back().quantity, 300u);
  EXPECT_EQ(desk.orders.back().price, wire::ouch::kMarketPrice);
  EXPECT_LT(desk.orders.back().at_ns, 10 * kMillisecondNs);
}

TEST(Desk, NeverTradesBeyondItsLimit) {
  core::ParentPlan parent = twap();
  parent.limit_price = 1'000'100;  // the ask is 1'000'200
  DeskRig desk(plan_of(parent));
  desk.run(11 * kMillisecondNs);
  EXPECT_TRUE(desk.orders.empty());
  EXPECT_EQ(desk.parent().state, ParentState::Expired);
  DeskRig selling = [] {
    core::ParentPlan sell = twap();
    sell.side = 'S';
    sell.limit_price = 1'000'000;
    return DeskRig(plan_of(sell));
  }();
  selling.run(11 * kMillisecondNs);
  ASSERT_EQ(selling.orders.size(), 10u);
  EXPECT_EQ(selling.orders[0].price, 1'000'000u);
  EXPECT_EQ(selling.orders[0].side, 'S');
}

TEST(Desk, PovIsTheWantedShareOfAllThatTrades) {
  core::ParentPlan parent = twap(1'000'000);
  parent.algorithm = core::Algorithm::Pov;
  parent.rate_ppm = 100'000;
  parent.sweep = false;
  DeskRig desk(plan_of(parent));
  desk.run(11 * kMillisecondNs);  // every tick is a trade of 100 shares
  const ParentOrder& pov = desk.parent();
  EXPECT_EQ(pov.state, ParentState::Expired);
  EXPECT_GT(pov.market_shares, 40'000u);
  EXPECT_NEAR(static_cast<double>(pov.filled) / static_cast<double>(pov.filled + pov.market_shares), 0.1, 0.003);
  EXPECT_EQ(pov.slices_outside, 0u);
}

TEST(Desk, TheCapHoldsAParentBackUntilTheSweep) {
  core::ParentPlan parent = twap(100'000);
  parent.cap_ppm = 50'000;
  parent.sweep = false;
  DeskRig desk(plan_of(parent));
  desk.run(11 * kMillisecondNs);
  const ParentOrder& capped = desk.parent();
  EXPECT_GT(capped.filled, 1'000u);
  EXPECT_LE(capped.filled, (capped.market_shares + capped.filled) / 20);
  EXPECT_GT(capped.slices_outside, 0u);
}

TEST(Desk, ShortfallTradesMoreInTheBeginning) {
  core::ParentPlan parent = twap(10'000);
  parent.algorithm = core::Algorithm::Shortfall;
  parent.urgency_milli = 3'000;
  DeskRig desk(plan_of(parent));
  desk.run(11 * kMillisecondNs);
  ASSERT_EQ(desk.orders.size(), 10u);
  for (std::size_t k = 1; k < 10; ++k) EXPECT_LT(desk.orders[k].quantity, desk.orders[k - 1].quantity);
  EXPECT_EQ(desk.parent().filled, 10'000u);
}

TEST(Desk, VwapFollowsItsCurve) {
  core::ParentPlan parent = twap(10'000, 4);
  parent.algorithm = core::Algorithm::Vwap;
  parent.curve = {4, 1, 1, 4};
  DeskRig desk(plan_of(parent));
  desk.run(5 * kMillisecondNs);
  ASSERT_EQ(desk.orders.size(), 4u);
  EXPECT_EQ(desk.orders[0].quantity, 4'000u);
  EXPECT_EQ(desk.orders[1].quantity, 1'000u);
  EXPECT_EQ(desk.orders[3].quantity, 4'000u);
}

TEST(Desk, VwapTakesItsCurveFromTheWarmUp) {
  core::ParentPlan parent = twap(10'000, 2);
  parent.algorithm = core::Algorithm::Vwap;
  core::Plan plan = plan_of(parent);
  plan.feed.warmup_messages = 503;  // three open the market
  OmsRig rig(plan);
  rig.open_market();
  // All trades of the warm-up are in its second half.
  for (int i = 0; i < 500; ++i) {
    rig.market_ns += 10'000;
    if (i < 250) {
      rig.publish([&rig](auto out) { return wire::itch::encode_delete(out, {kLocate, rig.market_ns}, 999); });
      rig.poll();
    } else {
      rig.tick();
    }
  }
  EXPECT_TRUE(rig.sent().empty());
  rig.market_ns += 10'000;
  rig.tick();
  const ParentOrder& vwap = rig.oms->desk().parents()[0];
  ASSERT_EQ(vwap.state, ParentState::Working);
  EXPECT_LE(vwap.targets[0], 200u);
  EXPECT_EQ(vwap.targets[1], 10'000u);
}

TEST(Desk, FindsItsSymbolByName) {
  core::ParentPlan parent = twap();
  parent.locate = 0;
  parent.symbol = "HOPS";
  DeskRig desk(plan_of(parent));
  desk.run(11 * kMillisecondNs);
  EXPECT_EQ(desk.parent().filled, 1'000u);
  parent.symbol = "NONE";
  DeskRig unknown(plan_of(parent));
  unknown.run(11 * kMillisecondNs);
  EXPECT_EQ(unknown.parent().state, ParentState::Expired);
  EXPECT_TRUE(unknown.orders.empty());
}

TEST(Desk, RandomisedSlicesComeAtOtherTimesOfTheSameSlice) {
  core::ParentPlan parent = twap();
  parent.randomise_ppm = 800'000;
  DeskRig desk(plan_of(parent));
  desk.run(11 * kMillisecondNs);
  ASSERT_EQ(desk.orders.size(), 10u);
  std::set<std::uint64_t> offsets;
  for (std::size_t k = 0; k < 10; ++k) {
    EXPECT_EQ(desk.orders[k].at_ns / kMillisecondNs, k);
    offsets.insert(desk.orders[k].at_ns % kMillisecondNs);
  }
  EXPECT_GT(offsets.size(), 5u);
}

// Nobody knows what became of an order that was given up: its shares are not sent again.
TEST(Desk, SharesOfAnOrderWithoutAnAnswerStayTaken) {
  core::Plan plan = plan_of(twap());
  plan.oms.ack_timeout_ns = kMillisecondNs;
  OmsRig rig(plan);
  rig.open_market();
  std::uint64_t asked = 0;
  for (int i = 0; i < 600; ++i) {
    rig.market_ns += 20'000;
    rig.tick();
    for (const SentMessage& message : rig.sent()) asked += message.order()->quantity;
  }
  EXPECT_EQ(asked, 1'000u);
  const ParentOrder& parent = rig.oms->desk().parents()[0];
  EXPECT_EQ(parent.state, ParentState::Closing);
  EXPECT_EQ(parent.working, 1'000u);
}

TEST(Desk, ParentsThatAreDueTogetherTakeTurnsOneAMessage) {
  core::Plan plan = plan_of(twap());
  for (int i = 0; i < 4; ++i) plan.oms.parents.push_back(plan.oms.parents[0]);
  DeskRig desk(plan);
  desk.run(11 * kMillisecondNs);
  EXPECT_EQ(desk.orders.size(), 50u);
  for (std::size_t i = 1; i < desk.orders.size(); ++i) EXPECT_GT(desk.orders[i].at_ns, desk.orders[i - 1].at_ns);
  for (std::size_t i = 0; i < 5; ++i) EXPECT_EQ(desk.parent(i).filled, 1'000u);
}

TEST(Desk, APostingParentRestsAtTheNearTouchWhileItIsInTime) {
  PostingRig desk(posting());
  const auto messages = desk.run(300'000);
  ASSERT_EQ(messages.size(), 1u);
  ASSERT_NE(messages[0].order(), nullptr);
  EXPECT_EQ(messages[0].order()->price, 1'000'000u);
  EXPECT_EQ(messages[0].order()->quantity, 100u);
  EXPECT_EQ(messages[0].order()->time_in_force, wire::ouch::kTimeInForceDay);
  desk.fill_resting();
  EXPECT_EQ(desk.parent().filled, 100u);
  EXPECT_EQ(desk.parent().working, 0u);
  EXPECT_FALSE(desk.parent().rests());
}

TEST(Desk, APostingParentTakesWhereItIsBehindByMoreThanHalfItsBand) {
  PostingRig desk(posting());
  const auto messages = desk.run(950'000);  // half of a slice is 50 shares
  ASSERT_EQ(messages.size(), 3u);
  EXPECT_NE(messages[0].order(), nullptr);
  ASSERT_NE(messages[1].cancel(), nullptr);
  EXPECT_EQ(messages[1].cancel()->user_ref, messages[0].order()->user_ref);
  ASSERT_NE(messages[2].order(), nullptr);
  EXPECT_EQ(messages[2].order()->price, 1'000'200u);
  EXPECT_EQ(desk.parent().filled, 100u);
}

TEST(Desk, APostingParentFollowsTheNearTouch) {
  PostingRig desk(posting());
  ASSERT_EQ(desk.run(200'000).size(), 1u);
  desk.rig.publish(desk.rig.add(3, 'B', 1'000'100));
  const auto messages = desk.run(300'000);
  ASSERT_GE(messages.size(), 2u);
  EXPECT_NE(messages[0].cancel(), nullptr);
  ASSERT_NE(messages[1].order(), nullptr);
  EXPECT_EQ(messages[1].order()->price, 1'000'100u);
}

TEST(Desk, NothingOfAPostingParentRestsWhenItIsOver) {
  core::ParentPlan parent = posting();
  parent.band_ppm = 1'000'000;  // never late
  parent.sweep = false;
  PostingRig desk(parent);
  desk.run(11 * kMillisecondNs);
  EXPECT_EQ(desk.parent().state, ParentState::Expired);
  EXPECT_TRUE(desk.resting.empty());
  EXPECT_EQ(desk.parent().working, 0u);
  parent.sweep = true;
  PostingRig swept(parent);
  swept.run(11 * kMillisecondNs);
  EXPECT_EQ(swept.parent().state, ParentState::Filled);
  EXPECT_TRUE(swept.resting.empty());
}

TEST(Desk, WhatTheGateBlocksIsCountedAndTriedAgain) {
  core::Plan plan = plan_of(twap());
  plan.risk.max_notional = 1;
  DeskRig desk(plan);
  desk.run(2 * kMillisecondNs);
  EXPECT_TRUE(desk.orders.empty());
  EXPECT_GT(desk.parent().blocked, 8u);
  EXPECT_EQ(desk.parent().working, 0u);
}

TEST(Desk, ChildrenAreNoLargerThanTheGateLetsPass) {
  core::Plan plan = plan_of(twap(1'000, 1));
  plan.risk.max_quantity = 300;
  DeskRig desk(plan);
  desk.run(2 * kMillisecondNs);
  EXPECT_EQ(desk.parent().filled, 1'000u);
  for (const DeskRig::Sent& order : desk.orders) EXPECT_LE(order.quantity, 300u);
}

}  // namespace
}  // namespace hopscope::oms
