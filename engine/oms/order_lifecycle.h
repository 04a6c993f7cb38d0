// What happens to child orders once they exist: sent, answered, filled, cancelled, replaced, given up. What becomes of an order is in
// child_state.h's table; each change is counted here and told to the listener, and the end of the wait for an answer closes the order's
// trace exactly once.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "engine/core/counters.h"
#include "engine/oms/audit_trail.h"
#include "engine/oms/child_event.h"
#include "engine/oms/child_order.h"
#include "engine/oms/child_orders.h"
#include "engine/oms/order_trace.h"
#include "engine/risk/gate.h"
#include "engine/wire/ouch.h"

namespace hopscope::oms {

// Listener: void happened(const ChildEvent&).
template <class Listener>
class OrderLifecycle {
 public:
  OrderLifecycle(OrderTrace& trace, AuditTrail& audit, core::Counters& counters, Listener& listener)
      : trace_(trace), audit_(audit), counters_(counters), listener_(listener) {}

  // Orders that wait for their first answer. Any thread may ask.
  std::uint64_t open_orders() const { return open_orders_.load(std::memory_order_relaxed); }

  // There must be room for it.
  ChildOrder& open(ChildOrders& orders, std::uint8_t venue, std::uint32_t user_ref, const Tick& tick, const ChildRequest& request) {
    ChildOrder& order = orders.open(user_ref);
    order.venue = venue;
    order.measured = tick.measured;
    order.side = request.side;
    order.quantity = request.quantity;
    order.price = request.price;
    order.type = request.type;
    order.parent = request.parent;
    order.arrival_mid2 = request.arrival_mid2;
    order.rest = request.rest;
    order.locate = tick.locate;
    order.market_ns = tick.market_ns;
    return order;
  }

  // Stopped by the risk gate.
  void block(ChildOrder& order, risk::Reason reason) {
    step(order, ChildCue::Block);
    count(order, HS_COUNTER_RISK_REJECTS);
    count(order, risk::counter(reason));
    trace_.ended(order, HS_OUTCOME_RISK_BLOCKED);
    tell({ChildEventKind::Blocked, order, order.quantity, 0, false, static_cast<std::uint16_t>(reason)});
  }

  void send(ChildOrder& order) {
    step(order, ChildCue::Send);
    order.waits = true;
    open_orders_.store(open_orders() + 1, std::memory_order_relaxed);
    count(order, HS_COUNTER_ORDERS);
    tell({ChildEventKind::Sent, order, order.quantity});
  }

  // The message that asks for it has been handed to the port. The order may be over, and its slot another's.
  void cancel_sent(ChildOrder* order) {
    if (order != nullptr) step(*order, ChildCue::CancelSent);
  }
  // `replacement` has been opened, and sent in the place of send().
  void replace_sent(ChildOrder& order, ChildOrder& replacement) {
    step(order, ChildCue::ReplaceSent);
    replacement.replaces = order.user_ref;
    count(replacement, HS_COUNTER_REPLACES);
    send(replacement);
  }

  // One message from the venue. Executions and cancels count as first answers too: they tell that the order had been accepted, should that
  // message be lost. False: an execution that came before, and counts for nothing.
  bool take(ChildOrders& orders, const wire::ouch::Message& message) {
    namespace ouch = wire::ouch;
    switch (message.type()) {
      case ouch::Accepted::kType:
        if (const auto* accepted = message.as<ouch::Accepted>()) return accept(orders.find(accepted->user_ref)), true;
        break;
      case ouch::Rejected::kType:
        if (const auto* rejected = message.as<ouch::Rejected>()) return reject(orders, *rejected), true;
        break;
      case ouch::Executed::kType:
        if (const auto* executed = message.as<ouch::Executed>()) return fill(orders.find(executed->user_ref), *executed);
        break;
      case ouch::Cancelled::kType:
        if (const auto* cancelled = message.as<ouch::Cancelled>()) return cancel(orders.find(cancelled->user_ref), *cancelled), true;
        break;
      case ouch::CancelRejected::kType:
        if (const auto* refused = message.as<ouch::CancelRejected>()) return refuse_cancel(orders.find(refused->user_ref)), true;
        break;
      case ouch::Replaced::kType:
        if (const auto* replaced = message.as<ouch::Replaced>()) return replace(orders, *replaced), true;
        break;
      default:
        if (message.well_formed(ouch::Direction::Outbound)) return true;  // about no child order of ours
        break;
    }
    counters_.add(HS_COUNTER_PORT_MALFORMED);
    return true;
  }

  // Orders sent at or before `sent_until_ns` of market time wait no longer.
  void give_up_until(ChildOrders& orders, std::uint64_t sent_until_ns, hs_outcome outcome) {
    orders.give_up_until(sent_until_ns, [this, outcome](ChildOrder& order) { give_up(order, outcome); });
  }

 private:
  void accept(ChildOrder* order) {
    if (!order) [[unlikely]]
      return unknown();
    // A request may stand between the order and its acceptance, which is then the first answer all the same.
    if (!order->waits && asked(*order)) [[unlikely]]
      return note(*order, Verdict::Duplicate);
    hear(*order, ChildCue::Accepted);
  }

  void reject(ChildOrders& orders, const wire::ouch::Rejected& rejected) {
    ChildOrder* order = orders.find(rejected.user_ref);
    if (!order) [[unlikely]]
      return unknown();
    if (!order->waits && asked(*order)) [[unlikely]]
      return note(*order, Verdict::Impossible);
    if (!hear(*order, ChildCue::Rejected)) return;
    tell({ChildEventKind::Rejected, *order, order->quantity, 0, false, rejected.reason});
    if (order->replaces == 0) return;
    // An old order that is over has crossed with its replacement: nothing is wrong with that.
    if (ChildOrder* old = orders.find(order->replaces); old != nullptr && !terminal(old->state)) hear(*old, ChildCue::ReplaceRejected);
  }

  // The shares are the firm's, late or not and whatever its OMS makes of the message: but each execution's once.
  bool fill(ChildOrder* order, const wire::ouch::Executed& executed) {
    if (!order) [[unlikely]]
      return unknown(), true;
    // Its executions are less than 2^31 match numbers apart, so the lower halves tell which came later.
    const auto match = static_cast<std::uint32_t>(executed.match_number);
    if (order->filled != 0 && static_cast<std::int32_t>(match - order->last_match) <= 0) [[unlikely]]
      return note(*order, Verdict::Duplicate), false;
    order->last_match = match;
    const std::uint32_t shares = executed.quantity;
    const bool all = std::uint64_t{order->filled} + shares >= order->quantity;
    hear(*order, all ? ChildCue::ExecutedAll : ChildCue::Executed);
    order->filled += shares;
    if (order->filled > order->quantity) [[unlikely]]
      note(*order, Verdict::Impossible);
    count(*order, HS_COUNTER_FILLS);
    count(*order, HS_COUNTER_FILLED_SHARES, shares);
    const auto price = static_cast<book::Price>(executed.price);  // no venue's book trades above 31 bits
    tell({ChildEventKind::Filled, *order, shares, price, executed.liquidity != wire::ouch::kLiquidityRemoved});
    return true;
  }

  // The OMS asks for whole orders only, so none is left with shares: what is missing here besides was executed in messages that were lost.
  void cancel(ChildOrder* order, const wire::ouch::Cancelled& cancelled) {
    if (!order) [[unlikely]]
      return unknown();
    if (hear(*order, ChildCue::Cancelled))
      tell({ChildEventKind::Cancelled, *order, cancelled.quantity, 0, false, static_cast<std::uint8_t>(cancelled.reason)});
  }

  // It goes on, or has ended before the cancel came, which its own messages tell.
  // A cancel that finds its order over has crossed with the message that says so: nothing is wrong with that.
  void refuse_cancel(ChildOrder* order) {
    if (order && !terminal(order->state) && hear(*order, ChildCue::CancelRejected)) tell({ChildEventKind::CancelRefused, *order});
  }

  void replace(ChildOrders& orders, const wire::ouch::Replaced& replaced) {
    if (ChildOrder* old = orders.find(replaced.original_user_ref)) {
      const std::uint32_t open = old->leaves();
      if (hear(*old, ChildCue::Replaced)) tell({ChildEventKind::Replaced, *old, open});
    }
    ChildOrder* order = orders.find(replaced.user_ref);
    if (!order) [[unlikely]]
      return unknown();
    // What was executed on its way is the old order's.
    if (order->waits || order->state == ChildState::Unknown) order->quantity = replaced.quantity;
    accept(order);
  }

  // What a venue says of an order. False: nothing has become of it.
  bool hear(ChildOrder& order, ChildCue cue) {
    const Transition heard = transition(order.state, cue);
    if (heard.verdict != Verdict::Taken) [[unlikely]]
      return note(order, heard.verdict), false;
    const bool of_request = cue == ChildCue::CancelRejected || cue == ChildCue::ReplaceRejected;
    if (!of_request) revive(order, cue == ChildCue::Rejected ? HS_OUTCOME_REJECTED : HS_OUTCOME_ACCEPTED);
    order.state = of_request && order.waits && heard.next == ChildState::Live ? ChildState::PendingNew : heard.next;
    return true;
  }

  // What the OMS does with an order itself.
  void step(ChildOrder& order, ChildCue cue) {
    const Transition made = transition(order.state, cue);
    if (made.verdict != Verdict::Taken) [[unlikely]]
      return note(order, made.verdict);
    order.state = made.next;
  }

  void note(const ChildOrder& order, Verdict verdict) {
    constexpr std::array<hs_counter, 4> kCounters = {HS_COUNTER_LATE_ACKS, HS_COUNTER_LATE_ACKS, HS_COUNTER_ANSWERS_DUPLICATE,
                                                     HS_COUNTER_ANSWERS_IMPOSSIBLE};
    count(order, kCounters[static_cast<std::size_t>(verdict)]);
  }

  static bool asked(const ChildOrder& order) {
    return order.state == ChildState::PendingCancel || order.state == ChildState::PendingReplace;
  }

  // No order of ours, or one whose slot has another user by now: whether it was a measured order is not known any more.
  void unknown() { counters_.add(HS_COUNTER_LATE_ACKS); }

  // A sign of life from the venue about this order: ends its wait, or brings it back after it was given up.
  void revive(ChildOrder& order, hs_outcome outcome) {
    if (order.waits) [[likely]] {
      order.waits = false;
      close();
      count(order, outcome == HS_OUTCOME_REJECTED ? HS_COUNTER_REJECTS : HS_COUNTER_ACKS);
      trace_.answered(order, outcome);
      if (outcome == HS_OUTCOME_REJECTED) return;
      order.state = transition(order.state, ChildCue::Accepted).next;
      tell({ChildEventKind::Accepted, order, order.quantity});
    } else if (order.state == ChildState::Unknown) {
      count(order, HS_COUNTER_LATE_ACKS);
      order.state = ChildState::Live;
      tell({ChildEventKind::Revived, order, order.leaves()});
    }
  }

  void give_up(ChildOrder& order, hs_outcome outcome) {
    step(order, ChildCue::GiveUp);
    order.waits = false;
    close();
    if (outcome == HS_OUTCOME_TIMED_OUT) count(order, HS_COUNTER_TIMEOUTS);
    if (audit_.on()) audit_.gave_up(order, outcome);
    trace_.ended(order, outcome);
    tell({ChildEventKind::GivenUp, order, order.quantity});
  }

  void tell(const ChildEvent& event) { listener_.happened(event); }

  void close() { open_orders_.store(open_orders() - 1, std::memory_order_relaxed); }

  void count(const ChildOrder& order, hs_counter counter, std::uint64_t n = 1) {
    if (order.measured) counters_.add(counter, n);
  }

  OrderTrace& trace_;
  AuditTrail& audit_;
  core::Counters& counters_;
  Listener& listener_;
  std::atomic<std::uint64_t> open_orders_{0};  // written by the OMS's thread only
};

}  // namespace hopscope::oms
