// Writes to a Target through io_uring: O_DIRECT, registered buffers and file, one block at a time.
//
// open() and close() may run on any thread; open_ring(), submit() and the completions belong to the thread that called open_ring().
// A completed O_DIRECT write has left the page cache behind; a device with a volatile write cache may still hold it there. With
// `durability: flush` each write is RWF_DSYNC: it completes when the kernel has had the device bring it behind that cache (FUA, or a FLUSH
// behind the write), where the device says that it has one. The report's `durable_kind` says which it was.
#pragma once

#include <liburing.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "engine/core/plan.h"
#include "engine/journal/target.h"

namespace hopscope::journal {

enum class Reaping {
  Waits,       // submit() returns when the write is done (helper)
  WaitsApart,  // submit() returns when the kernel has taken it, wait() when it is done: for a helper that tells of both
  Polls        // reap(): the thread looks in now and then (inline)
};

class UringFile {
 public:
  UringFile() = default;
  UringFile(const UringFile&) = delete;
  UringFile& operator=(const UringFile&) = delete;
  ~UringFile();

  // Each function: an empty string, or one line with its remedy.
  std::string open(const core::JournalPlan& plan, unsigned venue);
  std::string open_ring(std::span<std::byte> buffers, Reaping reaping);

  // Writes and flushes the first bytes, which are aligned as O_DIRECT wants them, without the ring.
  std::string write_first(std::span<const std::byte> bytes);
  // Starts the write of a part of the buffers. One system call.
  std::string submit(std::uint64_t offset, std::span<const std::byte> bytes);
  // Not with Reaping::Polls, after submit(). A system call with Reaping::WaitsApart only.
  std::string wait();
  // Reaping::Polls. False: still under way. No system call unless the kernel has left work to be picked up.
  bool reap(std::string& error);

  // By the thread that opened it: from another one the file stays claimed until the kernel has taken the ring apart, some time later.
  void close_ring();
  // With the ring, if it is still open. A file is cut off behind the last byte that was ever written.
  std::string close();
  // Removes a file again, when setting up ended in an error.
  void discard();

  const char* durable_kind() const;
  const Target& target() const { return target_; }

 private:
  std::string check_result(int result);

  Target target_;
  std::uint64_t end_bytes_ = 0;  // where the farthest write that is done ended
  std::uint64_t under_way_offset_ = 0;
  std::size_t under_way_bytes_ = 0;
  bool ring_open_ = false;
  Reaping reaping_ = Reaping::Waits;
  core::Durability durability_ = core::Durability::Write;
  io_uring ring_{};
};

}  // namespace hopscope::journal
