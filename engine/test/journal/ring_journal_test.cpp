// A journal that is read while it is written, and whose segments are filled anew behind its reader.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <fstream>
#include <thread>

#include "engine/journal/following_reader.h"
#include "engine/journal/journal.h"
#include "engine/journal/reader.h"
#include "engine/test/journal/journal_fixture.h"

namespace hopscope::journal {
namespace {

using Clock = std::chrono::steady_clock;

// 8 segments of 16 KiB, which hold four blocks at most.
core::JournalPlan ring_plan(const std::string& directory, core::JournalSubmit submit) {
  core::JournalPlan plan = file_plan(directory, submit);
  plan.segments = 8;
  plan.size_bytes = kSuperblockBytes + 8 * 16'384;
  return plan;
}

class RingJournal : public testing::TestWithParam<core::JournalSubmit> {
 protected:
  void SetUp() override {
    if (directory_.path().empty()) GTEST_SKIP() << "neither the temporary nor the working directory is on a disk";
    ASSERT_EQ(journal_.open(ring_plan(directory_.path(), GetParam()), 2, "run-1", 0), "");
    ASSERT_EQ(reader_.open(directory_.file(2)), "");
  }
  void append(std::uint64_t records) {
    for (; records > 0; --records) block_ = journal_.append(sample_record(++appended_));
  }
  // False: it is not durable within 20 s, or the journal has failed.
  bool wait_until_durable() {
    const auto deadline = Clock::now() + std::chrono::seconds(20);
    while (journal_.durable_block() < block_ && !journal_.failed() && Clock::now() < deadline) journal_.poll();
    return journal_.durable_block() == block_;
  }
  void take(const Record& record) {
    Record expected = sample_record(++followed_);
    expected.sequence = followed_;
    expected.venue = 2;
    EXPECT_EQ(std::memcmp(&record, &expected, sizeof record), 0) << "record " << followed_;
  }
  void follow(std::uint64_t durable) {
    for (Record record; reader_.next(record, durable);) take(record);
    EXPECT_EQ(reader_.error(), "");
  }
  DiskDirectory directory_;
  Journal journal_;
  FollowingReader reader_;
  std::uint64_t appended_ = 0, block_ = 0;
  std::uint64_t followed_ = 0;
};
INSTANTIATE_TEST_SUITE_P(Submit, RingJournal, testing::Values(core::JournalSubmit::Inline, core::JournalSubmit::Helper),
                         [](const auto& submit) { return submit.param == core::JournalSubmit::Inline ? "Inline" : "Helper"; });

TEST_P(RingJournal, IsReadBehindTheWriterUpToTheBoundAndNoFarther) {
  append(10);
  ASSERT_TRUE(wait_until_durable());
  const std::uint64_t bound = journal_.durable_block();
  append(100);
  ASSERT_TRUE(wait_until_durable());
  EXPECT_EQ(reader_.passed_block(), 0u);
  follow(bound);
  EXPECT_EQ(followed_, 10u);
  EXPECT_EQ(reader_.passed_block(), bound);
  follow(journal_.durable_block());
  EXPECT_EQ(followed_, 110u);
  Record record;
  EXPECT_FALSE(reader_.next(record, journal_.durable_block())) << "there is nothing more yet";
}

TEST_P(RingJournal, SegmentsAreFilledAnewBehindWhatWasReclaimed) {
  for (int round = 0; round < 60; ++round) {
    append(150);
    ASSERT_TRUE(wait_until_durable()) << journal_.error();
    follow(journal_.durable_block());
    journal_.reclaim(reader_.passed_block());
  }
  EXPECT_EQ(followed_, 9'000u);
  EXPECT_FALSE(journal_.nearly_full());
  ASSERT_EQ(journal_.close(), "");
  std::uint64_t sequence = 0;
  const FileContent content = read_file(directory_.file(2), [&](const Record& record) {
    EXPECT_TRUE(sequence == 0 || record.sequence == sequence + 1) << "record " << record.sequence << " behind " << sequence;
    sequence = record.sequence;
  });
  EXPECT_EQ(content.end, End::Clean);
  EXPECT_GT(content.first_record, 1u);
  EXPECT_EQ(content.last_record(), 9'000u);
  EXPECT_EQ(sequence, 9'000u);
  EXPECT_EQ(std::filesystem::file_size(directory_.file(2)), kSuperblockBytes + 8 * 16'384);
}

TEST_P(RingJournal, IsFullWhereNothingIsReclaimed) {
  std::uint64_t last = 0;
  while (!journal_.failed() && appended_ < 100'000) {
    append(1);
    journal_.poll();
    if (!journal_.nearly_full()) last = appended_;
  }
  EXPECT_NE(journal_.close().find("raise journal.size_bytes"), std::string::npos);
  const FileContent content = read_file(directory_.file(2), [](const Record&) {});
  EXPECT_EQ(content.end, End::Clean);
  EXPECT_EQ(content.first_record, 1u);
  EXPECT_LT(last, content.records) << "it was nearly full before";
}

// Reclaiming an old block again, or none, takes nothing back.
TEST_P(RingJournal, WhatWasReclaimedStaysSo) {
  for (int round = 0; round < 60; ++round) {
    append(150);
    ASSERT_TRUE(wait_until_durable()) << journal_.error();
    journal_.reclaim(block_);
    journal_.reclaim(1);
    journal_.reclaim(0);
  }
  EXPECT_FALSE(journal_.nearly_full());
}

TEST_P(RingJournal, AnotherThreadFollowsAndReclaimsWhileOrdersComeIn) {
  constexpr std::uint64_t kRecords = 20'000;
  std::atomic<std::uint64_t> passed{0};
  std::atomic<bool> over{false};
  std::thread shadow([&] {
    while (!over.load()) {
      follow(journal_.durable_block());
      journal_.reclaim(reader_.passed_block());
      passed.store(reader_.passed_block());
      std::this_thread::yield();
    }
    follow(journal_.durable_block());
  });
  const auto deadline = Clock::now() + std::chrono::seconds(20);
  while (appended_ < kRecords && !journal_.failed() && Clock::now() < deadline) {
    // No more than two segments ahead of it: a journal whose shadow lags behind is full, which is not what this is about.
    if (block_ < passed.load() + 8) append(1);
    journal_.poll();
  }
  EXPECT_EQ(journal_.close(), "");
  over.store(true);
  shadow.join();
  EXPECT_EQ(appended_, kRecords);
  EXPECT_EQ(followed_, kRecords);
  const FileContent content = read_file(directory_.file(2), [](const Record&) {});
  EXPECT_EQ(content.end, End::Clean);
  EXPECT_EQ(content.last_record(), kRecords);
}

TEST_P(RingJournal, WhatWasDurableAndCannotBeReadBackIsSaid) {
  append(10);
  ASSERT_TRUE(wait_until_durable());
  Record record;
  EXPECT_TRUE(reader_.next(record, journal_.durable_block()));
  for (std::uint64_t i = 1; i < 10; ++i) EXPECT_TRUE(reader_.next(record, journal_.durable_block()));
  EXPECT_FALSE(reader_.next(record, block_ + 1)) << "no block was said to be durable that is not there";
  EXPECT_NE(reader_.error().find("was durable and cannot be read back"), std::string::npos) << reader_.error();
}

TEST(FollowingReader, RefusesWhatIsNoJournalInOneLine) {
  const DiskDirectory directory;
  if (directory.path().empty()) GTEST_SKIP() << "neither the temporary nor the working directory is on a disk";
  EXPECT_NE(FollowingReader().open(directory.file()).find("No such file"), std::string::npos);
  std::ofstream(directory.file(), std::ios::binary) << "short";
  EXPECT_NE(FollowingReader().open(directory.file()).find("too short"), std::string::npos);
  std::ofstream(directory.file(), std::ios::binary) << std::string(8192, 'x');
  EXPECT_NE(FollowingReader().open(directory.file()).find("not a hopscope journal"), std::string::npos);
}

}  // namespace
}  // namespace hopscope::journal
