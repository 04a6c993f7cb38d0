#include "engine/router/router.h"

#include <gtest/gtest.h>

#include <vector>

namespace hopscope::router {
namespace {

using book::Side;
using core::RouterRule;

constexpr VenueView kNear{{1'000'000, 1'000'200, 1, 1}};
constexpr VenueView kCheapAsk{{990'000, 1'000'100, 1, 1}};
constexpr VenueView kHighBid{{1'000'050, 1'000'300, 1, 1}};
constexpr VenueView kEmpty{{0, 0, 0, 0}};

TEST(Router, BestPriceLooksAtTheFarSide) {
  Router router(RouterRule::BestPrice);
  const std::vector<VenueView> views{kNear, kCheapAsk, kHighBid, kEmpty};
  EXPECT_EQ(router.pick(Side::Buy, views), 1u);
  EXPECT_EQ(router.pick(Side::Sell, views), 2u);
  EXPECT_EQ(router.pick(Side::Buy, views), 1u) << "a better price beats having been used";
}

TEST(Router, AnEmptySideIsWorseThanAnyPrice) {
  Router router(RouterRule::BestPrice);
  const std::vector<VenueView> views{kEmpty, VenueView{{1, book::kMaxPrice, 1, 1}}};
  EXPECT_EQ(router.pick(Side::Buy, views), 1u);
  EXPECT_EQ(router.pick(Side::Sell, views), 1u);
}

TEST(Router, EqualPricesGoToTheVenueUsedLongestAgo) {
  Router router(RouterRule::BestPrice);
  const std::vector<VenueView> equal{kNear, kNear, kNear};
  EXPECT_EQ(router.pick(Side::Buy, equal), 0u);
  EXPECT_EQ(router.pick(Side::Sell, equal), 1u);
  EXPECT_EQ(router.pick(Side::Buy, equal), 2u);
  EXPECT_EQ(router.pick(Side::Buy, equal), 0u);
  const std::vector<VenueView> one_better{kNear, kCheapAsk, kNear};
  EXPECT_EQ(router.pick(Side::Buy, one_better), 1u);
  EXPECT_EQ(router.pick(Side::Buy, equal), 2u) << "1 has just been used for its price";
}

TEST(Router, RoundRobinIgnoresPrices) {
  Router router(RouterRule::RoundRobin);
  const std::vector<VenueView> views{kNear, kCheapAsk, kHighBid};
  for (unsigned round = 0; round < 3; ++round)
    for (unsigned venue = 0; venue < 3; ++venue) EXPECT_EQ(router.pick(Side::Buy, views), venue);
}

TEST(Router, OneVenueTakesEverything) {
  Router router(RouterRule::BestPrice);
  const std::vector<VenueView> views{kEmpty};
  EXPECT_EQ(router.pick(Side::Buy, views), 0u);
  EXPECT_EQ(router.pick(Side::Sell, views), 0u);
}

}  // namespace
}  // namespace hopscope::router
