#include "engine/probe/emitter.h"

#include <bpf/bpf.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "engine/probe/site.h"

namespace hopscope::probe {

std::string Emitter::open(core::Lane lane, std::uint16_t thread, std::uint32_t map_id) {
  lane_ = lane;
  thread_ = thread;
  if (lane != core::Lane::Stream) return {};
  const int fd = bpf_map_get_fd_by_id(map_id);
  if (fd < 0) {
    return "probes: no user ring buffer with map id " + std::to_string(map_id) + " (" + std::strerror(errno) +
           "): start the engine through `hopscope run`, which creates it, and run as root";
  }
  const std::string error = ring_.map(fd);
  close(fd);  // the mapping keeps the map alive
  if (error.empty()) return {};
  return "probes: map " + std::to_string(map_id) + " cannot be used as a user ring buffer (" + error +
         "): Linux >= 6.1 has them; use --set probes.lane=capsule elsewhere";
}

void Emitter::flush() {
  if (batched_ == 0) return;
  hit(batch_.data(), batched_, sizeof(hs_journal_trace));
  counters_.add(HS_COUNTER_JOURNAL_PUSHED, batched_measured_);
  batched_ = 0;
  batched_measured_ = 0;
}

// A function of its own, and never a copy of it for a caller's constants: one site to attach, to warm and to measure.
#ifdef __clang__
[[gnu::noinline]]
#else
[[gnu::noipa]]  // clang knows no such attribute
#endif
void Emitter::hit(const void* first, std::uint64_t records, std::uint64_t record_bytes) {
  __asm__ volatile("" : : "r"(first) : "memory");  // the records stand in memory before the probe reads them
  HOPSCOPE_SITE_NAMED("capsule", reinterpret_cast<std::uint64_t>(first), records, record_bytes);
}

}  // namespace hopscope::probe
