// The OMS: market data in, child orders out, answers in.
//
//   feed port ─▶ sequence ─▶ book ─▶ strategy ─▶ router ─▶ risk ─▶ OUCH ─▶ venue port          (poll_feed … send)
//   venue port ─▶ sequence ─▶ child order ─▶ capsule, histograms                               (poll_answers, OrderLifecycle)
//
// An answer sends nothing: it moves child orders, positions, exposure, parent orders and what the router has learned, and what follows from
// that is decided at a later feed message. So in lockstep everything is a function of the feed and the seed. In open pacing the order
// digest is one too, where no parent order, smart route, re-route or limit on exposure looks at answers. The exception is the kill switch:
// once it is pulled no order leaves any more, and all that are open are cancelled (KillGuard).
//
// A full order port stops the feed side in front of the message that may need it, with the received burst held; nothing is dropped, and
// answers are taken all the while, so no two roles wait for each other. What the feed's link loses is asked for again (net::MoldReceiver);
// answers that are lost are counted, and their orders time out, unless the link recovers them (net/recovered.h).
//
// One thread. Nothing is allocated after construction. Order counters count orders decided after the warm-up, whenever their answers come;
// gaps in the feed count from the start.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/book/books.h"
#include "engine/book/lookahead.h"
#include "engine/book/tape.h"
#include "engine/core/counters.h"
#include "engine/core/lockstep.h"
#include "engine/core/plan.h"
#include "engine/feed/room.h"
#include "engine/feed/session.h"
#include "engine/net/mold_receiver.h"
#include "engine/net/port.h"
#include "engine/oms/audit_trail.h"
#include "engine/oms/child_event.h"
#include "engine/oms/desk.h"
#include "engine/oms/execution_cost.h"
#include "engine/oms/held_cancels.h"
#include "engine/oms/kill_guard.h"
#include "engine/oms/market_view.h"
#include "engine/oms/order_digest.h"
#include "engine/oms/order_lifecycle.h"
#include "engine/oms/order_routing.h"
#include "engine/oms/order_session.h"
#include "engine/oms/order_trace.h"
#include "engine/oms/positions.h"
#include "engine/oms/refused_cancels.h"
#include "engine/oms/resting_orders.h"
#include "engine/oms/strategy.h"
#include "engine/oms/symbol_directory.h"
#include "engine/oms/unfilled_orders.h"
#include "engine/probe/injector.h"
#include "engine/risk/gate.h"

namespace hopscope::oms {

template <net::Port Port>
class Oms {
 public:
  // emitter must be open: its lane decides about stamps; injector before the first poll(). venues: one order port each, in the order of
  // their indices. journal: where its own records go; null for nowhere.
  Oms(const core::Plan& plan, Port& feed, std::span<Port* const> venues, const probe::PacketTable& packets, probe::CapsuleTable& capsules,
      probe::Emitter& emitter, probe::Injector& injector, core::Lockstep& lockstep, const KillWords& kill,
      const net::RecoveryLimits& recovery = {}, journal::Journal* journal = nullptr)
      : feed_(feed, feed::kFeedSession, counters_, kRecoveryCounters, recovery),
        lockstep_(lockstep),
        warmup_messages_(plan.feed.warmup_messages),
        ack_timeout_ns_(plan.oms.ack_timeout_ns),
        follows_answers_(plan.router == core::RouterRule::Smart || plan.routing.reroutes != 0 || plan.oms.replace_after != 0),
        market_(plan),
        tape_(feed::max_locate(plan.feed)),
        symbols_(feed::max_locate(plan.feed)),
        positions_(plan.venues, feed::max_locate(plan.feed), plan.venue_profiles),
        strategy_(plan.oms, plan.seed, feed::max_locate(plan.feed)),
        routing_(plan, static_cast<unsigned>(venues.size())),
        unfilled_(plan.routing.reroutes),
        cost_(plan.venue_profiles),
        kill_guard_(kill, plan.venues),
        gate_(plan.risk, kill_guard_.kill_switch(),
              {feed::max_locate(plan.feed), static_cast<unsigned>(venues.size()), capsules.slots_per_session()}),
        resting_(plan.oms.cancel_after, plan.oms.replace_after),
        refused_cancels_(static_cast<unsigned>(venues.size()), capsules.slots_per_session()),
        trace_(packets, capsules, emitter, injector, counters_),
        audit_(journal, moment_),
        desk_(plan, audit_),
        lifecycle_(trace_, audit_, counters_, *this) {
    if (audit_.on()) feed_.set_gap_listener(&audit_);
    if (audit_.on()) gate_.listen(&audit_);
    for (std::size_t v = 0; v < venues.size(); ++v)
      sessions_.emplace_back(*venues[v], static_cast<std::uint8_t>(v), capsules.slots_per_session());
  }
  Oms(const Oms&) = delete;
  Oms& operator=(const Oms&) = delete;

  // One round; returns whether there was work.
  bool poll() {
    // Lateness is judged behind the answers and by the time at which this round began: market time may leap within one burst (a replay at
    // full speed), and an order of that burst cannot have been answered yet.
    const std::uint64_t market_ns = moment_.market_ns;
    bool worked = poll_feed();
    for (OrderSession<Port>& session : sessions_) worked |= poll_answers(session);
    if (!follows_answers_ && open_orders() != 0 && market_ns >= ack_timeout_ns_) give_up(market_ns - ack_timeout_ns_, HS_OUTCOME_TIMED_OUT);
    if (audit_.on() && !worked) audit_.settle();
    return worked;
  }

  // Ends the run: child orders that still wait for an answer leave their capsules as RUN_ENDED, and what has not come by now of the feed's
  // messages up to `last_feed_sequence` is a gap.
  void end_run(std::uint64_t last_feed_sequence) {
    give_up(~std::uint64_t{0}, HS_OUTCOME_RUN_ENDED);
    feed_.end_run(last_feed_sequence);
    desk_.end_run(moment_.market_ns, tape_);
    if (audit_.on()) audit_.settle();
  }

  // It has the whole of the feed's session. Any thread may ask.
  bool feed_ended() const { return feed_.complete(); }
  // From when a gap in the feed was noticed to when it was closed.
  const hs_histogram& recovery_delays() const { return feed_.delays(); }
  // Child orders that wait for their first answer. Any thread may ask.
  std::uint64_t open_orders() const { return lifecycle_.open_orders(); }

  core::Counters& counters() { return counters_; }
  const core::Digest& order_digest() const { return digest_.digest(); }
  const hs_histogram& tick_to_ack() const { return trace_.tick_to_ack(); }
  const hs_histogram& tick_to_ack_response() const { return trace_.tick_to_ack_response(); }
  const risk::Gate& gate() const { return gate_; }
  const book::Books& books() const { return market_.books(); }
  const MarketView& market() const { return market_; }
  const book::Tape& tape() const { return tape_; }
  const SymbolDirectory& symbols() const { return symbols_; }
  const Positions& positions() const { return positions_; }
  // visit(order) for each child order that was sent and is not over, venue by venue.
  template <class Visit>
  void each_open_order(Visit&& visit) const {
    for (const OrderSession<Port>& session : sessions_) session.orders().each_open(visit);
  }
  const ExecutionCost& cost() const { return cost_; }
  const OrderRouting& routing() const { return routing_; }
  const Desk& desk() const { return desk_; }
  // By the trader. Its resting children are asked back at the next check.
  void cancel_parent(ParentIndex parent) { desk_.cancel(parent, moment_.market_ns); }
  AuditTrail& audit() { return audit_; }
  const KillGuard& kill_guard() const { return kill_guard_; }

  // Of OrderLifecycle: each change of a child order, once. Changes what is counted, sends nothing.
  void happened(const ChildEvent& event) {
    positions_.take(event);
    cost_.take(event);
    routing_.take(event);
    desk_.happened(event);
    if (event.order.rest != kNoRest) [[unlikely]]
      take_rest(event);
    if (event.order.replaces != 0) [[unlikely]]
      keep_replaced(event);
    if (event.kind == ChildEventKind::CancelRefused) [[unlikely]]
      refused_cancels_.push({event.order.user_ref, event.order.locate, event.order.venue, event.order.side});
    tell_gate(event);
  }

  // Other limits from now on, journaled. self_cross stays as it was at the start.
  void set_limits(const core::RiskPlan& plan) {
    gate_.set(plan);
    if (audit_.on()) audit_.limits(plan);
  }

 private:
  static constexpr net::RecoveryCounters kRecoveryCounters{HS_COUNTER_OMS_GAPS, HS_COUNTER_OMS_RECOVERED, HS_COUNTER_OMS_REQUESTS,
                                                           HS_COUNTER_OMS_RECOVERIES};

  struct FeedVisitor {
    Oms& oms;
    void burst(std::span<const net::Payload> packets) {
      oms.lookahead_.begin(packets);
      if (!packets.empty()) oms.burst_rx_tsc_ = oms.trace_.now();
    }
    void packet(std::uint64_t first, std::uint64_t messages, core::Ticks waited) { oms.take_packet(first, messages, waited); }
    bool ready() {
      const bool may_send = oms.strategy_.due() || oms.desk_.active() || !oms.held_.empty() || oms.resting_.any_to_replace();
      return !may_send || oms.ready();
    }
    bool message(std::uint64_t sequence, wire::Bytes bytes) { return oms.take_message(sequence, wire::itch::Message(bytes)), true; }
    void end_packet() {}
  };

  bool poll_feed() {
    const bool worked = feed_.poll(FeedVisitor{*this});
    if (kill_guard_.pulled()) [[unlikely]]
      enforce_kill();
    for (OrderSession<Port>& session : sessions_) session.flush();
    if (lockstep_.enabled && !feed_.busy()) lockstep_.oms_feed_sequence.set(feed_.expected() - 1);
    return worked;
  }

  // waited: when it came, if that was too early.
  void take_packet(std::uint64_t first, std::uint64_t messages, core::Ticks waited) {
    if (!measuring_ && first + messages - 1 > warmup_messages_) [[unlikely]]
      begin_measuring();
    counters_.add(HS_COUNTER_OMS_PACKETS);
    rx_tsc_ = waited != 0 ? waited : burst_rx_tsc_;
  }

  void begin_measuring() {
    measuring_ = true;
    counters_.reset_but(HS_COUNTER_OMS_GAPS);  // what was given up in the warm-up leaves the books wrong, too
    gate_.reset_counts();
    // What still holds orders back is counted again.
    breaker_trips_ = breaker_resets_ = gate_.breakers().resets();
  }

  void take_message(std::uint64_t sequence, const wire::itch::Message& message) {
    if (message.bytes().size() < sizeof(wire::itch::Head)) [[unlikely]] {
      counters_.add(HS_COUNTER_PORT_MALFORMED);
      return;
    }
    // Between two messages only: there an answer is in or is not in every build alike (core::Lockstep), and what is decided follows from
    // it.
    if (follows_answers_ && open_orders() != 0 && moment_.market_ns >= ack_timeout_ns_) [[unlikely]]
      give_up(moment_.market_ns - ack_timeout_ns_, HS_OUTCOME_TIMED_OUT);
    moment_ = {message.timestamp_ns(), sequence};
    lookahead_.step();
    tape_.take(market_.books(), message);
    const book::Applied applied = market_.apply(message);
    counters_.add(HS_COUNTER_OMS_MESSAGES);
    if (applied != book::Applied::Book) {
      if (applied == book::Applied::Unresolved) counters_.add(HS_COUNTER_OMS_UNRESOLVED);
      if (symbols_.learn(message)) list(message.locate());
    }
    if (gate_.watching()) [[unlikely]]
      watch(message.locate(), applied == book::Applied::Book);
    const Tick tick{sequence, moment_.market_ns, message.locate(), sequence > warmup_messages_};
    const bool due = strategy_.due();
    strategy_.pass();
    // One decision a message: there is room for no more. The strategy stays due where a parent order or a replacement has its turn.
    bool worked = desk_.due(moment_.market_ns) && work_parents(tick);
    if (!worked && resting_.any_to_replace()) [[unlikely]]
      worked = replace_next(tick);
    if (due && !worked) {
      act(tick);
    } else if (!worked && !held_.empty()) [[unlikely]] {
      cancel(next_cancel({}, tick), tick);
    }
    while (unfilled_.due() && ready()) [[unlikely]] send_again(sequence);
    if (refused_cancels_.any() && ready()) [[unlikely]]
      cancel_again(tick);
  }

  void list(std::uint16_t locate) {
    desk_.listed(locate, symbols_[locate]);
    gate_.listed(locate, symbols_[locate]);
    if (audit_.on()) audit_.listed(locate, symbols_[locate]);
  }

  // Circuit breakers see the message before anything is decided on it.
  void watch(std::uint16_t locate, bool booked) {
    if (!symbols_.has(locate)) return;
    const book::Touch touch = market_.touch(locate);
    gate_.observe({moment_.market_ns, locate, touch, tape_[locate], counters_.get(HS_COUNTER_OMS_GAPS), booked});
    counters_.add(HS_COUNTER_BREAKER_TRIPS, gate_.breakers().all_trips() - breaker_trips_);
    breaker_trips_ = gate_.breakers().all_trips();
    counters_.add(HS_COUNTER_BREAKER_RESETS, gate_.breakers().resets() - breaker_resets_);
    breaker_resets_ = gate_.breakers().resets();
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

  // One decision sends at most one packet to each venue; with rule smart an order and a cancel, to ports that are empty.
  bool ready() {
    bool all = true;
    for (OrderSession<Port>& session : sessions_) {
      if (routing_.listens()) session.flush();
      all &= session.ready() && (!routing_.listens() || session.flushed());
    }
    return all;
  }

  // The parent orders' turn; returns whether one of them acted.
  bool work_parents(const Tick& tick) {
    const std::optional<DeskAction> action = desk_.next(tick, {market_, tape_, symbols_, kill_guard_.pulled()});
    if (!action) return false;
    Tick of_symbol = tick;
    of_symbol.locate = desk_.locate_of(action->parent);
    for (const RestingOrder& order : action->cancels) cancel(next_cancel(order, of_symbol), of_symbol);
    if (!action->child) return true;
    TickPath path;
    path.rx = rx_tsc_;
    path.book = trace_.stamp(HS_HOP_OMS_BOOK, of_symbol, path);
    trace_.booked(of_symbol, path);
    path.decide = trace_.stamp(HS_HOP_OMS_DECIDE, of_symbol, path);
    place(of_symbol, path, market_.touch(of_symbol.locate), *action->child);
    return true;
  }

  // The strategy's turn; it may find no opportunity on this symbol.
  void act(const Tick& tick) {
    const book::Touch touch = market_.touch(tick.locate);
    if (touch.bid == 0 || touch.ask == 0 || !symbols_.knows(tick.locate)) return;
    if (!strategy_.wants(tick, touch)) return;
    TickPath path;
    path.rx = rx_tsc_;
    path.book = trace_.stamp(HS_HOP_OMS_BOOK, tick, path);
    trace_.booked(tick, path);

    const ChildRequest request = strategy_.decide(touch);
    path.decide = trace_.stamp(HS_HOP_OMS_DECIDE, tick, path);
    place(tick, path, touch, request);
  }

  // What a leg did not execute goes back to its request.
  void take_rest(const ChildEvent& event) {
    if (!is_last(event)) return;
    const ChildOrder& order = event.order;
    const bool comes_back = event.kind == ChildEventKind::Cancelled || event.kind == ChildEventKind::Rejected;
    unfilled_.ended(order.rest, comes_back ? order.quantity - std::min(order.filled, order.quantity) : 0);
    // Once: an order that was given up may still be answered.
    if (ChildOrder* ended = sessions_[order.venue].orders().find(order.user_ref)) ended->rest = kNoRest;
  }

  void send_again(std::uint64_t sequence) {
    const UnfilledOrders::Rest rest = unfilled_.next();
    const Tick tick{sequence, moment_.market_ns, rest.locate, rest.measured};
    const book::Touch touch = market_.touch(rest.locate);
    if (touch.bid == 0 || touch.ask == 0) return unfilled_.give_up(rest.request.rest);
    TickPath path;
    path.rx = rx_tsc_;
    path.book = trace_.stamp(HS_HOP_OMS_BOOK, tick, path);
    trace_.booked(tick, path);
    path.decide = trace_.stamp(HS_HOP_OMS_DECIDE, tick, path);
    place(tick, path, touch, rest.request);
  }

  // Routes, checks and sends what was decided. touch: of the symbol, both sides there; the symbol is known by name.
  void place(const Tick& tick, TickPath& path, const book::Touch& touch, ChildRequest request) {
    if (request.arrival_mid2 == 0) {
      request.arrival_mid2 = touch.bid + touch.ask;
      if (tick.measured) cost_.wanted(request.quantity);
    }
    const std::span<const OrderRouting::Leg> legs = routing_.route(tick, request, touch, market_);
    path.pick = trace_.stamp(HS_HOP_ROUTER_PICK, tick, path);
    const RestIndex rest = unfilled_.open(request, tick.locate, tick.measured, legs.size());
    for (std::size_t leg = 0; leg < legs.size(); ++leg) {
      ChildRequest part = legs[leg].request;
      part.rest = rest;
      place_leg(tick, path, touch, part, legs[leg].venue, static_cast<unsigned>(leg));
    }
  }

  void place_leg(const Tick& tick, TickPath& path, const book::Touch& touch, const ChildRequest& request, std::uint8_t venue,
                 unsigned leg) {
    OrderSession<Port>& session = sessions_[venue];
    if (routing_.listens()) session.ready();  // a port of one packet is flushed between two
    const std::uint32_t user_ref = session.take_user_ref();
    const risk::Market market{touch, tape_[tick.locate].last, gate_.quiet_ns(tick.locate, tick.market_ns)};
    const Decision decision{tick, request, routing_.views(), routing_.smart_route(), leg, market, session.venue(), user_ref};
    if (!session.orders().has_room(user_ref)) [[unlikely]]
      return refuse(decision);
    trace_.picked(tick, request, path, probe::trace_id(session.venue(), user_ref), session.venue());

    const auto strategy = static_cast<std::uint16_t>(request.parent == kNoParent ? 0 : request.parent + 1);
    const risk::Reason verdict =
        gate_.check({request.side, request.price, request.quantity, tick.locate, session.venue(), strategy}, market, tick.market_ns);
    // One that is blocked does not come to that hop.
    const core::Ticks risk_tsc = verdict == risk::Reason::Pass ? trace_.stamp(HS_HOP_RISK_PASS, tick, path) : 0;

    ChildOrder& order = lifecycle_.open(session.orders(), session.venue(), user_ref, tick, request);
    hs_capsule* capsule = trace_.open(order, tick, request, path);
    if (verdict != risk::Reason::Pass) [[unlikely]] {
      if (verdict == risk::Reason::Killed) notice_trip();
      lifecycle_.block(order, verdict);
      if (audit_.on()) audit_.blocked(decision, verdict, gate_.evidence());
      // What rests is cancelled all the same: it may be what keeps the gate closed.
      if (leg == 0 && request.parent == kNoParent) cancel(next_cancel(resting_.rotate({}), tick), tick);
      return;
    }
    trace_.passed(capsule, risk_tsc);
    send(session, order, decision, capsule);
  }

  // An order that was sent as many orders ago as there are slots is not over yet, and keeps its own.
  void refuse(const Decision& decision) {
    if (decision.tick.measured) counters_.add(HS_COUNTER_ORDERS_REFUSED);
    if (audit_.on()) audit_.refused(decision);
    if (decision.request.rest != kNoRest) unfilled_.ended(decision.request.rest, 0);
    const bool rotates = decision.leg == 0 && decision.request.parent == kNoParent && decision.replaces == 0;
    if (rotates) cancel(next_cancel(resting_.rotate({}), decision.tick), decision.tick);
  }

  void send(OrderSession<Port>& session, ChildOrder& order, const Decision& decision, hs_capsule* capsule) {
    const Tick& tick = decision.tick;
    const ChildRequest& request = decision.request;
    wire::ouch::Order wire_order;
    wire_order.user_ref = order.user_ref;
    wire_order.side = static_cast<char>(request.side);
    wire_order.quantity = request.quantity;
    wire_order.symbol = symbols_[tick.locate];
    wire_order.price = request.type == OrderType::Market ? wire::ouch::kMarketPrice : request.price;
    wire_order.time_in_force = request.type == OrderType::Limit ? wire::ouch::kTimeInForceDay : wire::ouch::kTimeInForceImmediate;
    session.enter(wire_order);

    // Children of parents are the desk's to cancel.
    RestingOrder rests;
    const bool own = request.parent == kNoParent;
    if (request.type == OrderType::Limit && own) rests = {order.user_ref, tick.locate, order.venue, request.side, request.quantity};
    const RestingOrder due = own && decision.leg == 0 ? next_cancel(resting_.rotate(rests), tick) : RestingOrder{};
    // A cancel for the same venue rides behind the order in its packet; one for another venue leaves after it.
    const bool rides = due.user_ref != 0 && due.venue == order.venue;
    if (rides) session.cancel(due.user_ref);

    // The last look at the kill switch stands behind the stamp: whatever holds this thread up in between, no order that leaves was stamped
    // after the switch had been pulled.
    const core::Ticks tx = trace_.sending(capsule);
    if (kill_guard_.pulled()) [[unlikely]]
      return withdraw(session, order, decision, due, capsule);
    commit(session);
    trace_.sent(capsule);
    kill_guard_.sent(tx);
    lifecycle_.send(order);
    digest_.add_order(tick, order.venue, order.user_ref, request);
    if (audit_.on()) audit_.sent(decision);

    if (rides) return cancelled(due, tick);
    cancel(due, tick);
  }

  // The replacements that are due, up to the first one that can be made; returns whether there was one.
  bool replace_next(const Tick& tick) {
    while (resting_.any_to_replace())
      if (replace(resting_.next_to_replace(), tick)) return true;
    return false;
  }

  // At the near touch of now, where the order does not stand there already. Without a look at the gate nobody asks for an order while the
  // kill switch is pulled.
  bool replace(RestingOrder& resting, Tick tick) {
    if (resting.user_ref == 0 || kill_guard_.pulled()) return false;
    OrderSession<Port>& session = sessions_[resting.venue];
    ChildOrder* old = session.orders().find(resting.user_ref);
    if (old == nullptr || !replaceable(old->state)) return false;
    const book::Touch touch = market_.touch(resting.locate);
    const book::Price near = old->side == book::Side::Buy ? touch.bid : touch.ask;
    if (touch.bid == 0 || touch.ask == 0 || near == old->price) return false;
    tick.locate = resting.locate;
    TickPath path;
    path.rx = rx_tsc_;
    path.book = trace_.stamp(HS_HOP_OMS_BOOK, tick, path);
    trace_.booked(tick, path);
    const ChildRequest request{old->side, OrderType::Limit, near, old->leaves(), old->parent, old->arrival_mid2};
    path.decide = trace_.stamp(HS_HOP_OMS_DECIDE, tick, path);
    path.pick = trace_.stamp(HS_HOP_ROUTER_PICK, tick, path);  // it goes to where its order rests
    place_replacement(session, *old, resting, tick, request, path, touch);
    return true;
  }

  // Checks it as the new order that it is, and sends it. Until the venue has answered, both are open.
  void place_replacement(OrderSession<Port>& session, ChildOrder& old, RestingOrder& resting, const Tick& tick, const ChildRequest& request,
                         TickPath& path, const book::Touch& touch) {
    const std::uint32_t user_ref = session.take_user_ref();
    const risk::Market market{touch, tape_[tick.locate].last, gate_.quiet_ns(tick.locate, tick.market_ns)};
    const Decision decision{tick, request, {}, nullptr, 0, market, session.venue(), user_ref, old.user_ref};
    if (!session.orders().has_room(user_ref)) [[unlikely]]
      return refuse(decision);
    trace_.picked(tick, request, path, probe::trace_id(session.venue(), user_ref), session.venue());
    const auto strategy = static_cast<std::uint16_t>(request.parent == kNoParent ? 0 : request.parent + 1);
    const risk::Reason verdict =
        gate_.check({request.side, request.price, request.quantity, tick.locate, session.venue(), strategy}, market, tick.market_ns);
    const core::Ticks risk_tsc = verdict == risk::Reason::Pass ? trace_.stamp(HS_HOP_RISK_PASS, tick, path) : 0;
    ChildOrder& order = lifecycle_.open(session.orders(), session.venue(), user_ref, tick, request);
    hs_capsule* capsule = trace_.open(order, tick, request, path);
    if (verdict != risk::Reason::Pass) [[unlikely]] {
      if (verdict == risk::Reason::Killed) notice_trip();
      return stop(order, decision, verdict);
    }
    trace_.passed(capsule, risk_tsc);

    wire::ouch::Order wire_order;
    wire_order.user_ref = user_ref;
    wire_order.quantity = resting.intended;
    wire_order.price = request.price;
    session.replace(old.user_ref, wire_order);
    const core::Ticks tx = trace_.sending(capsule);
    if (kill_guard_.pulled()) [[unlikely]] {  // as in send()
      session.abandon();
      OrderTrace::withdrawn(capsule);
      notice_trip();
      return stop(order, decision, gate_.overrule());
    }
    commit(session);
    trace_.sent(capsule);
    kill_guard_.sent(tx);
    lifecycle_.replace_sent(old, order);
    resting.user_ref = user_ref;
    digest_.add_replace(tick, order.venue, old.user_ref, user_ref, request);
    if (audit_.on()) audit_.sent(decision);
  }

  // A replacement that has not come about, or of which nobody knows: its order rests on, or may. Where that is not in the strategy's ring
  // any more, or nobody knows, it is asked back at a later feed message.
  void keep_replaced(const ChildEvent& event) {
    const bool rejected = event.kind == ChildEventKind::Rejected;
    if (!rejected && event.kind != ChildEventKind::GivenUp) return;
    const ChildOrder& order = event.order;
    const ChildOrder* old = sessions_[order.venue].orders().find(order.replaces);
    if (old == nullptr || terminal(old->state)) return;
    if (rejected && resting_.put_back(order.venue, order.user_ref, old->user_ref)) return;
    refused_cancels_.push({old->user_ref, old->locate, old->venue, old->side});
  }

  // Not sent, and the strategy's ring does not turn for it.
  void stop(ChildOrder& order, const Decision& decision, risk::Reason verdict) {
    lifecycle_.block(order, verdict);
    if (audit_.on()) audit_.blocked(decision, verdict, gate_.evidence());
  }

  // No decision of its own, and so no part of the order digest: what it repeats stands there.
  void cancel_again(const Tick& tick) {
    const RestingOrder order = refused_cancels_.pop();
    OrderSession<Port>& session = sessions_[order.venue];
    ChildOrder* open = session.orders().find(order.user_ref);
    if (open == nullptr || terminal(open->state)) return;
    session.cancel(order.user_ref);
    commit(session);
    lifecycle_.cancel_sent(open);
    if (tick.measured) counters_.add(HS_COUNTER_CANCELS);
    if (audit_.on()) audit_.cancel(tick, order);
  }

  // The cancel that may leave with this decision, of those due.
  RestingOrder next_cancel(const RestingOrder& due, const Tick& tick) {
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

  // The kill switch was pulled between the gate and the port. A cancel that rode with the order still leaves.
  void withdraw(OrderSession<Port>& session, ChildOrder& order, const Decision& decision, const RestingOrder& due, hs_capsule* capsule) {
    session.abandon();
    if (decision.leg == 0 && decision.request.parent == kNoParent) resting_.withdraw();
    OrderTrace::withdrawn(capsule);
    notice_trip();
    const risk::Reason verdict = gate_.overrule();
    lifecycle_.block(order, verdict);
    if (audit_.on()) audit_.blocked(decision, verdict, gate_.evidence());
    cancel(due, decision.tick);
  }

  void notice_trip() {
    if (kill_guard_.notice() && audit_.on()) audit_.kill_tripped(kill_guard_.current());
  }

  // Also where no market data comes. A session without room gets its mass cancel in the first round that finds some.
  void enforce_kill() {
    notice_trip();
    if (const KillTrip trip = kill_guard_.current(); kill_guard_.rearm()) {
      if (audit_.on()) audit_.kill_armed(trip);
      return;
    }
    for (OrderSession<Port>& session : sessions_) {
      if (!kill_guard_.is_due(session.venue(), core::now_ticks()) || !session.ready()) continue;
      session.mass_cancel(kill_guard_.user_ref());
      commit(session);
      kill_guard_.asked(session.venue(), core::now_ticks());
      if (audit_.on()) audit_.mass_cancel(session.venue(), kill_guard_.user_ref());
    }
  }

  // In a packet of its own.
  void cancel(const RestingOrder& due, const Tick& tick) {
    if (due.user_ref == 0) return;
    OrderSession<Port>& session = sessions_[due.venue];
    session.cancel(due.user_ref);
    commit(session);
    cancelled(due, tick);
  }

  void cancelled(const RestingOrder& due, const Tick& tick) {
    lifecycle_.cancel_sent(sessions_[due.venue].orders().find(due.user_ref));
    if (tick.measured) counters_.add(HS_COUNTER_CANCELS);
    digest_.add_cancel(tick, due.locate, due.venue, due.user_ref, due.side);
    if (audit_.on()) audit_.cancel(tick, due);
  }

  // In lockstep a message is announced before it can be handled, so that the feed never sees both sides equal too early.
  void commit(OrderSession<Port>& session) {
    lockstep_.oms_sent[session.venue()].set(session.sent());
    session.commit();
  }

  bool poll_answers(OrderSession<Port>& session) {
    const std::span<const net::Payload> burst = session.port().rx_burst();
    const bool worked = !burst.empty();
    for (const net::Payload payload : burst) take_answers(session, payload);
    session.port().rx_release();  // also of an empty burst: frames that were not ours may lie behind it
    if (worked) lockstep_.oms_handled[session.venue()].set(session.inbound().expected() - 1);
    return worked;
  }

  void take_answers(OrderSession<Port>& session, net::Payload payload) {
    wire::MoldReader reader(payload);
    if (reader.malformed()) [[unlikely]]
      return counters_.add(HS_COUNTER_PORT_MALFORMED);
    const wire::MoldArrival arrival = session.inbound().on_packet(reader.sequence(), reader.messages());
    if (arrival.gap != 0) [[unlikely]]
      lose_answers(session, reader.sequence() - arrival.gap, arrival.gap);
    std::uint64_t index = 0;
    for (wire::Bytes bytes; reader.next(bytes); ++index) {
      if (index < arrival.duplicate) continue;
      const wire::ouch::Message message(bytes);
      const bool of_mass_cancel = kill_guard_.pulled() && kill_guard_.take(session.venue(), message);
      const bool news = of_mass_cancel || lifecycle_.take(session.orders(), message);
      if (news && audit_.on()) audit_.answer(session.venue(), session.orders(), message);
    }
    trace_.settle();
    if (reader.malformed()) [[unlikely]] {
      counters_.add(HS_COUNTER_PORT_MALFORMED);
      lose_answers(session, reader.sequence() + index, reader.messages() - index);
    }
  }

  void lose_answers(const OrderSession<Port>& session, std::uint64_t first, std::uint64_t messages) {
    counters_.add(HS_COUNTER_SESSION_GAPS, messages);
    if (audit_.on()) audit_.answers_lost(session.venue(), first, messages);
  }

  void give_up(std::uint64_t sent_until_ns, hs_outcome outcome) {
    for (OrderSession<Port>& session : sessions_) lifecycle_.give_up_until(session.orders(), sent_until_ns, outcome);
  }

  net::MoldReceiver<Port> feed_;
  core::Lockstep& lockstep_;
  const std::uint64_t warmup_messages_;
  const std::uint64_t ack_timeout_ns_;
  const bool follows_answers_;  // what is sent depends on what venues have answered: rule smart, or orders that are sent again
  core::Counters counters_;

  bool measuring_ = false;
  core::Ticks burst_rx_tsc_ = 0;
  core::Ticks rx_tsc_ = 0;  // of the current packet
  Moment moment_;

  MarketView market_;
  book::Lookahead lookahead_{market_.books()};
  book::Tape tape_;
  SymbolDirectory symbols_;
  Positions positions_;
  Strategy strategy_;
  OrderRouting routing_;
  UnfilledOrders unfilled_;
  ExecutionCost cost_;
  KillGuard kill_guard_;
  risk::Gate gate_;
  std::uint64_t breaker_trips_ = 0, breaker_resets_ = 0;
  RestingOrders resting_;
  HeldCancels held_;
  RefusedCancels refused_cancels_;
  std::vector<OrderSession<Port>> sessions_;
  OrderDigest digest_;
  OrderTrace trace_;
  AuditTrail audit_;
  Desk desk_;
  OrderLifecycle<Oms> lifecycle_;
};

}  // namespace hopscope::oms
