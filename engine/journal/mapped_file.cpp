#include "engine/journal/mapped_file.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace hopscope::journal {

MappedFile::MappedFile(const std::string& path) : memory_(MAP_FAILED) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat status {};
  if (fd < 0 || fstat(fd, &status) != 0) {
    error_ = errno;
  } else if (size_ = size_of(fd, status); size_ > 0) {
    memory_ = mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, fd, 0);
    if (memory_ == MAP_FAILED) error_ = errno;
  }
  if (fd >= 0) close(fd);
}

MappedFile::~MappedFile() {
  if (memory_ != MAP_FAILED) munmap(memory_, size_);
}

std::span<const std::byte> MappedFile::bytes() const {
  return memory_ == MAP_FAILED ? std::span<const std::byte>{}
                               : std::span(static_cast<const std::byte*>(memory_), std::min<std::uint64_t>(size_, limit_));
}

void MappedFile::release(std::uint64_t offset) {
  if (offset < released_) {
    give_back(released_, size_);
    released_ = 0;
  }
  const std::uint64_t whole = std::min<std::uint64_t>(offset, size_) / kReleaseBytes * kReleaseBytes;
  if (whole <= released_) return;
  give_back(released_, whole);
  released_ = whole;
}

void MappedFile::give_back(std::uint64_t from, std::uint64_t to) {
  if (from < to) madvise(static_cast<std::byte*>(memory_) + from, to - from, MADV_DONTNEED);
}

std::size_t MappedFile::size_of(int fd, const struct stat& status) {
  std::uint64_t bytes = 0;
  is_device_ = S_ISBLK(status.st_mode);
  if (!is_device_) return static_cast<std::size_t>(status.st_size);
  return ioctl(fd, BLKGETSIZE64, &bytes) == 0 ? bytes : 0;
}

}  // namespace hopscope::journal
