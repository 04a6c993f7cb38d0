#include "engine/core/page.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace hopscope::core {
namespace {

// What does not fit is cut; the rest is zero already or becomes so.
template <std::size_t kBytes>
void copy_text(char (&to)[kBytes], const std::string& text) {
  const std::size_t length = std::min(text.size(), kBytes - 1);
  std::memcpy(to, text.data(), length);
  to[length] = 0;
}

}  // namespace

Page::~Page() {
  if (page_) munmap(page_, sizeof(hs_page));
}

std::string Page::create(const Plan& plan) {
  const std::string& path = plan.page_path;
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return "page " + path + ": " + std::strerror(errno) + ": the run's telemetry page must be new and its folder writable";
  // Reserve the memory now: touching a hole of a full tmpfs later would be a SIGBUS in mid-run.
  const int error = posix_fallocate(fd, 0, sizeof(hs_page));
  void* memory = error ? MAP_FAILED : mmap(nullptr, sizeof(hs_page), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd, 0);
  close(fd);
  if (memory == MAP_FAILED) {
    unlink(path.c_str());
    return "page " + path + ": " + std::strerror(error ? error : errno) + ": free some memory in /dev/shm";
  }
  // Written once: MAP_POPULATE only reads shared pages in, and a first write in mid-run may be another fault.
  std::memset(memory, 0, sizeof(hs_page));
  page_ = static_cast<hs_page*>(memory);
  page_->version = HS_PAGE_VERSION;
  page_->size = sizeof(hs_page);
  page_->pid = static_cast<hs_u32>(getpid());
  page_->lane = static_cast<hs_u32>(plan.lane);
  copy_text(page_->run_id, plan.run_id);
  std::copy_n(plan.ring_map_ids.begin(), std::min<std::size_t>(plan.ring_map_ids.size(), HS_THREADS_MAX), page_->ring_map_ids);
  __atomic_store_n(&page_->magic, HS_PAGE_MAGIC, __ATOMIC_RELEASE);
  return {};
}

void Page::fail(const std::string& line) {
  copy_text(page_->error, line);
  set_state(HS_STATE_FAILED);
}

void Page::publish(const std::vector<const Counters*>& sources, std::uint64_t now_tsc) {
  for (unsigned c = 0; c < HS_COUNTER_COUNT; ++c) {
    std::uint64_t sum = 0;
    for (const Counters* source : sources) sum += source->get(static_cast<hs_counter>(c));
    __atomic_store_n(&page_->counters[c], sum, __ATOMIC_RELAXED);
  }
  __atomic_store_n(&page_->heartbeat_tsc, now_tsc, __ATOMIC_RELAXED);
}

}  // namespace hopscope::core
