#include "engine/core/clock.h"

#include <time.h>

#include <algorithm>
#include <limits>
#include <vector>

namespace hopscope::core {
namespace {

std::uint64_t read_ns(clockid_t clock) {
  timespec t{};
  clock_gettime(clock, &t);
  return static_cast<std::uint64_t>(t.tv_sec) * 1'000'000'000u + static_cast<std::uint64_t>(t.tv_nsec);
}

}  // namespace

hs_clock_pair read_clock_pair(Ticks* window) {
  hs_clock_pair best{};
  Ticks narrowest = std::numeric_limits<Ticks>::max();
  for (int i = 0; i < 32; ++i) {
    const Ticks before = now_ticks();
    const std::uint64_t monotonic = read_ns(CLOCK_MONOTONIC);
    const Ticks after = now_ticks();
    const std::uint64_t realtime = read_ns(CLOCK_REALTIME);
    const std::uint64_t monotonic_again = read_ns(CLOCK_MONOTONIC);
    if (after - before < narrowest) {
      narrowest = after - before;
      // realtime was read between the two monotonic readings: carry it back to the first one.
      best = {before + (after - before) / 2, monotonic, realtime - (monotonic_again - monotonic) / 2};
    }
  }
  if (window) *window = narrowest;
  return best;
}

std::uint64_t tsc_millihertz(const hs_clock_pair& from, const hs_clock_pair& to) {
  const auto ticks = static_cast<unsigned __int128>(to.tsc - from.tsc);
  const std::uint64_t ns = std::max<std::uint64_t>(to.monotonic_ns - from.monotonic_ns, 1);
  return static_cast<std::uint64_t>(ticks * 1'000'000'000'000u / ns);
}

Ticks measure_resolution() {
  std::vector<Ticks> steps;
  steps.reserve(100'000);
  for (int i = 0; i < 100'000; ++i) {
    const Ticks a = now_ticks();
    const Ticks b = now_ticks();
    if (b > a) steps.push_back(b - a);
  }
  if (steps.empty()) return 1;
  const auto middle = steps.begin() + static_cast<std::ptrdiff_t>(steps.size() / 2);
  std::nth_element(steps.begin(), middle, steps.end());
  return *middle;
}

Calibration Calibration::measure(unsigned milliseconds, std::uint64_t* millihertz_out) {
  const hs_clock_pair from = read_clock_pair();
  const std::uint64_t until = from.monotonic_ns + std::uint64_t{milliseconds} * 1'000'000u;
  while (read_ns(CLOCK_MONOTONIC) < until) cpu_relax();
  const std::uint64_t millihertz = tsc_millihertz(from, read_clock_pair());
  if (millihertz_out) *millihertz_out = millihertz;
  return Calibration(millihertz);
}

}  // namespace hopscope::core
