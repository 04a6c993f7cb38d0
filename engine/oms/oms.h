// The OMS: market data in, child orders out, answers in.
//
//   feed port ─▶ sequence ─▶ book ─▶ strategy, desk ─▶ router ─▶ risk ─▶ OUCH ─▶ venue port      (here, then OrderEntry)
//   venue port ─▶ sequence ─▶ child order ─▶ capsule, histograms                                 (VenueAnswers, OrderLifecycle)
//
// An answer sends nothing: it moves child orders, positions, exposure, parent orders and what the router has learned, and what follows from
// that is decided at a later feed message. So in lockstep everything is a function of the feed and the seed. In open pacing the order
// digest is one too, where no parent order, smart route, re-route, replacement or limit on exposure looks at answers. The exception is the
// kill switch: once it is pulled no order leaves any more, and all that are open are cancelled (KillGuard).
//
// A full order port stops the feed side in front of the message that may need it, with the received burst held; nothing is dropped, and
// answers are taken all the while, so no two roles wait for each other. What the feed's link loses is asked for again (net::MoldReceiver);
// answers that are lost are counted, and their orders time out, unless the link recovers them (net/recovered.h).
//
// One thread. Nothing is allocated after construction. Order counters count orders decided after the warm-up, whenever their answers come;
// gaps in the feed count from the start.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>

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
#include "engine/oms/command.h"
#include "engine/oms/desk.h"
#include "engine/oms/market_view.h"
#include "engine/oms/order_entry.h"
#include "engine/oms/order_trace.h"
#include "engine/oms/strategy.h"
#include "engine/oms/symbol_directory.h"
#include "engine/oms/venue_answers.h"
#include "engine/probe/injector.h"

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
        follows_answers_(plan.router == core::RouterRule::Smart || plan.routing.reroutes != 0 || plan.oms.replace_after != 0 ||
                         std::any_of(plan.oms.parents.begin(), plan.oms.parents.end(), [](const auto& parent) { return parent.reposts; })),
        market_(plan),
        tape_(feed::max_locate(plan.feed)),
        symbols_(feed::max_locate(plan.feed)),
        strategy_(plan.oms, plan.seed, feed::max_locate(plan.feed)),
        trace_(packets, capsules, emitter, injector, counters_),
        audit_(journal, moment_),
        desk_(plan, audit_),
        entry_(plan, venues, capsules.slots_per_session(), feed::max_locate(plan.feed), kill,
               {{market_, tape_, symbols_}, desk_, trace_, audit_, counters_, lockstep, moment_}),
        answers_(entry_.lifecycle(), entry_.kill_guard(), trace_, audit_, counters_, lockstep) {
    if (audit_.on()) feed_.set_gap_listener(&audit_);
  }
  Oms(const Oms&) = delete;
  Oms& operator=(const Oms&) = delete;

  // One round; returns whether there was work.
  bool poll() {
    // Lateness is judged behind the answers and by the time at which this round began: market time may leap within one burst (a replay at
    // full speed), and an order of that burst cannot have been answered yet.
    const std::uint64_t market_ns = moment_.market_ns;
    bool worked = poll_feed();
    for (OrderSession<Port>& session : entry_.sessions()) worked |= answers_.poll(session);
    if (!follows_answers_) time_out(market_ns);
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
  std::uint64_t open_orders() const { return entry_.lifecycle().open_orders(); }

  core::Counters& counters() { return counters_; }
  const core::Digest& order_digest() const { return entry_.digest(); }
  const hs_histogram& tick_to_ack() const { return trace_.tick_to_ack(); }
  const hs_histogram& tick_to_ack_response() const { return trace_.tick_to_ack_response(); }
  const risk::Gate& gate() const { return entry_.gate(); }
  const book::Books& books() const { return market_.books(); }
  const MarketView& market() const { return market_; }
  const book::Tape& tape() const { return tape_; }
  const SymbolDirectory& symbols() const { return symbols_; }
  const Positions& positions() const { return entry_.positions(); }
  // visit(order) for each child order that was sent and is not over, venue by venue.
  template <class Visit>
  void each_open_order(Visit&& visit) const {
    entry_.sessions().each_open(visit);
  }
  const ExecutionCost& cost() const { return entry_.cost(); }
  const OrderRouting& routing() const { return entry_.routing(); }
  // Before the first poll(), where latency is measured.
  void calibrate(const core::Calibration& calibration) { entry_.routing().calibrate(calibration); }
  const Desk& desk() const { return desk_; }
  // What a trader asks for at run time goes through here.
  CommandSlot& commands() { return commands_; }
  AuditTrail& audit() { return audit_; }
  const AuditTrail& audit() const { return audit_; }
  const KillGuard& kill_guard() const { return entry_.kill_guard(); }

  // Other limits from now on, journaled. self_cross stays as it was at the start.
  void set_limits(const core::RiskPlan& plan) {
    entry_.gate().set(plan, {moment_.market_ns, counters_.get(HS_COUNTER_OMS_GAPS)});
    desk_.set_max_child(plan.max_quantity);
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
    bool ready() { return !(oms.strategy_.due() || oms.desk_.active() || oms.entry_.waiting()) || oms.entry_.ready(); }
    bool message(std::uint64_t sequence, wire::Bytes bytes) { return oms.take_message(sequence, wire::itch::Message(bytes)), true; }
    void end_packet() {}
  };

  bool poll_feed() {
    const bool worked = feed_.poll(FeedVisitor{*this});
    if (entry_.kill_guard().pulled()) [[unlikely]]
      entry_.enforce_kill();
    entry_.sessions().flush();
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
    entry_.gate().reset_counts();
    // What still holds orders back is counted again.
    breaker_trips_ = breaker_resets_ = entry_.gate().breakers().resets();
  }

  void take_message(std::uint64_t sequence, const wire::itch::Message& message) {
    if (message.bytes().size() < sizeof(wire::itch::Head)) [[unlikely]] {
      counters_.add(HS_COUNTER_PORT_MALFORMED);
      return;
    }
    // Between two messages only: there an answer is in or is not in every build alike (core::Lockstep), and what is decided follows from
    // it.
    if (follows_answers_) time_out(moment_.market_ns);
    moment_ = {message.timestamp_ns(), sequence};
    lookahead_.step();
    tape_.take(market_.books(), message);
    const book::Applied applied = market_.apply(message);
    counters_.add(HS_COUNTER_OMS_MESSAGES);
    if (applied != book::Applied::Book) {
      if (applied == book::Applied::Unresolved) counters_.add(HS_COUNTER_OMS_UNRESOLVED);
      if (symbols_.learn(message)) list(message.locate());
    }
    if (entry_.gate().watching()) [[unlikely]]
      watch(message.locate(), applied == book::Applied::Book);
    const Tick tick{sequence, moment_.market_ns, message.locate(), sequence > warmup_messages_};
    decide(tick);
    // Behind all that this message decides: what follows from a command comes with the next one, for which there will be room.
    if (commands_.any()) [[unlikely]]
      obey(tick);
  }

  void obey(const Tick& tick) {
    Command* command = commands_.take();
    if (command == nullptr) return;
    carry_out(*command, desk_, symbols_, {tick.market_ns, tick.measured, entry_.kill_guard().pulled()});
    if (command->kind == CommandKind::SetLimits && command->refusal == Refusal::None) set_limits(command->limits);
    command->done.store(true, std::memory_order_release);
  }

  void list(std::uint16_t locate) {
    desk_.listed(locate, symbols_[locate]);
    entry_.gate().listed(locate, symbols_[locate]);
    if (audit_.on()) audit_.listed(locate, symbols_[locate]);
  }

  // Circuit breakers see the message before anything is decided on it.
  void watch(std::uint16_t locate, bool booked) {
    if (!symbols_.has(locate)) return;
    risk::Gate& gate = entry_.gate();
    gate.observe({moment_.market_ns, locate, market_.touch(locate), tape_[locate], counters_.get(HS_COUNTER_OMS_GAPS), booked});
    counters_.add(HS_COUNTER_BREAKER_TRIPS, gate.breakers().all_trips() - breaker_trips_);
    breaker_trips_ = gate.breakers().all_trips();
    counters_.add(HS_COUNTER_BREAKER_RESETS, gate.breakers().resets() - breaker_resets_);
    breaker_resets_ = gate.breakers().resets();
  }

  // One decision a message: there is room for no more. The strategy stays due where a parent order or a replacement has its turn.
  void decide(const Tick& tick) {
    const bool due = strategy_.due();
    strategy_.pass();
    const bool worked = (desk_.due(moment_.market_ns) && work_parents(tick)) || entry_.replace_next(tick, rx_tsc_);
    if (due && !worked) {
      act(tick);
    } else if (!worked && entry_.waiting()) [[unlikely]] {
      entry_.release_cancel(tick);
    }
    entry_.send_again(tick, rx_tsc_);
  }

  // The parent orders' turn; returns whether one of them acted.
  bool work_parents(const Tick& tick) {
    const std::optional<DeskAction> action = desk_.next(tick, {market_, tape_, symbols_, entry_.kill_guard().pulled()});
    if (!action) return false;
    Tick of_symbol = tick;
    of_symbol.locate = desk_.locate_of(action->parent);
    if (action->replaces != nullptr) return entry_.replace(*action->replaces, of_symbol, rx_tsc_);
    for (const RestingOrder& order : action->cancels) entry_.ask_back(order, of_symbol);
    if (!action->child) return true;
    TickPath path = entry_.begin(of_symbol, rx_tsc_);
    entry_.place(of_symbol, path, market_.touch(of_symbol.locate), *action->child);
    return true;
  }

  // The strategy's turn; it may find no opportunity on this symbol.
  void act(const Tick& tick) {
    const book::Touch touch = market_.touch(tick.locate);
    if (touch.bid == 0 || touch.ask == 0 || !symbols_.knows(tick.locate)) return;
    if (!strategy_.wants(tick, touch)) return;
    TickPath path = entry_.begin(tick, rx_tsc_);
    entry_.place(tick, path, touch, strategy_.decide(touch));
  }

  // Orders sent longer than the timeout before that moment of market time wait no longer.
  void time_out(std::uint64_t market_ns) {
    if (open_orders() != 0 && market_ns >= ack_timeout_ns_) [[unlikely]]
      give_up(market_ns - ack_timeout_ns_, HS_OUTCOME_TIMED_OUT);
  }

  void give_up(std::uint64_t sent_until_ns, hs_outcome outcome) {
    for (OrderSession<Port>& session : entry_.sessions()) entry_.lifecycle().give_up_until(session.orders(), sent_until_ns, outcome);
  }

  net::MoldReceiver<Port> feed_;
  core::Lockstep& lockstep_;
  const std::uint64_t warmup_messages_;
  const std::uint64_t ack_timeout_ns_;
  const bool follows_answers_;  // what is sent depends on what venues have answered: rule smart, orders sent again or replaced
  core::Counters counters_;

  bool measuring_ = false;
  core::Ticks burst_rx_tsc_ = 0;
  core::Ticks rx_tsc_ = 0;  // of the current packet
  Moment moment_;

  MarketView market_;
  book::Lookahead lookahead_{market_.books()};
  book::Tape tape_;
  SymbolDirectory symbols_;
  Strategy strategy_;
  std::uint64_t breaker_trips_ = 0, breaker_resets_ = 0;
  OrderTrace trace_;
  AuditTrail audit_;
  Desk desk_;
  OrderEntry<Port> entry_;
  VenueAnswers<Port, typename OrderEntry<Port>::Lifecycle> answers_;
  CommandSlot commands_;
};

}  // namespace hopscope::oms
