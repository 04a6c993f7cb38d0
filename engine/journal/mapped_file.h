// A file or block device for reading, mapped, with no more of it in memory than was looked at lately.
#pragma once

#include <sys/stat.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace hopscope::journal {

class MappedFile {
 public:
  explicit MappedFile(const std::string& path);
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  ~MappedFile();

  int error() const { return error_; }  // errno
  std::span<const std::byte> bytes() const;

  // A block device does not end where its journal does.
  void limit_device(std::uint64_t bytes) {
    if (is_device_) limit_ = bytes;
  }

  // What was looked at before `offset` is not needed any more, also where `offset` has gone back to the front: without this the whole file
  // would stay mapped.
  void release(std::uint64_t offset);

 private:
  std::size_t size_of(int fd, const struct stat& status);
  void give_back(std::uint64_t from, std::uint64_t to);

  static constexpr std::uint64_t kReleaseBytes = 16 << 20;

  void* memory_;
  std::size_t size_ = 0;
  std::uint64_t released_ = 0;
  std::uint64_t limit_ = ~0ull;
  bool is_device_ = false;
  int error_ = 0;
};

}  // namespace hopscope::journal
