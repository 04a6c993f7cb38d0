// Order entry: from a decision to the wire, and what each change of a child order is to those who keep count.
//
//   decision ─▶ router ─▶ one leg a venue: risk gate ─▶ OUCH ─▶ session ─▶ port              (place)
//   lifecycle ─▶ positions, cost, router, desk, gate, what is to be sent again                (happened)
//
// Once the kill switch is pulled no order leaves any more, and each venue is asked to cancel all that is open (enforce_kill).
// One thread. Nothing is allocated after construction.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>

#include "engine/book/books.h"
#include "engine/core/counters.h"
#include "engine/core/plan.h"
#include "engine/net/port.h"
#include "engine/oms/audit_trail.h"
#include "engine/oms/cancels.h"
#include "engine/oms/child_event.h"
#include "engine/oms/desk.h"
#include "engine/oms/execution_cost.h"
#include "engine/oms/kill_guard.h"
#include "engine/oms/order_digest.h"
#include "engine/oms/order_lifecycle.h"
#include "engine/oms/order_routing.h"
#include "engine/oms/order_sessions.h"
#include "engine/oms/order_trace.h"
#include "engine/oms/positions.h"
#include "engine/oms/replacement.h"
#include "engine/oms/unfilled_orders.h"
#include "engine/risk/gate.h"

namespace hopscope::oms {

// What it shares with the rest of the OMS, which must outlive it.
struct OrderEntryContext {
  const DeskView market;
  Desk& desk;
  OrderTrace& trace;
  AuditTrail& audit;
  core::Counters& counters;
  core::Lockstep& lockstep;
  const Moment& moment;
};

template <net::Port Port>
class OrderEntry {
 public:
  using Lifecycle = OrderLifecycle<OrderEntry>;

  // venues: one order port each, in the order of their indices. slots: child orders that a session keeps track of.
  OrderEntry(const core::Plan& plan, std::span<Port* const> venues, std::uint32_t slots, std::uint16_t max_locate, const KillWords& kill,
             const OrderEntryContext& context)
      : in_(context),
        positions_(plan.venues, max_locate, plan.venue_profiles),
        routing_(plan, static_cast<unsigned>(venues.size()), slots),
        unfilled_(plan.routing.reroutes),
        cost_(plan.venue_profiles),
        kill_guard_(kill, plan.venues),
        gate_(plan.risk, kill_guard_.kill_switch(), {max_locate, static_cast<unsigned>(venues.size()), slots}),
        sessions_(venues, slots, context.lockstep),
        lifecycle_(context.trace, context.audit, context.counters, *this),
        cancels_(plan.oms, static_cast<unsigned>(venues.size()), slots, sessions_, gate_, lifecycle_, digest_, context.audit,
                 context.counters) {
    if (in_.audit.on()) gate_.listen(&in_.audit);
  }
  OrderEntry(const OrderEntry&) = delete;
  OrderEntry& operator=(const OrderEntry&) = delete;

  OrderSessions<Port>& sessions() { return sessions_; }
  const OrderSessions<Port>& sessions() const { return sessions_; }
  Lifecycle& lifecycle() { return lifecycle_; }
  const Lifecycle& lifecycle() const { return lifecycle_; }
  KillGuard& kill_guard() { return kill_guard_; }
  const KillGuard& kill_guard() const { return kill_guard_; }
  risk::Gate& gate() { return gate_; }
  const risk::Gate& gate() const { return gate_; }
  OrderRouting& routing() { return routing_; }
  const OrderRouting& routing() const { return routing_; }
  const Positions& positions() const { return positions_; }
  const ExecutionCost& cost() const { return cost_; }
  const core::Digest& digest() const { return digest_.digest(); }

  // One decision sends at most one packet to each venue; with rule smart an order and a cancel, to ports that are empty.
  bool ready() { return sessions_.ready(routing_.listens()); }

  // Something waits to leave with one of the next messages.
  bool waiting() const { return cancels_.holds() || cancels_.any_to_replace(); }

  // The stamps of a decision that is about to be made. rx: when its packet came.
  TickPath begin(const Tick& tick, core::Ticks rx) {
    TickPath path;
    path.rx = rx;
    path.book = in_.trace.stamp(HS_HOP_OMS_BOOK, tick, path);
    in_.trace.booked(tick, path);
    return path;
  }

  // Routes, checks and sends what was decided. touch: of the symbol, both sides there; the symbol is known by name.
  void place(const Tick& tick, TickPath& path, const book::Touch& touch, ChildRequest request) {
    path.decide = in_.trace.stamp(HS_HOP_OMS_DECIDE, tick, path);
    if (request.arrival_mid2 == 0) {
      request.arrival_mid2 = touch.bid + touch.ask;
      if (tick.measured) cost_.wanted(request.quantity);
    }
    const std::span<const OrderRouting::Leg> legs = routing_.route(tick, request, touch, in_.market.view);
    path.pick = in_.trace.stamp(HS_HOP_ROUTER_PICK, tick, path);
    const RestIndex rest = unfilled_.open(request, tick.locate, tick.measured, legs.size());
    for (std::size_t leg = 0; leg < legs.size(); ++leg) {
      ChildRequest part = legs[leg].request;
      part.rest = rest;
      place_leg(tick, path, touch, part, legs[leg].venue, static_cast<unsigned>(leg));
    }
  }

  // Replacements that are due: the first one that can be made. False: there was none.
  bool replace_next(const Tick& tick, core::Ticks rx) {
    while (cancels_.any_to_replace()) [[unlikely]] if (replace(cancels_.next_to_replace(), tick, rx)) return true;
    return false;
  }

  // A resting order goes to the near touch of now, where it can (replacement.h). Nobody asks for an order while the kill switch is pulled.
  bool replace(RestingOrder& resting, Tick tick, core::Ticks rx) {
    if (kill_guard_.pulled()) return false;
    const book::Touch touch = in_.market.view.touch(resting.locate);
    const std::optional<ChildRequest> request = replacement_of(resting, sessions_.find(resting.venue, resting.user_ref), touch);
    if (!request) return false;
    tick.locate = resting.locate;
    TickPath path = begin(tick, rx);
    path.decide = in_.trace.stamp(HS_HOP_OMS_DECIDE, tick, path);
    path.pick = in_.trace.stamp(HS_HOP_ROUTER_PICK, tick, path);  // no router is asked: it goes to where its order rests
    place_leg(tick, path, touch, *request, resting.venue, 0);
    return true;
  }

  // A resting child of a parent: asked back now, or when the cancel rate lets it.
  void ask_back(const RestingOrder& order, const Tick& tick) { cancels_.send(cancels_.next(order, tick), tick); }
  // A message on which nothing else is decided: one of the cancels that wait for their rate may leave.
  void release_cancel(const Tick& tick) { cancels_.send(cancels_.next({}, tick), tick); }

  // What venues did not execute of requests leaves again, and the cancels that they refused. rx: of the message's packet.
  void send_again(const Tick& tick, core::Ticks rx) {
    while (unfilled_.due() && ready()) [[unlikely]] send_rest(tick.sequence, rx);
    if (cancels_.refused() && ready()) [[unlikely]]
      cancels_.send_again(tick);
  }

  // Also where no market data comes. A session without room gets its mass cancel in the first round that finds some.
  void enforce_kill() {
    notice_trip();
    if (const KillTrip trip = kill_guard_.current(); kill_guard_.rearm()) {
      if (in_.audit.on()) in_.audit.kill_armed(trip);
      return;
    }
    for (OrderSession<Port>& session : sessions_) {
      if (!kill_guard_.is_due(session.venue(), core::now_ticks()) || !session.ready()) continue;
      session.mass_cancel(kill_guard_.user_ref());
      sessions_.commit(session);
      kill_guard_.asked(session.venue(), core::now_ticks());
      if (in_.audit.on()) in_.audit.mass_cancel(session.venue(), kill_guard_.user_ref());
    }
  }

  // Of OrderLifecycle: each change of a child order, once. Changes what is counted, sends nothing.
  void happened(const ChildEvent& event) {
    positions_.take(event);
    cost_.take(event);
    routing_.take(event);
    in_.desk.happened(event);
    if (event.order.replaces != 0) [[unlikely]]
      cancels_.take_replacement(event);
    if (event.order.rest != kNoRest) [[unlikely]]
      take_rest(event);
    if (event.kind == ChildEventKind::CancelRefused) [[unlikely]]
      cancels_.take_refusal(event.order);
    tell_gate(event);
  }

 private:
  void place_leg(const Tick& tick, TickPath& path, const book::Touch& touch, const ChildRequest& request, std::uint8_t venue,
                 unsigned leg) {
    OrderSession<Port>& session = sessions_[venue];
    if (routing_.listens()) session.ready();  // a port of one packet is flushed between two
    const std::uint32_t user_ref = session.take_user_ref();
    const risk::Market market{touch, in_.market.tape[tick.locate].last, gate_.quiet_ns(tick.locate, tick.market_ns)};
    const Decision decision{tick, request, routing_.views(), routing_.smart_route(), leg, market, session.venue(), user_ref};
    if (!session.orders().has_room(user_ref)) [[unlikely]]
      return refuse(decision);
    in_.trace.picked(tick, request, path, probe::trace_id(session.venue(), user_ref), session.venue());

    const auto strategy = static_cast<std::uint16_t>(request.parent == kNoParent ? 0 : request.parent + 1);
    const risk::Reason verdict =
        gate_.check({request.side, request.price, request.quantity, tick.locate, session.venue(), strategy}, market, tick.market_ns);
    // One that is blocked does not come to that hop.
    const core::Ticks risk_tsc = verdict == risk::Reason::Pass ? in_.trace.stamp(HS_HOP_RISK_PASS, tick, path) : 0;

    ChildOrder& order = lifecycle_.open(session.orders(), session.venue(), user_ref, tick, request);
    hs_capsule* capsule = in_.trace.open(order, tick, request, path);
    if (verdict != risk::Reason::Pass) [[unlikely]] {
      if (verdict == risk::Reason::Killed) notice_trip();
      lifecycle_.block(order, verdict);
      if (in_.audit.on()) in_.audit.blocked(decision, verdict, gate_.evidence());
      // What rests is cancelled all the same: it may be what keeps the gate closed.
      return pass_turn(decision);
    }
    in_.trace.passed(capsule, risk_tsc);
    send(session, order, decision, capsule);
  }

  // An order that was sent as many orders ago as there are slots is not over yet, and keeps its own.
  void refuse(const Decision& decision) {
    if (decision.tick.measured) in_.counters.add(HS_COUNTER_ORDERS_REFUSED);
    if (in_.audit.on()) in_.audit.refused(decision);
    if (decision.request.rest != kNoRest) unfilled_.ended(decision.request.rest, 0);
    pass_turn(decision);
  }

  // A new order of the strategy's: the resting ones are counted by it.
  static bool is_turn(const Decision& decision) {
    return decision.leg == 0 && decision.request.parent == kNoParent && decision.request.replaces == nullptr;
  }
  // It brings no order. Those of the strategy are counted all the same, and the cancel that is due with this one leaves.
  void pass_turn(const Decision& decision) {
    if (is_turn(decision)) cancels_.send(cancels_.rotate({}, decision.tick), decision.tick);
  }

  void send(OrderSession<Port>& session, ChildOrder& order, const Decision& decision, hs_capsule* capsule) {
    const Tick& tick = decision.tick;
    const ChildRequest& request = decision.request;
    wire::ouch::Order wire_order;
    wire_order.user_ref = order.user_ref;
    wire_order.side = static_cast<char>(request.side);
    wire_order.quantity = request.quantity;
    wire_order.symbol = in_.market.symbols[tick.locate];
    wire_order.price = request.type == OrderType::Market ? wire::ouch::kMarketPrice : request.price;
    wire_order.time_in_force = request.type == OrderType::Limit ? wire::ouch::kTimeInForceDay : wire::ouch::kTimeInForceImmediate;
    if (request.replaces == nullptr) [[likely]] {
      session.enter(wire_order);
    } else {
      wire_order.quantity = request.replaces->intended;
      session.replace(request.replaces->user_ref, wire_order);
    }

    // Children of parents are the desk's to cancel.
    RestingOrder rests;
    if (request.type == OrderType::Limit) rests = {order.user_ref, tick.locate, order.venue, request.side, request.quantity};
    const RestingOrder due = is_turn(decision) ? cancels_.rotate(rests, tick) : RestingOrder{};
    // A cancel for the same venue rides behind the order in its packet; one for another venue leaves after it.
    const bool rides = due.user_ref != 0 && due.venue == order.venue;
    if (rides) session.cancel(due.user_ref);

    // The last look at the kill switch stands behind the stamp: whatever holds this thread up in between, no order that leaves was stamped
    // after the switch had been pulled.
    const core::Ticks tx = in_.trace.sending(capsule);
    if (kill_guard_.pulled()) [[unlikely]]
      return withdraw(session, order, decision, due, capsule);
    sessions_.commit(session);
    in_.trace.sent(capsule);
    kill_guard_.sent(tx);
    note_sent(order, decision);

    if (rides) return cancels_.sent(due, tick);
    cancels_.send(due, tick);
  }

  void note_sent(ChildOrder& order, const Decision& decision) {
    const ChildRequest& request = decision.request;
    if (request.replaces == nullptr) [[likely]] {
      lifecycle_.send(order);
      digest_.add_order(decision.tick, order.venue, order.user_ref, request);
    } else {
      lifecycle_.replace_sent(*sessions_.find(order.venue, request.replaces->user_ref), order);
      digest_.add_replace(decision.tick, order.venue, request.replaces->user_ref, order.user_ref, request);
    }
    if (in_.audit.on()) in_.audit.sent(decision);
    if (request.replaces != nullptr) request.replaces->user_ref = order.user_ref;
  }

  // The kill switch was pulled between the gate and the port. A cancel that rode with the order still leaves.
  void withdraw(OrderSession<Port>& session, ChildOrder& order, const Decision& decision, const RestingOrder& due, hs_capsule* capsule) {
    session.abandon();
    if (is_turn(decision)) cancels_.withdraw();
    OrderTrace::withdrawn(capsule);
    notice_trip();
    const risk::Reason verdict = gate_.overrule();
    lifecycle_.block(order, verdict);
    if (in_.audit.on()) in_.audit.blocked(decision, verdict, gate_.evidence());
    cancels_.send(due, decision.tick);
  }

  void notice_trip() {
    if (kill_guard_.notice() && in_.audit.on()) in_.audit.kill_tripped(kill_guard_.current());
  }

  void send_rest(std::uint64_t sequence, core::Ticks rx) {
    const UnfilledOrders::Rest rest = unfilled_.next();
    const Tick tick{sequence, in_.moment.market_ns, rest.locate, rest.measured};
    const book::Touch touch = in_.market.view.touch(rest.locate);
    if (touch.bid == 0 || touch.ask == 0) return unfilled_.give_up(rest.request.rest);
    TickPath path = begin(tick, rx);
    place(tick, path, touch, rest.request);
  }

  // What a leg did not execute goes back to its request.
  void take_rest(const ChildEvent& event) {
    if (!is_last(event)) return;
    const ChildOrder& order = event.order;
    const bool comes_back = event.kind == ChildEventKind::Cancelled || event.kind == ChildEventKind::Rejected;
    unfilled_.ended(order.rest, comes_back ? order.quantity - std::min(order.filled, order.quantity) : 0);
    // Once: an order that was given up may still be answered.
    if (ChildOrder* ended = sessions_.find(order.venue, order.user_ref)) ended->rest = kNoRest;
  }

  void tell_gate(const ChildEvent& event) {
    const ChildOrder& order = event.order;
    const risk::OrderKey key{order.venue, order.user_ref};
    switch (event.kind) {
      case ChildEventKind::Sent:
        return gate_.sent(key, order.type == OrderType::Limit);
      case ChildEventKind::Accepted:
        gate_.answered(false);
        [[fallthrough]];
      case ChildEventKind::Revived:
        if (order.replaces != 0) gate_.reduced(key, order.leaves());
        return;
      case ChildEventKind::Rejected:
        gate_.answered(!came_too_late(event));
        return gate_.ended(key);
      case ChildEventKind::Filled:
        return gate_.filled(key, order.locate, order.side, event.shares, event.price);
      case ChildEventKind::Cancelled:
      case ChildEventKind::Replaced:
        return gate_.ended(key);
      default:  // what has no answer counts as open until it has one
        return;
    }
  }

  const OrderEntryContext in_;
  Positions positions_;
  OrderRouting routing_;
  UnfilledOrders unfilled_;
  ExecutionCost cost_;
  KillGuard kill_guard_;
  risk::Gate gate_;
  OrderSessions<Port> sessions_;
  OrderDigest digest_;
  Lifecycle lifecycle_;
  Cancels<Port, Lifecycle> cancels_;
};

}  // namespace hopscope::oms
