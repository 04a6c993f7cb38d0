#include "engine/journal/block_queue.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "engine/test/journal/journal_fixture.h"

namespace hopscope::journal {
namespace {

bool append(BlockQueue& queue, std::uint64_t n) { return queue.append(sample_record(n), n, 3); }

Record record_of(const Claim& claim, std::uint32_t i) {
  Record record;
  std::memcpy(&record, claim.bytes + kHeaderBytes + i * kRecordBytes, sizeof record);
  return record;
}

TEST(BlockQueue, ClaimTakesWhatStandsInTheOpenBlock) {
  BlockQueue queue;
  ASSERT_TRUE(queue.open(4096));
  Claim claim;
  EXPECT_FALSE(queue.claim(claim));
  ASSERT_TRUE(append(queue, 1));
  ASSERT_TRUE(append(queue, 2));
  EXPECT_EQ(queue.open_sequence(), 1u);
  ASSERT_TRUE(queue.claim(claim));
  EXPECT_EQ(claim.sequence, 1u);
  EXPECT_EQ(claim.first_record, 1u);
  EXPECT_EQ(claim.records, 2u);
  EXPECT_EQ(record_of(claim, 1).sequence, 2u);
  EXPECT_EQ(record_of(claim, 1).venue, 3u);
  EXPECT_EQ(record_of(claim, 1).order, sample_record(2).order);
  EXPECT_FALSE(queue.claim(claim));

  ASSERT_TRUE(append(queue, 3));
  EXPECT_EQ(queue.open_sequence(), 2u);
  ASSERT_TRUE(queue.claim(claim));
  EXPECT_EQ(claim.first_record, 3u);
  EXPECT_EQ(claim.records, 1u);
}

TEST(BlockQueue, RefusesWhenEveryBlockIsFullUntilOneIsReleased) {
  BlockQueue queue;
  ASSERT_TRUE(queue.open(4096));
  const std::uint64_t room = std::uint64_t{kBlocks} * queue.capacity();
  for (std::uint64_t n = 1; n <= room; ++n) ASSERT_TRUE(append(queue, n));
  EXPECT_FALSE(append(queue, room + 1));
  Claim claim;
  ASSERT_TRUE(queue.claim(claim));
  EXPECT_EQ(claim.records, queue.capacity());
  EXPECT_FALSE(append(queue, room + 1)) << "claimed is not yet written";
  queue.release(claim.sequence);
  EXPECT_TRUE(append(queue, room + 1));
  EXPECT_EQ(queue.open_sequence(), kBlocks + 1u);
}

// The writer closes blocks while the appender fills them: each record must come out once, in order, with blocks numbered without gaps.
TEST(BlockQueue, EveryRecordComesOutOnceWhileBothSidesRun) {
  constexpr std::uint64_t kRecords = 200'000;
  BlockQueue queue;
  ASSERT_TRUE(queue.open(4096));
  std::atomic<std::uint64_t> written{0};
  std::atomic<bool> abandoned{false};
  std::thread appender([&] {
    for (std::uint64_t n = 1; n <= kRecords && !abandoned; ++n) {
      while (!append(queue, n) && !abandoned) {
        queue.release(written.load(std::memory_order_acquire));
        std::this_thread::yield();
      }
    }
  });
  std::uint64_t records = 0;
  std::uint64_t blocks = 0;
  bool right = true;
  for (Claim claim; records < kRecords && right;) {
    if (!queue.claim(claim)) {
      std::this_thread::yield();
      continue;
    }
    right = claim.sequence == ++blocks && claim.first_record == records + 1;
    for (std::uint32_t i = 0; i < claim.records; ++i) right = right && record_of(claim, i).sequence == ++records;
    written.store(claim.sequence, std::memory_order_release);
  }
  abandoned = !right;
  appender.join();
  EXPECT_TRUE(right) << "at record " << records << " of block " << blocks;
  EXPECT_EQ(records, kRecords);
}

}  // namespace
}  // namespace hopscope::journal
