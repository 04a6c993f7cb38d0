// When each message is due, in ticks. Open loop: fixed by market time alone, however late the feed is (coordinated omission).
//
//   simulate, a rate     market time is real time: the flow's constant or exponential gaps are the schedule
//   itch, speed N        market time runs N times as fast; a silence that would then last longer than max_gap is shortened to it
//   rate 0, speed 0      every message is due when it can be sent; so it is in lockstep, where the pipeline sets the pace
#pragma once

#include <cmath>
#include <cstdint>

#include "engine/core/clock.h"
#include "engine/core/plan.h"

namespace hopscope::feed {

class Schedule {
 public:
  static constexpr core::Ticks kAtOnce = 0;

  Schedule(const core::FeedPlan& plan, core::Pacing pacing, const core::Calibration& calibration)
      : max_gap_ns_(plan.flow == core::Flow::Itch ? static_cast<double>(plan.max_gap_ns) : 0),
        from_ns_(plan.flow == core::Flow::Itch ? plan.from_ns : 0) {
    const double speed = plan.flow == core::Flow::Itch ? plan.speed : plan.rate_pps > 0 ? 1 : 0;
    if (speed <= 0 || pacing == core::Pacing::Lockstep) return;
    paced_ = true;
    ns_per_market_ns_ = 1 / speed;
    ticks_per_ns_ = calibration.ticks_per_ns();
  }

  bool paced() const { return paced_; }

  // The first paced message is due at `origin`.
  void start(core::Ticks origin) { origin_ = origin; }

  // Called once a message, in order. What a replay brings from before its `from` is due at once.
  core::Ticks due(std::uint64_t market_ns) {
    if (!paced_ || market_ns < from_ns_) return kAtOnce;
    if (!began_) {
      began_ = true;
      last_market_ns_ = market_ns;
    }
    // A recording may step back in time; the schedule does not.
    const std::uint64_t gap_market_ns = market_ns > last_market_ns_ ? market_ns - last_market_ns_ : 0;
    const double gap_ns = static_cast<double>(gap_market_ns) * ns_per_market_ns_;
    last_market_ns_ += gap_market_ns;
    // Whole market time is summed as integers and scaled once, what was cut is taken off: no rounding error adds up.
    market_elapsed_ns_ += gap_market_ns;
    if (max_gap_ns_ > 0 && gap_ns > max_gap_ns_) cut_ns_ += gap_ns - max_gap_ns_;
    const double elapsed_ns = static_cast<double>(market_elapsed_ns_) * ns_per_market_ns_ - cut_ns_;
    return origin_ + static_cast<core::Ticks>(std::llround(elapsed_ns * ticks_per_ns_));
  }

 private:
  bool paced_ = false;
  bool began_ = false;
  double ns_per_market_ns_ = 0;
  double ticks_per_ns_ = 0;
  double max_gap_ns_;  // 0: keep every silence
  std::uint64_t from_ns_;
  core::Ticks origin_ = 0;
  std::uint64_t last_market_ns_ = 0;
  std::uint64_t market_elapsed_ns_ = 0;
  double cut_ns_ = 0;
};

}  // namespace hopscope::feed
