#include "native/clock_tie.h"

#include <algorithm>

#include "engine/core/clock.h"
#include "engine/core/histogram.h"
#include "native/tick_quantile.h"

namespace hopscope::native {
namespace {

constexpr std::size_t kPairsKept = 4096;  // 20 s of drains 5 ms apart; what is older is carried on at the calibrated rate

}  // namespace

void ClockTie::take_pair() {
  core::Ticks window = 0;
  const hs_clock_pair now = core::read_clock_pair(&window);
  add(now.monotonic_ns, now.tsc, window / 2);
}

void ClockTie::add(std::uint64_t ktime_ns, std::uint64_t ticks, std::uint64_t half_window_ticks) {
  core::record(half_windows_, half_window_ticks);
  if (!pairs_.empty() && ktime_ns <= pairs_.back().ktime_ns) return;
  pairs_.push_back({ktime_ns, ticks});
  if (pairs_.size() > kPairsKept) pairs_.pop_front();
}

std::uint64_t ClockTie::beyond(const Pair& pair, std::uint64_t ktime_ns) const {
  const auto ns = static_cast<double>(static_cast<std::int64_t>(ktime_ns - pair.ktime_ns));
  return pair.ticks + static_cast<std::uint64_t>(static_cast<std::int64_t>(ns / ns_per_tick_));
}

std::uint64_t ClockTie::ticks(std::uint64_t ktime_ns) const {
  const auto to =
      std::upper_bound(pairs_.begin(), pairs_.end(), ktime_ns, [](std::uint64_t ns, const Pair& pair) { return ns < pair.ktime_ns; });
  if (to == pairs_.begin()) return beyond(pairs_.front(), ktime_ns);
  if (to == pairs_.end()) return beyond(pairs_.back(), ktime_ns);
  const Pair& from = *(to - 1);
  const double share = static_cast<double>(ktime_ns - from.ktime_ns) / static_cast<double>(to->ktime_ns - from.ktime_ns);
  return from.ticks + static_cast<std::uint64_t>(share * static_cast<double>(to->ticks - from.ticks));
}

void ClockTie::check(std::uint64_t before_ticks, std::uint64_t ktime_ns, std::uint64_t after_ticks) {
  const std::uint64_t mapped = ticks(ktime_ns);
  if (mapped < before_ticks) check_ticks_ = std::max(check_ticks_, before_ticks - mapped);
  if (mapped > after_ticks) check_ticks_ = std::max(check_ticks_, mapped - after_ticks);
}

double ClockTie::error_ns() const { return static_cast<double>(tick_quantile(half_windows_, 0.5)) * ns_per_tick_; }
double ClockTie::worst_ns() const { return static_cast<double>(half_windows_.max) * ns_per_tick_; }
double ClockTie::check_ns() const { return static_cast<double>(check_ticks_) * ns_per_tick_; }

}  // namespace hopscope::native
