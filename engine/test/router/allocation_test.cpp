#include "engine/router/allocation.h"

#include <gtest/gtest.h>

#include <vector>

namespace hopscope::router {
namespace {

using book::Side;

// Fees in millionths of the currency a share: 100 of them are one unit of the price's 4th decimal.
Quote quote(std::uint8_t venue, book::Price price, book::Quantity shares, std::int32_t fee = 0, std::uint8_t level = 0) {
  return {venue, level, price, shares, {fee, 0, 0, 0}};
}

std::vector<Leg> legs(const Wanted& wanted, const std::vector<Quote>& quotes, const Probe& probe = {}) {
  const Legs made(wanted, quotes, probe);
  return {made.span().begin(), made.span().end()};
}

bool operator==(const Leg& a, const Leg& b) { return a.venue == b.venue && a.shares == b.shares && a.limit == b.limit; }

constexpr Wanted kBuy{Side::Buy, true, 0, 500};
constexpr Wanted kSell{Side::Sell, true, 0, 500};

TEST(Allocation, TakesTheCheapestSharesOfAllVenues) {
  const std::vector<Quote> asks{quote(0, 1'000'100, 200), quote(0, 1'000'300, 900, 0, 1), quote(1, 1'000'200, 400)};
  const auto made = legs(kBuy, asks);
  ASSERT_EQ(made.size(), 2u);
  EXPECT_TRUE(made[0] == (Leg{0, 200, 1'000'100}));
  EXPECT_TRUE(made[1] == (Leg{1, 300, 1'000'200}));
}

TEST(Allocation, ALegGoesAsDeepAsItMust) {
  const std::vector<Quote> asks{quote(0, 1'000'100, 200), quote(0, 1'000'200, 100, 0, 1), quote(1, 1'000'300, 900)};
  const auto made = legs(kBuy, asks);
  ASSERT_EQ(made.size(), 2u);
  EXPECT_TRUE(made[0] == (Leg{0, 300, 1'000'200})) << "one leg a venue, to its worst price";
  EXPECT_TRUE(made[1] == (Leg{1, 200, 1'000'300}));
}

TEST(Allocation, AFeeCountsLikeAPrice) {
  // A cent a share at venue 0 against a cent in the price at venue 1, and a rebate that makes the worse price the better one.
  EXPECT_EQ(legs(kBuy, {quote(0, 1'000'100, 500, 10'001), quote(1, 1'000'200, 500)}).front().venue, 1);
  EXPECT_EQ(legs(kBuy, {quote(0, 1'000'100, 500, 9'999), quote(1, 1'000'200, 500)}).front().venue, 0);
  EXPECT_EQ(legs(kSell, {quote(0, 1'000'200, 500, 10'001), quote(1, 1'000'100, 500)}).front().venue, 1);
  EXPECT_EQ(legs(kSell, {quote(0, 1'000'100, 500), quote(1, 1'000'000, 500, -10'001)}).front().venue, 1);
}

TEST(Allocation, EqualScoresGoToTheLowerVenue) {
  EXPECT_EQ(legs(kBuy, {quote(1, 1'000'100, 500), quote(2, 1'000'100, 500)}).front().venue, 1);
}

TEST(Allocation, WhatNobodyShowsGoesWithTheFirstLeg) {
  const auto made = legs(kBuy, {quote(2, 1'000'100, 200), quote(3, 1'000'200, 100)});
  ASSERT_EQ(made.size(), 2u);
  EXPECT_TRUE(made[0] == (Leg{2, 400, 1'000'100}));
  EXPECT_TRUE(made[1] == (Leg{3, 100, 1'000'200}));
}

TEST(Allocation, StaysWithinTheLimit) {
  const Wanted wanted{Side::Buy, true, 1'000'100, 500};
  const auto made = legs(wanted, {quote(0, 1'000'100, 200), quote(1, 1'000'200, 900)});
  ASSERT_EQ(made.size(), 1u);
  EXPECT_TRUE(made[0] == (Leg{0, 500, 1'000'100}));
  const Wanted sale{Side::Sell, true, 1'000'200, 500};
  EXPECT_EQ(legs(sale, {quote(0, 1'000'100, 900, -20'000), quote(1, 1'000'200, 100)}).front().venue, 1);
}

TEST(Allocation, WithNothingWithinTheLimitTheBestVenueGetsItAll) {
  const Wanted wanted{Side::Buy, true, 1'000'000, 500};
  const auto made = legs(wanted, {quote(0, 1'000'200, 200), quote(1, 1'000'100, 900)});
  ASSERT_EQ(made.size(), 1u);
  EXPECT_TRUE(made[0] == (Leg{1, 500, 1'000'000}));
  EXPECT_TRUE(legs(kBuy, {}).front() == (Leg{0, 500, 0})) << "no quote at all: at any price";
}

TEST(Allocation, AnOrderThatRestsGoesToOneVenueWhateverItsPrices) {
  const Wanted wanted{Side::Buy, false, 999'900, 500};
  const auto made = legs(wanted, {quote(0, 1'000'000, 900), quote(1, 990'000, 10, -2'000), quote(2, 0, 0, -1'000)});
  ASSERT_EQ(made.size(), 1u);
  EXPECT_TRUE(made[0] == (Leg{1, 500, 999'900}));
}

TEST(Allocation, AtAnyPriceNoLegHasALimit) {
  const Wanted wanted{Side::Buy, true, 0, 500, true};
  const auto made = legs(wanted, {quote(0, 1'000'100, 200), quote(1, 1'000'200, 900)});
  ASSERT_EQ(made.size(), 2u);
  EXPECT_TRUE(made[0] == (Leg{0, 200, 0}));
  EXPECT_TRUE(made[1] == (Leg{1, 300, 0}));
}

TEST(Allocation, AProbeTakesItsSharesFirst) {
  const auto made = legs(kBuy, {quote(0, 1'000'100, 900)}, {3, 100});
  ASSERT_EQ(made.size(), 2u);
  EXPECT_TRUE(made[0] == (Leg{3, 100, 0}));
  EXPECT_TRUE(made[1] == (Leg{0, 400, 1'000'100}));
  const Wanted small{Side::Buy, true, 0, 60};
  EXPECT_EQ(legs(small, {quote(0, 1'000'100, 900)}, {3, 100}).size(), 1u);
}

}  // namespace
}  // namespace hopscope::router
