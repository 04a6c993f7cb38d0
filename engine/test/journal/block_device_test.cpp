// The journal on devices that it drives itself: one that is done with its blocks in any order, and a raw block device of the kernel's.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/loop.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstring>
#include <fstream>
#include <map>
#include <memory>
#include <vector>

#include "engine/journal/journal.h"
#include "engine/journal/reader.h"
#include "engine/test/journal/journal_fixture.h"

namespace hopscope::journal {
namespace {

constexpr std::uint64_t kDeviceBytes = 1 << 22;

// Keeps what it is given in memory, and is done with it when the test says so.
class FakeDevice final : public BlockDevice {
 public:
  struct State {
    std::vector<std::byte> content = std::vector<std::byte>(kDeviceBytes);
    std::map<std::uint64_t, std::uint64_t> under_way;  // sequence -> offset
    std::vector<std::uint64_t> done;                   // in the order in which they are to be reaped
    std::string error;
    bool closed = false;
  };
  explicit FakeDevice(State& state) : state_(state) {}

  std::span<std::byte> take_buffers(std::size_t bytes) override {
    memory_.resize(bytes);
    return memory_;
  }
  std::size_t alignment_bytes() const override { return 512; }
  std::uint64_t size_bytes() const override { return kDeviceBytes; }
  unsigned depth() const override { return 3; }
  std::string submit(std::uint64_t sequence, std::uint64_t offset, std::span<const std::byte> bytes) override {
    std::memcpy(state_.content.data() + offset, bytes.data(), bytes.size());
    if (sequence == 0) state_.done.push_back(0);  // the superblock
    state_.under_way[sequence] = offset;
    return {};
  }
  bool reap(std::uint64_t& sequence, std::string& error) override {
    if (state_.done.empty()) return false;
    sequence = state_.done.front();
    state_.done.erase(state_.done.begin());
    state_.under_way.erase(sequence);
    error = state_.error;
    return true;
  }
  std::string name() const override { return "the fake"; }
  const char* durable_kind() const override { return "nothing is"; }
  std::string close() override {
    state_.closed = true;
    return {};
  }

 private:
  State& state_;
  std::vector<std::byte> memory_;
};

class DrivenDevice : public testing::Test {
 protected:
  void SetUp() override {
    plan_.block_bytes = 4096;
    plan_.size_bytes = kDeviceBytes;
    journal_.set_trace_sink(keeper_);
    ASSERT_EQ(journal_.open(plan_, 2, "run-1", 0, core::Scheduler::Other, std::make_unique<FakeDevice>(state_)), "");
  }
  // A block of one record, submitted if the device takes one more.
  void append() {
    journal_.append(sample_record(++records_));
    journal_.attach_trace(records_, core::now_ticks(), true);
    journal_.poll();
  }
  FakeDevice::State state_;
  core::JournalPlan plan_;
  TraceKeeper keeper_;
  Journal journal_;
  std::uint64_t records_ = 0;
};

TEST_F(DrivenDevice, HasAsManyBlocksUnderWayAsItTakesAndTheRestIsGrouped) {
  for (int i = 0; i < 10; ++i) append();
  EXPECT_EQ(state_.under_way.size(), 3u);
  EXPECT_EQ(journal_.progress().written(), 3u);
  EXPECT_EQ(journal_.progress().durable(), 0u);
  state_.done = {1};
  journal_.poll();
  EXPECT_EQ(journal_.progress().written(), 4u);
  state_.done = {2, 3, 4};
  ASSERT_EQ(journal_.close(), "");
  EXPECT_TRUE(state_.closed);
  EXPECT_STREQ(journal_.durable_kind(), "nothing is");
  ASSERT_EQ(keeper_.traces.size(), 10u);
  EXPECT_EQ(keeper_.traces[2].block_records, 1u);
  EXPECT_EQ(keeper_.traces[3].block_records, 7u);
}

TEST_F(DrivenDevice, ABlockIsDurableOnceAllInFrontOfItAre) {
  for (int i = 0; i < 3; ++i) append();
  state_.done = {3, 2};
  journal_.poll();
  EXPECT_EQ(journal_.progress().durable(), 0u);
  EXPECT_TRUE(keeper_.traces.empty());
  state_.done = {1};
  journal_.poll();
  EXPECT_EQ(journal_.progress().durable(), 3u);
  while (journal_.poll()) {
  }
  ASSERT_EQ(keeper_.traces.size(), 3u);
  for (std::uint64_t n = 1; n <= 3; ++n) EXPECT_EQ(keeper_.traces[n - 1].trace_id, n);
}

TEST_F(DrivenDevice, ABlockThatFailedIsNotDurableAndTheJournalSaysWhy) {
  append();
  append();
  state_.error = "journal: the fake is broken: mend it";
  state_.done = {1};
  journal_.poll();
  EXPECT_TRUE(journal_.failed());
  EXPECT_EQ(journal_.progress().durable(), 0u);
  EXPECT_EQ(journal_.close(), "journal: the fake is broken: mend it");
}

// What was given up counts when a block that says so is durable: a reader would miss it else.
TEST_F(DrivenDevice, ASegmentIsFilledAnewOnceABlockThatSaysSoIsDurable) {
  FakeDevice::State state;
  plan_.size_bytes = kSuperblockBytes + 2 * 4096;
  plan_.segments = 2;
  Journal journal;
  ASSERT_EQ(journal.open(plan_, 2, "run-1", 0, core::Scheduler::Other, std::make_unique<FakeDevice>(state)), "");
  const auto append_one = [&](std::uint64_t n) {
    journal.append(sample_record(n));
    journal.poll();
  };
  for (std::uint64_t n = 1; n <= 15; ++n) {
    append_one(n);
    state.done = {n};
    journal.poll();
  }
  journal.reclaim(8);  // all of the first segment
  append_one(16);
  append_one(17);
  EXPECT_EQ(state.under_way.count(16), 1u);
  EXPECT_EQ(state.under_way.count(17), 0u);
  state.done = {16};
  journal.poll();
  EXPECT_EQ(journal.error(), "");
  ASSERT_EQ(state.under_way.count(17), 1u);
  EXPECT_EQ(state.under_way[17], kSuperblockBytes);
  state.done = {17};
  EXPECT_EQ(journal.close(), "");
}

TEST_F(DrivenDevice, IsWrittenInTheFormatOfAFile) {
  for (int i = 0; i < 3; ++i) append();
  state_.done = {1, 2, 3};
  ASSERT_EQ(journal_.close(), "");
  const DiskDirectory directory;
  if (directory.path().empty()) GTEST_SKIP() << "neither the temporary nor the working directory is on a disk";
  std::ofstream(directory.file(), std::ios::binary).write(reinterpret_cast<const char*>(state_.content.data()), kDeviceBytes);
  const FileContent content = read_file(directory.file(), [](const Record&) {});
  EXPECT_EQ(content.error, "");
  EXPECT_EQ(content.records, 3u);
  EXPECT_EQ(content.blocks, 3u);
  EXPECT_EQ(content.bytes, kSuperblockBytes + 3 * 512u) << "aligned as the device wants it";
}

TEST(DrivenDeviceErrors, JournalLargerThanTheDevice) {
  core::JournalPlan plan;
  plan.size_bytes = 2 * kDeviceBytes;
  FakeDevice::State state;
  Journal journal;
  EXPECT_EQ(journal.open(plan, 0, "run-1", 0, core::Scheduler::Other, std::make_unique<FakeDevice>(state)),
            "journal: the fake holds 4194304 bytes: lower journal.size_bytes (now 8388608)");
}

// A file of the test's as a block device.
class LoopDevice {
 public:
  explicit LoopDevice(const std::string& file) {
    const int control = open("/dev/loop-control", O_RDWR | O_CLOEXEC);
    if (control < 0) return;
    const int number = ioctl(control, LOOP_CTL_GET_FREE);
    close(control);
    if (number < 0) return;
    const std::string path = "/dev/loop" + std::to_string(number);
    const int backing = open(file.c_str(), O_RDWR | O_CLOEXEC);
    fd_ = open(path.c_str(), O_RDWR | O_CLOEXEC);
    if (fd_ >= 0 && ioctl(fd_, LOOP_SET_FD, backing) == 0) path_ = path;
    if (backing >= 0) close(backing);
  }
  LoopDevice(const LoopDevice&) = delete;
  LoopDevice& operator=(const LoopDevice&) = delete;
  ~LoopDevice() {
    if (!path_.empty()) ioctl(fd_, LOOP_CLR_FD, 0);
    if (fd_ >= 0) close(fd_);
  }
  const std::string& path() const { return path_; }  // empty: there is none to be had

 private:
  int fd_ = -1;
  std::string path_;
};

class RawDevice : public testing::TestWithParam<core::JournalSubmit> {
 protected:
  void SetUp() override {
    if (directory_.path().empty()) GTEST_SKIP() << "neither the temporary nor the working directory is on a disk";
    const std::string file = directory_.path() + "/device";
    std::ofstream(file).close();
    std::filesystem::resize_file(file, kDeviceBytes);
    loop_ = std::make_unique<LoopDevice>(file);
    if (loop_->path().empty()) GTEST_SKIP() << "this machine gives this user no loop device";
    plan_ = file_plan("", GetParam());
    plan_.paths = {loop_->path()};
    plan_.size_bytes = kDeviceBytes / 2;
  }
  std::string write(std::uint64_t records, const std::string& run) {
    Journal journal;
    std::string error = journal.open(plan_, 0, run, 0);
    if (!error.empty()) return error;
    for (std::uint64_t n = 1; n <= records; ++n) {
      journal.append(sample_record(n));
      journal.poll();
    }
    return journal.close();
  }
  DiskDirectory directory_;
  std::unique_ptr<LoopDevice> loop_;
  core::JournalPlan plan_;
};
INSTANTIATE_TEST_SUITE_P(Submit, RawDevice, testing::Values(core::JournalSubmit::Inline, core::JournalSubmit::Helper),
                         [](const auto& submit) { return submit.param == core::JournalSubmit::Inline ? "Inline" : "Helper"; });

TEST_P(RawDevice, KeepsTheNewestJournalAndNothingOfTheOneBefore) {
  ASSERT_EQ(write(300, "long"), "");
  ASSERT_EQ(read_file(loop_->path(), [](const Record&) {}).records, 300u);
  ASSERT_EQ(write(20, "short"), "");
  const FileContent content = read_file(loop_->path(), [](const Record&) {});
  EXPECT_EQ(content.error, "");
  EXPECT_EQ(content.run_id, "short");
  EXPECT_EQ(content.records, 20u);
  EXPECT_EQ(content.end, End::Clean);
}

TEST_P(RawDevice, IsNotTakenFromWhoeverElseHasIt) {
  {
    std::ofstream device(loop_->path(), std::ios::binary);
    device.seekp(65'536 + 64);
    device << "_BHRfS_M";  // where btrfs has its magic
  }
  const std::string error = write(1, "run-1");
  EXPECT_NE(error.find("holds something else than a journal"), std::string::npos) << error;
  EXPECT_NE(error.find("dd if=/dev/zero of=" + loop_->path()), std::string::npos) << error;
}

TEST_P(RawDevice, InUseIsSaidInOneLine) {
  const int claimed = open(loop_->path().c_str(), O_RDWR | O_EXCL | O_CLOEXEC);
  ASSERT_GE(claimed, 0);
  const std::string error = write(1, "run-1");
  close(claimed);
  EXPECT_NE(error.find("it is mounted, or part of something else; unmount it"), std::string::npos) << error;
}

TEST_P(RawDevice, TooSmallMissingOrNoneIsSaidInOneLine) {
  plan_.size_bytes = 2 * kDeviceBytes;
  EXPECT_EQ(write(1, "run-1"), "journal: " + loop_->path() + " holds 4194304 bytes: lower journal.size_bytes (now 8388608)");
  plan_.paths = {directory_.path() + "/device"};
  EXPECT_NE(write(1, "run-1").find("is no block device: use journal.directory for files"), std::string::npos);
  plan_.paths = {"/dev/nowhere"};
  EXPECT_NE(write(1, "run-1").find("journal.path must name a block device"), std::string::npos);
}

}  // namespace
}  // namespace hopscope::journal
