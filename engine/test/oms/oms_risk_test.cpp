// The OMS and its gate: what orders do to what is open, what breakers do to orders, and what of it the journal keeps.
#include <cstdlib>

#include "engine/risk/limit_list.h"
#include "engine/test/oms/oms_journal.h"
#include "engine/test/oms/oms_rig.h"

namespace hopscope::oms {
namespace {

using journal::Record;
using journal::RecordType;

class OmsRiskTest : public testing::Test {
 protected:
  void start(const core::Plan& plan) {
    plan_ = plan;
    rig_ = std::make_unique<OmsRig>(plan_, 1'024, net::RecoveryLimits{256, 0, 1}, &kept_.journal);
    rig_->oms->audit().begin(plan_, 1);
    rig_->open_market();
    rig_->poll();
  }
  std::uint64_t blocked(risk::Reason reason) { return rig_->oms->gate().count(reason); }
  std::vector<Record> records(RecordType type) {
    rig_->oms->audit().settle();
    return kept_.of_type(type);
  }

  core::Plan plan_;
  OmsJournal kept_;
  std::unique_ptr<OmsRig> rig_;
};

// One IOC order of 100 shares for each message, on both sides by the seed.
TEST_F(OmsRiskTest, OrdersAreOpenUntilTheirVenueHasToldTheirEnd) {
  core::Plan plan = rig_plan();
  plan.risk.max_gross = 1'000'100ull * 100;
  start(plan);
  while (blocked(risk::Reason::Gross) < 4) rig_->tick();
  const std::uint64_t sent = rig_->count(HS_COUNTER_ORDERS);
  EXPECT_LE(sent, 2u) << "one on each side";
  std::vector<OmsRig::Encode> answers;
  for (std::uint32_t user_ref = 1; user_ref <= 16; ++user_ref) answers.push_back(rig_->cancelled(user_ref));
  rig_->answer(answers);
  rig_->poll();
  rig_->tick();
  EXPECT_EQ(rig_->count(HS_COUNTER_ORDERS), sent + 1) << "what was open is free again";
  const Record record = records(RecordType::RiskBlocked).front();
  EXPECT_EQ(record.reason & 0xff, static_cast<unsigned>(risk::Reason::Gross));
  EXPECT_EQ(record.match, plan.risk.max_gross);
  EXPECT_GT(record.maker, record.match);
}

TEST_F(OmsRiskTest, ARejectAndAFillMoveWhatIsOpenToo) {
  start(rig_plan());
  const auto& exposure = rig_->oms->gate().exposure();
  const auto open = [&] { return static_cast<std::int64_t>(exposure.open(book::Side::Buy) + exposure.open(book::Side::Sell)); };
  const std::int64_t one = open();
  EXPECT_GE(one, 1'000'000 * 100);
  rig_->answer({rig_->accepted(1), rig_->executed(1, 40)});
  rig_->poll();
  EXPECT_EQ(open(), one / 100 * 60);
  EXPECT_EQ(std::abs(exposure.position(kLocate)), 40);
  rig_->answer({rig_->cancelled(1)});
  rig_->poll();
  EXPECT_EQ(open(), 0);
  rig_->tick();
  EXPECT_NE(open(), 0);
  rig_->answer({rig_->rejected(2)});
  rig_->poll();
  EXPECT_EQ(open(), 0);
  EXPECT_EQ(std::abs(exposure.position(kLocate)), 40);
}

TEST_F(OmsRiskTest, CancelsAboveTheirRateWaitAndNoneIsLost) {
  core::Plan plan = rig_plan();
  plan.oms.limit_percent = 100;
  plan.oms.cancel_after = 1;
  plan.risk.max_cancels_per_second = 2;
  start(plan);
  for (int i = 0; i < 5; ++i) rig_->tick();
  EXPECT_EQ(rig_->count(HS_COUNTER_CANCELS), 2u);
  EXPECT_EQ(rig_->count(HS_COUNTER_CANCELS_HELD), 3u);
  rig_->market_ns += 10 * kSecondNs;
  rig_->tick();
  rig_->market_ns += 10 * kSecondNs;
  rig_->tick();
  std::vector<std::uint32_t> cancelled;
  for (const SentMessage& message : rig_->sent())
    if (message.cancel() != nullptr) cancelled.push_back(message.cancel()->user_ref);
  EXPECT_EQ(cancelled, (std::vector<std::uint32_t>{1, 2, 3, 4})) << "in the order in which they were due";
}

TEST_F(OmsRiskTest, CancelsThatWaitLeaveWithMessagesThatBringNoOrder) {
  core::Plan plan = rig_plan();
  plan.oms.limit_percent = 100;
  plan.oms.cancel_after = 1;
  plan.oms.every = 4;
  plan.risk.max_cancels_per_second = 1;
  start(plan);
  for (int i = 0; i < 11; ++i) rig_->tick();
  EXPECT_EQ(rig_->count(HS_COUNTER_CANCELS), 1u);
  rig_->market_ns += kSecondNs;
  rig_->tick();
  EXPECT_EQ(rig_->count(HS_COUNTER_ORDERS), 3u);
  EXPECT_EQ(rig_->count(HS_COUNTER_CANCELS), 2u);
}

TEST_F(OmsRiskTest, LimitsChangeWhileItRunsAndEachSetIsJournaled) {
  core::Plan plan = rig_plan();
  plan.risk.max_position = 70'000;
  plan.risk.parent.max_quantity = 300;
  plan.risk.symbols.push_back({"HOPS", false, {}});
  plan.risk.symbols.back().limits.collar_bps = 20;
  start(plan);
  const auto further = records(RecordType::LimitSet);
  ASSERT_EQ(further.size(), 3u);
  EXPECT_EQ(further[0].maker, 70'000u);
  EXPECT_EQ(further[0].reason, static_cast<unsigned>(risk::LimitKind::MaxPosition));
  EXPECT_EQ(further[1].order_type, static_cast<unsigned>(risk::Level::Parent));
  EXPECT_EQ(further[2].order_type, static_cast<unsigned>(risk::Level::Symbol));
  std::uint64_t name = 0;
  std::memcpy(&name, kStock.data(), sizeof name);
  EXPECT_EQ(further[2].match, name);

  core::RiskPlan tight = plan.risk;
  tight.max_quantity = 99;
  tight.symbols.clear();
  rig_->oms->set_limits(tight);
  rig_->tick();
  EXPECT_EQ(rig_->count(HS_COUNTER_RISK_QUANTITY), 1u);
  const auto sets = records(RecordType::LimitsSet);
  ASSERT_EQ(sets.size(), 2u);
  EXPECT_EQ(sets[1].quantity, 99u);
  EXPECT_EQ(sets[1].market_ns, rig_->market_ns);
  EXPECT_EQ(records(RecordType::LimitSet).size(), 5u);
}

TEST_F(OmsRiskTest, ABreakerPausesIsJournaledAndResumes) {
  core::Plan plan = rig_plan();
  plan.risk.breakers.stale_feed_ns = kSecondNs;
  plan.risk.breakers.stale_pause_ns = 10;
  start(plan);
  rig_->market_ns += 2 * kSecondNs;
  rig_->tick();
  EXPECT_EQ(rig_->count(HS_COUNTER_RISK_PAUSED), 1u) << "the message that ends the silence brings no order";
  EXPECT_EQ(rig_->count(HS_COUNTER_BREAKER_TRIPS), 1u);
  EXPECT_EQ(rig_->count(HS_COUNTER_BREAKER_RESETS), 0u);
  rig_->market_ns += 10;
  rig_->tick();
  EXPECT_EQ(rig_->count(HS_COUNTER_RISK_PAUSED), 1u);
  EXPECT_EQ(rig_->count(HS_COUNTER_BREAKER_RESETS), 1u);
  const auto tripped = records(RecordType::BreakerTripped), reset = records(RecordType::BreakerReset);
  ASSERT_EQ(tripped.size(), 1u);
  EXPECT_EQ(tripped[0].reason, static_cast<unsigned>(risk::Breaker::StaleFeed));
  EXPECT_EQ(tripped[0].maker, 2 * kSecondNs);
  EXPECT_EQ(tripped[0].match, kSecondNs);
  ASSERT_EQ(reset.size(), 1u);
  EXPECT_EQ(reset[0].market_ns, rig_->market_ns);
}

TEST_F(OmsRiskTest, ABreakerPullsTheKillSwitchAtTheNextMessage) {
  core::Plan plan = rig_plan();
  plan.risk.breakers.max_reject_ppm = 1;
  plan.risk.breakers.min_answers = 1;
  start(plan);
  rig_->answer({rig_->rejected(1)});
  rig_->poll();
  EXPECT_EQ(rig_->count(HS_COUNTER_RISK_KILLED), 0u) << "answers do not act";
  const std::uint64_t sent = rig_->count(HS_COUNTER_ORDERS);
  rig_->tick();
  EXPECT_EQ(rig_->count(HS_COUNTER_ORDERS), sent);
  EXPECT_EQ(rig_->count(HS_COUNTER_RISK_KILLED), 1u);
  EXPECT_EQ(records(RecordType::BreakerTripped).size(), 1u);
}

}  // namespace
}  // namespace hopscope::oms
