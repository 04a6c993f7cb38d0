// A trader's commands to an OMS that runs: parent orders entered, replaced and cancelled, and limits set, between two messages of the feed.
#include <malloc.h>

#include <memory>

#include "engine/oms/command.h"
#include "engine/recovery/oms_ledger.h"
#include "engine/recovery/record_text.h"
#include "engine/test/oms/desk_rig.h"
#include "engine/test/oms/oms_journal.h"

namespace hopscope::oms {
namespace {

using journal::RecordType;

std::unique_ptr<Command> command_of(CommandKind kind, const std::string& name) {
  auto command = std::make_unique<Command>();
  command->kind = kind;
  command->name = name;
  return command;
}

std::unique_ptr<Command> entering(core::ParentPlan plan, const std::string& name = "late") {
  plan.name = name;
  auto command = command_of(CommandKind::NewParent, name);
  command->parent.emplace(plan);
  return command;
}

std::unique_ptr<Command> replacing(const ParentChange& change, const std::string& name = "twap") {
  auto command = command_of(CommandKind::ReplaceParent, name);
  command->change = change;
  return command;
}

// The next message takes it.
template <class Rig>
Refusal give(Rig& desk, Command& command) {
  desk.rig.oms->commands().offer(command);
  desk.run(20'000);
  EXPECT_TRUE(command.done.load());
  return command.refusal;
}

core::Plan empty_desk(std::uint32_t room = 64) {
  core::Plan plan = plan_of(twap());
  plan.oms.parents.clear();
  plan.oms.parent_room = room;
  return plan;
}

TEST(DeskOrders, AParentThatIsEnteredBeginsWithTheNextMessage) {
  DeskRig desk(empty_desk());
  desk.run(kMillisecondNs);
  const auto command = entering(twap());
  EXPECT_EQ(give(desk, *command), Refusal::None);
  EXPECT_TRUE(desk.orders.empty()) << "the message that brought it decides nothing of it";
  EXPECT_EQ(command->market_ns, desk.rig.market_ns);
  desk.run(20'000);
  ASSERT_EQ(desk.orders.size(), 1u);
  desk.run(11 * kMillisecondNs);
  EXPECT_EQ(desk.orders.size(), 10u);
  EXPECT_EQ(desk.parent().state, ParentState::Filled);
  EXPECT_TRUE(desk.parent().at_run_time);
  EXPECT_EQ(desk.parent().slices_outside, 0u);
  EXPECT_EQ(desk.parent().start_ns, command->market_ns);
}

TEST(DeskOrders, ItsTimesCountFromWhenItIsTaken) {
  DeskRig desk(empty_desk());
  desk.run(kMillisecondNs);
  core::ParentPlan plan = twap();
  plan.start_ns = 2 * kMillisecondNs;
  plan.end_ns += 2 * kMillisecondNs;
  EXPECT_EQ(give(desk, *entering(plan)), Refusal::None);
  desk.run(19 * kMillisecondNs / 10);
  EXPECT_TRUE(desk.orders.empty());
  desk.run(kMillisecondNs / 2);
  EXPECT_EQ(desk.orders.size(), 1u);
}

TEST(DeskOrders, WorksBesideTheParentsOfThePlan) {
  DeskRig desk(plan_of(twap()));
  desk.run(kMillisecondNs);
  core::ParentPlan plan = twap();
  plan.locate = 0;
  plan.symbol = "HOPS";
  EXPECT_EQ(give(desk, *entering(plan)), Refusal::None);
  desk.run(12 * kMillisecondNs);
  ASSERT_EQ(desk.rig.oms->desk().parents().size(), 2u);
  EXPECT_EQ(desk.parent(0).filled, 1'000u);
  EXPECT_EQ(desk.parent(1).filled, 1'000u);
  EXPECT_EQ(desk.parent(1).locate, kLocate);
}

TEST(DeskOrders, WhatCannotBeIsRefusedAndChangesNothing) {
  DeskRig desk(empty_desk(1));
  desk.run(kMillisecondNs);
  core::ParentPlan unknown = twap();
  unknown.locate = 0;
  unknown.symbol = "NONE";
  EXPECT_EQ(give(desk, *entering(unknown)), Refusal::NoSuchSymbol);
  unknown.symbol = "";
  unknown.locate = 3;
  EXPECT_EQ(give(desk, *entering(unknown)), Refusal::NoSuchSymbol);
  EXPECT_EQ(give(desk, *command_of(CommandKind::CancelParent, "late")), Refusal::NoSuchParent);
  EXPECT_EQ(give(desk, *replacing({5, {}, {}}, "late")), Refusal::NoSuchParent);
  EXPECT_EQ(desk.rig.oms->desk().parents().size(), 0u);
  EXPECT_EQ(give(desk, *entering(twap())), Refusal::None);
  EXPECT_EQ(give(desk, *entering(twap())), Refusal::NameTaken);
  const auto no_room = entering(twap(), "later");
  EXPECT_EQ(give(desk, *no_room), Refusal::NoRoom);
  EXPECT_EQ(no_room->bound, 1u);
  EXPECT_EQ(desk.rig.oms->desk().parents().size(), 1u);
  desk.run(11 * kMillisecondNs);
  EXPECT_EQ(give(desk, *command_of(CommandKind::CancelParent, "late")), Refusal::Over);
  EXPECT_EQ(give(desk, *replacing({5'000, {}, {}}, "late")), Refusal::Over);
}

TEST(DeskOrders, NothingIsTakenInTheWarmUpAndNothingThatSendsAfterAKill) {
  core::Plan plan = empty_desk();
  plan.feed.warmup_messages = 100;
  DeskRig desk(plan);
  EXPECT_EQ(give(desk, *entering(twap())), Refusal::NotMeasuring);
  desk.run(5 * kMillisecondNs);
  EXPECT_EQ(give(desk, *entering(twap())), Refusal::None);
  risk::KillSwitch(desk.rig.kill).pull(HS_KILL_COMMAND);
  EXPECT_EQ(give(desk, *entering(twap(), "later")), Refusal::Killed);
  EXPECT_EQ(give(desk, *replacing({2'000, {}, {}}, "late")), Refusal::Killed);
  EXPECT_EQ(give(desk, *command_of(CommandKind::CancelParent, "late")), Refusal::None);
}

TEST(DeskOrders, ACancelledParentSendsNoMoreAndAsksBackWhatRests) {
  PostingRig desk(posting());
  ASSERT_EQ(desk.run(200'000).size(), 1u);
  const auto cancel = command_of(CommandKind::CancelParent, "twap");
  desk.rig.oms->commands().offer(*cancel);
  EXPECT_TRUE(desk.step().empty());
  EXPECT_EQ(desk.parent().state, ParentState::Cancelling);
  const auto messages = desk.step();
  ASSERT_EQ(messages.size(), 1u) << "with the next message";
  EXPECT_NE(messages[0].cancel(), nullptr);
  EXPECT_TRUE(desk.run(5 * kMillisecondNs).empty());
  EXPECT_EQ(desk.parent().state, ParentState::Cancelled);
  EXPECT_EQ(desk.parent().filled, 0u);
}

TEST(DeskOrders, AParentThatHasNotBegunIsCancelledAtOnce) {
  core::ParentPlan parent = twap();
  parent.start_ns = 5 * kMillisecondNs;
  parent.end_ns += 5 * kMillisecondNs;
  DeskRig desk(plan_of(parent));
  desk.run(kMillisecondNs);
  EXPECT_EQ(give(desk, *command_of(CommandKind::CancelParent, "twap")), Refusal::None);
  EXPECT_EQ(desk.parent().state, ParentState::Cancelled);
  desk.run(12 * kMillisecondNs);
  EXPECT_TRUE(desk.orders.empty());
  EXPECT_EQ(desk.parent().market_shares, 0u) << "nobody has watched the market for it";
}

TEST(DeskOrders, AnotherQuantityIsSharedOutOverTheSlicesThatAreLeft) {
  DeskRig desk(plan_of(twap()));
  desk.run(5 * kMillisecondNs + kMillisecondNs / 2);  // 600 are filled
  ASSERT_EQ(desk.parent().filled, 600u);
  EXPECT_EQ(give(desk, *replacing({2'000, {}, {}})), Refusal::None);
  desk.run(6 * kMillisecondNs);
  EXPECT_EQ(desk.parent().filled, 2'000u);
  EXPECT_EQ(desk.parent().state, ParentState::Filled);
  // 500 before the sixth slice, 1,500 over the last five.
  for (std::size_t k = 5; k < 10; ++k) EXPECT_EQ(desk.parent().slices[k].target, 500u + 300u * (k - 4)) << k;
  EXPECT_EQ(desk.parent().slices[4].target, 500u) << "what is over stays";
  EXPECT_EQ(desk.parent().slices_outside, 0u);
}

TEST(DeskOrders, WhatIsFilledAndWorkingBoundsTheQuantityFromBelow) {
  DeskRig desk(plan_of(twap()));
  desk.run(5 * kMillisecondNs + kMillisecondNs / 2);
  const auto less = replacing({599, {}, {}});
  EXPECT_EQ(give(desk, *less), Refusal::BelowDone);
  EXPECT_EQ(less->bound, 600u);
  EXPECT_EQ(desk.parent().plan.quantity, 1'000u);
  EXPECT_EQ(give(desk, *replacing({600, {}, {}})), Refusal::None);
  desk.run(40'000);
  EXPECT_EQ(desk.parent().state, ParentState::Filled);
  desk.run(6 * kMillisecondNs);
  EXPECT_EQ(desk.parent().filled, 600u);
}

TEST(DeskOrders, AQuantityBelowWhatWasDueIsDueAtOnce) {
  core::ParentPlan parent = posting();
  PostingRig desk(parent);
  desk.run(5 * kMillisecondNs + kMillisecondNs / 8);  // 500 are due
  ASSERT_LE(desk.parent().done(), 700u);
  desk.fill_resting();
  const std::uint32_t filled = desk.parent().filled;
  ASSERT_GE(filled, 400u);
  const auto change = replacing({filled + 10, {}, {}});
  desk.rig.oms->commands().offer(*change);
  desk.run(6 * kMillisecondNs);
  EXPECT_EQ(change->refusal, Refusal::None);
  EXPECT_EQ(desk.parent().filled, filled + 10);
  EXPECT_EQ(desk.parent().state, ParentState::Filled);
}

TEST(DeskOrders, AChildThatRestsBeyondTheNewLimitIsAskedBack) {
  PostingRig desk(posting());
  ASSERT_EQ(desk.run(200'000).size(), 1u);
  const auto change = replacing({{}, 999'900, {}});
  desk.rig.oms->commands().offer(*change);
  EXPECT_TRUE(desk.step().empty());
  const auto messages = desk.step();
  ASSERT_EQ(messages.size(), 1u);
  EXPECT_NE(messages[0].cancel(), nullptr);
  EXPECT_TRUE(desk.run(3 * kMillisecondNs).empty()) << "the touch is beyond the limit on both sides";
  EXPECT_EQ(desk.parent().state, ParentState::Working);
  const auto none = replacing({{}, 0, {}});
  desk.rig.oms->commands().offer(*none);
  EXPECT_FALSE(desk.run(kMillisecondNs).empty()) << "no limit any more";
}

TEST(DeskOrders, AnotherEndStretchesOrPressesWhatIsLeft) {
  DeskRig longer(plan_of(twap()));
  longer.run(5 * kMillisecondNs + kMillisecondNs / 2);
  EXPECT_EQ(give(longer, *replacing({{}, {}, 10 * kMillisecondNs})), Refusal::None);
  longer.run(5 * kMillisecondNs);
  EXPECT_EQ(longer.parent().state, ParentState::Working);
  EXPECT_EQ(longer.parent().filled, 800u) << "a slice is 2 ms now";
  longer.run(6 * kMillisecondNs);
  EXPECT_EQ(longer.parent().filled, 1'000u);
  EXPECT_EQ(longer.parent().slices_outside, 0u);
  const ParentOrder& parent = longer.parent();
  EXPECT_EQ(parent.start_ns - parent.plan.start_ns + parent.plan.end_ns, parent.end_ns);

  DeskRig sooner(plan_of(twap()));
  sooner.run(5 * kMillisecondNs + kMillisecondNs / 2);
  EXPECT_EQ(give(sooner, *replacing({{}, {}, 4'999})), Refusal::TooShort) << "five slices are left";
  EXPECT_EQ(give(sooner, *replacing({{}, {}, kMillisecondNs})), Refusal::None);
  sooner.run(kMillisecondNs + kMillisecondNs / 10);
  EXPECT_EQ(sooner.parent().filled, 1'000u);
}

TEST(DeskOrders, AParentThatHasNotBegunIsReplacedWhole) {
  core::ParentPlan parent = twap();
  parent.start_ns = 5 * kMillisecondNs;
  parent.end_ns += 5 * kMillisecondNs;
  DeskRig desk(plan_of(parent));
  desk.run(kMillisecondNs);
  EXPECT_EQ(give(desk, *replacing({500, {}, 2 * kMillisecondNs})), Refusal::TooShort) << "before it starts";
  EXPECT_EQ(give(desk, *replacing({500, {}, 9 * kMillisecondNs})), Refusal::None);
  desk.run(9 * kMillisecondNs);
  ASSERT_EQ(desk.orders.size(), 10u);
  EXPECT_EQ(desk.orders[0].quantity, 50u);
  EXPECT_EQ(desk.parent().filled, 500u);
}

TEST(DeskOrders, LimitsThatAreSetMeetTheNextOrder) {
  core::Plan plan = plan_of(twap(1'000, 2));
  DeskRig desk(plan);
  const auto command = command_of(CommandKind::SetLimits, "");
  command->limits = plan.risk;
  command->limits.max_quantity = 300;
  EXPECT_EQ(give(desk, *command), Refusal::None);
  const std::size_t before = desk.orders.size();
  desk.run(3 * kMillisecondNs);
  ASSERT_GT(desk.orders.size(), before);
  for (std::size_t i = before; i < desk.orders.size(); ++i) EXPECT_LE(desk.orders[i].quantity, 300u);
  EXPECT_EQ(desk.parent().filled, 1'000u) << "smaller children, none of them blocked";
  EXPECT_EQ(desk.parent().blocked, 0u);
}

TEST(DeskOrders, AListShowsSoManyFromOneOnward) {
  core::Plan plan = plan_of(twap());
  for (int i = 0; i < 69; ++i) plan.oms.parents.push_back(plan.oms.parents[0]);
  DeskRig desk(plan);
  desk.run(kMillisecondNs / 2);
  const auto all = command_of(CommandKind::ListParents, "");
  EXPECT_EQ(give(desk, *all), Refusal::None);
  EXPECT_EQ(all->row_count, Command::kMostRows);
  EXPECT_EQ(all->parents, 70u);
  const ParentView& first = all->rows[0];
  EXPECT_STREQ(first.name.data(), "twap");
  EXPECT_EQ(first.symbol, kStock);
  EXPECT_EQ(first.filled, 100u);
  EXPECT_EQ(first.quantity, 1'000u);
  EXPECT_EQ(first.state, ParentState::Working);
  EXPECT_EQ(first.end_ns, desk.parent().end_ns);
  const auto rest = command_of(CommandKind::ListParents, "");
  rest->from = 64;
  give(desk, *rest);
  EXPECT_EQ(rest->row_count, 6u);
}

// Under a sanitizer nothing is counted, and this says nothing.
TEST(DeskOrders, TakingACommandAllocatesAndFreesNothing) {
  core::Plan plan = empty_desk();
  DeskRig desk(plan);
  desk.run(kMillisecondNs);
  core::ParentPlan vwap = twap(1'000, 500);
  vwap.algorithm = core::Algorithm::Vwap;
  vwap.curve.assign(1'000, 3);
  const auto limits = command_of(CommandKind::SetLimits, "");
  limits->limits = plan.risk;
  for (int i = 0; i < 512; ++i) limits->limits.symbols.push_back({"HS" + std::to_string(i), false, {}});
  const auto fresh = entering(vwap, "a-name-that-no-string-holds-inside"), change = replacing({2'000, 1'100'000, {}}, fresh->name),
             cancel = command_of(CommandKind::CancelParent, fresh->name);
  for (Command* command : {fresh.get(), limits.get(), change.get(), cancel.get()}) {
    desk.rig.publish(desk.rig.trade());
    desk.rig.oms->commands().offer(*command);
    const auto before = mallinfo2();
    desk.rig.poll();
    const auto after = mallinfo2();
    EXPECT_TRUE(command->done.load());
    EXPECT_EQ(command->refusal, Refusal::None);
    EXPECT_EQ(after.uordblks, before.uordblks) << static_cast<int>(command->kind);
    EXPECT_EQ(after.hblks, before.hblks);
    desk.rig.sent();
  }
}

TEST(DeskOrders, EveryCommandStandsInTheJournalAndTheLedgerTakesIt) {
  OmsJournal kept;
  core::Plan plan = empty_desk();
  DeskRig desk(
      plan, [](std::uint32_t asked) { return asked; }, &kept.journal);
  EXPECT_EQ(give(desk, *entering(twap(), "a-name-of-more-than-24-letters")), Refusal::None);
  desk.run(2 * kMillisecondNs);
  EXPECT_EQ(give(desk, *replacing({2'000, 1'000'300, {}}, "a-name-of-more-than-24-letters")), Refusal::None);
  const auto limits = command_of(CommandKind::SetLimits, "");
  limits->limits = plan.risk;
  limits->limits.max_quantity = 50;
  give(desk, *limits);
  desk.run(2 * kMillisecondNs);
  EXPECT_EQ(give(desk, *command_of(CommandKind::CancelParent, "a-name-of-more-than-24-letters")), Refusal::None);
  desk.run(kMillisecondNs);
  desk.rig.oms->audit().settle();
  const std::vector<journal::Record> records = kept.records();
  std::string text;
  recovery::OmsLedger ledger;
  for (const journal::Record& record : records) {
    ASSERT_TRUE(ledger.take(record)) << ledger.contradiction();
    text += recovery::table_line(record) + "\n";
  }
  EXPECT_EQ(ledger.limits().max_quantity, 50u);
  const auto says = [&](const char* what) { EXPECT_NE(text.find(what), std::string::npos) << what << "\n" << text; };
  says("parent 0 (twap) asked for by a trader: buys 1000 shares of locate 1 in 10 slices, from 09:30:00.");
  says("parent 0 is a-name-of-more-than-24-l\n");
  says("parent 0 (twap) replaced by a trader: 2000 shares, limit 100.0300, until 09:30:00.");
  says("parent 0 (twap) cancelled by a trader: ");
  EXPECT_NE(recovery::json_line(kept.of_type(RecordType::ParentReplaced).at(0)).find(R"("who":"operator")"), std::string::npos);
}

// What an operator does at a moment of his own is no business that two runs could have in common.
TEST(DeskOrders, NoCommandIsPartOfADigest) {
  const auto digest = [](bool commanded) {
    OmsJournal kept;
    DeskRig desk(
        plan_of(twap()), [](std::uint32_t asked) { return asked; }, &kept.journal);
    desk.run(kMillisecondNs);
    const auto command = commanded ? replacing({{}, 2'000'000, {}}) : command_of(CommandKind::ListParents, "");
    give(desk, *command);
    desk.run(kMillisecondNs / 10);
    desk.rig.oms->audit().settle();
    return desk.rig.oms->audit().digest().hex();
  };
  EXPECT_EQ(digest(true), digest(false));
}

}  // namespace
}  // namespace hopscope::oms
