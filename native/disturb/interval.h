// A time during which something really was the case, as two readings of the time-stamp counter.
#pragma once

#include "engine/core/clock.h"

namespace hopscope::disturb {

struct Interval {
  core::Ticks from = 0;
  core::Ticks to = 0;
};
static_assert(sizeof(Interval) == 16);  // the file's record: experiments/inject/truth.ts

// Puts together, from the readings of a thread that only reads the counter, when it really ran: a step longer than `longest_step` means
// that something took its CPU, and ends the interval before the step.
class RunningTime {
 public:
  RunningTime(core::Ticks first, core::Ticks longest_step) : interval_{first, first}, longest_step_(longest_step) {}

  // `done(Interval)` gets the interval that a long step ended.
  template <class Done>
  void read(core::Ticks now, Done&& done) {
    if (now - interval_.to > longest_step_) {
      done(interval_);
      interval_.from = now;
    }
    interval_.to = now;
  }

  const Interval& last() const { return interval_; }

 private:
  Interval interval_;
  core::Ticks longest_step_;
};

}  // namespace hopscope::disturb
