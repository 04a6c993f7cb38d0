// The short form of `npm run torture -- journal N`, with fixed seeds, and that it can fail.
#include "engine/torture/journal_torture.h"

#include <gtest/gtest.h>

#include "engine/test/journal/journal_fixture.h"
#include "engine/torture/device_round.h"
#include "engine/torture/kill_round.h"
#include "engine/torture/recovery_time.h"

namespace hopscope::torture {
namespace {

TEST(JournalTorture, NothingIsLostAndNothingDamagedIsBelieved) {
  Tally tally;
  for (std::uint64_t seed = 1; seed <= 80; ++seed) EXPECT_EQ(run_device_round({.seed = seed}, tally), "") << "seed " << seed;
  // Had it met none of these, it would have shown nothing.
  EXPECT_GE(tally.power_cuts, 10u);
  EXPECT_GE(tally.device_kills, 10u);
  EXPECT_GE(tally.closed, 10u);
  EXPECT_GE(tally.full, 1u);
  for (const Fault fault : {Fault::Fails, Fault::Refuses, Fault::Hangs}) EXPECT_GE(tally.faults[static_cast<std::size_t>(fault)], 1u);
  EXPECT_GE(tally.used_devices, 10u);
  EXPECT_GE(tally.torn_blocks, 10u);
  EXPECT_GE(tally.lost_blocks, 10u);
  EXPECT_GE(tally.reordered, 3u);
  EXPECT_GE(tally.left_out, 1u);
  EXPECT_GE(tally.reported, 5u);
  for (const std::uint64_t rounds : tally.damages) EXPECT_GE(rounds, 5u);
  EXPECT_GE(tally.acknowledged, 1'000u);
  EXPECT_GE(tally.recovered, tally.acknowledged);
}

TEST(JournalTorture, ADeviceThatBreaksItsPromiseIsFoundOut) {
  Tally tally;
  unsigned found = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed)
    found += run_device_round({.seed = seed, .forgets = true}, tally).find("acknowledged as durable") != std::string::npos;
  EXPECT_GE(found, 1u);
}

TEST(JournalTorture, TheSameSeedIsTheSameRound) {
  Tally once, again;
  run_device_round({.seed = 7}, once);
  run_device_round({.seed = 7}, again);
  EXPECT_EQ(describe(once), describe(again));
}

class JournalTortureOnDisk : public testing::Test {
 protected:
  void SetUp() override {
    if (directory_.path().empty()) GTEST_SKIP() << "neither the temporary nor the working directory is on a disk";
  }
  journal::DiskDirectory directory_;
};

TEST_F(JournalTortureOnDisk, KillMinusNineLosesNothingThatWasAcknowledged) {
  Tally tally;
  for (std::uint64_t seed = 1; seed <= 12; ++seed) EXPECT_EQ(run_kill_round(seed, directory_.path(), tally), "") << "seed " << seed;
  EXPECT_EQ(tally.process_kills, 12u);
  EXPECT_GE(tally.acknowledged, 100u);
}

TEST_F(JournalTortureOnDisk, ALongerJournalIsRecoveredAndTheSecondStartIsClean) {
  constexpr std::uint64_t kRecords = 20'000;
  RecoveryTime measured;
  EXPECT_EQ(measure_recovery(kRecords, 1, directory_.path(), measured), "");
  EXPECT_GE(measured.records, kRecords);
  EXPECT_GT(measured.seconds, 0);
}

}  // namespace
}  // namespace hopscope::torture
