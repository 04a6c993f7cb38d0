// Whatever clients ask of a venue, its journal replays; and a record that is not as the venue left it is found.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "engine/journal_tool/commands.h"
#include "engine/recovery/record_text.h"
#include "engine/recovery/request.h"
#include "engine/test/journal_tool/itch_market.h"
#include "engine/test/journal_tool/journal_of_run.h"
#include "engine/test/journal_tool/order_session.h"

namespace hopscope::journal_tool {
namespace {

using journal::Record;
using journal::RecordType;

class SessionReplay : public testing::Test {
 protected:
  ~SessionReplay() override {
    std::filesystem::remove(journal_);
    std::filesystem::remove(market_);
  }

  static core::Plan plan(std::uint64_t seed, std::uint64_t latency_ns, std::uint32_t queue) {
    core::Plan plan = venue::rig_plan();
    plan.run_id = "run-1";
    plan.seed = seed;
    plan.venues = 2;
    plan.feed.symbols = 2;
    plan.feed.measure_messages = 3'000;
    plan.journal.size_bytes = 8 << 20;
    plan.venue_profiles = {{}, {"B", 0, 0, latency_ns, queue}};
    return plan;
  }

  // Of the records, which are those of venue 1.
  Verdict verify(const core::Plan& plan, const std::vector<Record>& records) {
    write_journal(journal_, records);
    nlohmann::json figures = nlohmann::json::array();
    testing::internal::CaptureStdout();
    const Verdict verdict = verify_by_replay(journal_, plan, {}, figures);
    output_ = testing::internal::GetCapturedStdout();
    return verdict;
  }

  const std::string name_ =
      testing::TempDir() + "/hopscope-" + testing::UnitTest::GetInstance()->current_test_info()->name() + "-" + std::to_string(getpid());
  const std::string journal_ = name_ + ".hsj", market_ = name_ + ".itch";
  std::string output_;
};

TEST_F(SessionReplay, EveryKindOfRequestReplaysToTheSameRecords) {
  std::set<RecordType> seen;
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    // Without and with modelled latency; then a queue that is full now and then.
    const core::Plan run = plan(seed, seed % 2 == 0 ? 5'000 : 0, seed == 6 ? 64 : 3);
    const std::vector<Record> records = OrderSession(run, seed, 2).run();
    for (const Record& record : records) seen.insert(record.type);
    EXPECT_GT(records.size(), 4'000u);
    ASSERT_EQ(verify(run, records), Verdict::Good) << "seed " << seed << ": " << output_;
  }
  EXPECT_EQ(seen.size(), 16u) << "not every type of record came up";
}

TEST_F(SessionReplay, SoDoesADayWithHaltsAndAuctions) {
  core::Plan run = plan(1, 3'000, 8);
  run.feed.flow = core::Flow::Itch;
  run.feed.file = market_;
  run.feed.measure_messages = 0;
  ItchMarket(1).write(market_, 3'000);
  const std::vector<Record> records = OrderSession(run, 1, 3).run();
  const auto has = [&](RecordType type, std::uint16_t reason) {
    return std::any_of(records.begin(), records.end(),
                       [=](const Record& record) { return record.type == type && record.reason == reason; });
  };
  EXPECT_TRUE(has(RecordType::Executed, 1)) << "no client traded in a cross";
  EXPECT_TRUE(has(RecordType::Rejected, static_cast<std::uint16_t>(venue::RejectReason::Halted)));
  EXPECT_TRUE(has(RecordType::Rejected, static_cast<std::uint16_t>(venue::RejectReason::DestinationClosed)));
  EXPECT_TRUE(has(RecordType::Cancelled, 'E')) << "no order was open at the end of the day";
  ASSERT_EQ(verify(run, records), Verdict::Good) << output_;
}

TEST_F(SessionReplay, AChangedAnswerOfAnyTypeIsFound) {
  const struct {
    const char* field;
    void (*change)(Record&);
  } changes[] = {{"order", [](Record& r) { ++r.order; }},       {"maker", [](Record& r) { ++r.maker; }},
                 {"match", [](Record& r) { ++r.match; }},       {"price", [](Record& r) { ++r.price; }},
                 {"quantity", [](Record& r) { ++r.quantity; }}, {"locate", [](Record& r) { ++r.locate; }},
                 {"side", [](Record& r) { r.side ^= 1; }},      {"market_ns", [](Record& r) { ++r.market_ns; }}};
  const core::Plan run = plan(3, 5'000, 3);
  const std::vector<Record> whole = OrderSession(run, 3, 2).run();
  ASSERT_EQ(verify(run, whole), Verdict::Good) << output_;
  std::map<RecordType, std::size_t> one_of;
  for (std::size_t i = 0; i < whole.size(); ++i)
    if (!recovery::is_request(whole[i].type) && whole[i].type != RecordType::OrderTerms) one_of.emplace(whole[i].type, i);
  EXPECT_EQ(one_of.size(), 9u);
  for (const auto& [type, at] : one_of) {
    for (const auto& [field, change] : changes) {
      std::vector<Record> records = whole;
      change(records[at]);
      EXPECT_EQ(verify(run, records), Verdict::Bad) << recovery::name_of(type) << " " << field;
    }
    if (type == RecordType::CancelRejected) continue;  // a cancel of an order that is done may go without an answer
    std::vector<Record> records = whole;
    records.erase(records.begin() + static_cast<std::ptrdiff_t>(at));
    EXPECT_EQ(verify(run, records), Verdict::Bad) << recovery::name_of(type) << " is missing";
  }
}

// A queue explains refusals only where the venue had one.
TEST_F(SessionReplay, AVenueWithoutLatencyRefusesNothingForItsQueue) {
  const core::Plan run = plan(4, 5'000, 1);
  const std::vector<Record> records = OrderSession(run, 4, 2).run();
  ASSERT_EQ(verify(run, records), Verdict::Good) << output_;
  EXPECT_EQ(verify(plan(4, 0, 1), records), Verdict::Bad);
}

// What no venue writes does not reach a matching engine.
TEST_F(SessionReplay, AnImpossibleRequestIsNamed) {
  const core::Plan run = plan(5, 0, 1);
  const std::vector<Record> whole = OrderSession(run, 5, 2).run();
  const auto said_of = [&](RecordType type, void (*change)(Record&)) {
    std::vector<Record> records = whole;
    const auto at = std::find_if(records.begin(), records.end(), [=](const Record& record) { return record.type == type; });
    change(*at);
    EXPECT_EQ(verify(run, records), Verdict::Bad);
    return output_;
  };
  EXPECT_NE(said_of(RecordType::OrderEntered, [](Record& r) { r.side = 'Q'; }).find("no order has such a side"), std::string::npos);
  EXPECT_NE(said_of(RecordType::OrderEntered, [](Record& r) { r.order_type = 'Q'; }).find("no order has such a type"), std::string::npos);
  EXPECT_NE(said_of(RecordType::OrderTerms, [](Record& r) { r.side = 9; }).find("no order has such a self-trade mode"), std::string::npos);
  EXPECT_NE(said_of(RecordType::CancelRequested, [](Record& r) { r.order = 0; }).find("no client's request has such an order id"),
            std::string::npos);
  EXPECT_NE(said_of(RecordType::ReplaceRequested, [](Record& r) { r.maker = 0; }).find("no replacement has such an order id"),
            std::string::npos);
}

}  // namespace
}  // namespace hopscope::journal_tool
