// What a venue leaves behind for those who watch: hops 8 to 11 in the capsules of the orders it answers, and their hop sites. Where the
// answers wait for the journal, hops 13 and 14 too.
//
// The capsule is the OMS's; between its oms.tx and our answer the venue may write its own hops into it (stamp_venue). A capsule that has
// another owner by now is left alone and counted as a slot miss. In lane `off` nothing is stamped and no clock is read.
#pragma once

#include <cstdint>

#include "bpf/records.h"
#include "engine/core/clock.h"
#include "engine/core/counters.h"
#include "engine/core/plan.h"
#include "engine/journal/journal.h"
#include "engine/probe/emitter.h"
#include "engine/probe/injector.h"
#include "engine/probe/site.h"
#include "engine/probe/slots.h"
#include "engine/probe/stamp.h"
#include "engine/venue/answered_orders.h"

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

  // The answers to these waited for their blocks, which have come so far: hops 13 and 14, on the way to the acknowledgement now. With
  // `ack_after: write` only 13 is, wherever 14 is by now.
  static void waited(AnsweredOrders& answered, const journal::Journal& journal, core::AckAfter ack_after) {
    for (AnsweredOrder& order : answered.orders()) {
      order.waited = journal.stamps(order.block);
      if (ack_after == core::AckAfter::Write) order.waited.durable = 0;
      if (order.capsule->trace_id != order.trace_id) [[unlikely]]
        continue;
      if (order.waited.write != 0) probe::stamp_venue(*order.capsule, HS_HOP_JOURNAL_WRITE, order.waited.write);
      if (order.waited.durable != 0) probe::stamp_venue(*order.capsule, HS_HOP_JOURNAL_DURABLE, order.waited.durable);
    }
  }

  // The next thing done is to hand the packet with their first answers to the port. Behind the hand-over the capsules are the OMS's again.
  void sending(AnsweredOrders& answered) {
    if (answered.orders().empty()) return;
    for (const AnsweredOrder& order : answered.orders())
      if (order.capsule->trace_id == order.trace_id) [[likely]]
        injector_.before(HS_HOP_VENUE_TX, *order.capsule);
    tx_tsc_ = core::now_ticks();
    // Where the answer waited for long, the slot may have changed hands meanwhile.
    for (const AnsweredOrder& order : answered.orders())
      if (order.capsule->trace_id == order.trace_id) [[likely]]
        probe::stamp_venue(*order.capsule, HS_HOP_VENUE_TX, tx_tsc_);
  }

  // The sites, so that no trap stands in front of the hand-over.
  void sent(AnsweredOrders& answered) {
    for (const AnsweredOrder& order : answered.orders())
      probe::site<HS_HOP_VENUE_TX>(order.trace_id, tx_tsc_, probe::waited_aux(tx_tsc_, order.waited.write, order.waited.durable));
    answered.clear();
  }

 private:
  unsigned venue_;
  probe::CapsuleTable& capsules_;
  const probe::Emitter& emitter_;
  probe::Injector& injector_;
  core::Counters& counters_;
  core::Ticks rx_tsc_ = 0;
  core::Ticks tx_tsc_ = 0;
};

}  // namespace hopscope::venue
