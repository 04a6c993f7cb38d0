// The books that a replay shows at a record are those that the venue had when all had happened that came of the same message.
#include "engine/journal_tool/book_at.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>

#include "engine/journal_tool/commands.h"
#include "engine/recovery/request.h"
#include "engine/test/journal_tool/journal_of_run.h"

namespace hopscope::journal_tool {
namespace {

using journal::Record;
using journal::RecordType;

class BookAt : public testing::Test {
 protected:
  BookAt() {
    records_ = records_of_run(plan_, [&](const venue::MatchingEngine& engine) {
      const std::uint64_t records = engine.records().size();
      if (records != 0 && !moments_.contains(records)) moments_.emplace(records, Moment{engine.market_ns(), books_json(engine)});
    });
    write_journal(path_, records_);
  }
  ~BookAt() override { std::filesystem::remove(path_); }

  struct Moment {
    std::uint64_t market_ns;
    nlohmann::json books;
  };

  nlohmann::json books_json(const venue::MatchingEngine& engine) const {
    nlohmann::json all = nlohmann::json::array();
    for (const SymbolBook& book : books_of(engine, feed::max_locate(plan_.feed), "")) all.push_back(book_json(book));
    return all;
  }

  Verdict print(const BookQuery& query) {
    figures_ = nlohmann::json::array();
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    const Verdict verdict = print_books(path_, plan_, query, {}, figures_);
    output_ = testing::internal::GetCapturedStdout();
    error_ = testing::internal::GetCapturedStderr();
    return verdict;
  }

  const core::Plan plan_ = plan_of_run();
  const std::string path_ = testing::TempDir() + "/hopscope-" + testing::UnitTest::GetInstance()->current_test_info()->name() + "-" +
                            std::to_string(getpid()) + ".hsj";
  std::vector<Record> records_;
  std::map<std::uint64_t, Moment> moments_;  // by number of records
  nlohmann::json figures_;
  std::string output_, error_;
};

TEST_F(BookAt, EveryMomentOfTheRunComesBack) {
  std::size_t nth = 0, clients = 0, split = 0;
  for (std::uint64_t until = 1; until <= records_.size(); until += 17, ++nth) {
    const auto moment = moments_.lower_bound(until);
    ASSERT_NE(moment, moments_.end());
    split += moment->first != until;
    ASSERT_EQ(print({until, "", 5}), Verdict::Good) << error_ << output_;
    const nlohmann::json& shown = figures_[0];
    ASSERT_EQ(shown["books"], moment->second.books) << "at record " << until;
    EXPECT_EQ(shown["market_ns"], moment->second.market_ns);
    EXPECT_EQ(shown["feed_sequence"], records_[until - 1].feed_sequence);
    for (const nlohmann::json& book : shown["books"]) clients += book["client_orders"].size();
  }
  EXPECT_GT(nth, 20u);
  EXPECT_GT(clients, 20u) << "no client order rested";
  EXPECT_GT(split, 5u) << "every record was the last of its message";
}

TEST_F(BookAt, WithoutANumberItIsTheJournalsEnd) {
  ASSERT_EQ(print({}), Verdict::Good) << error_;
  EXPECT_EQ(figures_[0]["until"], records_.size());
  EXPECT_EQ(figures_[0]["books"], moments_.at(records_.size()).books);
}

TEST_F(BookAt, ARequestThatCameToNothingStillStandsAlone) {
  // A cancel of an order that is done leaves its input record alone; what follows is another request's.
  std::size_t at = 0;
  while (at + 1 < records_.size() && !(records_[at].type == RecordType::CancelRequested && recovery::is_request(records_[at + 1].type)))
    ++at;
  ASSERT_LT(at + 1, records_.size());
  ASSERT_EQ(print({at + 1, "", 5}), Verdict::Good) << error_;
  EXPECT_EQ(figures_[0]["books"], moments_.at(at + 1).books);
}

TEST_F(BookAt, OneSymbolAlone) {
  const std::string symbol = moments_.rbegin()->second.books[1]["symbol"];
  ASSERT_EQ(print({0, symbol, 1}), Verdict::Good);
  ASSERT_EQ(figures_[0]["books"].size(), 1u);
  EXPECT_EQ(figures_[0]["books"][0], moments_.rbegin()->second.books[1]);
  ASSERT_EQ(print({0, "NOSUCH", 1}), Verdict::Good);
  EXPECT_NE(output_.find("nothing rests in NOSUCH\n"), std::string::npos) << output_;
}

TEST_F(BookAt, ARecordBehindTheLastIsRefused) {
  const std::string last = std::to_string(records_.size());
  EXPECT_EQ(print({records_.size() + 1, "", 5}), Verdict::Unreadable);
  EXPECT_EQ(error_,
            "journal: " + path_ + " ends with record " + last + " (clean: closed by its engine): write --until " + last + " or less\n");
}

TEST_F(BookAt, NoBookIsShownWhereTheReplayDiffers) {
  std::vector<Record> changed = records_;
  changed[30].market_ns += 1;
  write_journal(path_, changed);
  EXPECT_EQ(print({20, "", 5}), Verdict::Good) << output_;
  EXPECT_EQ(print({100, "", 5}), Verdict::Bad);
  EXPECT_NE(output_.find("no book can be shown, for the replay differs before it: different market_ns"), std::string::npos) << output_;
  EXPECT_TRUE(figures_.empty());
}

TEST(BookTable, ShowsBothSidesBestFirst) {
  SymbolBook book;
  book.locate = 3;
  book.symbol = "HOPS";
  book.bids = {{1'000'000, 500, 200, 2}, {999'900, 100, 0, 1}, {999'800, 100, 0, 1}};
  book.asks = {{1'000'100, 12'345, 0, 7}};
  EXPECT_EQ(book_table(book, 2),
            "HOPS, locate 3\n"
            "    orders   clients'     shares          bid | ask          shares     clients'   orders\n"
            "         2        200        500     100.0000 | 100.0100     12345                 7\n"
            "         1                   100      99.9900 |\n"
            "  and 1 more bid prices, 0 more ask prices\n");
}

}  // namespace
}  // namespace hopscope::journal_tool
