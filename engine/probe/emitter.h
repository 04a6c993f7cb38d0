// Hands finished records to the collector, by the lane of the plan. One emitter an engine thread: a user ring buffer has one producer.
//
//   off, stamps  nothing leaves the engine
//   stream       into this thread's BPF_MAP_TYPE_USER_RINGBUF; a full ring is counted, never waited for
//   hops         nothing is pushed: the probes on the hop sites have seen it all
#pragma once

#include <string>

#include "bpf/records.h"
#include "engine/core/counters.h"
#include "engine/core/plan.h"
#include "engine/probe/user_ring.h"

namespace hopscope::probe {

class Emitter {
 public:
  Emitter() = default;
  Emitter(const Emitter&) = delete;
  Emitter& operator=(const Emitter&) = delete;

  // map_id: the user ring buffer's id in the kernel (lane stream). Returns an empty string or one line with its remedy.
  std::string open(core::Lane lane, std::uint16_t thread, std::uint32_t map_id);

  core::Lane lane() const { return lane_; }
  bool stamps() const { return lane_ != core::Lane::Off; }

  // Completes the record (thread, merged bitmap) and hands it over. A measured one is counted: traced, pushed, push_failed.
  void emit(hs_capsule& capsule) {
    capsule.thread = thread_;
    capsule.hops = static_cast<hs_u16>(capsule.hops | capsule.venue_hops);
    capsule.venue_hops = 0;
    push(capsule, HS_COUNTER_TRACED, HS_COUNTER_PUSHED, HS_COUNTER_PUSH_FAILED);
  }

  // The same for the journal branch, with counters of its own.
  void emit(hs_journal_trace& trace) {
    trace.kind = HS_KIND_JOURNAL;
    trace.thread = thread_;
    push(trace, HS_COUNTER_JOURNAL_TRACED, HS_COUNTER_JOURNAL_PUSHED, HS_COUNTER_JOURNAL_PUSH_FAILED);
  }

  core::Counters& counters() { return counters_; }

 private:
  template <class Record>
  void push(const Record& record, hs_counter traced, hs_counter pushed, hs_counter push_failed) {
    const std::uint64_t measured = record.measuring != 0;
    counters_.add(traced, measured);
    if (lane_ != core::Lane::Stream) return;
    counters_.add(ring_.push(record) ? pushed : push_failed, measured);
  }

  core::Lane lane_ = core::Lane::Off;
  std::uint16_t thread_ = 0;
  UserRing ring_;
  core::Counters counters_;
};

}  // namespace hopscope::probe
