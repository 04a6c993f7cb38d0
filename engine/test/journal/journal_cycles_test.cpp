// A journal that is opened and closed again and again leaves nothing behind: no descriptor, no thread, no memory.
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <ostream>
#include <thread>

#include "engine/journal/journal.h"
#include "engine/journal/reader.h"
#include "engine/test/journal/journal_fixture.h"

namespace hopscope::journal {
namespace {

constexpr int kCycles = 100;
constexpr std::uint64_t kRecords = 40;
#ifdef __SANITIZE_ADDRESS__
constexpr std::int64_t kMostMappedACycle = 4 << 20;  // it keeps what was freed, and says at the end what was not
#else
constexpr std::int64_t kMostMappedACycle = 4'096;
#endif

std::ptrdiff_t entries(const char* directory) {
  return std::distance(std::filesystem::directory_iterator(directory), std::filesystem::directory_iterator());
}

std::ptrdiff_t descriptors() { return entries("/proc/self/fd"); }

// A thread that has been joined stands there for a moment longer.
std::ptrdiff_t threads(std::ptrdiff_t at_most) {
  std::ptrdiff_t found = entries("/proc/self/task");
  for (int tries = 0; found > at_most && tries < 200; ++tries) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    found = entries("/proc/self/task");
  }
  return found;
}

std::int64_t mapped_bytes() {
  std::int64_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  return pages * getpagesize();
}

std::string cycle(const core::JournalPlan& plan) {
  Journal journal;
  if (std::string error = journal.open(plan, 0, "run-1", 0); !error.empty()) return error;
  for (std::uint64_t n = 1; n <= kRecords; ++n) {
    journal.append(sample_record(n));
    journal.poll();
  }
  return journal.close();
}

struct Way {
  const char* name;
  core::JournalDevice device;
  core::JournalSubmit submit;

  friend void PrintTo(const Way& way, std::ostream* out) { *out << way.name; }
};

class JournalCycles : public testing::TestWithParam<Way> {};
INSTANTIATE_TEST_SUITE_P(Devices, JournalCycles,
                         testing::Values(Way{"Memory", core::JournalDevice::Memory, core::JournalSubmit::Inline},
                                         Way{"Inline", core::JournalDevice::Uring, core::JournalSubmit::Inline},
                                         Way{"Helper", core::JournalDevice::Uring, core::JournalSubmit::Helper}),
                         [](const auto& way) { return way.param.name; });

TEST_P(JournalCycles, LeaveNothingBehind) {
  const DiskDirectory directory;
  if (directory.path().empty()) GTEST_SKIP() << "neither the temporary nor the working directory is on a disk";
  core::JournalPlan plan = file_plan(directory.path(), GetParam().submit);
  plan.device = GetParam().device;
  plan.size_bytes = 1 << 20;   // blocks are sealed by time, too: a slow machine leaves more of them half full
  ASSERT_EQ(cycle(plan), "");  // what a first one leaves for good: the allocator's arenas
  const std::ptrdiff_t descriptors_before = descriptors(), threads_before = threads(1);
  const std::int64_t mapped_before = mapped_bytes();
  for (int i = 0; i < kCycles; ++i) ASSERT_EQ(cycle(plan), "") << "cycle " << i;
  EXPECT_EQ(descriptors(), descriptors_before);
  EXPECT_EQ(threads(threads_before), threads_before);
  EXPECT_LT(mapped_bytes() - mapped_before, kCycles * kMostMappedACycle);
  if (plan.device != core::JournalDevice::Uring) return;
  EXPECT_EQ(entries(directory.path().c_str()), 1);
  EXPECT_EQ(read_file(directory.file(), [](const Record&) {}).records, kRecords);
}

}  // namespace
}  // namespace hopscope::journal
