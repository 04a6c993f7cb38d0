// A venue: market data and client orders in, matching, journal, answers out.
//
//   feed port  ─▶ sequence ─▶ background orders ─┐
//   order port ─▶ sequence ─▶ modelled delay ────┴▶ matching engine ─▶ journal ─▶ OUCH answers ─▶ order port
//
// Answers follow the records one by one. With `ack_after: write` or `durable` they are held until the journal's block with those records
// has been handed to the device, or is durable. Where the order port is full, or no more can be held, the venue holds its burst and takes
// nothing new until some have left; the OMS takes answers whatever it waits for, so no two roles wait for each other. What the feed's link
// loses is asked for again (net::MoldReceiver); a lost order-entry datagram is counted, never waited for.
//
// A journal that is nearly full closes the venue for new orders and replacements: they are rejected, and their rejects not journaled.
//
// One thread. Trading logic knows market time only: that of the last feed message. Nothing is allocated after construction, but for the
// vector of records when one order sweeps thousands of makers.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>

#include "engine/core/counters.h"
#include "engine/core/lockstep.h"
#include "engine/core/plan.h"
#include "engine/feed/room.h"
#include "engine/feed/session.h"
#include "engine/journal/journal.h"
#include "engine/net/mold_receiver.h"
#include "engine/net/port.h"
#include "engine/probe/emitter.h"
#include "engine/probe/injector.h"
#include "engine/probe/slots.h"
#include "engine/venue/answers.h"
#include "engine/venue/client_accounts.h"
#include "engine/venue/client_order.h"
#include "engine/venue/fees.h"
#include "engine/venue/inbox.h"
#include "engine/venue/matching_engine.h"
#include "engine/venue/order_answers.h"
#include "engine/venue/order_reader.h"
#include "engine/venue/order_trace.h"
#include "engine/venue/room.h"
#include "engine/venue/waiting_messages.h"

namespace hopscope::venue {

template <net::Port Port>
class Venue {
 public:
  // `journal` and `injector` must be open before the first poll(); the emitter's lane, too, must be known by then.
  Venue(unsigned index, const core::Plan& plan, Port& feed, Port& orders, journal::Journal& journal, probe::CapsuleTable& capsules,
        const probe::Emitter& emitter, probe::Injector& injector, core::Lockstep& lockstep, const net::RecoveryLimits& recovery = {})
      : index_(index),
        warmup_messages_(plan.feed.warmup_messages),
        profile_(index < plan.venue_profiles.size() ? plan.venue_profiles[index] : core::VenuePlan()),
        journal_(journal),
        lockstep_(lockstep),
        feed_(feed, feed::kFeedSession, counters_, kRecoveryCounters, recovery),
        orders_(orders, counters_, HS_COUNTER_SESSION_GAPS),
        ack_after_(plan.journal.ack_after),
        answers_(orders, index, plan.journal.ack_after != core::AckAfter::Match),
        trace_(index, capsules, emitter, injector, counters_),
        engine_(feed::max_locate(plan.feed), max_orders(plan.feed), feed_share(plan, index)),
        waiting_(profile_.latency_ns == 0 ? 1 : profile_.queue),
        accounts_(feed::max_locate(plan.feed)) {}
  Venue(const Venue&) = delete;
  Venue& operator=(const Venue&) = delete;

  // One round; returns whether there was work.
  bool poll() {
    bool worked = release() || answering();
    if (deliver() && take_due() && !orders_.busy()) {
      if (!feed_.busy()) commit();  // answers to what waited, with no packet at whose end they would leave
      worked |= feed_.poll(FeedVisitor{*this});
    }
    const bool took_orders = !answering() && orders_.poll(OrderVisitor{*this});
    worked |= took_orders;
    answers_.flush();
    if (lockstep_.enabled || took_orders) report_handled();
    return worked;
  }

  // It has the whole of the feed's session. Any thread may ask.
  bool feed_ended() const { return feed_.complete(); }
  // Ends the run: what has not come by now of the feed's messages up to `last_feed_sequence` is a gap.
  void end_run(std::uint64_t last_feed_sequence) { feed_.end_run(last_feed_sequence); }

  core::Counters& counters() { return counters_; }
  MatchingEngine& engine() { return engine_; }
  unsigned index() const { return index_; }
  const core::VenuePlan& profile() const { return profile_; }
  const VenueTotals& totals() const { return totals_; }
  // Over the whole run.
  const ClientAccounts& accounts() const { return accounts_; }
  // Times it had to wait for its journal with as many answers held as there is room for, warm-up too.
  std::uint64_t stalls() const { return stalls_; }

  // The feed has ended: what still waits is matched now, at the market's last time. From any thread.
  void end_session() { session_ended_.store(true, std::memory_order_relaxed); }

 private:
  struct FeedVisitor {
    Venue& venue;
    void burst(std::span<const net::Payload>) {}
    void packet(std::uint64_t first, std::uint64_t messages, core::Ticks) { venue.take_feed_packet(first, messages); }
    bool ready() { return true; }
    bool message(std::uint64_t sequence, wire::Bytes bytes) { return venue.take_feed_message(sequence, wire::itch::Message(bytes)); }
    void end_packet() { venue.commit(); }
  };
  struct OrderVisitor {
    Venue& venue;
    void burst() { venue.trace_.received(); }
    void packet(std::uint64_t, std::uint64_t) {}
    bool message(std::uint64_t, wire::Bytes bytes) { return venue.take_order_message(wire::ouch::Message(bytes)); }
    bool end_packet() { return venue.commit(); }
  };

  static constexpr net::RecoveryCounters kRecoveryCounters{HS_COUNTER_VENUE_GAPS, HS_COUNTER_VENUE_RECOVERED, HS_COUNTER_VENUE_REQUESTS,
                                                           HS_COUNTER_VENUE_RECOVERIES};
  void take_feed_packet(std::uint64_t first, std::uint64_t messages) {
    if (!measuring_ && messages != 0 && first + messages - 1 > warmup_messages_) [[unlikely]] {
      measuring_ = true;
      counters_.reset_but(HS_COUNTER_VENUE_GAPS);  // what was given up in the warm-up leaves the books wrong, too
      totals_ = {};
      journal_.begin_measuring();
    }
    counters_.add(HS_COUNTER_VENUE_PACKETS, messages != 0);
  }

  bool take_feed_message(std::uint64_t sequence, const wire::itch::Message& message) {
    engine_.apply(sequence, message);
    counters_.add(HS_COUNTER_VENUE_MESSAGES);
    if (measured_from_ns_ == 0 && measuring_) [[unlikely]]
      measured_from_ns_ = engine_.market_ns();
    if (answering()) [[unlikely]] {
      journal_records();
      if (!deliver()) return false;
    }
    return take_due();
  }

  // Messages whose time has come. False: the port is full; the rest goes on with the next poll().
  bool take_due() {
    while (!waiting_.empty() && (waiting_.front().due_ns <= engine_.market_ns() || session_ended_.load(std::memory_order_relaxed))) {
      const WaitingMessages::Entry& entry = waiting_.front();
      // The slot may have changed hands meanwhile.
      const bool own = entry.capsule != nullptr && entry.capsule->trace_id == entry.trace_id;
      handle(wire::ouch::Message(entry.message()), own ? entry.capsule : nullptr, RejectReason::None);
      waiting_.pop();
      if (!deliver()) return false;
    }
    return true;
  }

  bool take_order_message(const wire::ouch::Message& message) {
    if (is_out() || !is_taken(message)) return true;
    const std::uint32_t user_ref = new_user_ref(message);
    if (user_ref != 0) engine_.expect(id_of(user_ref));
    hs_capsule* capsule = user_ref == 0 ? nullptr : trace_.find(user_ref);
    if (profile_.latency_ns == 0) [[likely]] {
      handle(message, capsule, RejectReason::None);
    } else if (waiting_.full()) {
      ++totals_.queue_rejects;
      handle(message, capsule, RejectReason::RiskPortMessageRate);
    } else {
      waiting_.push(engine_.market_ns() + profile_.latency_ns, message.bytes(), capsule);
      return true;
    }
    return deliver();
  }

  // Its order gateway is down (VenuePlan): what arrives is lost.
  bool is_out() {
    if (profile_.outage_for_ns == 0) [[likely]]
      return false;
    const std::uint64_t into_ns = engine_.market_ns() - measured_from_ns_;
    const bool out = measuring_ && into_ns - profile_.outage_after_ns < profile_.outage_for_ns;  // unsigned: false before it
    totals_.lost_in_outage += out;
    return out;
  }

  // Counts what is malformed. OUCH 5.0: UserRefNums must rise; an Enter Order or Replace Order with one that does not is ignored, so that
  // it can be sent twice without harm.
  bool is_taken(const wire::ouch::Message& message) {
    namespace ouch = wire::ouch;
    if (!message.well_formed(ouch::Direction::Inbound) || message.bytes().size() > WaitingMessages::kMessageBytes) [[unlikely]] {
      counters_.add(HS_COUNTER_PORT_MALFORMED);
      return false;
    }
    if (!may_trade(message)) return true;
    const std::uint32_t user_ref = new_user_ref(message);
    if (user_ref <= last_user_ref_) [[unlikely]]
      return false;
    last_user_ref_ = user_ref;
    counters_.add(HS_COUNTER_VENUE_ORDERS);
    return true;
  }

  // Of the order that the message brings, a replacement too; 0: it brings none.
  static std::uint32_t new_user_ref(const wire::ouch::Message& message) {
    if (const auto* enter = message.as<wire::ouch::EnterOrder>()) return enter->user_ref;
    if (const auto* replace = message.as<wire::ouch::ReplaceOrder>()) return replace->user_ref;
    return 0;
  }

  // Matches a message, or refuses it as it stands, and journals what came of it.
  void handle(const wire::ouch::Message& message, hs_capsule* capsule, RejectReason refused) {
    namespace ouch = wire::ouch;
    const bool closed = journal_.nearly_full() && may_trade(message);
    if (closed) [[unlikely]]
      refused = RejectReason::DestinationClosed;
    capsule_ = capsule;
    if (const auto* enter = message.as<ouch::EnterOrder>()) {
      const wire::Bytes appendage = message.appendage<ouch::EnterOrder>();
      echo_.of(*enter, appendage);
      ClientOrder order;
      const RejectReason unsound = read_order(*enter, appendage, index_, engine_.symbols(), order);
      engine_.enter(order, refused != RejectReason::None ? refused : unsound, {enter->side, enter->capacity, enter->cross_type});
    } else if (const auto* cancel = message.as<ouch::CancelOrder>()) {
      engine_.cancel(id_of(cancel->user_ref), cancel->quantity, refused);
    } else {
      handle_seldom(message, refused);
    }
    trace_.matched(capsule_);
    if (closed) [[unlikely]]
      return;  // not journaled: the room that is left is for orders that were taken
    trace_.journaling(capsule_);
    journal_records();
    trace_.journaled(capsule_, journal_, block_);
  }

  static bool may_trade(const wire::ouch::Message& message) {
    return message.as<wire::ouch::EnterOrder>() != nullptr || message.as<wire::ouch::ReplaceOrder>() != nullptr;
  }

  void handle_seldom(const wire::ouch::Message& message, RejectReason refused) {
    namespace ouch = wire::ouch;
    if (const auto* replace = message.as<ouch::ReplaceOrder>()) {
      const wire::Bytes appendage = message.appendage<ouch::ReplaceOrder>();
      const book::OrderId old = id_of(replace->original_user_ref);
      const OpenOrder* open = engine_.open_order(old);
      echo_.of(*replace, open, open == nullptr ? ouch::kAllSymbols : engine_.symbols().name(open->locate), appendage);
      const RejectReason unsound = check_replace(*replace, appendage);
      engine_.replace(old, id_of(replace->user_ref), price_of(*replace), replace->quantity,
                      refused != RejectReason::None ? refused : unsound);
    } else if (const auto* modify = message.as<ouch::ModifyOrder>()) {
      echo_.of(*modify);
      engine_.modify(id_of(modify->user_ref), modify->quantity, refused);
    } else if (const auto* mass = message.as<ouch::MassCancel>()) {
      echo_.of(*mass, message.appendage<ouch::MassCancel>());
      const bool all = mass->symbol == ouch::kAllSymbols;
      const std::optional<std::uint16_t> locate = all ? std::uint16_t{0} : engine_.symbols().find(mass->symbol);
      if (!locate && refused == RejectReason::None) refused = RejectReason::InvalidSymbol;
      engine_.mass_cancel(id_of(mass->user_ref), locate.value_or(0), refused);
    } else if (message.as<ouch::AccountQuery>() != nullptr) {
      engine_.query(id_of(0), last_user_ref_ + 1);
    }
  }

  static book::Price price_of(const wire::ouch::ReplaceOrder& replace) {
    return replace.price > kMaxOrderPrice ? 0 : static_cast<book::Price>(replace.price);
  }
  book::OrderId id_of(std::uint32_t user_ref) const { return client_id(index_, user_ref); }

  void journal_records() {
    for (const journal::Record& record : engine_.records()) {
      block_ = journal_.append(record);
      if (record.type != journal::RecordType::Executed) continue;
      charge(totals_, profile_, record);
      accounts_.take(profile_, record);
    }
  }

  // Records whose answers have not all been written.
  bool answering() const { return next_ < engine_.records().size(); }

  // Writes the answers to the records. False: the port is full; they go on with the next poll().
  bool deliver() {
    for (; answering(); ++next_) {
      const journal::Record& record = engine_.records()[next_];
      if (!answers_.has_room(largest_answer_bytes(echo_))) {
        commit();
        if (!answers_.open()) return note_stall();
      }
      const bool first = record.type == journal::RecordType::Accepted || record.type == journal::RecordType::Replaced ||
                         record.type == journal::RecordType::Rejected;
      if (first) answers_.orders().add(capsule_, block_);
      write_answers(answers_, record, echo_);
    }
    engine_.clear();
    next_ = 0;
    return true;
  }

  // Once for each time that it has to wait for its journal. False.
  bool note_stall() {
    if (!answers_.full() || stalled_) return false;
    stalled_ = true;
    ++stalls_;
    counters_.add(HS_COUNTER_JOURNAL_STALLS);
    return false;
  }

  // Hands the packet to the port, or holds it. In lockstep a message is announced before it can be handled.
  bool commit() {
    if (answers_.empty()) return true;
    lockstep_.venue_sent[index_].set(answers_.sent());
    if (answers_.holds()) {
      answers_.hold(block_);
      return true;
    }
    AnsweredOrders& answered = answers_.orders();
    trace_.sending(answered);
    answers_.commit();
    trace_.sent(answered);
    return true;
  }

  // Hands the held packets to the port whose blocks have come as far as the plan asks for. Returns whether there was one.
  bool release() {
    if (!answers_.holds()) return false;
    const journal::BlockProgress& progress = journal_.progress();
    const std::uint64_t reached = ack_after_ == core::AckAfter::Write ? progress.written() : progress.durable();
    bool released = false;
    while (HeldPackets::Packet* packet = answers_.releasable(reached)) {
      OrderTrace::waited(packet->orders, journal_, ack_after_);
      trace_.sending(packet->orders);
      answers_.release();
      trace_.sent(packet->orders);
      released = true;
    }
    stalled_ &= !released;
    return released;
  }

  void report_handled() {
    if (!feed_.busy()) lockstep_.venue_feed_sequence[index_].set(feed_.expected() - 1);
    if (!orders_.busy()) lockstep_.venue_handled[index_].set(orders_.expected() - 1);
  }

  const unsigned index_;
  const std::uint64_t warmup_messages_;
  const core::VenuePlan profile_;
  journal::Journal& journal_;
  core::Lockstep& lockstep_;
  core::Counters counters_;
  net::MoldReceiver<Port> feed_;
  Inbox<Port> orders_;
  const core::AckAfter ack_after_;
  Answers<Port> answers_;
  OrderTrace trace_;
  MatchingEngine engine_;
  WaitingMessages waiting_;
  std::atomic<bool> session_ended_{false};
  ClientAccounts accounts_;
  VenueTotals totals_;
  bool measuring_ = false;
  std::uint64_t measured_from_ns_ = 0;  // market time of the first measured message; 0: it has not come
  bool stalled_ = false;                // since the last answer that left
  std::uint64_t stalls_ = 0;
  std::uint32_t last_user_ref_ = 0;
  RequestEcho echo_;               // the request whose records are being answered
  hs_capsule* capsule_ = nullptr;  // of an order, if it has one
  std::uint64_t block_ = 0;        // of the journal, with the last of its records
  std::size_t next_ = 0;           // first record whose answers have not been written
};

}  // namespace hopscope::venue
