// Device `uring`: one preallocated file, written with O_DIRECT through io_uring, one block at a time.
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
#include "engine/journal/claim.h"

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

  // Creates directory/journal-<venue>.hsj (an older one is replaced), takes size_bytes of disk space and writes all of it once: about a
  // second a GiB.
  // Each function: an empty string, or one line with its remedy.
  std::string open(const core::JournalPlan& plan, const std::string& run_id, const JournalIdentity& identity);
  std::string open_ring(std::span<std::byte> buffers, Reaping reaping);

  // Empty when the file has room for the block; asked before the write stamp is taken.
  std::string check_room(std::uint32_t stored_bytes) const;
  // One system call.
  std::string submit(const Claim& claim, std::uint32_t stored_bytes);
  // Not with Reaping::Polls, after submit(). A system call with Reaping::WaitsApart only.
  std::string wait();
  // Reaping::Polls. False: still under way. No system call unless the kernel has left work to be picked up.
  bool reap(std::string& error);

  // Cuts off the disk space that was not used.
  std::string close();
  // Removes the file again, when setting up ended in an error.
  void discard();

  const char* durable_kind() const;
  const std::string& path() const { return path_; }

 private:
  int write_through(const Superblock& superblock) const;  // 0 or errno
  std::string check_result(int result);

  std::string path_;
  std::uint64_t size_bytes_ = 0;
  std::uint64_t offset_ = 0;  // where the next block goes
  std::uint32_t under_way_bytes_ = 0;
  int fd_ = -1;
  bool ring_open_ = false;
  Reaping reaping_ = Reaping::Waits;
  core::Durability durability_ = core::Durability::Write;
  io_uring ring_{};
};

}  // namespace hopscope::journal
