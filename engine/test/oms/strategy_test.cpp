#include "engine/oms/strategy.h"

#include <gtest/gtest.h>

namespace hopscope::oms {
namespace {

core::OmsPlan plan_of(core::StrategyRule rule) {
  core::OmsPlan plan;
  plan.strategy = rule;
  plan.imbalance_ppm = 600'000;
  plan.reversion_bps = 5;
  plan.cooldown_ns = 1'000;
  return plan;
}

Tick tick_at(std::uint64_t market_ns, std::uint16_t locate = 1) { return {1, market_ns, locate, true}; }

TEST(Strategy, ImbalanceFollowsTheHeavierSideFromItsThresholdOn) {
  Strategy strategy(plan_of(core::StrategyRule::Imbalance), 7, 2);
  EXPECT_TRUE(strategy.due()) << "at every message";
  EXPECT_FALSE(strategy.wants(tick_at(1), {1'000'000, 1'000'200, 799, 201})) << "0.598";
  ASSERT_TRUE(strategy.wants(tick_at(2), {1'000'000, 1'000'200, 800, 200})) << "0.6";
  const ChildRequest buy = strategy.decide({1'000'000, 1'000'200, 800, 200});
  EXPECT_EQ(buy.side, book::Side::Buy);
  EXPECT_EQ(buy.price, 1'000'200u);
  EXPECT_EQ(buy.type, OrderType::ImmediateOrCancel);
  ASSERT_TRUE(strategy.wants(tick_at(2'000), {1'000'000, 1'000'200, 200, 800}));
  EXPECT_EQ(strategy.decide({1'000'000, 1'000'200, 200, 800}).price, 1'000'000u);
  strategy.pass();
  EXPECT_TRUE(strategy.due());
}

TEST(Strategy, ReactiveOnesRestInEachSymbolForTheCooldown) {
  Strategy strategy(plan_of(core::StrategyRule::Imbalance), 7, 2);
  const book::Touch touch{1'000'000, 1'000'200, 800, 200};
  EXPECT_TRUE(strategy.wants(tick_at(5'000, 1), touch));
  EXPECT_FALSE(strategy.wants(tick_at(5'999, 1), touch));
  EXPECT_TRUE(strategy.wants(tick_at(5'999, 2), touch)) << "another symbol";
  EXPECT_TRUE(strategy.wants(tick_at(6'000, 1), touch));
}

TEST(Strategy, MeanReversionBuysWhatHasFallenAndSellsWhatHasRisen) {
  Strategy strategy(plan_of(core::StrategyRule::MeanReversion), 7, 2);
  std::uint64_t now = 1;
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(strategy.wants(tick_at(now++), {1'000'000, 1'000'200, 500, 500}));
  const book::Touch low{999'400, 999'600, 500, 500}, high{1'000'600, 1'000'800, 500, 500};
  ASSERT_TRUE(strategy.wants(tick_at(now += 10'000), low)) << "6 bps below its mean";
  EXPECT_EQ(strategy.decide(low).side, book::Side::Buy);
  for (int i = 0; i < 1'000; ++i) strategy.wants(tick_at(now += 10'000), low);
  EXPECT_FALSE(strategy.wants(tick_at(now += 10'000), low)) << "the mean has come after it";
  ASSERT_TRUE(strategy.wants(tick_at(now += 10'000), high));
  EXPECT_EQ(strategy.decide(high).side, book::Side::Sell);
}

}  // namespace
}  // namespace hopscope::oms
