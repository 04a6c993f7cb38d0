// Each thing that can be wrong with the journal's place gives one line with its remedy, and leaves no file behind.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

#include "engine/journal/journal.h"
#include "engine/test/journal/journal_fixture.h"

namespace hopscope::journal {
namespace {

std::string open_error(const core::JournalPlan& plan) {
  Journal journal;
  return journal.open(plan, 0, "run-1", 0);
}

void expect_one_line_with(const std::string& error, const std::string& remedy) {
  EXPECT_NE(error.find(remedy), std::string::npos) << "error was: " << error;
  EXPECT_EQ(error.find('\n'), std::string::npos);
}

class JournalErrors : public testing::Test {
 protected:
  void SetUp() override {
    if (directory_.path().empty()) GTEST_SKIP() << "neither the temporary nor the working directory is on a disk";
    plan_ = file_plan(directory_.path());
  }
  DiskDirectory directory_;
  core::JournalPlan plan_;
};

TEST_F(JournalErrors, DirectoryMissing) {
  plan_.directory += "/nowhere";
  expect_one_line_with(open_error(plan_), "mkdir -p " + plan_.directory);
}

TEST_F(JournalErrors, DirectoryIsAFile) {
  plan_.directory += "/file";
  std::ofstream(plan_.directory) << "x";
  expect_one_line_with(open_error(plan_), "must name a directory");
}

TEST_F(JournalErrors, DirectoryNotWritable) {
  constexpr uid_t kNobody = 65534;
  std::filesystem::permissions(directory_.path(), std::filesystem::perms{0555});
  const bool root = geteuid() == 0;
  if (root) {  // who may write anywhere
    ASSERT_EQ(seteuid(kNobody), 0);
  }
  const std::string error = open_error(plan_);
  if (root) {
    ASSERT_EQ(seteuid(0), 0);
  }
  std::filesystem::permissions(directory_.path(), std::filesystem::perms{0755});
  expect_one_line_with(error, "make " + directory_.path() + " writable");
}

TEST_F(JournalErrors, DiskFull) {
  plan_.size_bytes = 1ull << 60;
  expect_one_line_with(open_error(plan_), "free some disk space");
  EXPECT_TRUE(std::filesystem::is_empty(directory_.path())) << "nothing is left behind";
}

TEST_F(JournalErrors, HousekeepingCpuDoesNotExist) {
  plan_.submit = core::JournalSubmit::Helper;
  Journal journal;
  expect_one_line_with(journal.open(plan_, 0, "run-1", 1'000), "name one of this machine's CPUs");
  EXPECT_TRUE(std::filesystem::is_empty(directory_.path())) << "nothing is left behind";
}

TEST_F(JournalErrors, BlockAndFileSizesThatCannotBe) {
  for (const std::uint32_t block_bytes : {0u, 5'000u, 4u << 20}) {
    plan_.block_bytes = block_bytes;
    expect_one_line_with(open_error(plan_), "use a multiple of 4096");
  }
  plan_.block_bytes = 65'536;
  plan_.size_bytes = 65'536;
  expect_one_line_with(open_error(plan_), "at least block_bytes + 4096");
}

TEST(JournalMemoryErrors, RingLargerThanTheMachine) {
  core::JournalPlan plan;
  plan.size_bytes = 1ull << 45;
  expect_one_line_with(open_error(plan), "lower journal.size_bytes");
}

TEST(JournalTmpfs, IsRefused) {
  if (!is_tmpfs("/dev/shm")) GTEST_SKIP() << "/dev/shm is no tmpfs here";
  expect_one_line_with(open_error(file_plan("/dev/shm")), "journal.device=memory");
  EXPECT_FALSE(std::filesystem::exists("/dev/shm/journal-0.hsj"));
}

// A real write error in mid-run: the file size limit is lowered below what has been preallocated, so the kernel refuses with EFBIG.
class JournalWriteError : public testing::TestWithParam<core::JournalSubmit> {};
INSTANTIATE_TEST_SUITE_P(Submit, JournalWriteError,
                         testing::Values(core::JournalSubmit::Inline, core::JournalSubmit::Helper, core::JournalSubmit::Sqpoll),
                         name_of_submit);

TEST_P(JournalWriteError, IsReportedAndNothingHangs) {
  const DiskDirectory directory;
  if (directory.path().empty()) GTEST_SKIP() << "neither the temporary nor the working directory is on a disk";
  Journal journal;
  TraceKeeper keeper;
  journal.set_trace_sink(keeper);
  ASSERT_EQ(journal.open(file_plan(directory.path(), GetParam()), 0, "run-1", 0), "");

  const auto ignored = std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  rlimit low = before;
  low.rlim_cur = 64 << 10;
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &low), 0);
  std::uint64_t n = 0;
  while (!journal.failed() && n < 100'000) {
    journal.append(sample_record(++n));
    journal.attach_trace(n, core::now_ticks(), true);
    journal.poll();
  }
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, ignored);

  ASSERT_TRUE(journal.failed());
  expect_one_line_with(journal.error(), "raise the file size limit");
  for (int i = 0; i < 10'000; ++i) journal.append(sample_record(++n));
  EXPECT_EQ(journal.close(), journal.error());
  EXPECT_LT(keeper.traces.size(), n) << "what was not written is not called durable";
}

}  // namespace
}  // namespace hopscope::journal
