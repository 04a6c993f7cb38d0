// Device `spdk`: a bdev of SPDK (an NVMe controller's namespace, malloc, aio, uring, or any stack of them), written by the venue's own
// thread.
//
// submit() and reap() make no system call with NVMe and malloc; those of the aio and uring bdevs do. Completions are found by polling in
// reap(), on the SPDK thread of this device: there is no other thread. Everything belongs to the thread that opened the device.
// Only the dpdk build of the engine has it, and only where SPDK was found when it was configured (HOPSCOPE_SPDK).
#pragma once

#include <memory>
#include <string>

#include "engine/core/plan.h"
#include "engine/journal/device.h"

#if defined(HOPSCOPE_SPDK)

#include <array>

struct spdk_bdev;
struct spdk_bdev_desc;
struct spdk_bdev_io;
struct spdk_io_channel;
struct spdk_thread;

namespace hopscope::journal {

class SpdkDevice final : public BlockDevice {
 public:
  SpdkDevice() = default;
  SpdkDevice(const SpdkDevice&) = delete;
  SpdkDevice& operator=(const SpdkDevice&) = delete;
  ~SpdkDevice() override;

  // EAL runs. Starts SPDK where this is the first of its devices. Empty string, or one line with its remedy.
  std::string open(const core::JournalPlan& plan, unsigned venue);

  std::span<std::byte> take_buffers(std::size_t bytes) override;
  std::size_t alignment_bytes() const override { return alignment_bytes_; }
  std::uint64_t size_bytes() const override { return size_bytes_; }
  unsigned depth() const override { return kDepth; }
  std::string submit(std::uint64_t sequence, std::uint64_t offset, std::span<const std::byte> bytes) override;
  bool reap(std::uint64_t& sequence, std::string& error) override;
  std::string name() const override { return "the bdev " + name_; }
  const char* durable_kind() const override { return durable_kind_.c_str(); }
  std::string close() override;

 private:
  static constexpr unsigned kDepth = 8;
  static constexpr unsigned kPollsPerAppTurn = 256;  // management may wait for microseconds
  static constexpr int kHungDeviceSeconds = 5;

  struct Write {
    SpdkDevice* device = nullptr;  // null: free
    std::uint64_t sequence = 0;
    std::uint64_t offset = 0;
    std::size_t bytes = 0;
    int status_type = 0, status_code = 0;  // NVMe's, of a write that failed
    bool good = false;
  };

  std::string adopt(spdk_bdev* bdev);
  std::string check_content();
  static void on_read(spdk_bdev_io* io, bool good, void* context);
  static void on_written(spdk_bdev_io* io, bool good, void* context);
  static void on_done(spdk_bdev_io* io, bool good, void* context);
  void finish(Write& write, bool good);

  std::string name_, durable_kind_;
  bool flush_ = false;      // behind each write
  bool read_good_ = false;  // check_content()
  spdk_thread* thread_ = nullptr;
  spdk_bdev_desc* descriptor_ = nullptr;
  spdk_io_channel* channel_ = nullptr;
  std::byte* buffers_ = nullptr;
  std::size_t alignment_bytes_ = 0;
  std::uint64_t size_bytes_ = 0;
  std::array<Write, kDepth> writes_;
  std::array<Write*, kDepth> done_{};  // ring, in the order of completion
  unsigned under_way_ = 0;             // submitted, not in done_ yet
  unsigned completed_ = 0, reaped_ = 0;
  unsigned polls_ = 0;
};

// The device of one venue's journal, opened. Empty string, or one line with its remedy.
std::string open_spdk_device(const core::JournalPlan& plan, unsigned venue, std::unique_ptr<BlockDevice>& device);

}  // namespace hopscope::journal

#else

namespace hopscope::journal {

inline std::string open_spdk_device(const core::JournalPlan&, unsigned, std::unique_ptr<BlockDevice>&) {
  return "journal.device: spdk is not in this engine: the dpdk build has it where pkg-config finds SPDK at `npm run setup` (docs/spdk.md); "
         "or use journal.device=uring";
}

}  // namespace hopscope::journal

#endif
