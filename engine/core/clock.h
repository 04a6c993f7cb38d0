// Time: the processor's time-stamp counter, and its tie to the kernel's clocks.
//
// Hot code stamps with clock::now() (raw ticks; ~10 ns on the machines this was built on). Conversion to nanoseconds happens outside
// the hot path, with a frequency calibrated against CLOCK_MONOTONIC at start and again over the whole run: CPUID leaf 0x15 is zero under
// most hypervisors, so it is not asked. What depends on the processor stands in this header only.
#pragma once

#include <cstdint>

#include "bpf/records.h"

#if defined(__x86_64__)
#include <x86intrin.h>
#else
#error "hopscope: engine/core/clock.h has no time-stamp counter for this processor yet"
#endif

namespace hopscope::core {

using Ticks = std::uint64_t;

// Not ordered against neighbouring loads (no lfence): a stamp may move by a few instructions, which is far below its resolution.
inline Ticks now_ticks() { return __rdtsc(); }

inline void cpu_relax() { _mm_pause(); }

// One instant read on all three clocks. Takes the tightest of several tries: the error is half the gap between the two TSC reads, which
// goes to `window` where that is given.
hs_clock_pair read_clock_pair(Ticks* window = nullptr);

// Frequency between two pairs in thousandths of a hertz (an integer, so that it crosses the telemetry page unharmed).
std::uint64_t tsc_millihertz(const hs_clock_pair& from, const hs_clock_pair& to);

// What two readings cannot tell apart: the median non-zero difference between successive ones. Not the smallest: under some hypervisors the
// counter moves in steps of ~10 ns with a rare odd tick between two steps.
Ticks measure_resolution();

class Calibration {
 public:
  Calibration() = default;
  explicit Calibration(std::uint64_t millihertz) : ticks_per_ns_(static_cast<double>(millihertz) * 1e-12) {}

  // Spins for `milliseconds` to compare the two clocks.
  static Calibration measure(unsigned milliseconds, std::uint64_t* millihertz_out);

  Ticks ticks(double ns) const { return static_cast<Ticks>(ns * ticks_per_ns_); }
  double ns(Ticks ticks) const { return static_cast<double>(ticks) / ticks_per_ns_; }
  double ticks_per_ns() const { return ticks_per_ns_; }

 private:
  double ticks_per_ns_ = 1;
};

}  // namespace hopscope::core
