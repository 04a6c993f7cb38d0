// The kill switch, as the engine sees it: a word of the telemetry page. Any thread and any process may pull it, a signal handler too; only
// the OMS takes a trip back, when somebody has asked for that (oms/kill_guard.h).
//
// A trip says when and by whom in one word. Whoever comes later writes a new one: the order to arm names the trip that it takes back, so a
// trip that came in between is never undone with it.
#pragma once

#include "bpf/records.h"
#include "engine/core/clock.h"

namespace hopscope::risk {

constexpr const char* name(hs_kill_cause cause) {
  constexpr const char* kNames[] = {"none",
#define HS_X(symbol, name) name,
                                    HS_KILL_CAUSES(HS_X)
#undef HS_X
  };
  return cause < HS_KILL_CAUSE_COUNT ? kNames[cause] : "unknown";
}

constexpr hs_kill_cause cause_of(hs_u64 trip) { return static_cast<hs_kill_cause>(trip & ((1u << HS_KILL_CAUSE_BITS) - 1)); }
constexpr core::Ticks tsc_of(hs_u64 trip) { return trip >> HS_KILL_CAUSE_BITS; }

class KillSwitch {
 public:
  // The words must outlive it.
  explicit KillSwitch(hs_kill_switch& words) : words_(&words) {}

  // A plain load: the word's cache line stays in this core's cache until somebody writes to it.
  bool pulled() const { return trip() != 0; }
  // The last one; 0: armed.
  hs_u64 trip() const { return __atomic_load_n(&words_->tripped, __ATOMIC_RELAXED); }

  // From here on no order passes the gate. Breakers call it from the OMS's thread, once for each time that they trip.
  void pull(hs_kill_cause cause) const {
    // A thread that is interrupted between its clock and the word would give a time long before anybody could see the trip: once more then.
    for (unsigned tries = 0; tries < kTries; ++tries) {
      const core::Ticks now = core::now_ticks();
      __atomic_store_n(&words_->tripped, HS_KILL_TRIP(now, cause), __ATOMIC_SEQ_CST);
      if (core::now_ticks() - now < kInterruptedTicks) return;
    }
  }

  // Asks for the trip to be taken back.
  void arm(hs_u64 trip) const { __atomic_store_n(&words_->arm, trip, __ATOMIC_RELEASE); }

  // The OMS: takes `trip` back if somebody has asked for it and nobody has pulled the switch since.
  bool take_back(hs_u64 trip) const {
    if (trip == 0 || __atomic_load_n(&words_->arm, __ATOMIC_ACQUIRE) != trip) return false;
    hs_u64 asked = trip;
    if (!__atomic_compare_exchange_n(&words_->tripped, &trip, 0, false, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED)) return false;
    __atomic_compare_exchange_n(&words_->arm, &asked, 0, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED);  // done: it is good for one trip
    return true;
  }

 private:
  static constexpr unsigned kTries = 4;
  static constexpr core::Ticks kInterruptedTicks = 2'000;  // below a microsecond on any processor of today

  hs_kill_switch* words_;
};

}  // namespace hopscope::risk
