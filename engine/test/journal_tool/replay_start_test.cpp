// Replays that begin at a snapshot, by the tool's commands.
#include "engine/journal_tool/replay_start.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "engine/journal_tool/commands.h"
#include "engine/recovery/snapshot_writer.h"
#include "engine/test/journal_tool/journal_of_run.h"
#include "engine/test/recovery/recorded_venue.h"

namespace hopscope::journal_tool {
namespace {

constexpr std::uint32_t kVenue = 1;  // as write_journal() has it

class ReplayStartTest : public testing::Test {
 protected:
  void SetUp() override {
    write_journal(path_, records_);
    run_ = journal::FileReader(path_).content().run;
  }

  // At the first moment of rest from the record on. Returns its record.
  std::uint64_t take_snapshot(std::uint64_t from) {
    recovery::Replay replay(plan_, kVenue);
    EXPECT_EQ(replay.open(), "");
    for (std::uint64_t sequence = 1; sequence <= records_.size(); ++sequence) {
      EXPECT_TRUE(replay.take(records_[sequence - 1])) << replay.difference();
      if (sequence < from || !replay.at_rest()) continue;
      recovery::SnapshotHeader at = recovery::snapshot_at(run_, sequence);
      at.venue = kVenue;
      EXPECT_EQ(recovery::SnapshotWriter().write(folder_.path(), at, recovery::VenueState(replay.engine())), "");
      return sequence;
    }
    ADD_FAILURE() << "the replay never came to rest";
    return 0;
  }

  // Its figures; output_ and error_ are what it said.
  template <class Command>
  nlohmann::json run(Command command, Verdict expected = Verdict::Good) {
    nlohmann::json figures = nlohmann::json::array();
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    const Verdict verdict = command(figures);
    output_ = testing::internal::GetCapturedStdout();
    error_ = testing::internal::GetCapturedStderr();
    EXPECT_EQ(verdict, expected) << output_ << error_;
    return figures.empty() ? figures : figures[0];
  }
  nlohmann::json books(std::uint64_t until, const SnapshotUse& use) {
    return run([&](nlohmann::json& figures) { return print_books(path_, plan_, {.until = until, .symbol = ""}, use, figures); });
  }

  const core::Plan plan_ = plan_of_run();
  const std::vector<journal::Record> records_ = records_of_run(plan_);
  recovery::SnapshotFolder folder_;
  const std::string path_ = folder_.path() + "/journal-1.hsj";
  std::uint64_t run_ = 0;
  const SnapshotUse newest_{.wanted = true, .directory = ""};
  std::string output_, error_;
};

TEST_F(ReplayStartTest, BeginsAtTheNewestThatIsNotBehindTheRecordAskedFor) {
  const std::uint64_t first = take_snapshot(200), second = take_snapshot(900);
  const auto verify = [&](nlohmann::json& figures) { return verify_by_replay(path_, plan_, newest_, figures); };
  EXPECT_EQ(run(verify)["replay"]["snapshot"]["record"], second);
  EXPECT_NE(output_.find("behind record " + std::to_string(second) + ", from " + folder_.path()), std::string::npos) << output_;
  for (const std::uint64_t until : {first, first + 1, second - 1, second, second + 50}) {
    EXPECT_EQ(books(until, newest_), books(until, {})) << "at record " << until;
    EXPECT_EQ(error_, "");
  }
}

TEST_F(ReplayStartTest, BeginsAtRecordOneWhereThereIsNone) {
  const std::uint64_t only = take_snapshot(500);
  EXPECT_EQ(books(only - 1, newest_), books(only - 1, {}));
  books(only - 1, newest_);
  EXPECT_NE(error_.find("is replayed from its beginning: there is no good snapshot of it at record " + std::to_string(only - 1)),
            std::string::npos)
      << error_;
}

TEST_F(ReplayStartTest, FindsADifferenceBehindASnapshotToo) {
  const std::uint64_t at = take_snapshot(500);
  std::vector<journal::Record> records = records_;
  records[at + 20].market_ns += 1;
  write_journal(path_, records);
  run([&](nlohmann::json& figures) { return verify_by_replay(path_, plan_, newest_, figures); }, Verdict::Bad);
  EXPECT_NE(output_.find("different market_ns"), std::string::npos) << output_;
}

}  // namespace
}  // namespace hopscope::journal_tool
