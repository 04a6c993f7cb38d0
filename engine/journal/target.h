// What device `uring` writes to: a file made for the journal, or a raw block device.
//
// A file (journal.directory) is taken whole at the start: preallocated, and written once. A block device (journal.path) is taken as it is,
// unless somebody uses it or it holds something else than a journal: a wrong name must not cost anybody a file system.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "engine/core/plan.h"

namespace hopscope::journal {

// One line with its remedy.
std::string describe_no_room(const std::string& name, std::uint64_t used_bytes, std::uint64_t size_bytes);

class Target {
 public:
  Target() = default;
  Target(const Target&) = delete;
  Target& operator=(const Target&) = delete;
  ~Target() { close(size_bytes_); }

  // Each function: an empty string, or one line with its remedy.

  // Creates directory/journal-<venue>.hsj, or journal-oms.hsj (an older one is replaced) and writes all of its size once: about a second a
  // GiB. Or opens the venue's block device.
  std::string open(const core::JournalPlan& plan, unsigned venue);
  // Writes and flushes the first bytes, which are aligned as O_DIRECT wants them.
  std::string write_first(std::span<const std::byte> bytes) const;
  // Gives back what lies behind the first `used_bytes` of a file.
  std::string close(std::uint64_t used_bytes);
  // Leaves it as it is: a write to it may still be under way.
  void abandon();
  // Removes the file again, when setting up ended in an error. A block device stays as it is.
  void discard();

  int fd() const { return fd_; }
  const std::string& path() const { return path_; }
  std::uint64_t size_bytes() const { return size_bytes_; }

 private:
  std::string create_file(const std::string& directory);
  std::string open_device();
  std::string check_content() const;
  int write_through() const;  // 0 or errno

  std::string path_;
  std::uint64_t size_bytes_ = 0;  // what the plan wants of it
  int fd_ = -1;
  bool is_file_ = true;
};

}  // namespace hopscope::journal
