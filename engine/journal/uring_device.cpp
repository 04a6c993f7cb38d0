#include "engine/journal/uring_device.h"

#include <sys/mman.h>

namespace hopscope::journal {

UringDevice::~UringDevice() {
  file_.close();  // before the buffers, which the ring has registered
  if (!buffers_.empty()) munmap(buffers_.data(), buffers_.size());
}

std::string UringDevice::open(const core::JournalPlan& plan, unsigned venue) {
  if (plan.submit == core::JournalSubmit::Sqpoll) {
    reaping_ = Reaping::PollsBoth;
    if (venue >= plan.sqpoll_cpus.size()) return "journal.sqpoll_cpus: none for venue " + std::to_string(venue) + "; name one a venue";
    sqpoll_cpu_ = plan.sqpoll_cpus[venue];
  }
  return file_.open(plan, venue);
}

std::span<std::byte> UringDevice::take_buffers(std::size_t bytes) {
  void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
  if (memory == MAP_FAILED) return {};
  buffers_ = {static_cast<std::byte*>(memory), bytes};
  return buffers_;
}

std::string UringDevice::submit(std::uint64_t sequence, std::uint64_t offset, std::span<const std::byte> bytes) {
  if (!ring_open_) [[unlikely]] {
    if (std::string error = file_.open_ring(buffers_, reaping_, sqpoll_cpu_); !error.empty()) return error;
    ring_open_ = true;
  }
  under_way_ = sequence;
  return file_.submit(offset, bytes);
}

bool UringDevice::reap(std::uint64_t& sequence, std::string& error) {
  if (!file_.reap(error)) return false;
  sequence = under_way_;
  return true;
}

}  // namespace hopscope::journal
