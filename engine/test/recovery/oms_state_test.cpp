// An OMS taken from a snapshot is the one that the journal's records come to, at every record behind which one can be taken.
#include "engine/recovery/oms_state.h"

#include <gtest/gtest.h>

#include <vector>

#include "engine/recovery/snapshot_file.h"
#include "engine/recovery/snapshot_writer.h"
#include "engine/test/oms/made_up_run.h"
#include "engine/test/recovery/recorded_venue.h"

namespace hopscope::recovery {
namespace {

using journal::Record;

// Whole and symbols, one behind the other.
std::vector<std::byte> bytes_of(const OmsLedger& ledger) {
  std::vector<std::byte> bytes;
  const OmsState state(ledger);
  state.save_whole(bytes);
  for (std::uint32_t locate = 0; locate <= state.max_locate(); ++locate) state.save_symbol(static_cast<std::uint16_t>(locate), bytes);
  return bytes;
}

TEST(OmsState, TakenAnywhereItComesToTheSameEnd) {
  const SnapshotFolder folder;
  SnapshotWriter writer;
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const oms::MadeUpRun run(seed == 3 ? oms::replacing_venues() : oms::two_venues(), seed);
    OmsLedger whole;
    std::uint64_t taken = 0;
    for (std::size_t n = 0; n < run.records.size(); ++n) {
      ASSERT_TRUE(whole.take(run.records[n])) << whole.contradiction();
      if (!whole.at_rest() || n % 29 != 0) continue;
      SnapshotHeader at;
      at.venue = journal::kOmsJournal;
      at.record = n + 1;
      ASSERT_EQ(writer.write(folder.path(), at, OmsState(whole)), "");
      const SnapshotFile file(snapshot_path(folder.path(), at.venue, at.record));
      OmsLedger ledger;
      RestoredOms restored(ledger);
      ASSERT_TRUE(file.restore(restored)) << file.error();
      EXPECT_EQ(bytes_of(ledger), bytes_of(whole));
      EXPECT_EQ(ledger.measured().replaces, whole.measured().replaces);
      for (std::size_t later = n + 1; later < run.records.size(); ++later)
        ASSERT_TRUE(ledger.take(run.records[later])) << ledger.contradiction();
      OmsLedger to_the_end;
      for (const Record& record : run.records) to_the_end.take(record);
      ASSERT_EQ(bytes_of(ledger), bytes_of(to_the_end)) << "seed " << seed << ", snapshot behind record " << at.record;
      ++taken;
    }
    EXPECT_GT(taken, 20u);
  }
}

TEST(OmsState, WhatIsNoStateOfAnOmsIsRefused) {
  const oms::MadeUpRun run(oms::two_venues(), 1);
  OmsLedger ledger;
  for (const Record& record : run.records) ASSERT_TRUE(ledger.take(record));
  std::vector<std::byte> whole;
  OmsState(ledger).save_whole(whole);
  for (const std::size_t length : {std::size_t{0}, std::size_t{8}, whole.size() - 1}) {
    OmsLedger fresh;
    EXPECT_FALSE(RestoredOms(fresh).restore_whole(std::span(whole).first(length))) << length;
  }
  whole.push_back(std::byte{0});
  OmsLedger fresh;
  EXPECT_FALSE(RestoredOms(fresh).restore_whole(whole));
}

}  // namespace
}  // namespace hopscope::recovery
