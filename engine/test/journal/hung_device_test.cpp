// A block device of the kernel's that does not come to the end of a write: a loop device whose file is on a frozen file system. Each takes
// as long as the journal waits for a device (kHungDevice), so they run among the long tests only (HOPSCOPE_LONG_TESTS, set by
// test/long/journal.test.ts).
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>

#include "engine/journal/journal.h"
#include "engine/test/journal/journal_fixture.h"
#include "engine/test/journal/loop_device.h"

namespace hopscope::journal {
namespace {

constexpr std::uint64_t kDeviceBytes = 4 << 20;

class HungDevice : public testing::TestWithParam<core::JournalSubmit> {
 protected:
  void SetUp() override {
    if (std::getenv("HOPSCOPE_LONG_TESTS") == nullptr) GTEST_SKIP() << "waits until the journal gives a device up: npm run test:long";
    if (directory_.path().empty()) GTEST_SKIP() << "neither the temporary nor the working directory is on a disk";
    const std::string image = directory_.path() + "/file-system", within = mounted_ + "/device";
    std::ofstream(image).close();
    std::filesystem::resize_file(image, 8 * kDeviceBytes);
    if (std::system(("mkfs.ext4 -q -F " + image).c_str()) != 0) GTEST_SKIP() << "mkfs.ext4 is missing";
    outer_ = std::make_unique<LoopDevice>(image);
    std::filesystem::create_directory(mounted_);
    if (outer_->path().empty() || mount(outer_->path().c_str(), mounted_.c_str(), "ext4", 0, nullptr) != 0)
      GTEST_SKIP() << "this machine gives this user no loop device, or does not let it mount one";
    is_mounted_ = true;
    std::ofstream(within).close();
    std::filesystem::resize_file(within, kDeviceBytes);
    inner_ = std::make_unique<LoopDevice>(within);
    if (inner_->path().empty()) GTEST_SKIP() << "this machine gives this user no second loop device";
    plan_ = file_plan("", GetParam());
    plan_.paths = {inner_->path()};
    plan_.size_bytes = kDeviceBytes;
  }
  void TearDown() override {
    inner_.reset();
    if (is_mounted_) umount2(mounted_.c_str(), MNT_DETACH);
  }
  void freeze(bool on) {
    const int fd = open(mounted_.c_str(), O_RDONLY | O_CLOEXEC);
    EXPECT_EQ(ioctl(fd, on ? FIFREEZE : FITHAW, 0), 0);
    close(fd);
  }

  DiskDirectory directory_;
  const std::string mounted_ = directory_.path() + "/mounted";
  bool is_mounted_ = false;
  std::unique_ptr<LoopDevice> outer_, inner_;
  core::JournalPlan plan_;
};
INSTANTIATE_TEST_SUITE_P(Submit, HungDevice, testing::Values(core::JournalSubmit::Inline, core::JournalSubmit::Helper),
                         [](const auto& submit) { return submit.param == core::JournalSubmit::Inline ? "Inline" : "Helper"; });

void close_while_it_hangs(const core::JournalPlan& plan, const std::function<void(bool)>& freeze) {
  Journal journal;
  ASSERT_EQ(journal.open(plan, 0, "run-1", 0), "");
  freeze(true);
  journal.append(sample_record(1));
  journal.poll();
  const std::string error = journal.close();
  const std::uint64_t durable = journal.progress().durable();
  freeze(false);
  EXPECT_EQ(error.find("journal: no write to " + plan.paths.front() + " was completed for 5 s: "), 0u) << error;
  EXPECT_EQ(durable, 0u);
}

TEST_P(HungDevice, IsGivenUpWhenTheJournalIsClosed) {
  close_while_it_hangs(plan_, [this](bool on) { freeze(on); });
}

// The helper tells of the write before it waits for its end: another way into the kernel.
TEST_P(HungDevice, IsGivenUpWhereAnswersWaitForIt) {
  plan_.ack_after = core::AckAfter::Write;
  close_while_it_hangs(plan_, [this](bool on) { freeze(on); });
}

}  // namespace
}  // namespace hopscope::journal
