// Raw ticks of the engine's time-stamp counter as nanoseconds and wall time.
#pragma once

#include <cstdint>
#include <limits>

#include "bpf/records.h"

namespace hopscope::native {

class WallClock {
 public:
  WallClock() = default;
  WallClock(std::uint64_t tsc_millihertz, std::uint64_t tsc, std::uint64_t realtime_ns)
      : ns_per_tick_(1e12 / static_cast<double>(tsc_millihertz)), tsc_(tsc), realtime_ns_(static_cast<std::int64_t>(realtime_ns)) {}

  bool set() const { return ns_per_tick_ > 0; }
  double ns_per_tick() const { return ns_per_tick_; }

  // The reference may lie before or after `tsc`. Exact to a nanosecond within a month of it (a double holds 2^53 ticks).
  std::int64_t realtime_ns(std::uint64_t tsc) const {
    const auto ticks = static_cast<std::int64_t>(tsc - tsc_);
    return realtime_ns_ + static_cast<std::int64_t>(static_cast<double>(ticks) * ns_per_tick_);
  }

  std::uint32_t delta_ns(std::uint32_t ticks) const {
    constexpr auto kMax = std::numeric_limits<std::uint32_t>::max();
    const double ns = static_cast<double>(ticks) * ns_per_tick_ + 0.5;
    return ticks == HS_DELTA_MAX || ns >= static_cast<double>(kMax) ? kMax : static_cast<std::uint32_t>(ns);
  }

 private:
  double ns_per_tick_ = 0;
  std::uint64_t tsc_ = 0;
  std::int64_t realtime_ns_ = 0;
};

}  // namespace hopscope::native
