// Decisions of a real OMS, journaled, written into a file and told again.
#include "engine/journal_tool/decisions.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>
#include <vector>

#include "engine/test/journal_tool/captured_output.h"
#include "engine/test/journal_tool/journal_of_run.h"
#include "engine/test/oms/oms_journal.h"
#include "engine/test/oms/oms_rig.h"

namespace hopscope::journal_tool {
namespace {

using nlohmann::json;

class Decisions : public CapturedOutput {
 protected:
  void TearDown() override { std::filesystem::remove(path_); }

  // 500 shares on each side at each of two venues; then a market order for each of `ticks` messages.
  void trade(core::Plan plan, unsigned ticks) {
    plan.venues = 2;
    plan.feed.liquidity = core::Liquidity::Split;
    plan.venue_profiles.resize(2);
    plan.venue_profiles[0].take_micros = 3'000;
    plan.oms.every = 5;
    plan.oms.market_percent = 100;
    oms::OmsJournal journal;
    oms::OmsRig rig(plan, 1'024, {256, 0, 1}, &journal.journal);
    rig.oms->audit().begin(plan, 1);
    rig.publish(rig.directory());
    std::uint64_t reference = 0;
    for (const char side : {'B', 'S'}) {
      for (unsigned venue = 0; venue < 2; ++venue) {
        while (book::home_venue(++reference, 2) != venue) {
        }
        rig.publish(rig.add(reference, side, side == 'B' ? 1'000'000 : 1'000'200));
      }
    }
    rig.poll();
    for (unsigned n = 0; n < 5 * ticks; ++n) rig.tick();
    rig.oms->audit().settle();
    write_journal(path_, journal.records(), "run-1", journal::kOmsJournal);
  }
  std::vector<json> lines(const DecisionQuery& query = {}) {
    EXPECT_EQ(output_of([&] { return print_decisions(path_, query); }), Verdict::Good) << error_;
    std::vector<json> found;
    std::istringstream text(output_);
    for (std::string line; std::getline(text, line);) found.push_back(json::parse(line));
    return found;
  }

  const std::string path_ =
      testing::TempDir() + "/hopscope-decisions-" + testing::UnitTest::GetInstance()->current_test_info()->name() + ".hsj";
};

core::Plan smart_plan() {
  core::Plan plan = oms::rig_plan();
  plan.router = core::RouterRule::Smart;
  plan.oms.quantity = 800;
  return plan;
}

TEST_F(Decisions, TellEveryQuoteAndEveryPart) {
  trade(smart_plan(), 0);
  const std::vector<json> found = lines();
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0], (json{{"decisions", 1}, {"every", 1}}));
  const json& decision = found[1];
  EXPECT_EQ(decision["decision"], 1);
  EXPECT_EQ(decision["symbol"], "HOPS");
  EXPECT_EQ(decision["order_type"], "I");
  EXPECT_EQ(decision["smart"], true);
  EXPECT_EQ(decision["takes"], true);
  EXPECT_EQ(decision["shares"], 800);
  ASSERT_EQ(decision["quotes"].size(), 2u);
  const int far = decision["side"] == "B" ? 1'000'200 : -1'000'000;
  EXPECT_EQ(decision["quotes"][0]["fee"], 3'000);
  EXPECT_EQ(decision["quotes"][0]["shares"], 500);
  EXPECT_EQ(decision["quotes"][0]["score"], 100 * far + 3'000);
  EXPECT_EQ(decision["quotes"][1]["score"], 100 * far);
  ASSERT_EQ(decision["parts"].size(), 2u);
  EXPECT_EQ(decision["parts"][0],
            (json{{"venue", 1}, {"user_ref", 1}, {"shares", 500}, {"limit", std::abs(far)}, {"probes", false}, {"fate", "sent"}}));
  EXPECT_EQ(decision["parts"][1]["venue"], 0);
  EXPECT_EQ(decision["parts"][1]["shares"], 300);
}

TEST_F(Decisions, OfOtherRulesTellWhatEachVenueShowed) {
  core::Plan plan = oms::rig_plan();
  plan.oms.quantity = 100;
  trade(plan, 0);
  const json decision = lines().at(1);
  EXPECT_EQ(decision["smart"], false);
  EXPECT_EQ(decision["shares"], 100);
  EXPECT_EQ(decision["order_type"], "M");
  ASSERT_EQ(decision["quotes"].size(), 2u);
  EXPECT_EQ(decision["quotes"][1]["price"], decision["side"] == "B" ? 1'000'200 : 1'000'000);
  EXPECT_EQ(decision["quotes"][1]["shares"], 0) << "not in the record";
  ASSERT_EQ(decision["parts"].size(), 1u);
  EXPECT_EQ(decision["parts"][0]["shares"], 100);
  EXPECT_EQ(decision["parts"][0]["fate"], "sent");
}

TEST_F(Decisions, WhatIsBlockedIsADecisionToo) {
  core::Plan plan = smart_plan();
  plan.risk.max_quantity = 400;
  trade(plan, 0);
  const json decision = lines().at(1);
  ASSERT_EQ(decision["parts"].size(), 2u);
  EXPECT_EQ(decision["parts"][0]["fate"], "blocked");
  EXPECT_EQ(decision["parts"][1]["fate"], "sent");
}

TEST_F(Decisions, AreThinnedEvenlyAndCounted) {
  trade(smart_plan(), 9);
  const auto numbers = [this](const DecisionQuery& query) {
    std::vector<int> found;
    for (const json& line : lines(query))
      if (line.contains("decision")) found.push_back(line["decision"]);
    return found;
  };
  EXPECT_EQ(numbers({}).size(), 10u);
  EXPECT_EQ(numbers({10, 0}).size(), 10u);
  EXPECT_EQ(numbers({4, 0}), (std::vector<int>{1, 4, 7, 10}));
  EXPECT_EQ(numbers({1, 0}), (std::vector<int>{1}));
  EXPECT_EQ(lines({4, 0})[0], (json{{"decisions", 10}, {"every", 3}}));
  EXPECT_EQ(numbers({4, 40}), (std::vector<int>{9, 10})) << "only what was decided behind that message";
  EXPECT_EQ(lines({4, 40})[0], (json{{"decisions", 2}, {"every", 1}}));
}

TEST_F(Decisions, StandInTheOmssJournalOnly) {
  write_journal(path_, {journal::Record()});
  EXPECT_EQ(output_of([&] { return print_decisions(path_, {}); }), Verdict::Unreadable);
  EXPECT_NE(error_.find("is of venue 1: decisions stand in the OMS's journal, journal-oms.hsj"), std::string::npos) << error_;
}

}  // namespace
}  // namespace hopscope::journal_tool
