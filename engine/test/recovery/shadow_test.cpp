// The shadow beside a journal that is being written.
#include "engine/recovery/shadow.h"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <thread>
#include <vector>

#include "engine/journal/journal.h"
#include "engine/journal/reader.h"
#include "engine/test/journal/journal_fixture.h"
#include "engine/test/recovery/recorded_venue.h"

namespace hopscope::recovery {
namespace {

using namespace std::chrono_literals;

class ShadowTest : public testing::Test {
 protected:
  void SetUp() override {
    if (directory_.path().empty()) GTEST_SKIP() << "neither the temporary nor the working directory is on a disk";
    plan_.journal = journal::file_plan(directory_.path());
    plan_.journal.snapshot_every = 500;
  }

  static bool await(const std::function<bool()>& condition) {
    for (int i = 0; i < 2'000 && !condition(); ++i) std::this_thread::sleep_for(5ms);
    return condition();
  }
  static void append(journal::Journal& journal, const std::vector<journal::Record>& records) {
    for (const journal::Record& record : records) {
      journal.append(record);
      journal.poll();
    }
  }
  // Until all that was appended is durable.
  static void settle(journal::Journal& journal) {
    const std::uint64_t last = journal.append(journal::Record{});
    while (journal.progress().durable() < last) journal.poll();
  }
  std::vector<SnapshotName> snapshots() const { return snapshots_in(directory_.path(), torture::kVenue); }

  journal::DiskDirectory directory_;
  core::Plan plan_ = torture::plan_of(5, 50'000);
};

TEST_F(ShadowTest, TakesSnapshotsOfWhatIsDurableAndKeepsTwo) {
  const std::vector<journal::Record> records = record_venue(plan_, 4'000);
  journal::Journal journal;
  ASSERT_EQ(journal.open(plan_.journal, torture::kVenue, plan_.run_id, 0), "");
  std::vector<std::uint64_t> released;
  std::atomic<unsigned> releases{0};
  Shadow shadow(plan_, torture::kVenue, journal.progress(), [&](std::uint64_t block) {
    released.push_back(block);
    ++releases;
  });
  ASSERT_EQ(shadow.start(), "");
  append(journal, records);
  while (journal.progress().durable() == 0) journal.poll();
  EXPECT_TRUE(await([&] {
    journal.poll();
    return releases >= 6;
  }));
  shadow.stop();
  const ShadowOutcome& outcome = shadow.outcome();
  EXPECT_EQ(outcome.error, "");
  EXPECT_GE(outcome.snapshots, 7u);
  EXPECT_GT(outcome.longest_ns, 0u);
  ASSERT_EQ(journal.close(), "");

  const std::vector<SnapshotName> kept = snapshots();
  ASSERT_EQ(kept.size(), 2u);
  EXPECT_EQ(kept[0].record, outcome.last_record);
  EXPECT_TRUE(std::is_sorted(released.begin(), released.end()));
  // Whichever of both is used, all records that it needs stand behind what was released.
  EXPECT_EQ(SnapshotFile(kept[1].path).header().block, released.back());

  Replay whole(plan_, torture::kVenue);
  ASSERT_EQ(whole.open(), "");
  for (const journal::Record& record : records) ASSERT_TRUE(whole.take(record)) << whole.difference();
  ASSERT_TRUE(whole.settle(nullptr));
  for (const SnapshotName& name : kept) {
    const SnapshotFile snapshot(name.path);
    ASSERT_EQ(snapshot.error(), "");
    Replay replay(plan_, torture::kVenue);
    ASSERT_EQ(replay.open(snapshot), "");
    journal::read_file(directory_.file(), [&](const journal::Record& record) {
      if (record.sequence > name.record) {
        EXPECT_TRUE(replay.take(record)) << replay.difference();
      }
    });
    ASSERT_TRUE(replay.settle(nullptr));
    EXPECT_EQ(state_of(replay.engine()), state_of(whole.engine())) << name.path;
  }
}

// Twice as many bytes as it has room for.
TEST_F(ShadowTest, WhatItReleasesIsWrittenAnewAndTheRestRecovers) {
  plan_.journal.size_bytes = 16 << 20;
  plan_.journal.segments = 8;
  const std::vector<journal::Record> records = record_venue(plan_, 8'000);
  journal::Journal journal;
  ASSERT_EQ(journal.open(plan_.journal, torture::kVenue, plan_.run_id, 0), "");
  Shadow shadow(plan_, torture::kVenue, journal.progress(), [&](std::uint64_t block) { journal.reclaim(block); });
  ASSERT_EQ(shadow.start(), "");
  std::uint64_t appended = 0;
  for (const journal::Record& record : records) {
    const std::uint64_t block = journal.append(record);  // one each: 4 KiB
    while (journal.progress().durable() < block) journal.poll();
    if (++appended % 500 != 0) continue;
    ASSERT_TRUE(await([&] {
      const auto taken = snapshots();
      return !journal.failed() && (appended < 1'000 || (!taken.empty() && taken.front().record + 600 > appended));
    })) << appended
        << " records, " << journal.error();
  }
  EXPECT_FALSE(journal.nearly_full());
  shadow.stop();
  EXPECT_EQ(shadow.outcome().error, "");
  ASSERT_EQ(journal.close(), "");

  Replay whole(plan_, torture::kVenue);
  ASSERT_EQ(whole.open(), "");
  for (const journal::Record& record : records) ASSERT_TRUE(whole.take(record)) << whole.difference();
  ASSERT_TRUE(whole.settle(nullptr));
  const journal::FileContent head = journal::FileReader(directory_.file()).content();
  EXPECT_GT(head.first_record, 3'000u);
  ASSERT_EQ(snapshots().size(), 2u);
  for (const SnapshotName& name : snapshots()) {
    const auto snapshot =
        newest_snapshot(directory_.path(), torture::kVenue, head.run, name.record, [](const std::string& line) { ADD_FAILURE() << line; });
    ASSERT_TRUE(snapshot);
    EXPECT_GE(snapshot->header().record + 1, head.first_record);
    Replay replay(plan_, torture::kVenue);
    ASSERT_EQ(replay.open(*snapshot), "");
    const journal::FileContent content = journal::read_file(directory_.file(), [&](const journal::Record& record) {
      if (record.sequence > name.record) {
        ASSERT_TRUE(replay.take(record)) << replay.difference();
      }
    });
    EXPECT_EQ(content.last_record(), records.size());
    ASSERT_TRUE(replay.settle(nullptr));
    EXPECT_EQ(state_of(replay.engine()), state_of(whole.engine())) << name.path;
  }
}

TEST_F(ShadowTest, EndsWithALineWhereTheVenueDidSomethingElse) {
  std::vector<journal::Record> records = record_venue(plan_, 2'000);
  records[1'500].market_ns += 1;
  journal::Journal journal;
  ASSERT_EQ(journal.open(plan_.journal, torture::kVenue, plan_.run_id, 0), "");
  Shadow shadow(plan_, torture::kVenue, journal.progress());
  ASSERT_EQ(shadow.start(), "");
  append(journal, records);
  settle(journal);
  EXPECT_TRUE(await([&] { return snapshots().size() == 2; }));
  std::this_thread::sleep_for(50ms);
  shadow.stop();
  EXPECT_NE(shadow.outcome().error.find("no more snapshots of venue 0 behind record 1500"), std::string::npos) << shadow.outcome().error;
  EXPECT_EQ(shadow.outcome().error.find('\n'), std::string::npos);
  EXPECT_LE(shadow.outcome().last_record, 1'500u);
}

TEST_F(ShadowTest, RemovesTheSnapshotsOfAnOlderJournal) {
  const std::string old = snapshot_path(directory_.path(), torture::kVenue, 77);
  std::ofstream(old) << "old";
  journal::Journal journal;
  ASSERT_EQ(journal.open(plan_.journal, torture::kVenue, plan_.run_id, 0), "");
  Shadow shadow(plan_, torture::kVenue, journal.progress());
  ASSERT_EQ(shadow.start(), "");
  EXPECT_FALSE(std::filesystem::exists(old));
  shadow.stop();
  EXPECT_EQ(shadow.outcome().snapshots, 0u);
}

}  // namespace
}  // namespace hopscope::recovery
