// Counters of one role, in the order of bpf/records.h. One writer (the role's thread); the telemetry page sums them about once a
// millisecond.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "bpf/records.h"

namespace hopscope::core {

class Counters {
 public:
  // A relaxed load and store, not a locked add: there is one writer.
  void add(hs_counter counter, std::uint64_t n = 1) {
    auto& cell = cells_[counter];
    cell.store(cell.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
  }
  std::uint64_t get(hs_counter counter) const { return cells_[counter].load(std::memory_order_relaxed); }

  // Called by the owner when warm-up ends: what counted before is not part of the measurement.
  void reset() {
    for (auto& cell : cells_) cell.store(0, std::memory_order_relaxed);
  }
  // As reset(), but for `kept`.
  void reset_but(hs_counter kept) {
    const std::uint64_t counted = get(kept);
    reset();
    cells_[kept].store(counted, std::memory_order_relaxed);
  }

 private:
  std::array<std::atomic<std::uint64_t>, HS_COUNTER_COUNT> cells_{};
};

}  // namespace hopscope::core
