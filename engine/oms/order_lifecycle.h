// What happens to child orders once they exist: sent, answered, filled, cancelled, given up. States as in child_orders.h; each change is
// counted here, and the end of the wait for an answer closes the order's trace exactly once.
#pragma once

#include <atomic>
#include <cstdint>

#include "engine/core/counters.h"
#include "engine/oms/audit_trail.h"
#include "engine/oms/child_order.h"
#include "engine/oms/child_orders.h"
#include "engine/oms/order_trace.h"
#include "engine/risk/gate.h"
#include "engine/wire/ouch.h"

namespace hopscope::oms {

class OrderLifecycle {
 public:
  OrderLifecycle(OrderTrace& trace, AuditTrail& audit, core::Counters& counters) : trace_(trace), audit_(audit), counters_(counters) {}

  // Orders that wait for their first answer. Any thread may ask.
  std::uint64_t open_orders() const { return open_orders_.load(std::memory_order_relaxed); }

  ChildOrder& open(ChildOrders& orders, std::uint8_t venue, std::uint32_t user_ref, const Tick& tick, const ChildRequest& request) {
    ChildOrder& order = orders.open(user_ref, [this](ChildOrder& old) { give_up(old, HS_OUTCOME_TIMED_OUT); });
    order.venue = venue;
    order.measured = tick.measured;
    order.side = request.side;
    order.quantity = request.quantity;
    order.locate = tick.locate;
    order.market_ns = tick.market_ns;
    return order;
  }

  // Stopped by the risk gate.
  void block(ChildOrder& order, risk::Reason reason) {
    order.state = ChildState::Done;
    count(order, HS_COUNTER_RISK_REJECTS);
    count(order, risk::counter(reason));
    trace_.ended(order, HS_OUTCOME_RISK_BLOCKED);
  }

  void send(ChildOrder& order) {
    order.state = ChildState::Sent;
    open_orders_.store(open_orders() + 1, std::memory_order_relaxed);
    count(order, HS_COUNTER_ORDERS);
  }

  // One message from the venue. Executions and cancels count as first answers too: they tell that the order had been accepted, should that
  // message be lost.
  void take(ChildOrders& orders, const wire::ouch::Message& message) {
    namespace ouch = wire::ouch;
    switch (message.type()) {
      case ouch::Accepted::kType:
        if (const auto* accepted = message.as<ouch::Accepted>()) return confirm(orders.find(accepted->user_ref), HS_OUTCOME_ACCEPTED);
        break;
      case ouch::Rejected::kType:
        if (const auto* rejected = message.as<ouch::Rejected>()) return confirm(orders.find(rejected->user_ref), HS_OUTCOME_REJECTED);
        break;
      case ouch::Executed::kType:
        if (const auto* executed = message.as<ouch::Executed>()) return fill(orders.find(executed->user_ref), executed->quantity);
        break;
      case ouch::Cancelled::kType:
        if (const auto* cancelled = message.as<ouch::Cancelled>()) return cancel(orders.find(cancelled->user_ref));
        break;
      default:
        if (message.well_formed(ouch::Direction::Outbound)) return;  // about no child order of ours
        break;
    }
    counters_.add(HS_COUNTER_PORT_MALFORMED);
  }

  // Orders sent at or before `sent_until_ns` of market time wait no longer.
  void give_up_until(ChildOrders& orders, std::uint64_t sent_until_ns, hs_outcome outcome) {
    orders.give_up_until(sent_until_ns, [this, outcome](ChildOrder& order) { give_up(order, outcome); });
  }

 private:
  void confirm(ChildOrder* order, hs_outcome outcome) {
    if (!order) [[unlikely]]
      return unknown();
    if (order->state == ChildState::Live || order->state == ChildState::Done) [[unlikely]]
      return count(*order, HS_COUNTER_LATE_ACKS);
    revive(*order, outcome);
    if (outcome == HS_OUTCOME_REJECTED) order->state = ChildState::Done;
  }

  void fill(ChildOrder* order, std::uint32_t shares) {
    if (!order) [[unlikely]]
      return unknown();
    revive(*order, HS_OUTCOME_ACCEPTED);
    order->filled += shares;
    if (order->filled >= order->quantity) order->state = ChildState::Done;
    count(*order, HS_COUNTER_FILLS);
    count(*order, HS_COUNTER_FILLED_SHARES, shares);
  }

  void cancel(ChildOrder* order) {
    if (!order) [[unlikely]]
      return unknown();
    revive(*order, HS_OUTCOME_ACCEPTED);
    order->state = ChildState::Done;
  }

  // Its slot has another user by now, so whether it was a measured order is not known any more.
  void unknown() { counters_.add(HS_COUNTER_LATE_ACKS); }

  // A sign of life from the venue about this order: ends its wait, or brings it back after it was given up.
  void revive(ChildOrder& order, hs_outcome outcome) {
    if (order.state == ChildState::Sent) [[likely]] {
      close();
      count(order, outcome == HS_OUTCOME_REJECTED ? HS_COUNTER_REJECTS : HS_COUNTER_ACKS);
      trace_.answered(order, outcome);
      order.state = ChildState::Live;
    } else if (order.state == ChildState::GivenUp) {
      count(order, HS_COUNTER_LATE_ACKS);
      order.state = ChildState::Live;
    }
  }

  void give_up(ChildOrder& order, hs_outcome outcome) {
    order.state = ChildState::GivenUp;
    close();
    if (outcome == HS_OUTCOME_TIMED_OUT) count(order, HS_COUNTER_TIMEOUTS);
    if (audit_.on()) audit_.gave_up(order, outcome);
    trace_.ended(order, outcome);
  }

  void close() { open_orders_.store(open_orders() - 1, std::memory_order_relaxed); }

  void count(const ChildOrder& order, hs_counter counter, std::uint64_t n = 1) {
    if (order.measured) counters_.add(counter, n);
  }

  OrderTrace& trace_;
  AuditTrail& audit_;
  core::Counters& counters_;
  std::atomic<std::uint64_t> open_orders_{0};  // written by the OMS's thread only
};

}  // namespace hopscope::oms
