#include "engine/risk/gate.h"

#include <gtest/gtest.h>

#include <string>

namespace hopscope::risk {
namespace {

using book::Side;
using book::Touch;

constexpr Touch kTouch{1'000'000, 1'000'200, 500, 500};  // 100.00 bid, 100.02 asked
constexpr std::uint64_t kNoon = 43'200'000'000'000;

hs_kill_switch left_alone{};
const KillSwitch kNobody(left_alone);  // pulls it

core::RiskPlan limits() {
  core::RiskPlan plan;
  plan.max_quantity = 1'000;
  plan.max_notional = 1'000'000'000;  // 100,000.0000
  plan.collar_bps = 100;
  plan.max_orders_per_second = 0;
  return plan;
}

TEST(Gate, PassesWhatKeepsAllLimits) {
  Gate gate(limits(), kNobody);
  EXPECT_EQ(gate.check({Side::Buy, 1'000'200, 100}, kTouch, kNoon), Reason::Pass);
  EXPECT_EQ(gate.check({Side::Sell, 0, 100}, kTouch, kNoon), Reason::Pass);
  EXPECT_EQ(gate.count(Reason::Pass), 2u);
}

TEST(Gate, QuantityHasALowerAndAnUpperLimit) {
  Gate gate(limits(), kNobody);
  EXPECT_EQ(gate.check({Side::Buy, 1'000'200, 0}, kTouch, kNoon), Reason::Quantity);
  EXPECT_EQ(gate.check({Side::Buy, 990'200, 1'000}, kTouch, kNoon), Reason::Pass);
  EXPECT_EQ(gate.check({Side::Buy, 990'200, 1'001}, kTouch, kNoon), Reason::Quantity);
  EXPECT_EQ(gate.count(Reason::Quantity), 2u);
}

TEST(Gate, WithoutBothSidesThereIsNoReference) {
  Gate gate(limits(), kNobody);
  EXPECT_EQ(gate.check({Side::Buy, 1'000'200, 100}, Touch{0, 1'000'200, 0, 1}, kNoon), Reason::NoReference);
  EXPECT_EQ(gate.check({Side::Sell, 1'000'000, 100}, Touch{1'000'000, 0, 1, 0}, kNoon), Reason::NoReference);
  EXPECT_EQ(gate.count(Reason::NoReference), 2u);
}

TEST(Gate, NotionalCountsMarketOrdersAtTheFarTouch) {
  core::RiskPlan plan = limits();
  plan.max_notional = 1'000'000ull * 500;
  Gate gate(plan, kNobody);
  EXPECT_EQ(gate.check({Side::Buy, 1'000'000, 500}, kTouch, kNoon), Reason::Pass);
  EXPECT_EQ(gate.check({Side::Buy, 1'000'001, 500}, kTouch, kNoon), Reason::Notional);
  EXPECT_EQ(gate.check({Side::Sell, 0, 500}, kTouch, kNoon), Reason::Pass) << "a seller meets the bid";
  EXPECT_EQ(gate.check({Side::Buy, 0, 500}, kTouch, kNoon), Reason::Notional) << "a buyer meets the ask";
  EXPECT_EQ(gate.count(Reason::Notional), 2u);
}

TEST(Gate, CollarIsMeasuredFromTheMidOnBothSides) {
  Gate gate(limits(), kNobody);  // mid 100.01, 1 % of it is 1.0001
  EXPECT_EQ(gate.check({Side::Buy, 1'010'101, 10}, kTouch, kNoon), Reason::Pass);
  EXPECT_EQ(gate.check({Side::Buy, 1'010'102, 10}, kTouch, kNoon), Reason::Collar);
  EXPECT_EQ(gate.check({Side::Sell, 990'099, 10}, kTouch, kNoon), Reason::Pass);
  EXPECT_EQ(gate.check({Side::Sell, 990'098, 10}, kTouch, kNoon), Reason::Collar);
  EXPECT_EQ(gate.count(Reason::Collar), 2u);
}

TEST(Gate, CollarStopsAMarketOrderInAWideBook) {
  Gate gate(limits(), kNobody);
  EXPECT_EQ(gate.check({Side::Buy, 0, 10}, Touch{1'000'000, 1'100'000, 1, 1}, kNoon), Reason::Collar);
}

TEST(Gate, RateLivesOnMarketTimeAndBlockedOrdersTakeNoToken) {
  core::RiskPlan plan = limits();
  plan.max_orders_per_second = 2;
  Gate gate(plan, kNobody);
  const Request good{Side::Buy, 1'000'200, 100};
  EXPECT_EQ(gate.check({Side::Buy, 1'000'200, 0}, kTouch, kNoon), Reason::Quantity);
  EXPECT_EQ(gate.check(good, kTouch, kNoon), Reason::Pass);
  EXPECT_EQ(gate.check(good, kTouch, kNoon), Reason::Pass);
  EXPECT_EQ(gate.check(good, kTouch, kNoon), Reason::Rate);
  EXPECT_EQ(gate.check(good, kTouch, kNoon + 500'000'000), Reason::Pass);
  EXPECT_EQ(gate.count(Reason::Rate), 1u);
}

TEST(Gate, ResetForgetsCountsButNotTheBucket) {
  core::RiskPlan plan = limits();
  plan.max_orders_per_second = 1;
  Gate gate(plan, kNobody);
  EXPECT_EQ(gate.check({Side::Buy, 1'000'200, 1}, kTouch, kNoon), Reason::Pass);
  gate.reset_counts();
  EXPECT_EQ(gate.count(Reason::Pass), 0u);
  EXPECT_EQ(gate.check({Side::Buy, 1'000'200, 1}, kTouch, kNoon), Reason::Rate);
}

TEST(Gate, EvidenceIsWhatTheCheckLookedAtAndItsBound) {
  core::RiskPlan plan = limits();
  plan.max_orders_per_second = 1;
  Gate gate(plan, kNobody);
  const auto blocked = [&](const Request& request, Reason reason, const Touch& touch = kTouch) {
    EXPECT_EQ(gate.check(request, touch, kNoon), reason);
    return gate.evidence();
  };
  const Evidence quantity = blocked({Side::Buy, 1'000'200, 1'001}, Reason::Quantity);
  EXPECT_EQ(quantity.value, 1'001u);
  EXPECT_EQ(quantity.bound, 1'000u);
  const Evidence notional = blocked({Side::Buy, 0, 1'000}, Reason::Notional);
  EXPECT_EQ(notional.value, 1'000'200'000u);
  EXPECT_EQ(notional.bound, 1'000'000'000u);
  const Evidence collar = blocked({Side::Sell, 990'000, 1}, Reason::Collar);
  EXPECT_EQ(collar.value, 2 * (1'000'100u - 990'000u));
  EXPECT_EQ(collar.bound, 20'002u);
  EXPECT_EQ(gate.check({Side::Buy, 1'000'200, 1}, kTouch, kNoon), Reason::Pass);
  const Evidence rate = blocked({Side::Buy, 1'000'200, 1}, Reason::Rate);
  EXPECT_EQ(rate.value, 0u);
  EXPECT_EQ(rate.bound, 1'000'000'000u);
}

TEST(Gate, ExtremePricesDoNotOverflow) {
  core::RiskPlan plan = limits();
  plan.max_quantity = ~0u;
  plan.max_notional = ~0ull;
  plan.collar_bps = 1'000'000;
  Gate gate(plan, kNobody);
  const book::Price top = book::kMaxPrice;
  EXPECT_EQ(gate.check({Side::Sell, top, ~0u}, Touch{top - 1, top, 1, 1}, kNoon), Reason::Pass);
  EXPECT_EQ(gate.check({Side::Sell, top, 1}, Touch{1, 2, 1, 1}, kNoon), Reason::Collar);
}

TEST(Gate, NothingPassesOnceTheKillSwitchIsPulled) {
  hs_kill_switch words{};
  const KillSwitch kill(words);
  core::RiskPlan plan = limits();
  plan.max_orders_per_second = 1;
  Gate gate(plan, kill);
  kill.pull(HS_KILL_COMMAND);
  EXPECT_EQ(gate.check({Side::Buy, 1'000'200, 100}, kTouch, kNoon), Reason::Killed);
  EXPECT_EQ(gate.check({Side::Buy, 1'000'200, 0}, kTouch, kNoon), Reason::Killed) << "before every other reason";
  EXPECT_EQ(gate.count(Reason::Killed), 2u);
  words.tripped = 0;  // no token was taken
  EXPECT_EQ(gate.check({Side::Buy, 1'000'200, 100}, kTouch, kNoon), Reason::Pass);
  EXPECT_EQ(gate.check({Side::Buy, 1'000'200, 100}, kTouch, kNoon), Reason::Rate);
}

TEST(Gate, EveryReasonHasAName) {
  EXPECT_EQ(std::string(name(Reason::Pass)), "pass");
  EXPECT_EQ(std::string(name(Reason::NoReference)), "no_reference");
  EXPECT_EQ(std::string(name(Reason::Rate)), "rate");
}

TEST(Gate, EveryReasonHasTheCounterOfItsName) {
  constexpr const char* kCounterNames[] = {
#define HS_X(symbol, name) name,
      HS_COUNTERS(HS_X)
#undef HS_X
  };
  for (std::size_t r = 1; r < kReasons; ++r) {
    const auto reason = static_cast<Reason>(r);
    EXPECT_EQ(kCounterNames[counter(reason)], std::string("risk_") + name(reason));
  }
}

}  // namespace
}  // namespace hopscope::risk
