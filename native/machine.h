// This machine's time-stamp counter and the jitter floor of one of its CPUs.
#pragma once

#include <cstdint>
#include <memory>

#include "bpf/records.h"

namespace hopscope::native {

struct Tsc {
  double hz;
  double resolution_ns;
  bool invariant;  // CPUID leaf 0x80000007, EDX bit 8 (AMD APM vol. 3, Intel SDM vol. 2)
};

Tsc measure_tsc();

struct JitterFloor {
  std::unique_ptr<hs_histogram> extra_ticks;  // of a busy window of core::kFloorWindowNs
  double ns_per_tick;
};

// Blocks the caller; spins in a thread of its own on `cpu`. Throws Failure when that CPU cannot be used.
JitterFloor measure_jitter(int cpu, unsigned milliseconds);

}  // namespace hopscope::native
