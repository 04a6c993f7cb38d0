// Whether the process that started the engine still runs: it changes a word ten times a second. Wall time, and no business of the market's.
//
// Silence is what was looked through: a machine that stands still as a whole, engine included, is not taken for a dead orchestrator.
#pragma once

#include <algorithm>

#include "bpf/records.h"
#include "engine/core/clock.h"

namespace hopscope::risk {

class OrchestratorWatch {
 public:
  OrchestratorWatch() = default;
  // longest_step: what counts of the time between two looks, at most.
  OrchestratorWatch(core::Ticks most_silence, core::Ticks longest_step) : most_silence_(most_silence), longest_step_(longest_step) {}

  // True once for each silence that has become too long. sign: the word; 0: it gives no sign of life, and need not.
  bool silent(hs_u64 sign, core::Ticks now) {
    const core::Ticks step = std::min(now - looked_at_, longest_step_);
    looked_at_ = now;
    if (sign != last_) {
      last_ = sign;
      silence_ = 0;
      return false;
    }
    if (sign == 0 || silence_ > most_silence_) return false;
    silence_ += step;
    return silence_ > most_silence_;
  }

 private:
  core::Ticks most_silence_ = 0, longest_step_ = 0;
  hs_u64 last_ = 0;
  core::Ticks looked_at_ = 0;
  core::Ticks silence_ = 0;
};

}  // namespace hopscope::risk
