// Snapshots: what is behind one replays from it as it does from the start; nothing damaged is believed.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "engine/core/random.h"
#include "engine/recovery/snapshot_file.h"
#include "engine/test/recovery/recorded_venue.h"

namespace hopscope::recovery {
namespace {

constexpr std::uint64_t kRun = 0x1234567890abcdefull;

std::vector<char> read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write(const std::string& path, const std::vector<char>& bytes) {
  std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

class SnapshotTest : public testing::Test {
 protected:
  // Replays the records and takes snapshots at every moment of rest that is drawn. Returns the state at the end.
  std::vector<std::byte> replay_and_take(const core::Plan& plan, const std::vector<journal::Record>& records, std::uint32_t one_in) {
    Replay replay(plan, torture::kVenue);
    EXPECT_EQ(replay.open(), "");
    core::Random random(plan.seed, core::Stream::Torture, 98);
    for (const journal::Record& record : records) {
      if (!replay.take(record)) {
        ADD_FAILURE() << replay.difference();
        return {};
      }
      if (!replay.at_rest() || random.below(one_in) != 0) continue;
      EXPECT_EQ(writer_.write(folder_.path(), snapshot_at(kRun, record.sequence), VenueState(replay.engine())), "");
    }
    EXPECT_TRUE(replay.settle(nullptr));
    return state_of(replay.engine());
  }

  std::string take_one(const core::Plan& plan, std::uint64_t record) {
    Replay replay(plan, torture::kVenue);
    EXPECT_EQ(replay.open(), "");
    for (const journal::Record& next : record_venue(plan, record + 100)) {
      EXPECT_TRUE(replay.take(next));
      if (next.sequence < record || !replay.at_rest()) continue;
      EXPECT_EQ(writer_.write(folder_.path(), snapshot_at(kRun, next.sequence), VenueState(replay.engine())), "");
      return snapshot_path(folder_.path(), torture::kVenue, next.sequence);
    }
    ADD_FAILURE() << "the replay never came to rest";
    return {};
  }

  std::unique_ptr<SnapshotFile> newest(std::uint64_t until, std::uint64_t run = kRun) {
    passed_over_.clear();
    return newest_snapshot(folder_.path(), torture::kVenue, run, until, [this](const std::string& line) { passed_over_.push_back(line); });
  }

  SnapshotFolder folder_;
  SnapshotWriter writer_;
  std::vector<std::string> passed_over_;
};

TEST_F(SnapshotTest, WhatIsBehindOneComesToTheStateThatAReplayFromTheStartComesTo) {
  unsigned compared = 0;
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    const core::Plan plan = torture::plan_of(seed, 20'000);
    const std::vector<journal::Record> records = record_venue(plan, 4'000);
    const std::vector<std::byte> whole = replay_and_take(plan, records, 200);
    for (const SnapshotName& name : snapshots_in(folder_.path(), torture::kVenue)) {
      const SnapshotFile snapshot(name.path);
      ASSERT_EQ(snapshot.error(), "") << name.path;
      Replay replay(plan, torture::kVenue);
      ASSERT_EQ(replay.open(snapshot), "") << name.path;
      for (const journal::Record& record : records)
        if (record.sequence > name.record) {
          ASSERT_TRUE(replay.take(record)) << name.path << ": " << replay.difference();
        }
      ASSERT_TRUE(replay.settle(nullptr)) << replay.difference();
      ASSERT_EQ(state_of(replay.engine()), whole) << "seed " << seed << ", snapshot at record " << name.record;
      ++compared;
      std::filesystem::remove(name.path);
    }
  }
  EXPECT_GE(compared, 30u);
}

TEST_F(SnapshotTest, EveryByteThatChangesIsNoticed) {
  const std::string path = take_one(torture::plan_of(4, 2'000), 20);  // one symbol
  const std::vector<char> bytes = read(path);
  ASSERT_EQ(SnapshotFile(path).error(), "");
  std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
  const auto put = [&](std::size_t at, char byte) { file.seekp(static_cast<std::streamoff>(at)).put(byte).flush(); };
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    put(at, static_cast<char>(bytes[at] ^ (1 << at % 8)));
    EXPECT_NE(SnapshotFile(path).error(), "") << "byte " << at;
    put(at, bytes[at]);
  }
  EXPECT_EQ(SnapshotFile(path).error(), "");
}

TEST_F(SnapshotTest, WhatIsCutOffOrLongerIsNoticed) {
  const std::string path = take_one(torture::plan_of(1, 2'000), 60);
  const std::vector<char> bytes = read(path);
  for (std::size_t length = 0; length < bytes.size(); length += 1 + length / 64) {
    write(path, {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(length)});
    EXPECT_NE(SnapshotFile(path).error(), "") << length << " bytes";
  }
  std::vector<char> longer = bytes;
  longer.push_back(0);
  write(path, longer);
  EXPECT_NE(SnapshotFile(path).error(), "");
}

// Chunks that are whole, of the same symbol and of the same length may still be an older snapshot's.
TEST_F(SnapshotTest, AChunkOfAnotherSnapshotIsNoticed) {
  Replay replay(torture::plan_of(1, 2'000), torture::kVenue);
  ASSERT_EQ(replay.open(), "");
  ASSERT_EQ(writer_.write(folder_.path(), snapshot_at(kRun, 1), VenueState(replay.engine())), "");
  ASSERT_EQ(writer_.write(folder_.path(), snapshot_at(kRun, 2), VenueState(replay.engine())), "");
  std::vector<char> mixed = read(snapshot_path(folder_.path(), torture::kVenue, 1));
  const std::vector<char> other = read(snapshot_path(folder_.path(), torture::kVenue, 2));
  ASSERT_EQ(mixed.size(), other.size());
  std::copy(other.begin() + sizeof(SnapshotHeader), other.end(), mixed.begin() + sizeof(SnapshotHeader));
  const std::string path = snapshot_path(folder_.path(), torture::kVenue, 3);
  write(path, mixed);
  EXPECT_NE(SnapshotFile(path).error().find("is not of this snapshot"), std::string::npos) << SnapshotFile(path).error();
}

TEST_F(SnapshotTest, ADamagedOneIsPassedOverByNameForTheOneBefore) {
  const core::Plan plan = torture::plan_of(2, 5'000);
  const std::string first = take_one(plan, 100), second = take_one(plan, 300), third = take_one(plan, 500);
  ASSERT_TRUE(newest(~0ull));
  EXPECT_EQ(newest(~0ull)->path(), third);
  EXPECT_EQ(newest(newest(~0ull)->header().record - 1)->path(), second);

  std::vector<char> bytes = read(third);
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 4);
  write(third, bytes);
  ASSERT_TRUE(newest(~0ull));
  EXPECT_EQ(newest(~0ull)->path(), second);
  ASSERT_EQ(passed_over_.size(), 1u);
  EXPECT_NE(passed_over_[0].find(third), std::string::npos) << passed_over_[0];

  EXPECT_FALSE(newest(~0ull, kRun + 1));
  EXPECT_EQ(passed_over_.size(), 3u);  // two are of another journal
  EXPECT_FALSE(newest(50));
  EXPECT_TRUE(passed_over_.empty());
}

TEST_F(SnapshotTest, ADraftIsNoSnapshotAndNoneIsLeft) {
  const std::string path = take_one(torture::plan_of(1, 2'000), 60);
  EXPECT_FALSE(std::filesystem::exists(path + ".draft"));
  write(path + ".draft", read(path));
  EXPECT_EQ(snapshots_in(folder_.path(), torture::kVenue).size(), 1u);
  Replay replay(torture::plan_of(1, 2'000), torture::kVenue);
  const std::string error = writer_.write(folder_.path() + "/nowhere", snapshot_at(kRun, 1), VenueState(replay.engine()));
  EXPECT_NE(error.find("cannot be written (No such file or directory)"), std::string::npos) << error;
}

TEST_F(SnapshotTest, ThatOfAnotherPlanIsRefused) {
  core::Plan plan = torture::plan_of(3, 2'000);
  const SnapshotFile snapshot(take_one(plan, 60));
  core::Plan fewer_symbols = plan;
  fewer_symbols.feed.symbols = 1;
  Replay small(fewer_symbols, torture::kVenue);
  EXPECT_NE(small.open(snapshot).find("is not of this plan"), std::string::npos);
  core::Plan shorter = plan;
  shorter.feed.measure_messages = 10;
  Replay cut(shorter, torture::kVenue);
  EXPECT_NE(cut.open(snapshot).find("the plan's feed ends with 10"), std::string::npos);
}

}  // namespace
}  // namespace hopscope::recovery
