// What the tool says of a journal whose segments have been filled anew: it begins where it begins, and is not
// replayed from there without a snapshot.
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "engine/journal_tool/commands.h"
#include "engine/test/journal/ring_image.h"
#include "engine/test/journal_tool/captured_output.h"
#include "engine/test/journal_tool/journal_of_run.h"
#include "engine/test/recovery/recorded_venue.h"

namespace hopscope::journal_tool {
namespace {

class RingCommands : public CapturedOutput {
 protected:
  void SetUp() override {
    ring_.write_to(30, 6);
    ring_.write(path_);
  }
  void TearDown() override { std::filesystem::remove(path_); }

  const std::string path_ =
      testing::TempDir() + "/hopscope-ring-commands-" + testing::UnitTest::GetInstance()->current_test_info()->name() + ".hsj";
  journal::RingImage ring_;
  nlohmann::json figures_ = nlohmann::json::array();
};

TEST_F(RingCommands, StatSaysWhereItBegins) {
  EXPECT_EQ(output_of([&] { return print_stat(path_, figures_); }), Verdict::Good);
  const journal::RingImage::Block& first = ring_.beginning();
  EXPECT_NE(output_.find("begins   with record " + std::to_string(first.first_record) + ", block " + std::to_string(first.sequence)),
            std::string::npos)
      << output_;
  EXPECT_NE(output_.find("end      clean: every block is whole\n"), std::string::npos) << output_;
  EXPECT_EQ(figures_[0]["first_record"], first.first_record);
  EXPECT_EQ(figures_[0]["first_block"], first.sequence);
  EXPECT_EQ(figures_[0]["blocks"], 31 - first.sequence);
}

TEST_F(RingCommands, VerifyCountsRecordNumbersFromThere) {
  EXPECT_EQ(output_of([&] { return verify(path_, figures_); }), Verdict::Good);
  EXPECT_EQ(figures_[0]["damage"], "");
}

TEST_F(RingCommands, VerifyNamesTheDamagedBlockByItsNumberAndPlace) {
  const journal::RingImage::Block& hit = ring_.blocks[28 - 1];
  ring_.medium[hit.offset + journal::kHeaderBytes] ^= std::byte{1};
  ring_.write(path_);
  EXPECT_EQ(output_of([&] { return verify(path_, figures_); }), Verdict::Bad);
  EXPECT_NE(output_.find("block 28, at byte " + std::to_string(hit.offset) + ", is damaged"), std::string::npos) << output_;
}

TEST_F(RingCommands, AReplayThatNeedsWhatWasGivenUpIsRefusedInOneLine) {
  core::Plan plan;
  plan.run_id = "run-1";
  plan.venues = 2;
  const recovery::SnapshotFolder empty;
  const std::string line = "journal: " + path_ + " goes back to record " + std::to_string(ring_.beginning().first_record) +
                           " only, and there is no good snapshot of it in " + empty.path() +
                           ": name the folder of its snapshots with --snapshots DIR\n";
  const SnapshotUse snapshots{.wanted = false, .directory = empty.path()};
  EXPECT_EQ(output_of([&] { return verify_by_replay(path_, plan, snapshots, figures_); }), Verdict::Unreadable);
  EXPECT_EQ(error_, line);
  EXPECT_EQ(output_of([&] { return print_books(path_, plan, {}, snapshots, figures_); }), Verdict::Unreadable);
  EXPECT_EQ(error_, line);
}

}  // namespace
}  // namespace hopscope::journal_tool
