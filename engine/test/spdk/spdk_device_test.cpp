#include "engine/journal/spdk_device.h"

#include <gtest/gtest.h>
#include <rte_eal.h>
#include <rte_malloc.h>

#include <chrono>
#include <cstring>
#include <fstream>
#include <optional>

#include "engine/journal/journal.h"
#include "engine/journal/reader.h"
#include "engine/journal/spdk_environment.h"
#include "engine/test/journal/journal_fixture.h"

namespace hopscope::journal {
namespace {

constexpr std::uint64_t kFileBytes = 4 << 20;

// One EAL and one SPDK for all tests, held by an SPDK thread of the suite's: neither can be started twice.
class Spdk : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    std::array<const char*, 9> arguments = {"test", "--no-huge", "-m", "384", "--no-shconf", "--no-pci", "--no-telemetry", "-l", "0"};
    ASSERT_GT(rte_eal_init(static_cast<int>(arguments.size()), const_cast<char**>(arguments.data())), 0);
    directory_.emplace();
    if (directory_->path().empty()) return;
    std::ofstream(directory_->file()) << std::string(kFileBytes, '\0');
    plan_.config = directory_->path() + "/spdk.json";
    std::ofstream(plan_.config) << configuration();
    ASSERT_EQ(spdk::enter(plan_, "suite", suite_), "");
  }
  static void TearDownTestSuite() {
    if (suite_) spdk::leave(suite_);
    directory_.reset();
  }
  void SetUp() override {
    if (directory_->path().empty()) GTEST_SKIP() << "neither the temporary nor the working directory is on a disk";
  }

  // EE_Broken fails the first write that it gets.
  static std::string configuration() {
    return R"({"subsystems": [
      {"subsystem": "iobuf", "config": [{"method": "iobuf_set_options", "params":
        {"small_pool_count": 1024, "large_pool_count": 64, "small_bufsize": 8192, "large_bufsize": 135168}}]},
      {"subsystem": "bdev", "config": [
        {"method": "bdev_set_options", "params": {"bdev_io_pool_size": 2048, "bdev_io_cache_size": 128}},
        {"method": "bdev_malloc_create", "params": {"name": "Malloc0", "num_blocks": 8192, "block_size": 512}},
        {"method": "bdev_malloc_create", "params": {"name": "Malloc1", "num_blocks": 1024, "block_size": 4096}},
        {"method": "bdev_malloc_create", "params": {"name": "Broken", "num_blocks": 8192, "block_size": 512}},
        {"method": "bdev_malloc_create", "params": {"name": "Unflushed", "num_blocks": 8192, "block_size": 512}},
        {"method": "bdev_nvme_set_options", "params": {"enable_flush": true}},
        {"method": "bdev_error_create", "params": {"base_name": "Unflushed"}},
        {"method": "bdev_error_inject_error", "params": {"name": "EE_Unflushed", "io_type": "flush", "error_type": "failure", "num": 1}},
        {"method": "bdev_error_create", "params": {"base_name": "Broken"}},
        {"method": "bdev_error_inject_error", "params": {"name": "EE_Broken", "io_type": "write", "error_type": "failure", "num": 1}},
        {"method": "bdev_aio_create", "params": {"name": "Disk", "block_size": 512, "filename": ")" +
           directory_->file() + R"("}}]}]})";
  }

  static core::JournalPlan journal_plan() {
    core::JournalPlan plan;
    plan.device = core::JournalDevice::Spdk;
    plan.block_bytes = 4096;
    plan.size_bytes = kFileBytes;
    return plan;
  }
  static std::unique_ptr<BlockDevice> opened(const std::string& bdev, core::Durability durability = core::Durability::Write) {
    core::JournalPlan plan;
    plan.spdk = plan_;
    plan.spdk.bdevs = {bdev};
    plan.durability = durability;
    std::unique_ptr<BlockDevice> device;
    EXPECT_EQ(open_spdk_device(plan, 0, device), "");
    return device;
  }
  static bool reaped(BlockDevice& device, std::uint64_t& sequence, std::string& error) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!device.reap(sequence, error))
      if (std::chrono::steady_clock::now() > deadline) return false;
    return true;
  }
  // Appends so many records, with a poll now and then, and closes.
  static void keep_journal(Journal& journal, std::uint64_t records) {
    for (std::uint64_t n = 1; n <= records; ++n) {
      journal.append(sample_record(n));
      journal.attach_trace(n, core::now_ticks(), true);
      if (n % 10 == 0) journal.poll();
    }
    ASSERT_EQ(journal.close(), "");
  }

  static inline std::optional<DiskDirectory> directory_;
  static inline core::SpdkPlan plan_;
  static inline spdk_thread* suite_ = nullptr;
};

TEST_F(Spdk, WritesAsManyBlocksAtOnceAsItSaysAndHandsEachBackOnce) {
  const auto device = opened("Malloc0");
  const std::span<std::byte> buffers = device->take_buffers(std::size_t{device->depth()} * 4096);
  ASSERT_EQ(buffers.size(), std::size_t{device->depth()} * 4096);
  std::uint64_t next = 100, expected = 0, sum = 0;
  for (unsigned round = 0; round < 3; ++round) {
    for (unsigned i = 0; i < device->depth(); ++i, ++next) {
      ASSERT_EQ(device->submit(next, i * 4096ull, buffers.subspan(i * 4096ull, 4096)), "");
      expected += next;
    }
    for (unsigned i = 0; i < device->depth(); ++i) {
      std::uint64_t sequence = 0;
      std::string error;
      ASSERT_TRUE(reaped(*device, sequence, error));
      EXPECT_EQ(error, "");
      sum += sequence;
    }
  }
  EXPECT_EQ(sum, expected);
  std::uint64_t none = 0;
  std::string error;
  EXPECT_FALSE(device->reap(none, error));
  EXPECT_EQ(device->close(), "");
}

TEST_F(Spdk, JournalOnAFilesBdevIsReadBack) {
  Journal journal;
  TraceKeeper keeper;
  journal.set_trace_sink(keeper);
  ASSERT_EQ(journal.open(journal_plan(), 2, "run-1", 0, core::Scheduler::Other, opened("Disk")), "");
  EXPECT_NE(std::string(journal.durable_kind()).find("may still hold it"), std::string::npos) << journal.durable_kind();
  keep_journal(journal, 1'000);
  EXPECT_EQ(keeper.traces.size(), 1'000u);

  std::uint64_t n = 0;
  const FileContent content = read_file(directory_->file(), [&](const Record& record) {
    Record expected = sample_record(++n);
    expected.sequence = n;
    expected.venue = 2;
    EXPECT_EQ(std::memcmp(&record, &expected, sizeof record), 0) << "record " << n;
  });
  EXPECT_EQ(content.error, "");
  EXPECT_EQ(content.end, End::Clean);
  EXPECT_EQ(content.records, 1'000u);
  EXPECT_EQ(content.run_id, "run-1");
}

TEST_F(Spdk, FlushesBehindAWriteWhereItIsAskedTo) {
  EXPECT_NE(std::string(opened("Disk", core::Durability::Flush)->durable_kind()).find("the flush behind it"), std::string::npos);
  // EE_Unflushed fails the first flush that it gets.
  std::uint64_t sequence = 0;
  std::string error;
  for (const core::Durability durability : {core::Durability::Write, core::Durability::Flush}) {
    const auto device = opened("EE_Unflushed", durability);
    ASSERT_EQ(device->submit(7, 4096, device->take_buffers(4096)), "");
    ASSERT_TRUE(reaped(*device, sequence, error));
    EXPECT_EQ(sequence, 7u);
    EXPECT_EQ(!error.empty(), durability == core::Durability::Flush) << error;
  }
}

TEST_F(Spdk, DoesNotWriteOverWhatIsNoJournal) {
  const std::string file = directory_->file();
  {
    std::ofstream content(file, std::ios::in | std::ios::binary);
    content << std::string((64 << 10) + 64, '\0') << "_BHRfS_M";  // where btrfs has it
  }
  core::JournalPlan plan;
  plan.spdk = plan_;
  plan.spdk.bdevs = {"Disk"};
  std::unique_ptr<BlockDevice> device;
  const std::string error = open_spdk_device(plan, 0, device);
  EXPECT_NE(error.find("the bdev Disk holds something else than a journal"), std::string::npos) << error;
  std::ofstream(file, std::ios::in | std::ios::binary) << std::string(kFileBytes, '\0');
  EXPECT_NE(opened("Disk"), nullptr);
}

TEST_F(Spdk, SaysThatMemoryIsNotDurable) {
  const auto device = opened("Malloc1");
  EXPECT_NE(std::string(device->durable_kind()).find("nothing is durable"), std::string::npos) << device->durable_kind();
  EXPECT_EQ(device->alignment_bytes(), 4096u);
  EXPECT_EQ(device->size_bytes(), 1024u * 4096u);
}

TEST_F(Spdk, TellsOfAWriteThatFailed) {
  const auto device = opened("EE_Broken");
  const std::span<std::byte> buffer = device->take_buffers(4096);
  std::uint64_t sequence = 0;
  std::string error;
  ASSERT_EQ(device->submit(1, 8192, buffer), "");
  ASSERT_TRUE(reaped(*device, sequence, error));
  EXPECT_NE(error.find("EE_Broken failed at byte 8192"), std::string::npos) << error;
  ASSERT_EQ(device->submit(2, 8192, buffer), "");
  error.clear();
  ASSERT_TRUE(reaped(*device, sequence, error));
  EXPECT_EQ(error, "") << "one failure was injected";
  EXPECT_EQ(sequence, 2u);
}

TEST_F(Spdk, NamesTheBdevsThatThereAre) {
  core::JournalPlan plan;
  plan.spdk = plan_;
  plan.spdk.bdevs = {"Nvme0n1"};
  std::unique_ptr<BlockDevice> device;
  const std::string error = open_spdk_device(plan, 0, device);
  EXPECT_NE(error.find("Nvme0n1 does not exist"), std::string::npos) << error;
  EXPECT_NE(error.find("Malloc0, Malloc1"), std::string::npos) << error;
  EXPECT_EQ(device, nullptr);
}

TEST_F(Spdk, JournalLargerThanTheBdevIsRefused) {
  core::JournalPlan plan = journal_plan();
  plan.size_bytes = 2 * kFileBytes;
  Journal journal;
  const std::string error = journal.open(plan, 0, "run-1", 0, core::Scheduler::Other, opened("Malloc0"));
  EXPECT_NE(error.find("lower journal.size_bytes"), std::string::npos) << error;
}

TEST_F(Spdk, HundredJournalsLeaveTheHeapAsItWas) {
  const auto allocated = [] {
    rte_malloc_socket_stats stats{};
    rte_malloc_get_socket_stats(0, &stats);
    return stats.heap_allocsz_bytes;
  };
  const auto cycle = [] {
    Journal journal;
    ASSERT_EQ(journal.open(journal_plan(), 0, "run-1", 0, core::Scheduler::Other, opened("Malloc0")), "");
    keep_journal(journal, 100);
  };
  cycle();
  const std::size_t before = allocated();
  for (int i = 0; i < 100; ++i) cycle();
  EXPECT_EQ(allocated(), before);
}

}  // namespace
}  // namespace hopscope::journal
