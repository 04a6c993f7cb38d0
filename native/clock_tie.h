// BPF's clock as ticks: bpf_ktime_get_ns() reads CLOCK_MONOTONIC, the engine stamps with the time-stamp counter.
//
// Pairs of both, taken at every drain, are the knots of a piecewise linear map: a slewed CLOCK_MONOTONIC bends it only between two of them.
#pragma once

#include <cstdint>
#include <deque>

#include "bpf/records.h"

namespace hopscope::native {

class ClockTie {
 public:
  // ns_per_tick: for what lies before the first pair or after the last.
  explicit ClockTie(double ns_per_tick) : ns_per_tick_(ns_per_tick) {}

  // Reads both clocks now.
  void take_pair();
  // In the order of time. half_window_ticks: how far apart the two readings can be.
  void add(std::uint64_t ktime_ns, std::uint64_t ticks, std::uint64_t half_window_ticks);

  // At least one pair must have been added.
  std::uint64_t ticks(std::uint64_t ktime_ns) const;

  // A program read ktime_ns between two readings of the counter: how far beyond them the map puts it. 0: between them.
  void check(std::uint64_t before_ticks, std::uint64_t ktime_ns, std::uint64_t after_ticks);

  std::uint64_t pairs() const { return half_windows_.count; }
  double error_ns() const;  // median half window of the pairs
  double worst_ns() const;
  double check_ns() const;  // the worst check

 private:
  struct Pair {
    std::uint64_t ktime_ns;
    std::uint64_t ticks;
  };
  std::uint64_t beyond(const Pair& pair, std::uint64_t ktime_ns) const;

  double ns_per_tick_;
  std::deque<Pair> pairs_;  // the latest: a stall can have begun some drains ago
  hs_histogram half_windows_{};
  std::uint64_t check_ticks_ = 0;
};

}  // namespace hopscope::native
