#include "engine/oms/every_nth.h"

#include <gtest/gtest.h>

#include <map>

namespace hopscope::oms {
namespace {

using book::Side;
using book::Touch;

constexpr Touch kTouch{1'000'000, 1'000'200, 500, 500};

core::OmsPlan plan_of(std::uint32_t every, std::uint32_t limit_percent, std::uint32_t market_percent) {
  core::OmsPlan plan;
  plan.every = every;
  plan.limit_percent = limit_percent;
  plan.market_percent = market_percent;
  plan.quantity = 300;
  return plan;
}

TEST(EveryNth, IsDueAtEveryNthMessage) {
  EveryNth strategy(plan_of(3, 0, 0), 7);
  for (int round = 0; round < 4; ++round) {
    EXPECT_FALSE(strategy.due());
    strategy.pass();
    EXPECT_FALSE(strategy.due());
    strategy.pass();
    EXPECT_TRUE(strategy.due());
    strategy.decide(kTouch);
  }
}

TEST(EveryNth, StaysDueUntilItHasDecided) {
  EveryNth strategy(plan_of(2, 0, 0), 7);
  strategy.pass();
  for (int i = 0; i < 5; ++i) {
    EXPECT_TRUE(strategy.due());
    strategy.pass();
  }
  strategy.decide(kTouch);
  EXPECT_FALSE(strategy.due());
}

TEST(EveryNth, EveryZeroNeverTrades) {
  EveryNth strategy(plan_of(0, 0, 0), 7);
  for (int i = 0; i < 1'000; ++i) {
    ASSERT_FALSE(strategy.due());
    strategy.pass();
  }
}

TEST(EveryNth, PricesFollowTheTypeAndTheSide) {
  EveryNth resting(plan_of(1, 100, 0), 7), market(plan_of(1, 0, 100), 7), immediate(plan_of(1, 0, 0), 7);
  std::map<Side, int> seen;
  for (int i = 0; i < 64; ++i) {
    const ChildRequest limit = resting.decide(kTouch);
    EXPECT_EQ(limit.type, OrderType::Limit);
    EXPECT_EQ(limit.price, limit.side == Side::Buy ? 999'900u : 1'000'300u) << "one cent behind the near touch";
    EXPECT_EQ(limit.quantity, 300u);
    const ChildRequest at_market = market.decide(kTouch);
    EXPECT_EQ(at_market.type, OrderType::Market);
    EXPECT_EQ(at_market.price, 0u);
    const ChildRequest ioc = immediate.decide(kTouch);
    EXPECT_EQ(ioc.type, OrderType::ImmediateOrCancel);
    EXPECT_EQ(ioc.price, ioc.side == Side::Buy ? kTouch.ask : kTouch.bid);
    ++seen[limit.side];
  }
  EXPECT_GT(seen[Side::Buy], 10);
  EXPECT_GT(seen[Side::Sell], 10);
}

TEST(EveryNth, TicksBelowADollarAreAHundredthOfACent) {
  EveryNth resting(plan_of(1, 100, 0), 7);
  for (int i = 0; i < 32; ++i) {
    const ChildRequest request = resting.decide(Touch{5'000, 5'003, 1, 1});
    EXPECT_EQ(request.price, request.side == Side::Buy ? 4'999u : 5'004u);
  }
}

TEST(EveryNth, NeverAsksForAPriceThatIsNone) {
  EveryNth resting(plan_of(1, 100, 0), 7);
  for (int i = 0; i < 32; ++i) {
    const ChildRequest request = resting.decide(Touch{1, book::kMaxPrice, 1, 1});
    EXPECT_GE(request.price, 1u);
    EXPECT_LE(request.price, book::kMaxPrice);
  }
}

TEST(EveryNth, MixFollowsThePlan) {
  EveryNth strategy(plan_of(1, 25, 5), 7);
  std::map<OrderType, int> seen;
  for (int i = 0; i < 20'000; ++i) ++seen[strategy.decide(kTouch).type];
  EXPECT_NEAR(seen[OrderType::Limit], 5'000, 300);
  EXPECT_NEAR(seen[OrderType::Market], 1'000, 150);
}

TEST(EveryNth, EqualSeedsDecideEquallyOthersDoNot) {
  EveryNth one(plan_of(1, 25, 5), 7), same(plan_of(1, 25, 5), 7), other(plan_of(1, 25, 5), 8);
  bool differs = false;
  for (int i = 0; i < 100; ++i) {
    const ChildRequest a = one.decide(kTouch), b = same.decide(kTouch), c = other.decide(kTouch);
    EXPECT_TRUE(a.side == b.side && a.type == b.type && a.price == b.price);
    differs |= a.side != c.side || a.type != c.type;
  }
  EXPECT_TRUE(differs);
}

}  // namespace
}  // namespace hopscope::oms
