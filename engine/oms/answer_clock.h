// Times each order from its hand-over to the port to its venue's first answer, by the TSC: what `router.latency: measured` scores venues
// by. The trace's stamps would do, but there are none in lane off.
//
// A ring of stamps beside the ring of child orders (child_orders.h), with as many slots: a slot is the order's for as long as its answers
// find it there.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/core/clock.h"

namespace hopscope::oms {

class AnswerClock {
 public:
  // slots: of a venue, a power of two. Without venues nothing is timed and nothing allocated.
  AnswerClock(unsigned venues, std::uint32_t slots) : slots_(slots), sent_(std::size_t{venues} * slots) {}

  // Until then a tick counts as a nanosecond.
  void calibrate(const core::Calibration& calibration) { calibration_ = calibration; }
  bool on() const { return !sent_.empty(); }

  void sent(unsigned venue, std::uint32_t user_ref, core::Ticks now) { at(venue, user_ref) = now; }

  // ns since it was sent; 0: that was not seen, or it has been answered before. The TSCs of two CPUs may differ by less than an answer
  // takes.
  std::uint64_t answered(unsigned venue, std::uint32_t user_ref, core::Ticks now) {
    core::Ticks& sent = at(venue, user_ref);
    const core::Ticks took = sent == 0 || now <= sent ? 0 : now - sent;
    sent = 0;
    return static_cast<std::uint64_t>(calibration_.ns(took));
  }

 private:
  core::Ticks& at(unsigned venue, std::uint32_t user_ref) { return sent_[std::size_t{venue} * slots_ + (user_ref & (slots_ - 1))]; }

  const std::uint32_t slots_;
  std::vector<core::Ticks> sent_;  // 0: no answer is awaited
  core::Calibration calibration_{1'000'000'000'000};
};

}  // namespace hopscope::oms
