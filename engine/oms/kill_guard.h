// The OMS's side of the kill switch: sees a trip, has everything cancelled that is open, at every venue and until the venue confirms it,
// and takes the trip back when somebody asks for that.
//
//   armed ──pulled──▶ tripped: a mass cancel to each venue, again every repeat_ticks ──each has confirmed──▶ tripped, nothing open
//     ▲────────────────────────────────────── asked to arm ──────────────────────────────────────┘ (from either)
//
// What stops orders is risk::KillSwitch alone, which the gate reads for each of them; this goes on whatever the market does, on wall time:
// a feed that is silent is no reason to leave orders open. A venue handles a session's messages in their order, so what was on its way when
// the switch was pulled is cancelled with the rest.
//
// One thread, the OMS's; progress may be read by any.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "bpf/records.h"
#include "engine/core/clock.h"
#include "engine/core/counters.h"
#include "engine/core/lockstep.h"
#include "engine/risk/kill_switch.h"
#include "engine/wire/ouch.h"

namespace hopscope::oms {

// UserRefNums of mass cancels: from here on. Child orders have the numbers below without a hole, by which their journal is checked. Only
// those of orders and replacements must rise (OUCH 5.0, User Reference Number).
inline constexpr std::uint32_t kMassCancelRefs = 0x8000'0000;

// One trip as the OMS has seen it. Ticks; 0: did not happen, or is not known.
struct KillTrip {
  hs_u64 trip = 0;  // HS_KILL_TRIP
  core::Ticks seen = 0;
  core::Ticks asked = 0;    // the last venue's first mass cancel was handed to its port
  core::Ticks last_tx = 0;  // the last order before this trip was taken back was handed to its port (lane off: unknown)
  core::Ticks confirmed = 0;
  core::Ticks armed = 0;
  std::uint32_t requests = 0;  // mass cancels sent
  std::uint32_t waiting = 0;   // bit v: venue v has not confirmed
};

// What it works on. The words must outlive it.
struct KillWords {
  hs_kill_switch& kill;
  hs_kill_progress& progress;
  core::Ticks repeat_ticks;  // after which a mass cancel without an answer is sent again
};

class KillGuard {
 public:
  KillGuard(const KillWords& words, unsigned venues)
      : kill_switch_(words.kill), progress_(words.progress), all_((1u << venues) - 1), repeat_ticks_(words.repeat_ticks) {
    static_assert(core::kMaxVenues < 32);
    trips_.reserve(kTripsKept);
  }

  risk::KillSwitch kill_switch() const { return kill_switch_; }
  // Any thread may ask.
  bool pulled() const { return kill_switch_.pulled(); }

  // An order was handed to its port then.
  void sent(core::Ticks tx) { last_tx_ = tx; }

  // True once for each trip: the first time that the OMS comes by.
  bool notice() {
    const hs_u64 trip = kill_switch_.trip();
    if (trip == current_.trip) return false;
    if (is_same_pull(trip)) return restamp(trip), false;
    if (current_.trip != 0) keep();
    current_ = {};
    current_.trip = trip;
    current_.seen = core::now_ticks();
    current_.waiting = all_;
    asked_at_ = {};
    ++request_;
    counters_.add(HS_COUNTER_KILLS);
    publish();
    return true;
  }

  const KillTrip& current() const { return current_; }

  // A mass cancel is to leave for this venue now.
  bool is_due(unsigned venue, core::Ticks now) const {
    return (current_.waiting >> venue & 1) != 0 && (asked_at_[venue] == 0 || now - asked_at_[venue] >= repeat_ticks_);
  }
  std::uint32_t user_ref() const { return kMassCancelRefs | request_; }
  void asked(unsigned venue, core::Ticks now) {
    ++current_.requests;
    counters_.add(HS_COUNTER_MASS_CANCELS);
    if (asked_at_[venue] == 0) current_.asked = now;
    asked_at_[venue] = now;
    publish();
  }

  // Whether it answers a mass cancel. A venue that refuses is asked again when the time has come.
  bool take(unsigned venue, const wire::ouch::Message& message) {
    namespace ouch = wire::ouch;
    if (const auto* rejected = message.as<ouch::Rejected>()) return rejected->user_ref >= kMassCancelRefs;
    const auto* cancelled = message.as<ouch::MassCancelled>();
    if (cancelled == nullptr) return false;
    if (current_.trip == 0 || cancelled->user_ref != user_ref() || (current_.waiting >> venue & 1) == 0) return true;
    current_.waiting &= ~(1u << venue);
    if (current_.waiting == 0) current_.confirmed = core::now_ticks();
    publish();
    return true;
  }

  // True once: the trip was taken back. An order may be sent again.
  bool rearm() {
    if (!kill_switch_.take_back(current_.trip)) return false;
    current_.armed = core::now_ticks();
    keep();
    current_ = {};
    publish();
    return true;
  }

  // The last trips, oldest first; the one that stands is the last.
  std::vector<KillTrip> trips() const {
    std::vector<KillTrip> all = trips_;
    if (current_.trip != 0) all.push_back(current_), all.back().last_tx = last_tx_;
    return all;
  }
  const core::Counters& counters() const { return counters_; }

 private:
  // Who was interrupted while it pulled the switch has stamped it once more (KillSwitch::pull).
  static constexpr core::Ticks kSamePullTicks = 4'000'000;  // longer than a thread is kept from its CPU: 1 to 2 ms

  bool is_same_pull(hs_u64 trip) const {
    const core::Ticks before = risk::tsc_of(current_.trip), now = risk::tsc_of(trip);
    return current_.trip != 0 && risk::cause_of(trip) == risk::cause_of(current_.trip) && now > before && now - before < kSamePullTicks;
  }

  // What the first stamp has brought about was not before the pull.
  void restamp(hs_u64 trip) {
    current_.trip = trip;
    for (core::Ticks* at : {&current_.seen, &current_.asked, &current_.confirmed})
      if (*at != 0) *at = std::max(*at, risk::tsc_of(trip));
    publish();
  }

  static constexpr std::size_t kTripsKept = 4'096;  // later ones are counted only

  void keep() {
    current_.last_tx = last_tx_;
    if (trips_.size() < kTripsKept) trips_.push_back(current_);
  }

  // `seen` and `confirmed` promise what stands before them.
  void publish() {
    const auto put = [](auto& word, auto value) { __atomic_store_n(&word, value, __ATOMIC_RELAXED); };
    put(progress_.seen_tsc, current_.seen);
    put(progress_.asked_tsc, current_.asked);
    put(progress_.last_tx_tsc, last_tx_);
    put(progress_.confirmed_tsc, current_.confirmed);
    put(progress_.waiting, current_.waiting);
    __atomic_store_n(&progress_.confirmed, current_.confirmed != 0 ? current_.trip : 0, __ATOMIC_RELEASE);
    __atomic_store_n(&progress_.seen, current_.trip, __ATOMIC_RELEASE);
  }

  risk::KillSwitch kill_switch_;
  hs_kill_progress& progress_;
  const std::uint32_t all_;
  const core::Ticks repeat_ticks_;
  KillTrip current_;
  std::uint32_t request_ = 0;
  std::array<core::Ticks, core::kMaxVenues> asked_at_{};  // 0: not yet
  core::Ticks last_tx_ = 0;
  std::vector<KillTrip> trips_;
  core::Counters counters_;
};

}  // namespace hopscope::oms
