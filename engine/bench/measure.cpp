#include "engine/bench/measure.h"

#include <time.h>

namespace hopscope::bench {
namespace {

std::uint32_t quantile(const std::vector<std::uint32_t>& sorted, double q) {
  return sorted[static_cast<std::size_t>(q * static_cast<double>(sorted.size() - 1))];
}

}  // namespace

std::uint64_t thread_cpu_ns() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(now.tv_nsec);
}

std::uint32_t timer_cost_ticks() {
  OperationTicks costs(100'000, 0);
  for (int i = 0; i < 100'000; ++i) {
    const core::Ticks from = fenced_ticks();
    costs.add(from, fenced_ticks());
  }
  return quantile(costs.sorted(), 0.5);
}

Cost cost_of(std::vector<double> cpu_ns, const std::vector<std::uint32_t>& sorted_ticks, const core::Calibration& clock) {
  std::sort(cpu_ns.begin(), cpu_ns.end());
  const auto ns = [&](double q) { return clock.ns(quantile(sorted_ticks, q)); };
  return {cpu_ns[cpu_ns.size() / 2], cpu_ns.front(), cpu_ns.back(), ns(0.5), ns(0.99), ns(0.999)};
}

}  // namespace hopscope::bench
