#include "engine/oms/profit.h"

#include <gtest/gtest.h>

#include "engine/core/random.h"

namespace hopscope::oms {
namespace {

constexpr std::uint64_t kDollar = 10'000;  // prices carry 4 decimals
constexpr std::int64_t kMicros = 1'000'000;

book::Traded traded(std::uint64_t bought, std::uint64_t paid, std::uint64_t sold, std::uint64_t received, std::int64_t fees = 0) {
  return {bought, sold, paid, received, fees};
}

TEST(Profit, OfARoundTripIsRealised) {
  const Profit profit = profit_of(traded(100, 1'000 * kDollar, 100, 1'200 * kDollar, 7), 0);
  EXPECT_EQ(profit.realised_micros, 200 * kMicros);
  EXPECT_EQ(profit.unrealised_micros, 0);
  EXPECT_EQ(profit.cash_micros, 200 * kMicros - 7);
}

TEST(Profit, OfWhatIsLeftIsValuedAtTheMark) {
  // 300 bought at 10 on average, 100 sold at 12; 200 left, worth 9.50.
  const Profit profit = profit_of(traded(300, 3'000 * kDollar, 100, 1'200 * kDollar), 190'000);
  EXPECT_EQ(profit.realised_micros, 200 * kMicros);
  EXPECT_EQ(profit.unrealised_micros, -100 * kMicros);
}

TEST(Profit, OfAShortPosition) {
  // 200 sold at 10, 50 bought back at 8; short 150 at 10, worth 11.
  const Profit profit = profit_of(traded(50, 400 * kDollar, 200, 2'000 * kDollar), 220'000);
  EXPECT_EQ(profit.realised_micros, 100 * kMicros);
  EXPECT_EQ(profit.unrealised_micros, -150 * kMicros);
}

TEST(Profit, WithoutAMarkNothingIsSaidOfWhatIsLeft) {
  EXPECT_FALSE(profit_of(traded(1, kDollar, 0, 0), 0).unrealised_micros.has_value());
  EXPECT_EQ(profit_of(traded(0, 0, 0, 0), 0).unrealised_micros, 0);
}

TEST(Profit, LosesNothingToRounding) {
  core::Random random(1, core::Stream::Synthetic);
  for (int i = 0; i < 10'000; ++i) {
    const book::Traded t =
        traded(random.below(1'000'000), random.below(1'000'000'000), random.below(1'000'000), random.below(1'000'000'000));
    const std::uint64_t mark = 1 + random.below(4'000'000);
    const Profit profit = profit_of(t, mark);
    if (t.net() == 0) continue;
    const std::int64_t total =
        static_cast<std::int64_t>(t.sold_value - t.bought_value) * 100 + t.net() * static_cast<std::int64_t>(mark) * 50;
    ASSERT_EQ(profit.realised_micros + profit.unrealised_micros.value_or(0), total);
  }
}

TEST(Mark, IsTheMiddleOrTheLastTrade) {
  book::Touch touch;
  book::Trades trades;
  EXPECT_EQ(doubled_mark(touch, trades), 0u);
  trades.last = 7;
  touch.bid = 9;
  EXPECT_EQ(doubled_mark(touch, trades), 14u);
  touch.ask = 10;
  EXPECT_EQ(doubled_mark(touch, trades), 19u);
}

}  // namespace
}  // namespace hopscope::oms
