#include "engine/journal_tool/commands.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "engine/recovery/record_text.h"
#include "engine/test/journal_tool/captured_output.h"
#include "engine/test/journal_tool/journal_of_run.h"

namespace hopscope::journal_tool {
namespace {

using journal::Record;
using journal::RecordType;

std::vector<Record> four_records() {
  Record entered;
  entered.market_ns = 34'200'000'331'647;
  entered.order = venue::client_id(1, 17);
  entered.feed_sequence = 23;
  entered.price = 998'600;
  entered.quantity = 100;
  entered.locate = 3;
  entered.side = 'S';
  entered.order_type = 'I';
  Record executed = entered;
  executed.type = RecordType::Executed;
  executed.maker = 8'123;
  executed.match = 5;
  Record terms;
  terms.type = RecordType::OrderTerms;
  terms.market_ns = entered.market_ns;
  terms.feed_sequence = entered.feed_sequence;
  terms.order = entered.order;
  terms.locate = 3;
  terms.reason = matching::trait::kIceberg | matching::trait::kStop | matching::trait::kExpires | matching::trait::kPostOnly;
  terms.price = 30;
  terms.match = 998'500;
  terms.maker = 34'201'000'000'000;
  terms.side = static_cast<std::uint8_t>(matching::SelfTrade::Decrement);
  Record cancelled = entered;
  cancelled.type = RecordType::Cancelled;
  cancelled.price = 0;
  cancelled.quantity = 40;
  cancelled.reason = 'I';
  return {entered, terms, executed, cancelled};
}

class Commands : public CapturedOutput {
 protected:
  void SetUp() override { write_journal(path_, four_records()); }
  void TearDown() override { std::filesystem::remove(path_); }

  void flip(std::streamoff at) {
    std::fstream file(path_, std::ios::binary | std::ios::in | std::ios::out);
    file.seekg(at);
    const char byte = static_cast<char>(file.get() ^ 1);
    file.seekp(at);
    file.put(byte);
  }

  const std::string path_ =
      testing::TempDir() + "/hopscope-commands-" + testing::UnitTest::GetInstance()->current_test_info()->name() + ".hsj";
  nlohmann::json figures_ = nlohmann::json::array();
};

TEST_F(Commands, DumpPrintsALineARecord) {
  EXPECT_EQ(output_of([&] { return dump(path_, false, true); }), Verdict::Good);
  EXPECT_EQ(output_,
            " sequence   v       feed         market time  type                        order         maker  s  k    shares         price  "
            "locate     match  reason\n"
            "        1   1         23  09:30:00.000331647  OrderEntered                 1/17             -  S  I       100       99.8600  "
            "     3         -       -\n"
            "        2   1         23  09:30:00.000331647  OrderTerms                   1/17  post-only, iceberg 30, stop 99.8500, expires "
            "09:30:01.000000000, self-trade decrement\n"
            "        3   1         23  09:30:00.000331647  Executed                     1/17          8123  S  I       100       99.8600  "
            "     3         5       -\n"
            "        4   1         23  09:30:00.000331647  Cancelled                    1/17             -  S  I        40             -  "
            "     3         -       I\n");
}

TEST_F(Commands, DumpPrintsJsonLines) {
  EXPECT_EQ(output_of([&] { return dump(path_, true, true); }), Verdict::Good);
  std::istringstream lines(output_);
  std::string third;
  for (int i = 0; i < 3; ++i) std::getline(lines, third);
  EXPECT_EQ(third,
            R"({"sequence":3,"venue":1,"feed_sequence":23,"market_ns":34200000331647,"type":"Executed","order":"1/17","maker":"8123",)"
            R"("side":"S","order_type":"I","quantity":100,"price":998600,"locate":3,"match":5,"reason":""})");
}

TEST_F(Commands, TermsAreToldInWords) {
  EXPECT_EQ(
      nlohmann::json::parse(recovery::json_line(four_records()[1])),
      nlohmann::json::parse(R"({"sequence":0,"venue":0,"feed_sequence":23,"market_ns":34200000331647,"type":"OrderTerms","order":"1/17",)"
                            R"("traits":["post-only","iceberg","stop","expires"],"minimum":0,"display":30,"stop":998500,)"
                            R"("expires_ns":34201000000000,"self_trade":"decrement","locate":3})"));
  Record traits = four_records()[1];
  traits.reason = matching::trait::kFillOrKill | matching::trait::kMinimum | matching::trait::kAuctionOnly | 0x8000;
  traits.quantity = 20;
  traits.side = 0;
  EXPECT_NE(recovery::table_line(traits).find("  fill-or-kill, minimum 20, auction-only, 0x8000"), std::string::npos)
      << recovery::table_line(traits);
}

TEST_F(Commands, DamagedBytesCannotReachATerminal) {
  Record record;
  record.type = static_cast<RecordType>(0x1b);
  record.side = 0x1b;
  record.order_type = '"';
  EXPECT_NE(recovery::table_line(record).find("type-27"), std::string::npos);
  EXPECT_EQ(recovery::table_line(record).find('\x1b'), std::string::npos);
  EXPECT_EQ(nlohmann::json::parse(recovery::json_line(record))["order_type"], "34");
}

std::vector<Record> oms_records() {
  Record run;
  run.type = RecordType::RunConfigured;
  run.order = 17;
  run.maker = 7;
  run.match = 0xab;
  run.quantity = 1;
  run.side = 'L';
  run.order_type = 'B';
  Record limits;
  limits.type = RecordType::LimitsSet;
  limits.match = 10'000'000'000;
  limits.price = 1'000;
  limits.quantity = 10'000;
  Record listed;
  listed.type = RecordType::SymbolListed;
  std::memcpy(&listed.maker, "HOPS    ", 8);
  listed.locate = 3;
  Record sent = four_records()[0];
  sent.order = venue::client_id(0, 1);
  sent.type = RecordType::OrderSent;
  Record routed = sent;
  routed.type = RecordType::Routed;
  routed.maker = ~998'600u;
  routed.match = routed.price = routed.quantity = 0;
  routed.order_type = 1;
  Record passed = sent;
  passed.type = RecordType::RiskPassed;
  passed.maker = 998'600;
  passed.match = 998'800;
  Record executed = sent;
  executed.type = RecordType::Executed;
  executed.quantity = 40;
  executed.match = 9;
  return {run, limits, listed, routed, passed, sent, executed};
}

TEST_F(Commands, TheOmssJournalIsDumpedInWordsAndAsJson) {
  write_journal(path_, oms_records(), "run-1", journal::kOmsJournal);
  EXPECT_EQ(output_of([&] { return dump(path_, false, false); }), Verdict::Good) << error_;
  for (const char* words :
       {"  1   -          0  00:00:00.000000000  RunConfigured                   -  plan 00000000000000ab, seed 7, 1 venue, lockstep "
        "pacing, "
        "router best-price, warm-up until feed message 17\n",
        "LimitsSet                       -  10000 shares, notional 1000000.0000, collar 1000 bps, any number of orders a second\n",
        "SymbolListed                    -  HOPS is locate 3\n",
        "Routed                        0/1  to venue 0; from venue 0 on: 99.8600\n",
        "RiskPassed                    0/1  bid 99.8600, ask 99.8800\n",
        "OrderSent                     0/1             -  S  I       100       99.8600       3         -       -\n"})
    EXPECT_NE(output_.find(words), std::string::npos) << words << "|" << output_;
  EXPECT_EQ(output_of([&] { return dump(path_, true, false); }), Verdict::Good);
  std::istringstream lines(output_);
  std::string line;
  for (int i = 0; i < 4; ++i) std::getline(lines, line);
  EXPECT_EQ(line, R"({"sequence":4,"venue":null,"feed_sequence":23,"market_ns":34200000331647,"type":"Routed","order":"0/1","picked":0,)"
                  R"("first_venue":0,"far_prices":[998600],"side":"S","locate":3})");
}

TEST_F(Commands, PositionsAreRebuiltFromTheOmssJournal) {
  core::Plan plan = plan_of_run();
  plan.digest = 0xab;
  write_journal(path_, oms_records(), "run-1", journal::kOmsJournal);
  EXPECT_EQ(output_of([&] { return print_positions(path_, &plan, 0, {}, figures_); }), Verdict::Good) << output_ << error_;
  EXPECT_NE(output_.find("the OMS behind record 7, feed message 23, market time 09:30:00.000331647\n"), std::string::npos) << output_;
  EXPECT_NE(output_.find("    0  HOPS                  0           40          -40             0.0000          3994.4000\n"),
            std::string::npos)
      << output_;
  EXPECT_EQ(figures_[0]["positions"][0]["net"], -40);
  EXPECT_EQ(figures_[0]["open_orders"][0]["order"], "0/1");
  EXPECT_EQ(figures_[0]["open_orders"][0]["filled"], 40);
  EXPECT_EQ(figures_[0]["measured"]["fills"], 1);
  EXPECT_EQ(output_of([&] { return print_positions(path_, nullptr, 6, {}, figures_); }), Verdict::Good);
  EXPECT_EQ(figures_[1]["positions"].size(), 0u);

  EXPECT_EQ(output_of([&] { return verify_by_replay(path_, plan, {}, figures_); }), Verdict::Good) << output_ << error_;
  EXPECT_NE(output_.find("decided again 1 order, heard 1 answer, equal"), std::string::npos) << output_;
  EXPECT_EQ(output_of([&] { return print_books(path_, plan, {}, {}, figures_); }), Verdict::Unreadable);
  EXPECT_NE(error_.find("is the OMS's, which has no venue's books: give it to `journal positions`"), std::string::npos) << error_;
}

TEST_F(Commands, PositionsNeedTheOmssJournalItsPlanAndItsRecords) {
  core::Plan plan = plan_of_run();
  EXPECT_EQ(output_of([&] { return print_positions(path_, nullptr, 0, {}, figures_); }), Verdict::Unreadable);
  EXPECT_NE(error_.find("is of venue 1: positions stand in the OMS's journal, journal-oms.hsj"), std::string::npos) << error_;
  std::vector<Record> records = oms_records();
  write_journal(path_, records, "run-1", journal::kOmsJournal);
  EXPECT_EQ(output_of([&] { return print_positions(path_, &plan, 0, {}, figures_); }), Verdict::Unreadable);
  EXPECT_NE(error_.find("was written under a plan of digest 00000000000000ab, this one has 0000000000000000"), std::string::npos) << error_;
  EXPECT_EQ(output_of([&] { return print_positions(path_, nullptr, 8, {}, figures_); }), Verdict::Unreadable);
  EXPECT_NE(error_.find("ends with record 7"), std::string::npos) << error_;
  records.erase(records.begin() + 4);  // what passed the gate
  write_journal(path_, records, "run-1", journal::kOmsJournal);
  EXPECT_EQ(output_of([&] { return print_positions(path_, nullptr, 0, {}, figures_); }), Verdict::Bad);
  EXPECT_NE(output_.find("nothing can be rebuilt behind record 4: it did not pass the gate before\n"), std::string::npos) << output_;
  plan.digest = 0xab;
  EXPECT_EQ(output_of([&] { return verify_by_replay(path_, plan, {}, figures_); }), Verdict::Bad);
  EXPECT_NE(output_.find("then a contradiction: it did not pass the gate before"), std::string::npos) << output_;
}

TEST_F(Commands, StatCountsRecordsByType) {
  EXPECT_EQ(output_of([&] { return print_stat(path_, figures_); }), Verdict::Good);
  EXPECT_EQ(figures_[0]["types"], (nlohmann::json{{"OrderEntered", 1}, {"OrderTerms", 1}, {"Executed", 1}, {"Cancelled", 1}}));
  EXPECT_EQ(figures_[0]["run_id"], "run-1");
  EXPECT_EQ(figures_[0]["bytes"], 8'192);
  EXPECT_NE(output_.find("clean: closed by its engine"), std::string::npos) << output_;
}

TEST_F(Commands, VerifyTellsTornFromBroken) {
  write_journal(path_, std::vector<Record>(25));  // three blocks
  EXPECT_EQ(output_of([&] { return verify(path_, figures_); }), Verdict::Good) << output_;
  flip(4'096 + 2 * 4'096 + 64);
  EXPECT_EQ(output_of([&] { return verify(path_, figures_); }), Verdict::Good) << output_;
  EXPECT_NE(output_.find("20 records in 2 blocks, torn: "), std::string::npos) << output_;
  flip(4'096 + 4'096 + 64);
  flip(4'096 + 2 * 4'096 + 64);
  EXPECT_EQ(output_of([&] { return verify(path_, figures_); }), Verdict::Bad);
  EXPECT_EQ(output_,
            path_ +
                ": broken: block 2, at byte 8192, is damaged, and good blocks of this run stand behind it; what stands before it (10 "
                "records) is whole\n");
}

TEST_F(Commands, VerifyLooksAtTheRecordsOfGoodBlocksToo) {
  std::vector<Record> records = four_records();
  records[1].type = static_cast<RecordType>('?');
  write_journal(path_, records);
  EXPECT_EQ(output_of([&] { return verify(path_, figures_); }), Verdict::Bad);
  EXPECT_NE(output_.find("record 2 has type 63, which this program does not know"), std::string::npos) << output_;
}

TEST_F(Commands, WhatIsNoJournalIsRefusedInOneLine) {
  std::ofstream(path_) << std::string(8'192, 'x');
  EXPECT_EQ(output_of([&] { return verify(path_, figures_); }), Verdict::Unreadable);
  EXPECT_EQ(error_, "journal: " + path_ + ": not a hopscope journal: the first eight bytes are not HOPJRNL1\n");
  EXPECT_EQ(output_of([&] { return dump(path_ + ".nowhere", false, true); }), Verdict::Unreadable);
  EXPECT_NE(error_.find("cannot read"), std::string::npos);
  EXPECT_TRUE(figures_.empty());
}

}  // namespace
}  // namespace hopscope::journal_tool
