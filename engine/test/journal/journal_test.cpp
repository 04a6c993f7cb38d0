#include "engine/journal/journal.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <map>
#include <thread>

#include "engine/journal/reader.h"
#include "engine/test/journal/journal_fixture.h"

namespace hopscope::journal {
namespace {

constexpr std::uint64_t kTraceBase = 7ull << 32;

// Polls until `count` traces have come out. Ends with the journal's error, or when the device has hung for a minute.
void wait_for_traces(Journal& journal, const TraceKeeper& keeper, std::size_t count) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  while (keeper.traces.size() < count && !journal.failed() && std::chrono::steady_clock::now() < deadline) {
    journal.poll();
    std::this_thread::yield();
  }
  ASSERT_EQ(journal.error(), "");
  ASSERT_EQ(keeper.traces.size(), count);
}

class FileJournal : public testing::TestWithParam<core::JournalSubmit> {
 protected:
  void SetUp() override {
    if (directory_.path().empty()) GTEST_SKIP() << "neither the temporary nor the working directory is on a disk";
    journal_.set_trace_sink(keeper_);
    const std::string error = journal_.open(file_plan(directory_.path(), GetParam()), 2, "run-1", 0);
    ASSERT_EQ(error, "");
  }
  DiskDirectory directory_;
  TraceKeeper keeper_;
  Journal journal_;
};
INSTANTIATE_TEST_SUITE_P(Submit, FileJournal,
                         testing::Values(core::JournalSubmit::Inline, core::JournalSubmit::Helper, core::JournalSubmit::Sqpoll),
                         name_of_submit);

TEST_P(FileJournal, RecordsComeBackInOrderFromTheBlocksThatAppendNamed) {
  constexpr std::uint64_t kRecords = 1'000;
  std::map<std::uint64_t, std::uint32_t> records_of_block;
  for (std::uint64_t n = 1; n <= kRecords; ++n) {
    const std::uint64_t block = journal_.append(sample_record(n));
    ++records_of_block[block];
    journal_.attach_trace(kTraceBase | n, core::now_ticks(), true);
    if (n % 10 == 0) journal_.poll();
  }
  ASSERT_EQ(journal_.close(), "");

  core::Digest digest_of_file;
  std::uint64_t n = 0;
  const FileContent content = read_file(directory_.file(2), [&](const Record& record) {
    Record expected = sample_record(++n);
    expected.sequence = n;
    expected.venue = 2;
    EXPECT_EQ(std::memcmp(&record, &expected, sizeof record), 0) << "record " << n;
    digest(digest_of_file, record);
  });
  EXPECT_EQ(content.error, "");
  EXPECT_EQ(content.end, End::Clean);
  EXPECT_EQ(content.records, kRecords);
  EXPECT_EQ(content.run_id, "run-1");
  EXPECT_EQ(content.venue, 2u);
  EXPECT_EQ(content.blocks, records_of_block.size());
  EXPECT_EQ(digest_of_file.value(), journal_.records_digest().value());
  EXPECT_EQ(std::filesystem::file_size(directory_.file(2)), content.bytes) << "unused space is given back";
  EXPECT_EQ(journal_.counters().get(HS_COUNTER_JOURNAL_RECORDS), kRecords);
  EXPECT_EQ(journal_.counters().get(HS_COUNTER_JOURNAL_BLOCKS), content.blocks);
  EXPECT_EQ(journal_.counters().get(HS_COUNTER_JOURNAL_BYTES), content.bytes - kSuperblockBytes);
  EXPECT_EQ(journal_.counters().get(HS_COUNTER_JOURNAL_APPENDED_BYTES), kRecords * kRecordBytes);
  EXPECT_EQ(journal_.counters().get(HS_COUNTER_JOURNAL_DURABLE_BYTES), kRecords * kRecordBytes);

  ASSERT_EQ(keeper_.traces.size(), kRecords);
  for (std::size_t i = 0; i < kRecords; ++i) {
    const hs_journal_trace& trace = keeper_.traces[i];
    EXPECT_EQ(trace.kind, HS_KIND_JOURNAL);
    EXPECT_EQ(trace.trace_id, kTraceBase | (i + 1));
    EXPECT_EQ(trace.venue, 2);
    EXPECT_EQ(trace.measuring, 1);
    EXPECT_EQ(trace.block_records, records_of_block[trace.block]);
    EXPECT_GE(trace.durable_delta, trace.write_delta);
    EXPECT_LT(trace.durable_delta, HS_DELTA_MAX);
  }
}

TEST_P(FileJournal, AnOrderAfterAnIdleTimeBecomesDurableToo) {
  std::this_thread::sleep_for(std::chrono::milliseconds(50));  // the helper has gone to sleep by then
  journal_.append(sample_record(1));
  journal_.attach_trace(kTraceBase, core::now_ticks(), false);
  wait_for_traces(journal_, keeper_, 1);
  EXPECT_EQ(keeper_.traces[0].measuring, 0);
  EXPECT_EQ(keeper_.traces[0].block, 1u);
}

TEST_P(FileJournal, BackPressureWaitsAndLosesNothing) {
  constexpr std::uint64_t kRecords = 20'000;
  for (std::uint64_t n = 1; n <= kRecords; ++n) journal_.append(sample_record(n));
  EXPECT_GT(journal_.stalls(), 0u);
  EXPECT_EQ(journal_.counters().get(HS_COUNTER_JOURNAL_STALLS), journal_.stalls());
  ASSERT_EQ(journal_.close(), "");
  EXPECT_EQ(read_file(directory_.file(2), [](const Record&) {}).records, kRecords);
}

TEST_P(FileJournal, FullFileIsAnErrorThatNamesTheSetting) {
  std::uint64_t n = 0;
  while (!journal_.failed() && n < 1'000'000) {
    journal_.append(sample_record(++n));
    journal_.poll();
  }
  ASSERT_TRUE(journal_.failed());
  EXPECT_NE(journal_.error().find("raise journal.size_bytes"), std::string::npos) << journal_.error();
  for (int i = 0; i < 10'000; ++i) journal_.append(sample_record(++n));  // must not wait for a device that is gone
  EXPECT_NE(journal_.close(), "");
  EXPECT_EQ(read_file(directory_.file(2), [](const Record&) {}).end, End::Clean);
}

TEST_P(FileJournal, ProgressTellsHowFarEachBlockHasComeWhateverAnswersWaitFor) {
  for (const core::AckAfter ack_after : {core::AckAfter::Match, core::AckAfter::Write, core::AckAfter::Durable}) {
    core::JournalPlan plan = file_plan(directory_.path(), GetParam());
    plan.ack_after = ack_after;
    Journal journal;
    ASSERT_EQ(journal.open(plan, 3, "run-1", 0), "");
    EXPECT_EQ(journal.progress().written(), 0u);
    const core::Ticks before = core::now_ticks();
    for (std::uint64_t n = 1; n <= 20; ++n) {
      const std::uint64_t block = journal.append(sample_record(n));
      const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(1);
      while (journal.progress().durable() < block && std::chrono::steady_clock::now() < deadline) journal.poll();
      ASSERT_EQ(journal.progress().durable(), block);
      ASSERT_GE(journal.progress().written(), block);
      const BlockProgress::Stamps stamps = journal.stamps(block);
      EXPECT_GT(stamps.write, before);
      EXPECT_GT(stamps.durable, stamps.write);
    }
    ASSERT_EQ(journal.close(), "");
  }
}

TEST_P(FileJournal, AFlushedJournalIsWrittenAsAnyOtherAndSaysWhatItAskedFor) {
  EXPECT_STREQ(journal_.durable_kind(), "O_DIRECT write completed by the device, no flush: its volatile write cache may still hold it");
  core::JournalPlan plan = file_plan(directory_.path(), GetParam());
  plan.durability = core::Durability::Flush;
  Journal journal;
  ASSERT_EQ(journal.open(plan, 3, "run-1", 0), "");
  EXPECT_STREQ(journal.durable_kind(),
               "O_DIRECT and RWF_DSYNC write completed: the device was asked to bring it behind its volatile write cache");
  for (std::uint64_t n = 1; n <= 200; ++n) {
    journal.append(sample_record(n));
    journal.poll();
  }
  ASSERT_EQ(journal.close(), "");
  EXPECT_EQ(read_file(directory_.file(3), [](const Record&) {}).records, 200u);
}

TEST(Journal, StampsOfABlockLongAgoAreNotMistakenForThoseOfALaterOne) {
  core::JournalPlan plan;
  plan.block_bytes = 4096;
  plan.size_bytes = 1 << 20;
  Journal journal;
  ASSERT_EQ(journal.open(plan, 0, "run-1", 0), "");
  journal.append(sample_record(1));
  while (journal.poll()) {
  }
  EXPECT_GT(journal.stamps(1).durable, 0u);
  std::uint64_t block = 1;
  for (std::uint64_t n = 2; block <= BlockProgress::kKept; ++n) {
    block = journal.append(sample_record(n));
    journal.poll();
  }
  EXPECT_EQ(journal.stamps(1).write, 0u);
}

TEST(Journal, GroupsWhatArrivesWhileAWriteIsInFlight) {
  const DiskDirectory directory;
  if (directory.path().empty()) GTEST_SKIP() << "neither the temporary nor the working directory is on a disk";
  Journal journal;
  ASSERT_EQ(journal.open(file_plan(directory.path()), 0, "run-1", 0), "");
  EXPECT_EQ(journal.append(sample_record(1)), 1u);
  journal.poll();  // block 1 is in flight now, closed
  EXPECT_EQ(journal.append(sample_record(2)), 2u);
  EXPECT_EQ(journal.append(sample_record(3)), 2u);
  ASSERT_EQ(journal.close(), "");
  EXPECT_EQ(read_file(directory.file(), [](const Record&) {}).blocks, 2u);
}

TEST(Journal, TracesAreHandedOnInPortions) {
  core::JournalPlan plan;
  plan.size_bytes = 1 << 20;
  TraceKeeper keeper;
  Journal journal;
  journal.set_trace_sink(keeper);
  ASSERT_EQ(journal.open(plan, 0, "run-1", 0), "");
  for (std::uint64_t n = 1; n <= 100; ++n) {
    journal.append(sample_record(n));
    journal.attach_trace(n, core::now_ticks(), true);
  }
  EXPECT_TRUE(journal.poll());
  EXPECT_GT(keeper.traces.size(), 0u);
  EXPECT_LT(keeper.traces.size(), 100u);
  while (journal.poll()) {
  }
  EXPECT_EQ(keeper.traces.size(), 100u);
}

TEST(Journal, LagIsWhatIsAppendedAndNotYetDurableWhateverWarmUpLeftBehind) {
  core::JournalPlan plan;
  plan.size_bytes = 1 << 20;
  Journal journal;
  ASSERT_EQ(journal.open(plan, 0, "run-1", 0), "");
  const auto lag_records = [&] {
    const std::uint64_t appended = journal.counters().get(HS_COUNTER_JOURNAL_APPENDED_BYTES);
    const std::uint64_t durable = journal.counters().get(HS_COUNTER_JOURNAL_DURABLE_BYTES);
    EXPECT_GE(appended, durable);
    return (appended - durable) / kRecordBytes;
  };
  const auto settle = [&] {
    while (journal.poll()) {
    }
  };
  for (std::uint64_t n = 1; n <= 3; ++n) journal.append(sample_record(n));
  EXPECT_EQ(lag_records(), 3u);
  settle();
  EXPECT_EQ(lag_records(), 0u);

  for (std::uint64_t n = 4; n <= 8; ++n) journal.append(sample_record(n));
  journal.begin_measuring();
  EXPECT_EQ(lag_records(), 0u);
  for (std::uint64_t n = 9; n <= 10; ++n) journal.append(sample_record(n));
  EXPECT_EQ(lag_records(), 2u);
  settle();
  EXPECT_EQ(lag_records(), 0u);
  EXPECT_EQ(journal.counters().get(HS_COUNTER_JOURNAL_DURABLE_BYTES), 2 * kRecordBytes) << "the five of the warm-up count nowhere";
  ASSERT_EQ(journal.close(), "");
}

TEST(Journal, BlockWrittenBeforeTheAppendStampWasReadShowsNoPhantomDelay) {
  core::JournalPlan plan;
  plan.size_bytes = 1 << 20;
  TraceKeeper keeper;
  Journal journal;
  journal.set_trace_sink(keeper);
  ASSERT_EQ(journal.open(plan, 0, "run-1", 0), "");
  journal.append(sample_record(1));
  journal.attach_trace(1, core::now_ticks() + 1'000'000'000, true);
  while (journal.poll()) {
  }
  ASSERT_EQ(keeper.traces.size(), 1u);
  EXPECT_EQ(keeper.traces[0].write_delta, 0u);
  EXPECT_EQ(keeper.traces[0].durable_delta, 0u);
}

TEST(Journal, MemoryRingWrapsAndKeepsTheNewestBlocks) {
  core::JournalPlan plan;
  plan.block_bytes = 4096;
  plan.size_bytes = 16'384;
  Journal journal;
  ASSERT_EQ(journal.open(plan, 0, "run-1", 0), "");
  std::uint64_t last = 0;
  for (std::uint64_t n = 1; n <= 1'000; ++n) {
    last = journal.append(sample_record(n));
    if (n % 3 == 0) journal.poll();
  }
  ASSERT_EQ(journal.close(), "");

  const auto ring = journal.memory();
  ASSERT_EQ(ring.size(), 16'384u);
  std::uint64_t run = 0;
  std::memcpy(&run, ring.data() + offsetof(BlockHeader, run), sizeof run);
  std::map<std::uint64_t, std::uint32_t> blocks;
  for (std::size_t offset = 0; offset < ring.size(); offset += kMemoryAlignmentBytes) {
    BlockHeader header;
    if (check_block(ring.subspan(offset), run, header) == BlockState::Good) blocks[header.sequence] = header.record_count;
  }
  ASSERT_FALSE(blocks.empty());
  EXPECT_EQ(blocks.rbegin()->first, last);
  EXPECT_GT(blocks.begin()->first, 1u) << "the oldest were overwritten";
  EXPECT_EQ(blocks.size(), last - blocks.begin()->first + 1) << "no gap among those that are left";
  EXPECT_GT(blocks.size(), 50u);
}

TEST(Journal, DigestSpeaksOfRecordsNotOfDevicesOrBlocks) {
  const auto digest_of = [](unsigned poll_every, std::uint32_t quantity) {
    core::JournalPlan plan;
    plan.size_bytes = 1 << 20;
    Journal journal;
    EXPECT_EQ(journal.open(plan, 1, "run-" + std::to_string(poll_every), 0), "");
    for (std::uint64_t n = 1; n <= 100; ++n) {
      Record record = sample_record(n);
      if (n == 50) record.quantity = quantity;
      journal.append(record);
      if (n % poll_every == 0) journal.poll();
    }
    EXPECT_EQ(journal.close(), "");
    return journal.records_digest().value();
  };
  EXPECT_EQ(digest_of(1, 100), digest_of(7, 100));
  EXPECT_NE(digest_of(1, 100), digest_of(1, 101));
}

TEST(Journal, TheOmssIsAFileOfItsOwnWrittenWithoutAWake) {
  const DiskDirectory directory;
  if (directory.path().empty()) GTEST_SKIP() << "neither the temporary nor the working directory is on a disk";
  core::JournalPlan plan = file_plan(directory.path(), core::JournalSubmit::Helper);
  Journal journal;
  ASSERT_EQ(journal.open(plan, kOmsJournal, "run-1", 0), "");
  std::uint64_t kept = 0;
  for (int round = 0; round < 3; ++round) {
    for (int n = 0; n < 100; ++n) journal.append(sample_record(++kept));
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    while (journal.counters().get(HS_COUNTER_JOURNAL_DURABLE_BYTES) < kept * kRecordBytes && std::chrono::steady_clock::now() < deadline)
      EXPECT_FALSE(journal.poll() && journal.failed());
  }
  for (int n = 0; n < 1'000; ++n) journal.append(sample_record(++kept));
  ASSERT_EQ(journal.close(), "");
  const FileContent content =
      read_file(directory.path() + "/journal-oms.hsj", [](const Record& record) { EXPECT_EQ(record.venue, kOmsJournal); });
  EXPECT_EQ(content.error, "");
  EXPECT_EQ(content.records, kept);
  EXPECT_EQ(content.venue, kOmsJournal);
  EXPECT_EQ(content.end, End::Clean);
}

TEST(Journal, ARecordWithoutDigestIsStoredAllTheSame) {
  core::JournalPlan plan;
  plan.device = core::JournalDevice::Memory;
  plan.size_bytes = 1 << 20;
  Journal journal;
  ASSERT_EQ(journal.open(plan, 1, "run-1", 0), "");
  journal.append(sample_record(1));
  const std::string digest = journal.records_digest().hex();
  journal.append_undigested(sample_record(2));
  EXPECT_EQ(journal.records_digest().hex(), digest);
  EXPECT_EQ(journal.counters().get(HS_COUNTER_JOURNAL_RECORDS), 2u);
}

TEST(Journal, WhatWasDurableSurvivesKill9) {
  const DiskDirectory directory;
  if (directory.path().empty()) GTEST_SKIP() << "neither the temporary nor the working directory is on a disk";
  const pid_t child = fork();
  if (child == 0) {
    TraceKeeper keeper;
    Journal journal;
    journal.set_trace_sink(keeper);
    if (!journal.open(file_plan(directory.path()), 0, "killed", 0).empty()) _exit(1);
    for (std::uint64_t n = 1; n <= 150; ++n) {
      journal.append(sample_record(n));
      journal.attach_trace(n, core::now_ticks(), true);
    }
    while (keeper.traces.size() < 150) journal.poll();
    kill(getpid(), SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  const FileContent content = read_file(directory.file(), [](const Record&) {});
  EXPECT_EQ(content.error, "");
  EXPECT_EQ(content.records, 150u);
  EXPECT_EQ(content.end, End::Clean);
  EXPECT_EQ(std::filesystem::file_size(directory.file()), 1u << 22) << "never closed: still as long as it was made";
}

}  // namespace
}  // namespace hopscope::journal
