#include "engine/venue/venue.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "engine/test/venue/venue_rig.h"

namespace hopscope::venue {
namespace {

namespace itch = wire::itch;
namespace ouch = wire::ouch;
using Lines = std::vector<std::string>;

constexpr unsigned kVenue = VenueRig::kVenue;

TEST(Venue, AnswersALimitOrderThatTradesAndRests) {
  VenueRig rig;
  rig.directory();
  rig.add(1, 'S', 100, 500);
  rig.trade(VenueRig::limit(7, 'B', 300, 500));
  EXPECT_EQ(rig.answers(), (Lines{"A7", "E7 100@500R"}));
  EXPECT_EQ(rig.packets, 1u);
  EXPECT_EQ(rig.last_accepted.timestamp_ns, kNow);
  EXPECT_EQ(rig.last_accepted.quantity, 300u);
  EXPECT_EQ(rig.last_accepted.price, 500u);
  EXPECT_EQ(rig.last_accepted.symbol, kStock);
  EXPECT_EQ(rig.last_accepted.order_state, 'L');
  EXPECT_EQ(rig.venue.engine().touch(kLocate).bid_size, 200u);
}

TEST(Venue, AnswersMarketAndImmediateOrders) {
  VenueRig rig;
  rig.directory();
  rig.add(1, 'S', 100, 500);
  rig.trade(VenueRig::limit(1, 'B', 150, ouch::kMarketPrice));
  auto immediate = VenueRig::limit(2, 'B', 100, 500);
  immediate.time_in_force = ouch::kTimeInForceImmediate;
  rig.trade(immediate);
  EXPECT_EQ(rig.answers(), (Lines{"A1", "E1 100@500R", "C1 50I", "A2", "C2 100I"}));
}

TEST(Venue, TheMakerHearsOfATradeWhoeverTookIt) {
  VenueRig rig;
  rig.directory();
  rig.trade(VenueRig::limit(1, 'B', 100, 500));
  rig.add(9, 'S', 30, 500);
  rig.trade(VenueRig::limit(2, 'S', 20, 500));
  EXPECT_EQ(rig.answers(), (Lines{"A1", "E1 30@500A", "A2", "E2 20@500R", "E1 20@500A"}));
}

TEST(Venue, AnOrderAndACancelInOnePacketAreAnsweredInOne) {
  VenueRig rig;
  rig.directory();
  rig.trade(VenueRig::limit(1, 'B', 100, 500));
  rig.answers();
  rig.packets = 0;
  rig.enter(VenueRig::limit(2, 'B', 100, 400));
  rig.cancel(1);
  rig.cancel(1);  // too late: ignored
  rig.send_orders();
  rig.venue.poll();
  EXPECT_EQ(rig.answers(), (Lines{"A2", "C1 100U"}));
  EXPECT_EQ(rig.packets, 1u);
}

TEST(Venue, RejectsWhatItDoesNotTrade) {
  VenueRig rig;
  rig.trade(VenueRig::limit(1, 'B', 100, 500));  // before the directory has named the symbol
  rig.directory();
  rig.trade(VenueRig::limit(2, 'B', 0, 500));
  EXPECT_EQ(rig.answers(), (Lines{"J1", "J2"}));
}

TEST(Venue, IgnoresAUserRefNumThatDoesNotRise) {
  VenueRig rig;
  rig.directory();
  rig.trade(VenueRig::limit(5, 'B', 100, 500));
  rig.trade(VenueRig::limit(5, 'B', 100, 500));
  rig.trade(VenueRig::limit(4, 'B', 100, 500));
  EXPECT_EQ(rig.answers(), (Lines{"A5"}));
  EXPECT_EQ(rig.count(HS_COUNTER_VENUE_ORDERS), 1u);
  EXPECT_EQ(rig.venue.engine().touch(kLocate).bid_size, 100u);
}

TEST(Venue, AReplacementIsAnOrderToThoseWhoWatch) {
  VenueRig rig;
  rig.directory();
  rig.trade(VenueRig::limit(1, 'B', 100, 500));
  hs_capsule& capsule = rig.capsules.open(VenueRig::kVenue, 2);
  capsule.base_tsc = core::now_ticks();
  rig.request([](auto out) { return wire::ouch::encode_replace(out, 1, VenueRig::limit(2, 'B', 100, 501)); });
  EXPECT_EQ(rig.answers(), (Lines{"A1", "U2 100@501"}));
  EXPECT_EQ(rig.count(HS_COUNTER_VENUE_ORDERS), 2u);
  EXPECT_EQ(capsule.venue_hops, 1u << HS_HOP_VENUE_RX | 1u << HS_HOP_VENUE_MATCH | 1u << HS_HOP_JOURNAL_APPEND | 1u << HS_HOP_VENUE_TX);
}

TEST(Venue, ALostOrderIsCountedAndNothingWaitsForIt) {
  VenueRig rig;
  rig.directory();
  rig.oms_end.lose = [](std::uint64_t nth) { return nth == 0; };
  rig.trade(VenueRig::limit(1, 'B', 100, 500));
  rig.trade(VenueRig::limit(2, 'B', 100, 500));
  EXPECT_EQ(rig.answers(), (Lines{"A2"}));
  EXPECT_EQ(rig.count(HS_COUNTER_SESSION_GAPS), 1u);
}

TEST(Venue, ALostFeedPacketIsCountedAndTheNextOnesApplied) {
  VenueRig rig;
  rig.feed_end.lose = [](std::uint64_t nth) { return nth == 1 || nth == 2; };
  rig.directory();
  rig.add(1, 'S', 100, 500);
  rig.add(2, 'S', 100, 500);
  rig.add(3, 'S', 100, 600);
  EXPECT_EQ(rig.count(HS_COUNTER_VENUE_GAPS), 0u) << "they may still come";
  EXPECT_EQ(rig.count(HS_COUNTER_VENUE_REQUESTS), 1u);
  rig.venue.poll();
  EXPECT_EQ(rig.count(HS_COUNTER_VENUE_GAPS), 2u);
  EXPECT_EQ(rig.count(HS_COUNTER_VENUE_PACKETS), 2u);
  EXPECT_EQ(rig.count(HS_COUNTER_VENUE_MESSAGES), 2u);
  EXPECT_EQ(rig.venue.engine().touch(kLocate).ask, 600u);
}

TEST(Venue, AFeedPacketThatComesTwiceIsAppliedOnce) {
  VenueRig rig;
  rig.directory();
  rig.add(1, 'S', 100, 500);
  --rig.feed_sequence;
  rig.add(2, 'S', 100, 500);
  EXPECT_EQ(rig.venue.engine().touch(kLocate).ask_size, 100u);
  EXPECT_EQ(rig.count(HS_COUNTER_VENUE_GAPS), 0u);
}

TEST(Venue, CountsWhatIsMalformedAndGoesOn) {
  VenueRig rig;
  rig.directory();
  rig.outgoing.push_back(std::vector<std::byte>(5, std::byte{'?'}));
  rig.enter(VenueRig::limit(1, 'B', 100, 500));
  rig.send_orders();
  const auto room = rig.oms_end.tx_reserve();
  std::fill_n(room.begin(), 19, std::byte{0});  // shorter than a MoldUDP64 header
  rig.oms_end.tx_commit(19);
  rig.oms_end.tx_flush();
  rig.venue.poll();
  EXPECT_EQ(rig.answers(), (Lines{"A1"}));
  EXPECT_EQ(rig.count(HS_COUNTER_PORT_MALFORMED), 2u);
}

// A sweep through 300 makers needs nine packets; the port takes two at a time.
TEST(Venue, AFullPortDelaysAnswersButLosesNone) {
  VenueRig rig(rig_plan(), 2);
  rig.directory();
  for (std::uint64_t id = 1; id <= 300; ++id) rig.add(id, 'S', 1, 500);
  rig.enter(VenueRig::limit(1, 'B', 400, 500));
  rig.enter(VenueRig::limit(2, 'B', 100, 400));
  rig.send_orders();
  rig.venue.poll();
  rig.send_feed([](auto out) { return itch::encode_add(out, {kLocate, kNow}, 1'000, 'S', 50, kStock, 500); });
  Lines all;
  for (int round = 0; round < 20; ++round) {
    rig.venue.poll();
    const Lines some = rig.answers();
    all.insert(all.end(), some.begin(), some.end());
  }
  ASSERT_EQ(all.size(), 303u);
  EXPECT_EQ(all.front(), "A1");
  for (std::size_t i = 1; i <= 300; ++i) ASSERT_EQ(all[i], "E1 1@500R");
  EXPECT_EQ(all[301], "A2");
  EXPECT_EQ(all[302], "E1 50@500A");
  EXPECT_GE(rig.packets, 9u);
  EXPECT_EQ(rig.journal.counters().get(HS_COUNTER_JOURNAL_RECORDS), 305u);  // nothing was taken twice: 2 entered, 2 accepted, 301 executed
  EXPECT_EQ(rig.count(HS_COUNTER_SESSION_GAPS), 0u);
}

TEST(Venue, CountersStartWithTheFirstMeasuredFeedMessage) {
  core::Plan plan = rig_plan();
  plan.feed.warmup_messages = 2;
  VenueRig rig(plan);
  rig.directory();
  rig.trade(VenueRig::limit(1, 'B', 100, 400));
  rig.add(1, 'S', 100, 500);
  EXPECT_EQ(rig.count(HS_COUNTER_VENUE_MESSAGES), 2u);
  EXPECT_EQ(rig.journal.counters().get(HS_COUNTER_JOURNAL_RECORDS), 2u);
  rig.add(2, 'S', 100, 500);
  EXPECT_EQ(rig.count(HS_COUNTER_VENUE_MESSAGES), 1u);
  EXPECT_EQ(rig.count(HS_COUNTER_VENUE_ORDERS), 0u);
  EXPECT_EQ(rig.journal.counters().get(HS_COUNTER_JOURNAL_RECORDS), 0u);
}

TEST(Venue, GapsOfTheWarmUpStayCounted) {
  core::Plan plan = rig_plan();
  plan.feed.warmup_messages = 3;
  VenueRig rig(plan);
  rig.feed_end.lose = [](std::uint64_t nth) { return nth == 1 || nth == 3; };  // in the warm-up, and the first measured one
  rig.directory();
  rig.add(1, 'S', 100, 500);
  rig.add(2, 'S', 100, 600);
  rig.venue.poll();
  rig.add(3, 'S', 100, 700);
  rig.add(4, 'S', 100, 800);
  rig.venue.poll();
  EXPECT_EQ(rig.count(HS_COUNTER_VENUE_MESSAGES), 1u);
  EXPECT_EQ(rig.count(HS_COUNTER_VENUE_GAPS), 2u);
}

TEST(Venue, StampsItsHopsIntoTheCapsule) {
  VenueRig rig;
  rig.directory();
  hs_capsule& capsule = rig.capsules.open(kVenue, 1);
  capsule.base_tsc = core::now_ticks();
  capsule.measuring = 1;
  rig.trade(VenueRig::limit(1, 'B', 100, 500));
  EXPECT_EQ(capsule.venue_hops, 1u << HS_HOP_VENUE_RX | 1u << HS_HOP_VENUE_MATCH | 1u << HS_HOP_JOURNAL_APPEND | 1u << HS_HOP_VENUE_TX);
  EXPECT_EQ(capsule.hops, 0u);
  EXPECT_GT(capsule.delta[HS_HOP_VENUE_RX], 0u);
  EXPECT_LE(capsule.delta[HS_HOP_VENUE_RX], capsule.delta[HS_HOP_VENUE_MATCH]);
  EXPECT_LE(capsule.delta[HS_HOP_VENUE_MATCH], capsule.delta[HS_HOP_JOURNAL_APPEND]);
  EXPECT_LE(capsule.delta[HS_HOP_JOURNAL_APPEND], capsule.delta[HS_HOP_VENUE_TX]);
  rig.journal.close();
  EXPECT_EQ(rig.emitter.counters().get(HS_COUNTER_JOURNAL_TRACED), 1u);
}

class VenueInjectionTest : public testing::TestWithParam<hs_hop> {};

TEST_P(VenueInjectionTest, DelayLandsInItsHopAndTheCapsuleTells) {
  constexpr std::uint32_t kDelayTicks = 100'000;
  const hs_hop hop = GetParam();
  core::Plan plan = rig_plan();
  plan.inject.busy = {hop, kDelayTicks, 2};
  VenueRig rig(plan);
  rig.directory();
  for (std::uint32_t user_ref = 1; user_ref <= 3; ++user_ref) {
    hs_capsule& capsule = rig.capsules.open(kVenue, user_ref);
    capsule.base_tsc = core::now_ticks();
    capsule.measuring = user_ref != 1;  // the first is not counted: the third is the second
    rig.trade(VenueRig::limit(user_ref, 'B', 100, 500));
    const bool delayed = user_ref == 3;
    EXPECT_EQ(capsule.injected_hop, delayed ? hop : 0) << user_ref;
    EXPECT_EQ(capsule.injected_ticks >= kDelayTicks, delayed) << user_ref;
    EXPECT_GE(capsule.delta[hop] - capsule.delta[hop - 1], capsule.injected_ticks) << user_ref;
  }
  EXPECT_EQ(rig.injector.count(), 1u);
}

INSTANTIATE_TEST_SUITE_P(EveryHop, VenueInjectionTest, testing::Values(HS_HOP_VENUE_MATCH, HS_HOP_JOURNAL_APPEND, HS_HOP_VENUE_TX));

TEST(Venue, LeavesAForeignCapsuleAlone) {
  VenueRig rig;
  rig.directory();
  hs_capsule& capsule = rig.capsules.open(kVenue, 1 + 8'192);
  rig.trade(VenueRig::limit(1, 'B', 100, 500));
  EXPECT_EQ(rig.answers(), (Lines{"A1"}));
  EXPECT_EQ(capsule.venue_hops, 0u);
  EXPECT_EQ(rig.count(HS_COUNTER_SLOT_MISSES), 1u);
}

TEST(Venue, LaneOffStampsNothing) {
  core::Plan plan = rig_plan();
  plan.lane = core::Lane::Off;
  VenueRig rig(plan);
  rig.directory();
  hs_capsule& capsule = rig.capsules.open(kVenue, 1);
  rig.trade(VenueRig::limit(1, 'B', 100, 500));
  EXPECT_EQ(capsule.venue_hops, 0u);
  EXPECT_EQ(rig.count(HS_COUNTER_SLOT_MISSES), 0u);
  EXPECT_EQ(rig.answers(), (Lines{"A1"}));
}

TEST(Venue, LockstepReportsWhatIsHandledOnceItsAnswersAreAnnounced) {
  core::Plan plan = rig_plan();
  plan.pacing = core::Pacing::Lockstep;
  VenueRig rig(plan, 1);
  rig.directory();
  EXPECT_EQ(rig.lockstep.venue_feed_sequence[kVenue].get(), 1u);
  for (std::uint64_t id = 1; id <= 100; ++id) rig.add(id, 'S', 1, 500);
  EXPECT_EQ(rig.lockstep.venue_feed_sequence[kVenue].get(), 101u);
  rig.trade(VenueRig::limit(1, 'B', 100, 500));  // more than one packet, and the port takes one
  EXPECT_EQ(rig.lockstep.venue_handled[kVenue].get(), 0u);
  for (int round = 0; round < 5; ++round) {
    rig.answers();
    rig.venue.poll();
  }
  EXPECT_EQ(rig.lockstep.venue_handled[kVenue].get(), 1u);
  EXPECT_EQ(rig.lockstep.venue_sent[kVenue].get(), 101u);
}

TEST(Venue, EqualInputsGiveEqualJournals) {
  const auto digest = [](std::uint32_t price) {
    VenueRig rig;
    rig.directory();
    rig.add(1, 'S', 100, 500);
    rig.trade(VenueRig::limit(1, 'B', 300, price));
    rig.add(2, 'S', 100, 500);
    rig.cancel(1);
    rig.send_orders();
    rig.venue.poll();
    return rig.journal.records_digest().value();
  };
  EXPECT_EQ(digest(500), digest(500));
  EXPECT_NE(digest(500), digest(501));
}

}  // namespace
}  // namespace hopscope::venue
