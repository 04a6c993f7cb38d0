// The OMS: market data in, child orders out, answers in.
//
//   feed port ─▶ sequence ─▶ book ─▶ strategy ─▶ router ─▶ risk ─▶ OUCH ─▶ venue port          (poll_feed … send)
//   venue port ─▶ sequence ─▶ child order ─▶ capsule, histograms                               (poll_answers, OrderLifecycle)
//
// What is sent depends on the feed and the seed alone, never on an answer: so the order digest is equal for every build and speed. Answers
// move child orders and counters. A full order port stops the feed side in front of the message that may need it, with the received burst
// held; nothing is dropped, and answers are taken all the while, so no two roles wait for each other. What the feed's link loses is asked
// for again (net::MoldReceiver); answers that are lost are counted, and their orders time out. The exception is the kill switch: once it is
// pulled no order leaves any more, and those that rest are cancelled, one a decision.
//
// One thread. Nothing is allocated after construction. Order counters count orders decided after the warm-up, whenever their answers come;
// gaps in the feed count from the start.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/book/books.h"
#include "engine/book/itch_book.h"
#include "engine/book/lookahead.h"
#include "engine/core/counters.h"
#include "engine/core/lockstep.h"
#include "engine/core/plan.h"
#include "engine/feed/room.h"
#include "engine/feed/session.h"
#include "engine/net/mold_receiver.h"
#include "engine/net/port.h"
#include "engine/oms/audit_trail.h"
#include "engine/oms/every_nth.h"
#include "engine/oms/order_digest.h"
#include "engine/oms/order_lifecycle.h"
#include "engine/oms/order_session.h"
#include "engine/oms/order_trace.h"
#include "engine/oms/resting_orders.h"
#include "engine/oms/symbol_directory.h"
#include "engine/probe/injector.h"
#include "engine/risk/gate.h"
#include "engine/router/router.h"

namespace hopscope::oms {

template <net::Port Port>
class Oms {
 public:
  // emitter must be open: its lane decides about stamps; injector before the first poll(). venues: one order port each, in the order of
  // their indices. journal: where its own records go; null for nowhere.
  Oms(const core::Plan& plan, Port& feed, std::span<Port* const> venues, const probe::PacketTable& packets, probe::CapsuleTable& capsules,
      probe::Emitter& emitter, probe::Injector& injector, core::Lockstep& lockstep, risk::KillSwitch kill_switch,
      const net::RecoveryLimits& recovery = {}, journal::Journal* journal = nullptr)
      : feed_(feed, feed::kFeedSession, counters_, kRecoveryCounters, recovery),
        lockstep_(lockstep),
        warmup_messages_(plan.feed.warmup_messages),
        ack_timeout_ns_(plan.oms.ack_timeout_ns),
        books_(feed::max_locate(plan.feed), feed::max_orders(plan.feed)),
        symbols_(feed::max_locate(plan.feed)),
        strategy_(plan.oms, plan.seed),
        router_(plan.router),
        gate_(plan.risk, kill_switch),
        resting_(plan.oms.cancel_after),
        trace_(packets, capsules, emitter, injector, counters_),
        audit_(journal, moment_),
        lifecycle_(trace_, audit_, counters_) {
    if (audit_.on()) feed_.set_gap_listener(&audit_);
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
    if (open_orders() != 0 && market_ns >= ack_timeout_ns_) give_up(market_ns - ack_timeout_ns_, HS_OUTCOME_TIMED_OUT);
    if (audit_.on() && !worked) audit_.settle();
    return worked;
  }

  // Ends the run: child orders that still wait for an answer leave their capsules as RUN_ENDED, and what has not come by now of the feed's
  // messages up to `last_feed_sequence` is a gap.
  void end_run(std::uint64_t last_feed_sequence) {
    give_up(~std::uint64_t{0}, HS_OUTCOME_RUN_ENDED);
    feed_.end_run(last_feed_sequence);
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
  const book::Books& books() const { return books_; }
  AuditTrail& audit() { return audit_; }

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
    bool ready() { return !oms.strategy_.due() || oms.ready(); }
    bool message(std::uint64_t sequence, wire::Bytes bytes) { return oms.take_message(sequence, wire::itch::Message(bytes)), true; }
    void end_packet() {}
  };

  bool poll_feed() {
    const bool worked = feed_.poll(FeedVisitor{*this});
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
  }

  void take_message(std::uint64_t sequence, const wire::itch::Message& message) {
    if (message.bytes().size() < sizeof(wire::itch::Head)) [[unlikely]] {
      counters_.add(HS_COUNTER_PORT_MALFORMED);
      return;
    }
    moment_ = {message.timestamp_ns(), sequence};
    lookahead_.step();
    const book::Applied applied = book::apply(books_, message);
    counters_.add(HS_COUNTER_OMS_MESSAGES);
    if (applied != book::Applied::Book) {
      if (applied == book::Applied::Unresolved) counters_.add(HS_COUNTER_OMS_UNRESOLVED);
      if (symbols_.learn(message) && audit_.on()) audit_.listed(message.locate(), symbols_[message.locate()]);
    }
    const bool due = strategy_.due();
    strategy_.pass();
    if (due) act({sequence, moment_.market_ns, message.locate(), sequence > warmup_messages_});
  }

  // One decision sends at most one packet to each venue.
  bool ready() {
    bool all = true;
    for (OrderSession<Port>& session : sessions_) all &= session.ready();
    return all;
  }

  // The strategy's turn; it may find no opportunity on this symbol.
  void act(const Tick& tick) {
    const book::Touch touch = books_.touch(tick.locate);
    if (touch.bid == 0 || touch.ask == 0 || !symbols_.knows(tick.locate)) return;
    TickPath path;
    path.rx = rx_tsc_;
    path.book = trace_.stamp(HS_HOP_OMS_BOOK, tick, path);
    trace_.booked(tick, path);

    const ChildRequest request = strategy_.decide(touch);
    path.decide = trace_.stamp(HS_HOP_OMS_DECIDE, tick, path);

    // One feed builds all venues' books in this form of the pipeline, so the local book stands for each of them.
    std::array<router::VenueView, core::kMaxVenues> views;
    for (std::size_t v = 0; v < sessions_.size(); ++v) views[v].touch = touch;
    OrderSession<Port>& session = sessions_[router_.pick(request.side, {views.data(), sessions_.size()})];
    path.pick = trace_.stamp(HS_HOP_ROUTER_PICK, tick, path);
    const std::uint32_t user_ref = session.take_user_ref();
    trace_.picked(tick, request, path, probe::trace_id(session.venue(), user_ref), session.venue());

    const risk::Request checked{request.side, request.price, request.quantity};
    const risk::Reason verdict = gate_.check(checked, touch, tick.market_ns);
    // One that is blocked does not come to that hop.
    const core::Ticks risk_tsc = verdict == risk::Reason::Pass ? trace_.stamp(HS_HOP_RISK_PASS, tick, path) : 0;

    ChildOrder& order = lifecycle_.open(session.orders(), session.venue(), user_ref, tick, request);
    hs_capsule* capsule = trace_.open(order, tick, request, path);
    const Decision decision{tick, request, {views.data(), sessions_.size()}, touch, session.venue(), user_ref};
    if (verdict != risk::Reason::Pass) [[unlikely]] {
      lifecycle_.block(order, verdict);
      if (audit_.on()) audit_.blocked(decision, verdict, gate_.evidence(verdict, checked, touch));
      if (verdict == risk::Reason::Killed) cancel(resting_.rotate({}), tick);
      return;
    }
    trace_.passed(capsule, risk_tsc);
    send(session, order, decision, capsule);
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

    RestingOrder rests;
    if (request.type == OrderType::Limit) rests = {order.user_ref, tick.locate, order.venue, request.side};
    const RestingOrder due = resting_.rotate(rests);
    // A cancel for the same venue rides behind the order in its packet; one for another venue leaves after it.
    const bool rides = due.user_ref != 0 && due.venue == order.venue;
    if (rides) session.cancel(due.user_ref);

    lifecycle_.send(order);
    trace_.sending(capsule);
    commit(session);
    trace_.sent(capsule);
    digest_.add_order(tick, order.venue, order.user_ref, request);
    if (audit_.on()) audit_.sent(decision);

    if (rides) return cancelled(due, tick);
    cancel(due, tick);
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
    if (tick.measured) counters_.add(HS_COUNTER_CANCELS);
    digest_.add_cancel(tick, due.locate, due.venue, due.user_ref, due.side);
    if (audit_.on()) audit_.cancel(tick, due);
  }

  // In lockstep a message is announced before it can be handled, so that the feed never sees both sides equal too early.
  void commit(OrderSession<Port>& session) {
    if (lockstep_.enabled) lockstep_.oms_sent[session.venue()].set(session.sent());
    session.commit();
  }

  bool poll_answers(OrderSession<Port>& session) {
    const std::span<const net::Payload> burst = session.port().rx_burst();
    const bool worked = !burst.empty();
    for (const net::Payload payload : burst) take_answers(session, payload);
    session.port().rx_release();  // also of an empty burst: frames that were not ours may lie behind it
    if (worked && lockstep_.enabled) lockstep_.oms_handled[session.venue()].set(session.inbound().expected() - 1);
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
      lifecycle_.take(session.orders(), message);
      if (audit_.on()) audit_.answer(session.venue(), session.orders(), message);
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
  core::Counters counters_;

  bool measuring_ = false;
  core::Ticks burst_rx_tsc_ = 0;
  core::Ticks rx_tsc_ = 0;  // of the current packet
  Moment moment_;

  book::Books books_;
  book::Lookahead lookahead_{books_};
  SymbolDirectory symbols_;
  EveryNth strategy_;
  router::Router router_;
  risk::Gate gate_;
  RestingOrders resting_;
  std::vector<OrderSession<Port>> sessions_;
  OrderDigest digest_;
  OrderTrace trace_;
  AuditTrail audit_;
  OrderLifecycle lifecycle_;
};

}  // namespace hopscope::oms
