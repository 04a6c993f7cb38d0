#include "engine/probe/emitter.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace hopscope::probe {

Emitter::~Emitter() {
  if (ring_) user_ring_buffer__free(ring_);
}

std::string Emitter::open(core::Lane lane, std::uint16_t thread, std::uint32_t map_id) {
  lane_ = lane;
  thread_ = thread;
  if (lane != core::Lane::Stream) return {};
  const int fd = bpf_map_get_fd_by_id(map_id);
  if (fd < 0) {
    return "probes: no user ring buffer with map id " + std::to_string(map_id) + " (" + std::strerror(errno) +
           "): start the engine through `hopscope run`, which creates it, and run as root";
  }
  ring_ = user_ring_buffer__new(fd, nullptr);
  const int error = errno;
  close(fd);  // libbpf keeps its own mapping and reference
  if (!ring_) {
    return "probes: map " + std::to_string(map_id) + " cannot be mapped as a user ring buffer (" + std::strerror(error) +
           "): Linux >= 6.1 has them; use --set probes.lane=hops elsewhere";
  }
  return {};
}

template <class Record>
void Emitter::push(const Record& record) {
  const bool measuring = record.measuring != 0;
  if (measuring) counters_.add(HS_COUNTER_TRACED);
  if (lane_ != core::Lane::Stream) return;
  void* slot = user_ring_buffer__reserve(ring_, sizeof(Record));
  if (!slot) {
    if (measuring) counters_.add(HS_COUNTER_PUSH_FAILED);
    return;
  }
  std::memcpy(slot, &record, sizeof(Record));
  user_ring_buffer__submit(ring_, slot);
  if (measuring) counters_.add(HS_COUNTER_PUSHED);
}

void Emitter::emit(hs_capsule& capsule) {
  capsule.thread = thread_;
  capsule.hops = static_cast<hs_u16>(capsule.hops | capsule.venue_hops);
  capsule.venue_hops = 0;
  push(capsule);
}

void Emitter::emit(hs_journal_trace& trace) {
  trace.kind = HS_KIND_JOURNAL;
  trace.thread = thread_;
  push(trace);
}

}  // namespace hopscope::probe
