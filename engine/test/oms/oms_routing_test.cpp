// An OMS whose router shares orders out, and sends again what they did not get.
#include <gtest/gtest.h>

#include <vector>

#include "engine/test/oms/oms_rig.h"

namespace hopscope::oms {
namespace {

// The feed's orders are split over two venues; one market order of 800 shares for every message.
core::Plan smart_plan() {
  core::Plan plan = rig_plan();
  plan.venues = 2;
  plan.feed.liquidity = core::Liquidity::Split;
  plan.router = core::RouterRule::Smart;
  plan.routing.reroutes = 1;
  plan.oms.quantity = 800;
  plan.oms.market_percent = 100;
  plan.venue_profiles.resize(2);
  return plan;
}

std::uint64_t reference_at(unsigned venue, std::uint64_t from) {
  while (book::home_venue(from, 2) != venue) ++from;
  return from;
}

// 500 shares at the same price at both venues, on both sides. No decision before the last of them.
class OmsRouting : public ::testing::Test {
 protected:
  void open(const core::Plan& plan) {
    rig = std::make_unique<OmsRig>(plan);
    std::uint64_t reference = 0;
    rig->publish(rig->directory());
    for (const char side : {'B', 'S'}) {
      for (unsigned venue = 0; venue < 2; ++venue) {
        reference = reference_at(venue, reference + 1);
        rig->publish(rig->add(reference, side, side == 'B' ? 1'000'000 : 1'000'200));
      }
    }
  }
  std::vector<const wire::ouch::EnterOrder*> orders(unsigned venue) {
    kept_.push_back(rig->sent(venue));
    std::vector<const wire::ouch::EnterOrder*> found;
    for (const SentMessage& message : kept_.back())
      if (message.order() != nullptr) found.push_back(message.order());
    return found;
  }

  std::unique_ptr<OmsRig> rig;

 private:
  std::deque<std::vector<SentMessage>> kept_;
};

TEST_F(OmsRouting, SharesAnOrderOutAndSendsTheRestAgain) {
  core::Plan plan = smart_plan();
  plan.oms.every = 5;  // the directory, four orders
  open(plan);
  rig->oms->poll();
  const auto first = orders(0), second = orders(1);
  ASSERT_EQ(first.size(), 1u);
  ASSERT_EQ(second.size(), 1u);
  EXPECT_EQ(first[0]->quantity, 500u);
  EXPECT_EQ(second[0]->quantity, 300u);
  EXPECT_EQ(first[0]->time_in_force, wire::ouch::kTimeInForceImmediate);
  EXPECT_NE(first[0]->price, wire::ouch::kMarketPrice) << "up to what was shown";
  // Venue 0 fills 100 of its 500, venue 1 all of its 300.
  rig->answer({rig->accepted(1), rig->executed(1, 100), rig->cancelled(1)}, 0);
  rig->oms->poll();
  rig->tick();
  EXPECT_TRUE(orders(0).empty() && orders(1).empty()) << "one part is still under way";
  rig->answer({rig->accepted(1), rig->executed(1, 300)}, 1);
  rig->oms->poll();
  EXPECT_TRUE(orders(0).empty() && orders(1).empty()) << "answers do not act";
  rig->tick();
  std::uint64_t again = 0;
  for (unsigned venue = 0; venue < 2; ++venue) {
    for (const wire::ouch::EnterOrder* order : orders(venue)) {
      again += order->quantity;
      EXPECT_EQ(order->price, wire::ouch::kMarketPrice) << "the last try takes any price";
    }
  }
  EXPECT_EQ(again, 400u);
  EXPECT_EQ(rig->oms->cost().wanted_shares(), 800u) << "nothing is wanted twice";
}

TEST_F(OmsRouting, WhatWasNeverAnsweredIsNotSentAgain) {
  core::Plan plan = smart_plan();
  plan.oms.every = 5;
  plan.oms.ack_timeout_ns = 1'000;
  open(plan);
  rig->oms->poll();
  orders(0);
  orders(1);
  rig->answer({rig->accepted(1), rig->cancelled(1)}, 0);
  rig->oms->poll();
  rig->market_ns += 2'000;
  rig->tick();
  rig->market_ns += 1;
  rig->tick();
  EXPECT_EQ(rig->count(HS_COUNTER_TIMEOUTS), 1u);
  std::uint64_t again = 0;
  for (unsigned venue = 0; venue < 2; ++venue)
    for (const wire::ouch::EnterOrder* order : orders(venue)) again += order->quantity;
  EXPECT_EQ(again, 500u);
}

// One tick a nanosecond, so that what is waited for is what is measured at least.
TEST_F(OmsRouting, MeasuresHowLongAVenueTakesToAnswer) {
  core::Plan plan = smart_plan();
  plan.lane = core::Lane::Off;  // nothing is stamped, the clock runs all the same
  plan.oms.every = 5;
  plan.routing.latency = core::RouterLatency::Measured;
  plan.routing.latency_micros = 1'000;
  open(plan);
  rig->oms->calibrate(core::Calibration(1'000'000'000'000));
  rig->oms->poll();
  ASSERT_EQ(orders(0).size(), 1u);
  const core::Ticks sent_by = core::now_ticks();
  while (core::now_ticks() - sent_by < 50'000) core::cpu_relax();
  rig->answer({rig->accepted(1)}, 0);
  rig->oms->poll();
  const router::AnswerTime& first = rig->oms->routing().answer_time(0);
  EXPECT_EQ(first.count(), 1u);
  EXPECT_GE(first.mean_ns(), 50'000u);
  rig->answer({rig->executed(1, 500)}, 0);
  rig->oms->poll();
  EXPECT_EQ(first.count(), 1u) << "only the first answer of an order";
  EXPECT_EQ(rig->oms->routing().answer_time(1).count(), 0u);
  rig->answer({rig->rejected(1)}, 1);
  rig->oms->poll();
  EXPECT_EQ(rig->oms->routing().answer_time(1).count(), 1u) << "a reject is an answer";

  core::Plan modelled = plan;
  modelled.routing.latency = core::RouterLatency::Modelled;
  open(modelled);
  rig->oms->poll();
  rig->answer({rig->accepted(1)}, 0);
  rig->oms->poll();
  EXPECT_EQ(rig->oms->routing().answer_time(0).count(), 0u);
}

TEST_F(OmsRouting, CountsWhatFillsCostAgainstTheMiddle) {
  core::Plan plan = smart_plan();
  plan.oms.every = 5;
  plan.venue_profiles[0].take_micros = 3'000;
  plan.venue_profiles[1].take_micros = 3'000;
  open(plan);
  rig->oms->poll();
  const bool buys = orders(0).at(0)->side == 'B';
  rig->answer({rig->accepted(1), rig->executed(1, 100)}, 0);  // at 100.02, the middle is 100.01
  rig->oms->poll();
  const ExecutionCost::OfVenue& venue = rig->oms->cost()[0];
  EXPECT_EQ(venue.filled_shares, 100u);
  EXPECT_EQ(venue.slippage_micros, (buys ? 1 : -1) * 100 * 10'000);
  EXPECT_EQ(venue.fees_micros, 300'000);
  EXPECT_EQ(venue.mid_notional_micros, 100 * 100'010'000ull);
}

}  // namespace
}  // namespace hopscope::oms
