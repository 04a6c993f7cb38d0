// Device `uring` with `submit: inline` or `sqpoll`: the venue's own thread submits each block and looks for its completion.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "engine/journal/block.h"
#include "engine/journal/device.h"
#include "engine/journal/uring_file.h"

namespace hopscope::journal {

class UringDevice final : public BlockDevice {
 public:
  UringDevice() = default;
  UringDevice(const UringDevice&) = delete;
  UringDevice& operator=(const UringDevice&) = delete;
  ~UringDevice() override;

  // Empty string, or one line with its remedy.
  std::string open(const core::JournalPlan& plan, unsigned venue);

  std::span<std::byte> take_buffers(std::size_t bytes) override;
  std::size_t alignment_bytes() const override { return kFileAlignmentBytes; }
  std::uint64_t size_bytes() const override { return file_.target().size_bytes(); }
  unsigned depth() const override { return 1; }
  // The first call opens the ring: from then on all calls must come from its thread.
  std::string submit(std::uint64_t sequence, std::uint64_t offset, std::span<const std::byte> bytes) override;
  bool reap(std::uint64_t& sequence, std::string& error) override;
  const char* durable_kind() const override { return file_.durable_kind(); }
  std::string close() override { return file_.close(); }
  std::string name() const override { return file_.target().path(); }
  // Removes a file again, when setting up ended in an error.
  void discard() { file_.discard(); }

 private:
  UringFile file_;
  std::span<std::byte> buffers_;
  Reaping reaping_ = Reaping::Polls;
  unsigned sqpoll_cpu_ = 0;
  bool ring_open_ = false;
  std::uint64_t under_way_ = 0;
};

}  // namespace hopscope::journal
