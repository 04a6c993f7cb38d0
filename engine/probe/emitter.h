// Hands finished records to the collector, by the lane of the plan. One emitter an engine thread: a user ring buffer has one producer.
//
//   off, stamps  nothing leaves the engine
//   stream       into this thread's BPF_MAP_TYPE_USER_RINGBUF; a full ring is counted, never waited for
//   capsule      by a hit of the site hopscope:capsule, whose program reads them where they stand: arguments are the address of the first
//                record, their number, and the bytes of each, which tell the kind. A capsule has a hit of its own; records of the journal
//                branch share one, because a hit costs as much as the rest of an order's trace
//   hops         nothing is pushed: the probes on the hop sites have seen it all
#pragma once

#include <array>
#include <cstddef>
#include <string>

#include "bpf/records.h"
#include "engine/core/clock.h"
#include "engine/core/counters.h"
#include "engine/core/histogram.h"
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
    const std::uint64_t measured = capsule.measuring != 0;
    counters_.add(HS_COUNTER_TRACED, measured);
    if (lane_ == core::Lane::Stream) {
      counters_.add(ring_.push(capsule) ? HS_COUNTER_PUSHED : HS_COUNTER_PUSH_FAILED, measured);
    } else if (lane_ == core::Lane::Capsule) {
      hit(capsule);
      counters_.add(HS_COUNTER_PUSHED, measured);
    }
  }

  // The same for the journal branch, with counters of its own. In lane capsule it counts as pushed with its batch.
  void emit(hs_journal_trace& trace) {
    trace.kind = HS_KIND_JOURNAL;
    trace.thread = thread_;
    const std::uint64_t measured = trace.measuring != 0;
    counters_.add(HS_COUNTER_JOURNAL_TRACED, measured);
    if (lane_ == core::Lane::Stream) {
      counters_.add(ring_.push(trace) ? HS_COUNTER_JOURNAL_PUSHED : HS_COUNTER_JOURNAL_PUSH_FAILED, measured);
    } else if (lane_ == core::Lane::Capsule) {
      batch_[batched_++] = trace;
      batched_measured_ += measured;
      if (batched_ == batch_.size()) flush();
    }
  }

  // Hands over what waits for its batch to fill up. Call about once a millisecond, and at the end.
  void flush();

  core::Counters& counters() { return counters_; }

  // Lane capsule: what a hit of the run took, in ticks, every 64th one timed; the probe's whole work is in it.
  const hs_histogram& hit_ticks() const { return hit_ticks_; }

 private:
  // The largest batch that one hit hands over: the loop of its program is bounded by it (bpf/capsule.bpf.c).
  static constexpr std::size_t kBatch = 16;
  static constexpr std::uint64_t kTimedEvery = 64;

  void hit(const hs_capsule& capsule) {
    const bool timed = capsule.measuring != 0 && ++measured_hits_ % kTimedEvery == 0;
    const core::Ticks from = timed ? core::now_ticks() : 0;
    hit(&capsule, 1, sizeof capsule);
    if (timed) core::record(hit_ticks_, core::now_ticks() - from);
  }
  static void hit(const void* first, std::uint64_t records, std::uint64_t record_bytes);

  core::Lane lane_ = core::Lane::Off;
  std::uint16_t thread_ = 0;
  UserRing ring_;
  core::Counters counters_;
  std::array<hs_journal_trace, kBatch> batch_{};
  std::size_t batched_ = 0;
  std::uint64_t batched_measured_ = 0;
  std::uint64_t measured_hits_ = 0;
  hs_histogram hit_ticks_{};
};

}  // namespace hopscope::probe
