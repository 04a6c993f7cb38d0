#include "engine/feed/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace hopscope::feed {

MappedFile::~MappedFile() {
  if (address_) munmap(address_, size_bytes_);
}

std::string MappedFile::open(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return path + ": " + std::strerror(errno) + ": check feed.file";
  struct stat status {};
  std::string fault;
  if (fstat(file, &status) != 0 || !S_ISREG(status.st_mode)) {
    fault = path + ": not a regular file: check feed.file";
  } else if (status.st_size == 0) {
    fault = path + ": empty: check feed.file";
  } else {
    const auto size_bytes = static_cast<std::size_t>(status.st_size);
    void* address = mmap(nullptr, size_bytes, PROT_READ, MAP_PRIVATE, file, 0);
    if (address == MAP_FAILED) {
      fault = path + ": cannot be mapped: " + std::strerror(errno);
    } else {
      address_ = address;
      size_bytes_ = size_bytes;
    }
  }
  close(file);
  return fault;
}

}  // namespace hopscope::feed
