#include "engine/probe/user_ring.h"

#include <bpf/bpf.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>

namespace hopscope::probe {

UserRing::~UserRing() {
  if (consumer_page_) munmap(consumer_page_, page_bytes_);
  if (producer_pages_) munmap(producer_pages_, page_bytes_ + 2 * size_);
}

std::string UserRing::map(int map_fd) {
  bpf_map_info info{};
  unsigned length = sizeof info;
  if (bpf_obj_get_info_by_fd(map_fd, &info, &length) != 0) return std::strerror(errno);
  if (info.type != BPF_MAP_TYPE_USER_RINGBUF) return "it is another type of map";
  page_bytes_ = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  size_ = info.max_entries;
  void* consumer = mmap(nullptr, page_bytes_, PROT_READ, MAP_SHARED, map_fd, 0);
  if (consumer == MAP_FAILED) return std::strerror(errno);
  consumer_page_ = consumer;
  // Populated now: a page fault on the first round through the ring would show among the orders.
  void* producer =
      mmap(nullptr, page_bytes_ + 2 * size_, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, map_fd, static_cast<off_t>(page_bytes_));
  if (producer == MAP_FAILED) return std::strerror(errno);
  producer_pages_ = producer;
  consumer_position_ = static_cast<const std::uint64_t*>(consumer);
  producer_position_ = static_cast<std::uint64_t*>(producer);
  data_ = static_cast<std::byte*>(producer) + page_bytes_;
  produced_ = __atomic_load_n(producer_position_, __ATOMIC_ACQUIRE);
  consumed_ = __atomic_load_n(consumer_position_, __ATOMIC_ACQUIRE);
  return {};
}

}  // namespace hopscope::probe
