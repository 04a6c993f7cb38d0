// The machine's jitter floor: what an order would suffer here if the engine did nothing at all.
#pragma once

#include "engine/core/clock.h"
#include "engine/core/histogram.h"

namespace hopscope::core {

inline constexpr double kFloorWindowNs = 5'000;  // about as long as an order is under way

// Spins for `seconds` in windows of kFloorWindowNs and records how much longer than that each took, in ticks. Time that the kernel or the
// hypervisor takes away from this thread shows here exactly as it would in an order's latency.
inline void measure_floor(hs_histogram& floor, const Calibration& calibration, double seconds) {
  const Ticks window = calibration.ticks(kFloorWindowNs);
  const Ticks end = now_ticks() + calibration.ticks(seconds * 1e9);
  for (Ticks from = now_ticks(); from < end;) {
    Ticks now = from;
    while (now - from < window) now = now_ticks();
    record(floor, now - from - window);
    from = now;
  }
}

}  // namespace hopscope::core
