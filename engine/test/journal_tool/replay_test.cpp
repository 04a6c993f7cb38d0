#include "engine/recovery/replay.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "engine/journal_tool/commands.h"
#include "engine/test/journal_tool/journal_of_run.h"

namespace hopscope::journal_tool {
namespace {

using journal::Record;
using journal::RecordType;

class ReplayTest : public testing::Test {
 protected:
  void TearDown() override { std::filesystem::remove(path_); }

  Verdict verify() {
    figures_ = nlohmann::json::array();
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    const Verdict verdict = verify_by_replay(path_, plan_, {}, figures_);
    output_ = testing::internal::GetCapturedStdout();
    error_ = testing::internal::GetCapturedStderr();
    return verdict;
  }
  std::size_t find(RecordType type, std::size_t nth = 20) const {
    for (std::size_t i = 0; i < records_.size(); ++i)
      if (records_[i].type == type && nth-- == 0) return i;
    ADD_FAILURE() << "the journal has too few records of that type";
    return 0;
  }

  const core::Plan run_plan_ = plan_of_run();
  core::Plan plan_ = run_plan_;
  std::vector<Record> records_ = records_of_run(run_plan_);
  const std::string path_ =
      testing::TempDir() + "/hopscope-replay-" + testing::UnitTest::GetInstance()->current_test_info()->name() + ".hsj";
  nlohmann::json figures_;
  std::string output_, error_;
};

TEST_F(ReplayTest, WhatARunDidComesOutAgain) {
  const auto of_type = [&](RecordType type) {
    return std::count_if(records_.begin(), records_.end(), [type](const Record& record) { return record.type == type; });
  };
  for (const RecordType type : {RecordType::OrderEntered, RecordType::CancelRequested, RecordType::Accepted, RecordType::Executed,
                                RecordType::Cancelled, RecordType::Rejected})
    EXPECT_GE(of_type(type), 10) << static_cast<char>(type);
  EXPECT_TRUE(std::any_of(records_.begin(), records_.end(), [](const Record& record) {
    return record.type == RecordType::Executed && !venue::is_client(record.order);
  })) << "no feed order hit a client's";

  write_journal(path_, records_);
  ASSERT_EQ(verify(), Verdict::Good) << output_;
  const auto inputs = of_type(RecordType::OrderEntered) + of_type(RecordType::CancelRequested);
  EXPECT_EQ(output_, path_ + ": replayed " + std::to_string(inputs) + " inputs, " +
                         std::to_string(records_.size() - static_cast<std::size_t>(inputs)) + " outputs, equal\n");
  EXPECT_TRUE(figures_[0]["replay"]["equal"].get<bool>());
}

TEST_F(ReplayTest, OneChangedFieldOfAnyOutputIsFoundAndNamed) {
  const struct {
    RecordType type;
    const char* field;
    void (*change)(Record&);
  } changes[] = {{RecordType::Executed, "price", [](Record& r) { r.price ^= 1; }},
                 {RecordType::Executed, "maker", [](Record& r) { r.maker ^= 1; }},
                 {RecordType::Executed, "match", [](Record& r) { ++r.match; }},
                 {RecordType::Cancelled, "quantity", [](Record& r) { --r.quantity; }},
                 {RecordType::Cancelled, "reason", [](Record& r) { r.reason = 'Z'; }},
                 {RecordType::Accepted, "order_type", [](Record& r) { r.order_type = 'M'; }},
                 {RecordType::Accepted, "market_ns", [](Record& r) { ++r.market_ns; }},
                 {RecordType::Rejected, "quantity", [](Record& r) { ++r.quantity; }}};
  const std::vector<Record> whole = records_;
  for (const auto& [type, field, change] : changes) {
    records_ = whole;
    const std::size_t at = find(type);
    change(records_[at]);
    write_journal(path_, records_);
    EXPECT_EQ(verify(), Verdict::Bad) << field;
    EXPECT_NE(output_.find(std::string("different ") + field + "\n"), std::string::npos) << output_;
    EXPECT_NE(output_.find("journal  " + std::string(9 - std::to_string(at + 1).size(), ' ') + std::to_string(at + 1)), std::string::npos)
        << output_;
  }
}

TEST_F(ReplayTest, AMissingAnInventedAndAMovedRecordAreFound) {
  const std::vector<Record> whole = records_;
  const std::size_t trade = find(RecordType::Executed);
  records_.erase(records_.begin() + static_cast<std::ptrdiff_t>(trade));
  write_journal(path_, records_);
  EXPECT_EQ(verify(), Verdict::Bad);

  records_ = whole;
  records_.insert(records_.begin() + static_cast<std::ptrdiff_t>(trade), whole[trade]);
  write_journal(path_, records_);
  EXPECT_EQ(verify(), Verdict::Bad);

  // The order arrives a message late: its records say so, but the trade that it made does not come about a message earlier.
  records_ = whole;
  ++records_[find(RecordType::OrderEntered)].feed_sequence;
  write_journal(path_, records_);
  EXPECT_EQ(verify(), Verdict::Bad);

  records_ = whole;
  records_[find(RecordType::OrderEntered)].feed_sequence = 1ull << 60;
  write_journal(path_, records_);
  EXPECT_EQ(verify(), Verdict::Bad);
  EXPECT_NE(output_.find("the plan's feed has only 5100 messages"), std::string::npos) << output_;
}

TEST_F(ReplayTest, AnAcceptedOrderCannotBePassedOffAsRefusedAtTheDoor) {
  const std::size_t accepted = find(RecordType::Accepted);
  records_[accepted].type = RecordType::Rejected;
  records_[accepted].reason = 0x13;
  write_journal(path_, records_);
  EXPECT_EQ(verify(), Verdict::Bad);
  EXPECT_NE(output_.find("different type, reason"), std::string::npos) << output_;
}

TEST_F(ReplayTest, OnlyAJournalThatWasNotClosedMayEndAmongTheRecordsOfAnOrder) {
  // An order has been accepted; that it traded at once is missing.
  const auto traded = std::adjacent_find(records_.begin() + 100, records_.end(), [](const Record& a, const Record& b) {
    return a.type == RecordType::Accepted && b.type == RecordType::Executed && a.order == b.order;
  });
  ASSERT_NE(traded, records_.end());
  records_.erase(traded + 1, records_.end());
  write_journal(path_, records_);
  EXPECT_EQ(verify(), Verdict::Bad);
  EXPECT_NE(output_.find("the journal ends, the replay goes on"), std::string::npos) << output_;
  write_journal(path_, records_, "run-1", 1, 65'536);
  EXPECT_EQ(verify(), Verdict::Good) << output_;
  EXPECT_NE(output_.find("its engine did not close it"), std::string::npos) << output_;
}

TEST_F(ReplayTest, AnotherSeedIsAnotherMarket) {
  write_journal(path_, records_);
  plan_.seed = 8;
  EXPECT_EQ(verify(), Verdict::Bad);
}

TEST_F(ReplayTest, APlanThatIsNotTheRunsIsRefusedInOneLine) {
  write_journal(path_, records_, "run-2");
  EXPECT_EQ(verify(), Verdict::Unreadable);
  EXPECT_EQ(error_, "journal: " + path_ + " is of run run-2, the plan of run run-1: give the plan.json that belongs to it\n");
  write_journal(path_, records_, "run-1", 2);
  EXPECT_EQ(verify(), Verdict::Unreadable);
  EXPECT_NE(error_.find("is of venue 2, the plan has 2 venues"), std::string::npos) << error_;
  write_journal(path_, records_);
  plan_.feed.flow = core::Flow::Itch;
  plan_.feed.file = "/nowhere.itch";
  EXPECT_EQ(verify(), Verdict::Unreadable);
  EXPECT_NE(error_.find("the plan's feed cannot be replayed: "), std::string::npos) << error_;
}

}  // namespace
}  // namespace hopscope::journal_tool
