// Capsules that belong to no order: a load for the probes and for all that stands behind them, at a rate that the pipeline beside it could
// not bring. Open loop: capsules are due by a schedule, and what a busy thread could not emit in time follows at once. They carry session
// 0xff, which no venue has, and are counted like any other.
#pragma once

#include <array>
#include <cstdint>

#include "bpf/records.h"
#include "engine/core/clock.h"
#include "engine/core/random.h"
#include "engine/probe/emitter.h"

namespace hopscope::probe {

class SyntheticOrders {
 public:
  static constexpr std::uint32_t kSession = 0xff;

  // The emitter is that of the thread which polls.
  SyntheticOrders(Emitter& emitter, double rate_per_second, std::uint64_t seed, const core::Calibration& calibration);

  // The first capsule is due at `now`.
  void start(core::Ticks now) {
    start_ = next_ = now;
    running_ = true;
  }
  void stop() { running_ = false; }

  // Emits what is due, up to a burst. Returns whether there was work.
  bool poll() { return running_ && emit_due(core::now_ticks()); }
  bool emit_due(core::Ticks now);

 private:
  static constexpr unsigned kBurst = 32;

  void emit(core::Ticks now);

  Emitter& emitter_;
  core::Random random_;
  const double ticks_each_;
  std::array<hs_u32, HS_HOP_OMS_ACK + 1> typical_ticks_{};  // of each hop
  core::Ticks start_ = 0;
  core::Ticks next_ = 0;
  std::uint64_t emitted_ = 0;
  bool running_ = false;
};

}  // namespace hopscope::probe
