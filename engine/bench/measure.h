// How a replay's cost is taken: CPU time of this thread over the whole of it, and the time-stamp counter around each operation.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "engine/core/clock.h"

namespace hopscope::bench {

inline constexpr int kRuns = 5;

std::uint64_t thread_cpu_ns();

// The fences keep the operation between two readings.
inline core::Ticks fenced_ticks() {
  _mm_lfence();
  const core::Ticks now = core::now_ticks();
  _mm_lfence();
  return now;
}

// Median cost of two readings with nothing between them.
std::uint32_t timer_cost_ticks();

// Durations of single operations, the timer's cost taken off each.
class OperationTicks {
 public:
  OperationTicks(std::size_t operations, std::uint32_t timer_ticks) : timer_ticks_(timer_ticks) { ticks_.reserve(operations); }

  void add(core::Ticks from, core::Ticks until) {
    const core::Ticks spent = until - from;
    ticks_.push_back(static_cast<std::uint32_t>(std::min<core::Ticks>(spent < timer_ticks_ ? 0 : spent - timer_ticks_, ~0u)));
  }
  std::vector<std::uint32_t> sorted() {
    std::sort(ticks_.begin(), ticks_.end());
    return std::move(ticks_);
  }

 private:
  std::uint32_t timer_ticks_;
  std::vector<std::uint32_t> ticks_;
};

struct Cost {
  double cpu_ns = 0, fastest_ns = 0, slowest_ns = 0;  // of an operation, over whole replays
  double p50_ns = 0, p99_ns = 0, p999_ns = 0;
};

// cpu_ns: of an operation, one for each replay; ticks: of a further one.
Cost cost_of(std::vector<double> cpu_ns, const std::vector<std::uint32_t>& sorted_ticks, const core::Calibration& clock);

}  // namespace hopscope::bench
