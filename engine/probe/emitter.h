// Hands finished records to the collector, by the lane of the plan. One emitter an engine thread: libbpf's producer is not thread-safe.
//
//   off, stamps  nothing leaves the engine
//   stream       into this thread's BPF_MAP_TYPE_USER_RINGBUF; a full ring is counted, never waited for
//   hops         nothing is pushed: the probes on the hop sites have seen it all
#pragma once

#include <memory>
#include <string>

#include "bpf/records.h"
#include "engine/core/counters.h"
#include "engine/core/plan.h"

struct user_ring_buffer;

namespace hopscope::probe {

class Emitter {
 public:
  Emitter() = default;
  Emitter(const Emitter&) = delete;
  Emitter& operator=(const Emitter&) = delete;
  ~Emitter();

  // map_id: the user ring buffer's id in the kernel (lane stream). Returns an empty string or one line with its remedy.
  std::string open(core::Lane lane, std::uint16_t thread, std::uint32_t map_id);

  core::Lane lane() const { return lane_; }
  bool stamps() const { return lane_ != core::Lane::Off; }

  // Completes the record (thread, merged bitmap) and hands it over. Counts traced, pushed, push_failed when it is a measured one.
  void emit(hs_capsule& capsule);
  void emit(hs_journal_trace& trace);

  core::Counters& counters() { return counters_; }

 private:
  template <class Record>
  void push(const Record& record);

  core::Lane lane_ = core::Lane::Off;
  std::uint16_t thread_ = 0;
  user_ring_buffer* ring_ = nullptr;
  core::Counters counters_;
};

}  // namespace hopscope::probe
