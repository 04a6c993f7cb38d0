#include "engine/net/umem.h"

#include <sys/mman.h>

#include <cerrno>
#include <cstring>

namespace hopscope::net {

Umem::~Umem() {
  if (area_) munmap(area_, bytes_);
}

std::string Umem::allocate(std::uint32_t given, std::uint32_t free) {
  bytes_ = std::size_t{given + free} * kFrameBytes;
  void* area = mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (area == MAP_FAILED)
    return "packet memory of " + std::to_string(bytes_ >> 20) + " MiB: " + std::strerror(errno) + ": free memory, or use fewer venues";
  madvise(area, bytes_, MADV_HUGEPAGE);  // as well as the kernel can
  std::memset(area, 0, bytes_);
  area_ = static_cast<std::byte*>(area);
  free_.reserve(free);
  for (std::uint32_t i = given + free; i > given; --i) free_.push_back(std::uint64_t{i - 1} * kFrameBytes);
  return {};
}

}  // namespace hopscope::net
