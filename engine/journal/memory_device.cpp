#include "engine/journal/memory_device.h"

#include <sys/mman.h>

#include <cerrno>
#include <cstring>
#include <fstream>

namespace hopscope::journal {
namespace {

// MemAvailable of /proc/meminfo: what can be had without swapping. Asked first, because touching more than that wakes the OOM killer
// instead of failing. 0: unknown.
std::uint64_t available_bytes() {
  std::ifstream meminfo("/proc/meminfo");
  for (std::string key, rest; meminfo >> key;) {
    std::uint64_t kibibytes = 0;
    if (key == "MemAvailable:" && meminfo >> kibibytes) return kibibytes * 1024;
    std::getline(meminfo, rest);
  }
  return 0;
}

}  // namespace

MemoryDevice::~MemoryDevice() {
  if (memory_) munmap(memory_, size_);
}

std::string MemoryDevice::open(std::uint64_t size_bytes) {
  const auto no_room = [&](const std::string& why) {
    return "journal: no memory for a ring of " + std::to_string(size_bytes) + " bytes (" + why + "): lower journal.size_bytes";
  };
  const std::uint64_t available = available_bytes();
  if (available != 0 && size_bytes > available) return no_room(std::to_string(available) + " bytes are available");
  void* memory = mmap(nullptr, size_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return no_room(std::strerror(errno));
  memory_ = static_cast<std::byte*>(memory);
  size_ = size_bytes;
  madvise(memory_, size_, MADV_HUGEPAGE);  // fewer TLB misses; refused by kernels without transparent hugepages, which costs only speed
  std::memset(memory_, 0, size_);
  return {};
}

void MemoryDevice::write(const std::byte* block, std::size_t used_bytes, std::size_t stored_bytes) {
  if (offset_ + stored_bytes > size_) offset_ = 0;
  std::memcpy(memory_ + offset_, block, used_bytes);
  offset_ += stored_bytes;
}

}  // namespace hopscope::journal
