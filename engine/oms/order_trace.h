// What the OMS leaves behind for those who watch: stamps, hop sites, one capsule a child order, and the two end-to-end histograms.
//
// Lane `off` has the histograms only. Hops 2 and 3 are stamped, and their sites fire, for messages that bring a decision: a capsule is one
// child order, and reading the clock for each of the other messages would slow what is being watched.
#pragma once

#include "bpf/records.h"
#include "engine/core/clock.h"
#include "engine/core/counters.h"
#include "engine/core/histogram.h"
#include "engine/oms/child_order.h"
#include "engine/oms/child_orders.h"
#include "engine/probe/emitter.h"
#include "engine/probe/injector.h"
#include "engine/probe/site.h"
#include "engine/probe/slots.h"
#include "engine/probe/stamp.h"

namespace hopscope::oms {

// Stamps of one tick on its way to an order; 0 in lane `off`.
struct TickPath {
  core::Ticks rx = 0, book = 0, decide = 0, pick = 0;
  probe::Injected injected;
};

class OrderTrace {
 public:
  OrderTrace(const probe::PacketTable& packets, probe::CapsuleTable& capsules, probe::Emitter& emitter, probe::Injector& injector,
             core::Counters& counters)
      : packets_(packets), capsules_(capsules), emitter_(emitter), injector_(injector), counters_(counters), on_(emitter.stamps()) {}

  core::Ticks now() const { return on_ ? core::now_ticks() : 0; }

  // The time at a hop of an order that has no capsule yet.
  core::Ticks stamp(hs_hop hop, const Tick& tick, TickPath& path) {
    if (!on_) return 0;
    injector_.before(hop, tick.measured, path.injected);
    return core::now_ticks();
  }

  void booked(const Tick& tick, const TickPath& path) const {
    if (!on_) return;
    probe::site<HS_HOP_OMS_RX>(tick.sequence, path.rx, 0);
    probe::site<HS_HOP_OMS_BOOK>(tick.sequence, path.book, 0);
  }

  // The venue is known, and with it the trace id: the sites of both hops fire now, with the stamps that were taken when they happened.
  void picked(const Tick& tick, const ChildRequest& request, const TickPath& path, std::uint64_t id, std::uint8_t venue) const {
    if (!on_) return;
    probe::site<HS_HOP_OMS_DECIDE>(id, path.decide, tick.sequence | (tick.measured ? HS_AUX_MEASURING : 0));
    const auto side = static_cast<std::uint64_t>(request.side);
    const auto type = static_cast<std::uint64_t>(request.type);
    probe::site<HS_HOP_ROUTER_PICK>(id, path.pick, venue | side << 8 | type << 16 | std::uint64_t{tick.locate} << 24);
  }

  // Starts the child order's record and its capsule. Null in lane `off`.
  hs_capsule* open(ChildOrder& order, const Tick& tick, const ChildRequest& request, const TickPath& path) {
    // By the message: a packet that was sent again holds several, whose own packets had left one by one.
    const probe::PacketSlot* packet = packets_.find(tick.sequence);
    if (packet) {
      order.feed_due = packet->due;
      order.feed_tx = packet->tx;
    } else {
      counters_.add(HS_COUNTER_SLOT_MISSES);
    }
    if (!on_) return nullptr;
    hs_capsule& capsule = capsules_.open(order.venue, order.user_ref);
    capsule.base_tsc = packet ? packet->due : path.rx;
    capsule.feed_sequence = tick.sequence;
    capsule.market_ns = tick.market_ns;
    capsule.price = request.price;
    capsule.quantity = request.quantity;
    capsule.locate = tick.locate;
    capsule.venue = order.venue;
    capsule.side = static_cast<hs_u8>(request.side);
    capsule.order_type = static_cast<hs_u8>(request.type);
    capsule.measuring = tick.measured;
    if (packet) {
      probe::stamp(capsule, HS_HOP_FEED_DUE, packet->due);
      probe::stamp(capsule, HS_HOP_FEED_TX, packet->tx);
    }
    probe::stamp(capsule, HS_HOP_OMS_RX, path.rx);
    probe::stamp(capsule, HS_HOP_OMS_BOOK, path.book);
    probe::stamp(capsule, HS_HOP_OMS_DECIDE, path.decide);
    probe::stamp(capsule, HS_HOP_ROUTER_PICK, path.pick);
    probe::Injector::write(capsule, path.injected);
    return &capsule;
  }

  void passed(hs_capsule* capsule, core::Ticks tsc) const {
    if (!capsule) return;
    probe::stamp(*capsule, HS_HOP_RISK_PASS, tsc);
    probe::site<HS_HOP_RISK_PASS>(capsule->trace_id, tsc, std::uint64_t{capsule->price} << 31 | capsule->quantity);
  }

  // Stamps now, and returns the stamp: the next thing done is to hand the packet to the port. 0 in lane `off`.
  core::Ticks sending(hs_capsule* capsule) {
    if (!capsule) return 0;
    injector_.before(HS_HOP_OMS_TX, *capsule);
    const core::Ticks tsc = core::now_ticks();
    probe::stamp(*capsule, HS_HOP_OMS_TX, tsc);
    return tsc;
  }

  // It was not handed over after all.
  static void withdrawn(hs_capsule* capsule) {
    if (capsule) probe::unstamp(*capsule, HS_HOP_OMS_TX);
  }

  // Behind the hand-over, so that a trap does not stand in front of it.
  static void sent(const hs_capsule* capsule) {
    if (capsule) probe::site<HS_HOP_OMS_TX>(capsule->trace_id, capsule->base_tsc + capsule->delta[HS_HOP_OMS_TX], 0);
  }

  // First answer decoded. The capsule leaves with settle(): executions of the order that came in the same packet belong to it.
  void answered(const ChildOrder& order, hs_outcome outcome) {
    settle();
    probe::Injected injected;
    injector_.before(HS_HOP_OMS_ACK, order.measured, injected);
    const core::Ticks tsc = core::now_ticks();
    if (order.measured && order.feed_tx != 0) {
      core::record(tick_to_ack_, tsc - order.feed_tx);
      core::record(tick_to_ack_response_, tsc - order.feed_due);
    }
    if (on_) waiting_ = {&order, tsc, outcome, injected};
  }

  // End of a packet of answers: hands over what answered() left. The order must still be in its slot.
  void settle() {
    if (!waiting_.order) return;
    const ChildOrder& order = *waiting_.order;
    if (hs_capsule* capsule = find(order)) {
      probe::stamp(*capsule, HS_HOP_OMS_ACK, waiting_.tsc);
      probe::Injector::write(*capsule, waiting_.injected);
      const auto aux = static_cast<std::uint64_t>(waiting_.outcome) | std::uint64_t{order.filled} << 8;
      probe::site<HS_HOP_OMS_ACK>(capsule->trace_id, waiting_.tsc, aux | (order.measured ? HS_AUX_MEASURING : 0));
      hand_over(*capsule, order, waiting_.outcome);
    }
    waiting_.order = nullptr;
  }

  // Came to its end without an answer.
  void ended(const ChildOrder& order, hs_outcome outcome) {
    if (!on_) return;
    if (hs_capsule* capsule = find(order)) hand_over(*capsule, order, outcome);
  }

  const hs_histogram& tick_to_ack() const { return tick_to_ack_; }
  const hs_histogram& tick_to_ack_response() const { return tick_to_ack_response_; }

 private:
  struct Waiting {
    const ChildOrder* order = nullptr;
    core::Ticks tsc = 0;
    hs_outcome outcome = HS_OUTCOME_OPEN;
    probe::Injected injected{};
  };

  hs_capsule* find(const ChildOrder& order) {
    hs_capsule* capsule = capsules_.find(order.venue, order.user_ref);
    if (!capsule) counters_.add(HS_COUNTER_SLOT_MISSES);
    return capsule;
  }

  void hand_over(hs_capsule& capsule, const ChildOrder& order, hs_outcome outcome) {
    capsule.outcome = static_cast<hs_u8>(outcome);
    capsule.filled = order.filled;
    emitter_.emit(capsule);
  }

  const probe::PacketTable& packets_;
  probe::CapsuleTable& capsules_;
  probe::Emitter& emitter_;
  probe::Injector& injector_;
  core::Counters& counters_;
  const bool on_;
  Waiting waiting_;
  hs_histogram tick_to_ack_{};
  hs_histogram tick_to_ack_response_{};
};

}  // namespace hopscope::oms
