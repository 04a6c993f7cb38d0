// What a venue leaves behind for those who watch: hops 8 to 11 in the capsules of the orders it answers, and their hop sites.
//
// The capsule is the OMS's; between its oms.tx and our answer the venue may write its own hops into it (stamp_venue). A capsule that has
// another owner by now is left alone and counted as a slot miss. In lane `off` nothing is stamped and no clock is read.
#pragma once

#include <array>
#include <cstdint>

#include "bpf/records.h"
#include "engine/core/clock.h"
#include "engine/core/counters.h"
#include "engine/journal/journal.h"
#include "engine/probe/emitter.h"
#include "engine/probe/injector.h"
#include "engine/probe/site.h"
#include "engine/probe/slots.h"
#include "engine/probe/stamp.h"

namespace hopscope::venue {

class OrderTrace {
 public:
  OrderTrace(unsigned venue, probe::CapsuleTable& capsules, const probe::Emitter& emitter, probe::Injector& injector,
             core::Counters& counters)
      : venue_(venue), capsules_(capsules), emitter_(emitter), injector_(injector), counters_(counters) {}

  // A burst came out of the port: one reading for all of its orders.
  void received() {
    if (emitter_.stamps()) rx_tsc_ = core::now_ticks();
  }

  // An order of that burst, about to be matched. Null where there is nothing to stamp.
  hs_capsule* find(std::uint32_t user_ref) {
    if (!emitter_.stamps()) return nullptr;
    hs_capsule* capsule = capsules_.find(venue_, user_ref);
    if (capsule == nullptr) {
      counters_.add(HS_COUNTER_SLOT_MISSES);
      return nullptr;
    }
    probe::stamp_venue(*capsule, HS_HOP_VENUE_RX, rx_tsc_);
    probe::site<HS_HOP_VENUE_RX>(capsule->trace_id, rx_tsc_, 0);
    return capsule;
  }

  void matched(hs_capsule* capsule) {
    if (capsule == nullptr) return;
    injector_.before(HS_HOP_VENUE_MATCH, *capsule);
    const core::Ticks tsc = core::now_ticks();
    probe::stamp_venue(*capsule, HS_HOP_VENUE_MATCH, tsc);
    probe::site<HS_HOP_VENUE_MATCH>(capsule->trace_id, tsc, 0);
  }

  // Its records go into the journal now.
  void journaling(hs_capsule* capsule) {
    if (capsule != nullptr) injector_.before(HS_HOP_JOURNAL_APPEND, *capsule);
  }

  // Its records stand in `block`. Hands the journal what the side branch to the device needs.
  void journaled(hs_capsule* capsule, journal::Journal& journal, std::uint64_t block) const {
    if (capsule == nullptr) return;
    const core::Ticks tsc = core::now_ticks();
    const bool measuring = capsule->measuring != 0;
    probe::stamp_venue(*capsule, HS_HOP_JOURNAL_APPEND, tsc);
    probe::site<HS_HOP_JOURNAL_APPEND>(capsule->trace_id, tsc,
                                       (measuring ? HS_AUX_MEASURING : 0) | static_cast<std::uint64_t>(venue_) << 48 | block);
    journal.attach_trace(capsule->trace_id, tsc, measuring);
  }

  // Its first answer went into the packet that is being built.
  void answered(hs_capsule* capsule) {
    if (capsule != nullptr && waiting_count_ < waiting_.size()) waiting_[waiting_count_++] = {capsule, capsule->trace_id};
  }

  // The next thing done is to hand that packet to the port. Behind the hand-over the capsules are the OMS's again.
  void sending() {
    if (waiting_count_ == 0) return;
    for (unsigned i = 0; i < waiting_count_; ++i)
      if (waiting_[i].capsule->trace_id == waiting_[i].trace_id) [[likely]]
        injector_.before(HS_HOP_VENUE_TX, *waiting_[i].capsule);
    tx_tsc_ = core::now_ticks();
    for (unsigned i = 0; i < waiting_count_; ++i) {
      const Waiting& waiting = waiting_[i];
      // Where the port was full for long, the slot may have changed hands meanwhile.
      if (waiting.capsule->trace_id == waiting.trace_id) [[likely]]
        probe::stamp_venue(*waiting.capsule, HS_HOP_VENUE_TX, tx_tsc_);
    }
  }

  // The sites, so that no trap stands in front of the hand-over.
  void sent() {
    for (unsigned i = 0; i < waiting_count_; ++i) probe::site<HS_HOP_VENUE_TX>(waiting_[i].trace_id, tx_tsc_, 0);
    waiting_count_ = 0;
  }

 private:
  // A packet of kMaxPayloadBytes cannot hold more answers than this (a reject takes 31 bytes).
  static constexpr unsigned kMaxWaiting = 48;
  struct Waiting {
    hs_capsule* capsule;
    std::uint64_t trace_id;
  };

  unsigned venue_;
  probe::CapsuleTable& capsules_;
  const probe::Emitter& emitter_;
  probe::Injector& injector_;
  core::Counters& counters_;
  core::Ticks rx_tsc_ = 0;
  core::Ticks tx_tsc_ = 0;
  std::array<Waiting, kMaxWaiting> waiting_{};
  unsigned waiting_count_ = 0;
};

}  // namespace hopscope::venue
