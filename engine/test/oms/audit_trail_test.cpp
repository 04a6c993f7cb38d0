// What the OMS writes into its own journal.
#include "engine/test/oms/oms_journal.h"
#include "engine/test/oms/oms_rig.h"

namespace hopscope::oms {
namespace {

using journal::Record;
using journal::RecordType;

class AuditTrailTest : public testing::Test {
 protected:
  void start(const core::Plan& plan, const net::RecoveryLimits& recovery = {256, 0, 1}) {
    rig_ = std::make_unique<OmsRig>(plan, 1'024, recovery, &kept_.journal);
    rig_->oms->audit().begin(plan, 2'100'000'000'000);
  }
  std::vector<Record> records() {
    rig_->oms->audit().settle();
    return kept_.records();
  }
  std::string types() {
    std::string letters;
    for (const Record& record : records()) letters += static_cast<char>(record.type);
    return letters;
  }

  OmsJournal kept_;
  std::unique_ptr<OmsRig> rig_;
};

TEST_F(AuditTrailTest, BeginsWithTheRunItsLimitsAndItsClock) {
  core::Plan plan = rig_plan();
  plan.digest = 0x1234;
  plan.feed.warmup_messages = 9;
  plan.risk = {500, 70'000'000, 25, 1'000};
  start(plan);
  const auto found = records();
  ASSERT_EQ(types(), "cit");
  EXPECT_EQ(found[0].match, 0x1234u);
  EXPECT_EQ(found[0].maker, plan.seed);
  EXPECT_EQ(found[0].order, 9u);
  EXPECT_EQ(found[0].venue, journal::kOmsJournal);
  EXPECT_EQ(found[1].quantity, 500u);
  EXPECT_EQ(found[1].match, 70'000'000u);
  EXPECT_EQ(found[1].price, 25u);
  EXPECT_EQ(found[1].maker, 1'000u);
  EXPECT_EQ(found[2].order, 2'100'000'000'000u);
  EXPECT_GT(found[2].maker, 0u);
  EXPECT_GT(found[2].match, 1'700'000'000'000'000'000u) << "realtime, ns";
}

TEST_F(AuditTrailTest, AParentOrderLeavesItsBeginningItsSlicesItsChildrenAndItsEnd) {
  core::Plan plan = rig_plan();
  plan.oms.every = 0;
  core::ParentPlan parent;
  parent.locate = kLocate;
  parent.quantity = 200;
  parent.end_ns = 2'000'000;
  parent.slices = 2;
  plan.oms.parents = {parent};
  start(plan);
  rig_->open_market();
  rig_->poll();
  for (std::uint32_t child = 1; child <= 3; ++child) {
    rig_->market_ns += child == 1 ? 200'000 : 1'000'000;
    rig_->tick();
    if (child == 3) break;
    rig_->answer({rig_->accepted(child), rig_->executed(child, 100)});
    rig_->poll();
  }
  ASSERT_EQ(types(), "cityPrpsAESrpsAESF");
  const auto found = records();
  const Record &entered = found[4], &sent = found[7], &slice = found[10], &ended = found[17];
  EXPECT_EQ(entered.order, 0u);
  EXPECT_EQ(entered.quantity, 200u);
  EXPECT_EQ(entered.reason, 2u);
  EXPECT_EQ(entered.match, 2'000'200u);
  EXPECT_EQ(entered.maker, 34'200 * kSecondNs + 2'000'000);
  EXPECT_EQ(entered.order_type, 'T');
  EXPECT_EQ(sent.reason, 1u) << "a child of parent 0";
  EXPECT_EQ(slice.reason, 1u);
  EXPECT_EQ(slice.quantity, 100u);
  EXPECT_EQ(slice.price, 100u);
  EXPECT_EQ(ended.quantity, 200u);
  EXPECT_EQ(ended.match, 200u * 1'000'200ull);
  EXPECT_EQ(ended.reason, static_cast<std::uint16_t>(ParentState::Filled));
}

TEST_F(AuditTrailTest, AnOrderLeavesItsRouteItsCheckAndItself) {
  core::Plan plan = rig_plan();
  plan.venues = 8;
  start(plan);
  rig_->open_market();
  rig_->poll();
  ASSERT_EQ(types(), "cityrrps");
  const auto found = records();
  std::uint64_t symbol = 0;
  std::memcpy(&symbol, kStock.data(), sizeof symbol);
  EXPECT_EQ(found[3].maker, symbol);
  EXPECT_EQ(found[3].locate, kLocate);
  const Record &first = found[4], &second = found[5], &passed = found[6], &sent = found[7];
  const std::uint32_t score = sent.side == 'B' ? 1'000'200u : ~1'000'000u;
  EXPECT_EQ(first.order, journal::client_order(0, 1));
  EXPECT_EQ(first.maker, std::uint64_t{score} << 32 | score);
  EXPECT_EQ(first.match, first.maker);
  EXPECT_EQ(first.price, score);
  EXPECT_EQ(first.quantity, score);
  EXPECT_EQ(first.order_type, 6);
  EXPECT_EQ(second.reason, 6);
  EXPECT_EQ(second.order_type, 2);
  EXPECT_EQ(second.maker, first.maker);
  EXPECT_EQ(second.match, 0u);
  EXPECT_EQ(passed.maker, 1'000'000u);
  EXPECT_EQ(passed.match, 1'000'200u);
  EXPECT_EQ(sent.order, first.order);
  EXPECT_EQ(sent.price, sent.side == 'B' ? 1'000'200u : 1'000'000u);
  EXPECT_EQ(sent.quantity, 100u);
  EXPECT_EQ(sent.order_type, 'I');
  EXPECT_EQ(sent.feed_sequence, 3u);
  EXPECT_EQ(sent.market_ns, rig_->market_ns);
}

TEST_F(AuditTrailTest, ABlockedOrderSaysWhatWasMeasuredAgainstWhat) {
  core::Plan plan = rig_plan();
  plan.risk.max_notional = 50'000'000;
  start(plan);
  rig_->open_market();
  rig_->poll();
  EXPECT_EQ(types(), "cityrb");
  const Record blocked = records().back();
  EXPECT_EQ(blocked.reason, static_cast<std::uint16_t>(risk::Reason::Notional));
  EXPECT_EQ(blocked.maker, std::uint64_t{blocked.price} * 100);
  EXPECT_EQ(blocked.match, 50'000'000u);
  EXPECT_TRUE(rig_->sent().empty());
}

TEST_F(AuditTrailTest, CancelsStandBehindTheOrderThatBroughtThem) {
  core::Plan plan = rig_plan();
  plan.oms.limit_percent = 100;
  plan.oms.cancel_after = 1;
  start(plan);
  rig_->open_market();
  rig_->poll();
  rig_->tick();
  EXPECT_EQ(types(), "cityrpsrpsz");
  const auto found = records();
  EXPECT_EQ(found.back().order, journal::client_order(0, 1));
  EXPECT_EQ(found.back().side, found[6].side);
}

TEST_F(AuditTrailTest, AnswersStandAsTheyCame) {
  start(rig_plan());
  rig_->open_market();
  rig_->poll();
  rig_->market_ns += 7;
  rig_->answer({rig_->accepted(1), rig_->executed(1, 60), rig_->cancelled(1)});
  rig_->poll();
  rig_->answer({rig_->rejected(1), [](auto out) { return wire::ouch::encode_cancel_rejected(out, 5, 99); }});
  rig_->poll();
  ASSERT_EQ(types(), "cityrpsAECJI");
  const auto found = records();
  const Record& executed = found[8];
  EXPECT_EQ(executed.order, journal::client_order(0, 1));
  EXPECT_EQ(executed.quantity, 60u);
  EXPECT_EQ(executed.price, 1'000'200u);
  EXPECT_EQ(executed.match, 1u);
  EXPECT_EQ(executed.market_ns, rig_->market_ns) << "the venue's time";
  EXPECT_EQ(executed.feed_sequence, 3u);
  EXPECT_EQ(executed.side, found[6].side);
  EXPECT_EQ(executed.locate, kLocate);
  EXPECT_EQ(found[9].reason, wire::ouch::kCancelImmediate);
  EXPECT_EQ(found[10].reason, 9);
  EXPECT_EQ(found[11].order, journal::client_order(0, 99));
  EXPECT_EQ(found[11].side, 0) << "an order that it does not know";
}

TEST_F(AuditTrailTest, WhatHadNoAnswerIsGivenUp) {
  start(rig_plan());
  rig_->open_market();
  rig_->poll();
  rig_->end_run();
  const Record record = records().back();
  EXPECT_EQ(record.type, RecordType::OrderGivenUp);
  EXPECT_EQ(record.reason, HS_OUTCOME_RUN_ENDED);
  EXPECT_EQ(record.quantity, 100u);
}

TEST_F(AuditTrailTest, LostAnswersAreNamed) {
  start(rig_plan());
  rig_->open_market();
  rig_->poll();
  rig_->lose_answers(3);
  rig_->answer({rig_->accepted(1)});
  rig_->poll();
  rig_->oms->audit().settle();
  const auto lost = kept_.of_type(RecordType::AnswersLost);
  ASSERT_EQ(lost.size(), 1u);
  EXPECT_EQ(lost[0].order, 1u);
  EXPECT_EQ(lost[0].maker, 3u);
  EXPECT_EQ(rig_->count(HS_COUNTER_SESSION_GAPS), 3u);
}

TEST_F(AuditTrailTest, GapsAreOpenedClosedAndGivenUp) {
  core::Plan plan = rig_plan();
  plan.oms.every = 0;
  start(plan, {256, 1ull << 62, 1});  // patient
  rig_->publish_packet(1, {rig_->directory()});
  rig_->publish_packet(4, {rig_->add(1, 'B', 1'000'000)});
  rig_->poll();
  EXPECT_EQ(types(), "cityg");
  EXPECT_EQ(records().back().order, 2u);
  EXPECT_EQ(records().back().maker, 2u);
  rig_->publish_packet(2, {rig_->trade(), rig_->trade()});
  rig_->poll();
  EXPECT_EQ(types(), "citygh");
  EXPECT_EQ(records().back().order, 2u);
  EXPECT_EQ(records().back().maker, 2u);
  rig_->publish_packet(7, {rig_->trade()});
  rig_->poll();
  rig_->oms->end_run(7);
  EXPECT_EQ(types(), "cityghgl");
  EXPECT_EQ(records().back().order, 5u);
  EXPECT_EQ(records().back().maker, rig_->count(HS_COUNTER_OMS_GAPS));
}

TEST_F(AuditTrailTest, AGapThatIsGivenUpIsClosedToo) {
  core::Plan plan = rig_plan();
  plan.oms.every = 0;
  start(plan);
  rig_->publish_packet(1, {rig_->directory()});
  rig_->publish_packet(4, {rig_->trade()});
  rig_->poll();
  rig_->poll();
  EXPECT_EQ(types(), "cityglh");
  EXPECT_EQ(rig_->count(HS_COUNTER_OMS_GAPS), 2u);
}

// Two venues that answer in one order or the other, with the feed a message further on: the same business.
TEST_F(AuditTrailTest, DigestIsOfTheBusinessAndNotOfItsTiming) {
  core::Plan plan = rig_plan();
  plan.venues = 2;
  const auto digest_of = [&](bool second_first, bool late, std::uint32_t shares) {
    OmsJournal kept;
    OmsRig rig(plan, 1'024, {256, 0, 1}, &kept.journal);
    rig.oms->audit().begin(plan, 1);
    rig.open_market();
    rig.poll();
    rig.tick();
    if (!late) rig.tick();
    const auto first = [&] { rig.answer({rig.accepted(1), rig.executed(1, shares)}, 0), rig.poll(); };
    const auto second = [&] { rig.answer({rig.accepted(1)}, 1), rig.poll(); };
    second_first ? (second(), first()) : (first(), second());
    if (late) rig.tick();
    rig.oms->audit().settle();
    return rig.oms->audit().digest().hex();
  };
  const std::string digest = digest_of(false, false, 40);
  EXPECT_EQ(digest_of(true, false, 40), digest);
  EXPECT_EQ(digest_of(false, true, 40), digest);
  EXPECT_NE(digest_of(false, false, 41), digest);
}

TEST_F(AuditTrailTest, RecordsAreSettledWhenThereIsTimeOrWhenThereAreMany) {
  start(rig_plan());
  rig_->open_market();
  rig_->poll();
  EXPECT_TRUE(kept_.records().empty()) << "it had something to do";
  rig_->poll();
  EXPECT_EQ(kept_.records().size(), 7u);
  for (int i = 0; i < 30; ++i) rig_->tick();
  EXPECT_EQ(kept_.records().size(), 7u + 64u) << "never idle";
  rig_->poll();
  EXPECT_EQ(kept_.records().size(), 7u + 90u);
}

TEST(AuditTrail, WithoutAJournalNothingIsRecorded) {
  OmsRig rig(rig_plan());
  EXPECT_FALSE(rig.oms->audit().on());
  rig.open_market();
  rig.poll();
  EXPECT_EQ(rig.sent().size(), 1u);
}

}  // namespace
}  // namespace hopscope::oms
