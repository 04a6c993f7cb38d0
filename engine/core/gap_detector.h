// Finds time that is missing between two idle rounds of a reactor, by the time-stamp counter alone: whatever took it, an interrupt, another
// task or the hypervisor, this thread was not running. One reading of the clock an idle round. A round that did work is not watched: how
// long it should take, nobody knows.
#pragma once

#include <cstdint>

#include "bpf/records.h"
#include "engine/core/clock.h"

namespace hopscope::core {

// What Reactor::run() asks for when nobody watches: nothing.
struct NoGapDetector {
  void idle() {}
  void busy() {}
  void resume() {}
};

class GapDetector {
 public:
  // The ring is written by this thread alone. Gaps shorter than `floor` only add to its idle time.
  GapDetector(hs_gap_ring& ring, Ticks floor) : ring_(ring), floor_(floor) {}

  // A round has ended: without work,
  void idle() { idle(now_ticks()); }
  void idle(Ticks now) {
    if (last_ != 0) [[likely]] {
      const Ticks round = now - last_;
      idle_ticks_ += round;
      __atomic_store_n(&ring_.idle_ticks, idle_ticks_, __ATOMIC_RELAXED);
      if (round >= floor_) [[unlikely]]
        record(last_, round);
    }
    last_ = now;
  }
  // or with some.
  void busy() { last_ = 0; }
  // The thread did something else between two rounds, which is not to be taken for a gap.
  void resume() { resume(last_ == 0 ? 0 : now_ticks()); }
  void resume(Ticks now) {
    if (last_ != 0) last_ = now;
  }

 private:
  [[gnu::noinline]] void record(Ticks from, Ticks ticks) {
    ring_.gap[produced_ % HS_GAPS] = {from, ticks};
    __atomic_store_n(&ring_.produced, ++produced_, __ATOMIC_RELEASE);
  }

  hs_gap_ring& ring_;
  const Ticks floor_;
  Ticks last_ = 0;  // end of the last round, 0 where it did work
  std::uint64_t idle_ticks_ = 0;
  std::uint64_t produced_ = 0;
};

}  // namespace hopscope::core
