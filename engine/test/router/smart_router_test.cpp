#include "engine/router/smart_router.h"

#include <gtest/gtest.h>

#include <vector>

namespace hopscope::router {
namespace {

using book::Side;

constexpr std::uint64_t kStart = 34'200'000'000'000;
constexpr book::Touch kTouch{1'000'000, 1'000'200, 500, 500};
constexpr Wanted kBuy{Side::Buy, true, 0, 100};

core::RoutingPlan plan() {
  core::RoutingPlan plan;
  plan.half_life_ns = 1'000'000;
  plan.out_after = 2;
  plan.probe_every_ns = 1'000;
  return plan;
}

// Every venue shows 500 shares at the touch.
class SmartRouterTest : public ::testing::Test {
 protected:
  const Route& route(SmartRouter& router, const Wanted& wanted, std::uint64_t market_ns = kStart) {
    return router.route(wanted, kTouch, market_ns, [](unsigned, Side side, auto&& visit) {
      visit(side == Side::Buy ? kTouch.bid : kTouch.ask, std::uint64_t{500}, std::uint64_t{1});
    });
  }
  unsigned first(SmartRouter& router, const Wanted& wanted = kBuy, std::uint64_t market_ns = kStart) {
    return route(router, wanted, market_ns).legs.span().front().venue;
  }
};

core::VenuePlan venue(std::int64_t make, std::int64_t take, std::uint64_t latency_ns = 0) {
  core::VenuePlan profile;
  profile.make_micros = make;
  profile.take_micros = take;
  profile.latency_ns = latency_ns;
  return profile;
}

TEST_F(SmartRouterTest, TakesWhereTakingIsCheapAndRestsWhereRestingIs) {
  const std::vector<core::VenuePlan> venues{venue(-2'000, 3'000), venue(1'800, -1'500)};
  SmartRouter router(plan(), venues, 2);
  EXPECT_EQ(first(router), 1u);
  const Wanted rests{Side::Buy, false, 999'900, 100};
  EXPECT_EQ(first(router, rests), 0u);
  core::RoutingPlan no_fees = plan();
  no_fees.fees_percent = 0;
  SmartRouter blind(no_fees, venues, 2);
  EXPECT_EQ(first(blind), 0u);
}

TEST_F(SmartRouterTest, LearnsWhichQuotesFill) {
  SmartRouter router(plan(), {}, 2);
  EXPECT_EQ(first(router), 0u);
  router.figures(0).ended(true, 1'000, 0);
  EXPECT_EQ(first(router), 1u);
  // Half of 20,000 micros of spread: 1,000 of 1,000 + 1,000 believed shares were missed.
  EXPECT_EQ(route(router, kBuy).quotes()[0].terms.fill, 10'000);
  const Wanted rests{Side::Buy, false, 999'900, 100};
  EXPECT_EQ(first(router, rests), 0u) << "what rests is learned of by itself";
}

TEST_F(SmartRouterTest, ForgetsHalfOfItInAHalfLife) {
  SmartRouter router(plan(), {}, 1);
  router.figures(0).ended(true, 1'000, 0);
  EXPECT_EQ(route(router, kBuy, kStart).quotes()[0].terms.fill, 10'000);
  EXPECT_EQ(route(router, kBuy, kStart + 999'999).quotes()[0].terms.fill, 10'000);
  EXPECT_EQ(route(router, kBuy, kStart + 1'000'000).quotes()[0].terms.fill, 20'000 * 500 / 1'500);
  for (std::uint64_t n = 2; n < 20; ++n) route(router, kBuy, kStart + n * 1'000'000);
  EXPECT_EQ(route(router, kBuy, kStart + 20'000'000).quotes()[0].terms.fill, 0);
}

TEST_F(SmartRouterTest, AVenueThatIsLateOrRejectsIsDearer) {
  core::RoutingPlan weights = plan();
  weights.latency_micros = 100;
  weights.reject_micros = 7'000;
  SmartRouter router(weights, std::vector<core::VenuePlan>{venue(0, 0, 50'000), venue(0, 0)}, 2);
  EXPECT_EQ(route(router, kBuy).quotes()[0].terms.latency, 5'000);
  EXPECT_EQ(first(router), 1u);
  router.figures(1).rejected();
  EXPECT_EQ(route(router, kBuy).quotes()[1].terms.rejects, 7'000);
  EXPECT_EQ(first(router), 0u);
}

TEST_F(SmartRouterTest, MeasuredLatencyTakesThePlaceOfTheProfiles) {
  core::RoutingPlan weights = plan();
  weights.latency_micros = 100;
  weights.latency = core::RouterLatency::Measured;
  SmartRouter router(weights, std::vector<core::VenuePlan>{venue(0, 0), venue(0, 0, 50'000)}, 2);
  EXPECT_EQ(route(router, kBuy).quotes()[1].terms.latency, 0) << "what the profile says does not count";
  router.figures(0).answered_in(30'000);
  router.figures(1).answered_in(20'000);
  EXPECT_EQ(route(router, kBuy).quotes()[0].terms.latency, 3'000);
  EXPECT_EQ(route(router, kBuy).quotes()[1].terms.latency, 2'000);
  EXPECT_EQ(first(router), 1u);
  weights.latency_micros = 0;
  EXPECT_FALSE(weights.measures_latency()) << "what has no weight need not be measured";
}

TEST_F(SmartRouterTest, AVenueThatDoesNotAnswerIsTakenOutAndAskedNowAndThen) {
  SmartRouter router(plan(), {}, 2);
  Availability& availability = router.availability();
  availability.timed_out(0);
  EXPECT_EQ(first(router), 0u) << "once is not enough";
  availability.timed_out(0);
  EXPECT_EQ(first(router), 1u);
  EXPECT_EQ(availability.times_out(), 1u);
  EXPECT_EQ(route(router, kBuy, kStart + 999).probe.shares, 0u);
  const Wanted rests{Side::Buy, false, 999'900, 100};
  EXPECT_EQ(route(router, rests, kStart + 1'000).probe.shares, 0u) << "an order that rests asks nothing";
  EXPECT_EQ(route(router, kBuy, kStart + 1'000).probe.shares, 100u);
  EXPECT_EQ(route(router, kBuy, kStart + 1'999).probe.shares, 0u);
  EXPECT_EQ(route(router, kBuy, kStart + 2'000).probe.shares, 100u);
  EXPECT_EQ(availability.probes(), 2u);
  availability.answered(0);
  EXPECT_EQ(first(router, kBuy, kStart + 2'001), 0u);
  EXPECT_EQ(route(router, kBuy, kStart + 9'000).probe.shares, 0u);
}

TEST_F(SmartRouterTest, WithAllVenuesOutTheFirstGetsTheOrder) {
  SmartRouter router(plan(), {}, 1);
  router.availability().timed_out(0);
  router.availability().timed_out(0);
  EXPECT_EQ(first(router), 0u);
  EXPECT_TRUE(route(router, kBuy).quotes().empty());
}

TEST_F(SmartRouterTest, LooksAtNoMoreLevelsThanThePlanSays) {
  core::RoutingPlan two = plan();
  two.levels = 2;
  SmartRouter router(two, {}, 1);
  const Wanted wanted{Side::Sell, true, 0, 100};
  const Route& route = router.route(wanted, kTouch, kStart, [](unsigned, Side side, auto&& visit) {
    EXPECT_EQ(side, Side::Buy);
    for (book::Price price = 1'000'000; price > 999'000 && visit(price, std::uint64_t{10}, std::uint64_t{1});) price -= 100;
  });
  ASSERT_EQ(route.quotes().size(), 2u);
  EXPECT_EQ(route.quotes()[1].price, 999'900u);
  EXPECT_EQ(route.quotes()[1].level, 1);
}

}  // namespace
}  // namespace hopscope::router
