// The cancels of resting child orders, and the turns of those that are replaced on the way there: when each leaves, and that none is
// forgotten.
//
// The strategy's orders are due a fixed number of orders later (RestingOrders), those of parents when the desk asks them back. The cancel
// rate may hold one for a while (HeldCancels); one that a venue refused is sent again (RefusedCancels), and so is the old order of a
// replacement asked back that did not come about. One leaves with each decision, so
// that there is room for it.
#pragma once

#include <cstdint>

#include "engine/core/counters.h"
#include "engine/core/plan.h"
#include "engine/net/port.h"
#include "engine/oms/audit_trail.h"
#include "engine/oms/child_event.h"
#include "engine/oms/held_cancels.h"
#include "engine/oms/order_digest.h"
#include "engine/oms/order_sessions.h"
#include "engine/oms/refused_cancels.h"
#include "engine/oms/resting_orders.h"
#include "engine/risk/gate.h"

namespace hopscope::oms {

// Lifecycle: OrderLifecycle.
template <net::Port Port, class Lifecycle>
class Cancels {
 public:
  Cancels(const core::OmsPlan& plan, unsigned venues, std::uint32_t slots, OrderSessions<Port>& sessions, risk::Gate& gate,
          Lifecycle& lifecycle, OrderDigest& digest, AuditTrail& audit, core::Counters& counters)
      : resting_(plan.cancel_after, plan.replace_after),
        refused_(venues, slots),
        sessions_(sessions),
        gate_(gate),
        lifecycle_(lifecycle),
        digest_(digest),
        audit_(audit),
        counters_(counters) {}

  // Some wait for the cancel rate.
  bool holds() const { return !held_.empty(); }
  // Some were refused by their venues.
  bool refused() const { return refused_.any(); }

  // One child order of the strategy's was decided: sent and resting, or an empty one in its place. The one that is to be cancelled with it.
  RestingOrder rotate(const RestingOrder& sent, const Tick& tick) { return next(resting_.rotate(sent), tick); }
  // The one just taken was not sent after all.
  void withdraw() { resting_.withdraw(); }

  // Resting orders whose turn to be replaced has come with the last rotate(), and the next of them.
  bool any_to_replace() const { return resting_.any_to_replace(); }
  RestingOrder& next_to_replace() { return resting_.next_to_replace(); }

  // The cancel that may leave now, of `due` and those held. user_ref 0: none.
  RestingOrder next(const RestingOrder& due, const Tick& tick) {
    if (held_.empty() && due.user_ref == 0) return {};
    const bool forced = held_.full();
    if (!gate_.take_cancel(tick.market_ns) && !forced) [[unlikely]] {
      if (due.user_ref == 0) return {};
      if (tick.measured) counters_.add(HS_COUNTER_CANCELS_HELD);
      held_.push(due);
      return {};
    }
    if (held_.empty()) [[likely]]
      return due;
    const RestingOrder oldest = held_.pop();
    if (due.user_ref != 0) held_.push(due);
    return oldest;
  }

  // Sends it in a packet of its own. user_ref 0: nothing.
  void send(const RestingOrder& due, const Tick& tick) {
    if (due.user_ref == 0) return;
    OrderSession<Port>& session = sessions_[due.venue];
    session.cancel(due.user_ref);
    sessions_.commit(session);
    sent(due, tick);
  }

  // It has been handed to the port.
  void sent(const RestingOrder& due, const Tick& tick) {
    lifecycle_.cancel_sent(sessions_.find(due.venue, due.user_ref));
    if (tick.measured) counters_.add(HS_COUNTER_CANCELS);
    digest_.add_cancel(tick, due.locate, due.venue, due.user_ref, due.side);
    if (audit_.on()) audit_.cancel(tick, due);
  }

  // The venue refused to cancel this one.
  void take_refusal(const ChildOrder& order) { refused_.push({order.user_ref, order.locate, order.venue, order.side}); }

  // Of a replacement. Where it was rejected its order rests on, and is due as before; asked back where its cancel has left already. Where
  // nobody knows what became of it, its order may rest: that is asked back, and the replacement when it is due.
  void take_replacement(const ChildEvent& event) {
    const bool rejected = event.kind == ChildEventKind::Rejected;
    if (!rejected && event.kind != ChildEventKind::GivenUp) return;
    const ChildOrder* old = sessions_.find(event.order.venue, event.order.replaces);
    if (old == nullptr || terminal(old->state)) return;
    if (rejected && resting_.put_back(old->venue, event.order.user_ref, old->user_ref)) return;
    take_refusal(*old);
  }

  // Needs refused(). No decision of its own, and so no part of the order digest: what it repeats stands there.
  void send_again(const Tick& tick) {
    const RestingOrder order = refused_.pop();
    ChildOrder* open = sessions_.find(order.venue, order.user_ref);
    if (open == nullptr || terminal(open->state)) return;
    OrderSession<Port>& session = sessions_[order.venue];
    session.cancel(order.user_ref);
    sessions_.commit(session);
    lifecycle_.cancel_sent(open);
    if (tick.measured) counters_.add(HS_COUNTER_CANCELS);
    if (audit_.on()) audit_.cancel(tick, order);
  }

 private:
  RestingOrders resting_;
  HeldCancels held_;
  RefusedCancels refused_;
  OrderSessions<Port>& sessions_;
  risk::Gate& gate_;
  Lifecycle& lifecycle_;
  OrderDigest& digest_;
  AuditTrail& audit_;
  core::Counters& counters_;
};

}  // namespace hopscope::oms
