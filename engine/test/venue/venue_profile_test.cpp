// What sets a venue apart: fees, modelled latency, its queue.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "engine/test/venue/venue_rig.h"

namespace hopscope::venue {
namespace {

namespace itch = wire::itch;
using Lines = std::vector<std::string>;

core::Plan plan_with(const core::VenuePlan& profile) {
  core::Plan plan = rig_plan();
  plan.venue_profiles = {{}, profile};
  return plan;
}

void tick(VenueRig& rig, std::uint64_t market_ns) {
  rig.feed([=](auto out) { return itch::encode_system_event(out, {0, market_ns}, 'Q'); });
}

TEST(VenueProfile, FeesAreChargedByWhoTookAndWhoMade) {
  VenueRig rig(plan_with({"A", -2'000, 3'000}));
  rig.directory();
  rig.add(1, 'S', 100, 500);
  rig.trade(VenueRig::limit(1, 'B', 150, 500));  // takes 100
  rig.add(2, 'S', 20, 500);                      // makes 20
  rig.trade(VenueRig::limit(2, 'S', 10, 500));   // takes 10 from itself
  const VenueTotals& totals = rig.venue.totals();
  EXPECT_EQ(totals.taken_shares, 110u);
  EXPECT_EQ(totals.made_shares, 30u);
  EXPECT_EQ(totals.take_fees_micros, 330'000);
  EXPECT_EQ(totals.make_fees_micros, -60'000);
}

TEST(VenueProfile, AMessageIsMatchedWhenMarketTimeHasComeThatFar) {
  VenueRig rig(plan_with({"A", 0, 0, 1'000, 8}));
  rig.directory();
  rig.add(1, 'S', 100, 500);
  rig.trade(VenueRig::limit(1, 'B', 100, 500));
  rig.cancel(1);
  rig.send_orders();
  rig.venue.poll();
  tick(rig, kNow + 999);
  EXPECT_TRUE(rig.answers().empty());
  rig.feed([](auto out) { return itch::encode_replace(out, {kLocate, kNow + 1'000}, 1, 2, 100, 501); });  // the price is gone
  EXPECT_EQ(rig.answers(), (Lines{"A1", "C1 100U"}));
}

TEST(VenueProfile, InAnOutageItsGatewayLosesWhatArrives) {
  core::VenuePlan profile;
  profile.outage_after_ns = 1'000;
  profile.outage_for_ns = 500;
  VenueRig rig(plan_with(profile));
  rig.directory();  // the first measured message
  rig.add(1, 'S', 1'000, 500);
  const auto trade_at = [&](std::uint64_t after_ns, std::uint32_t user_ref) {
    tick(rig, kNow + after_ns);
    rig.trade(VenueRig::limit(user_ref, 'B', 100, 500));
    return !rig.answers().empty();
  };
  EXPECT_TRUE(trade_at(999, 1));
  EXPECT_FALSE(trade_at(1'000, 2));
  EXPECT_FALSE(trade_at(1'499, 3));
  EXPECT_TRUE(trade_at(1'500, 4));
  EXPECT_EQ(rig.venue.totals().lost_in_outage, 2u);
}

TEST(VenueProfile, OfASplitFeedOnlyItsShareRestsHere) {
  core::Plan plan = rig_plan();
  plan.venues = 2;
  plan.feed.liquidity = core::Liquidity::Split;
  VenueRig rig(plan);
  rig.directory();
  std::uint64_t own = 1, others = 1;
  while (book::home_venue(own, 2) != VenueRig::kVenue) ++own;
  while (book::home_venue(others, 2) == VenueRig::kVenue) ++others;
  rig.add(own, 'S', 100, 500);
  rig.add(others, 'S', 100, 400);
  EXPECT_EQ(rig.venue.engine().touch(kLocate).ask, 500u);
  // A replacement stays here, whatever its own reference says; the other venue's orders are no loss.
  const std::uint64_t renewed = others + 1'000'000;
  rig.feed([&](auto out) { return itch::encode_replace(out, {kLocate, kNow}, own, renewed, 70, 600); });
  rig.feed([&](auto out) { return itch::encode_delete(out, {kLocate, kNow}, others); });
  EXPECT_EQ(rig.venue.engine().touch(kLocate).ask, 600u);
  EXPECT_EQ(rig.venue.engine().touch(kLocate).ask_size, 70u);
  rig.feed([&](auto out) { return itch::encode_delete(out, {kLocate, kNow}, renewed); });
  EXPECT_EQ(rig.venue.engine().touch(kLocate).ask, 0u);
  EXPECT_EQ(rig.venue.engine().unresolved(), 0u);
}

TEST(VenueProfile, MoreThanTheQueueHoldsIsRejected) {
  VenueRig rig(plan_with({"A", 0, 0, 1'000, 2}));
  rig.directory();
  rig.trade(VenueRig::limit(1, 'B', 100, 500));
  rig.trade(VenueRig::limit(2, 'B', 100, 500));
  rig.trade(VenueRig::limit(3, 'B', 100, 500));
  rig.cancel(1);
  rig.send_orders();
  rig.venue.poll();
  EXPECT_EQ(rig.answers(), (Lines{"J3", "I1"}));
  EXPECT_EQ(rig.last_reason, RejectReason::RiskPortMessageRate);
  EXPECT_EQ(rig.venue.totals().queue_rejects, 2u);
  tick(rig, kNow + 1'000);
  EXPECT_EQ(rig.answers(), (Lines{"A1", "A2"}));
}

TEST(VenueProfile, WhatWaitsAtTheEndOfTheSessionIsMatched) {
  VenueRig rig(plan_with({"A", 0, 0, 1'000, 8}));
  rig.directory();
  rig.trade(VenueRig::limit(1, 'B', 100, 500));
  rig.venue.end_session();
  rig.venue.poll();
  EXPECT_EQ(rig.answers(), (Lines{"A1"}));
}

TEST(VenueProfile, AWaitingMessageIsHandledInLockstep) {
  core::Plan plan = plan_with({"A", 0, 0, 1'000, 8});
  plan.pacing = core::Pacing::Lockstep;
  VenueRig rig(plan);
  rig.directory();
  rig.trade(VenueRig::limit(1, 'B', 100, 500));
  EXPECT_EQ(rig.lockstep.venue_handled[VenueRig::kVenue].get(), 1u);
  tick(rig, kNow + 1'000);
  EXPECT_EQ(rig.lockstep.venue_sent[VenueRig::kVenue].get(), 1u);
}

// Thirty waiting messages are due at once, and the port takes one packet at a time.
TEST(VenueProfile, AFullPortDelaysWaitingMessagesButLosesNone) {
  VenueRig rig(plan_with({"A", 0, 0, 1'000, 64}), 1);
  rig.directory();
  for (std::uint32_t user_ref = 1; user_ref <= 30; ++user_ref) rig.trade(VenueRig::limit(user_ref, 'B', 100, 500));
  tick(rig, kNow + 1'000);
  std::size_t accepted = 0;
  for (int round = 0; round < 10; ++round) {
    accepted += rig.answers().size();
    rig.venue.poll();
  }
  EXPECT_EQ(accepted, 30u);
}

}  // namespace
}  // namespace hopscope::venue
