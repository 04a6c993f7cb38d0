// A venue: market data and client orders in, matching, journal, answers out.
//
//   feed port  ─▶ sequence ─▶ background book ─┐
//   order port ─▶ sequence ─▶ matching engine ─┴▶ journal ─▶ OUCH answers ─▶ order port
//
// Answers follow the records one by one. Where the order port is full, the venue holds its burst and takes nothing new until they have
// left; the OMS takes answers whatever it waits for, so no two roles wait for each other. What the feed's link loses is asked for again
// (net::MoldReceiver); a lost order-entry datagram is counted, never waited for.
//
// One thread. Trading logic knows market time only: that of the last feed message. Nothing is allocated after construction, but for the
// vector of records when one order sweeps thousands of makers.
#pragma once

#include <cstdint>

#include "engine/core/counters.h"
#include "engine/core/lockstep.h"
#include "engine/core/plan.h"
#include "engine/feed/session.h"
#include "engine/journal/journal.h"
#include "engine/net/mold_receiver.h"
#include "engine/net/port.h"
#include "engine/probe/emitter.h"
#include "engine/probe/injector.h"
#include "engine/probe/slots.h"
#include "engine/venue/answers.h"
#include "engine/venue/client_order.h"
#include "engine/venue/inbox.h"
#include "engine/venue/matching_engine.h"
#include "engine/venue/order_trace.h"
#include "engine/venue/room.h"
#include "engine/wire/ouch_encode.h"

namespace hopscope::venue {

template <net::Port Port>
class Venue {
 public:
  // `journal` and `injector` must be open before the first poll(); the emitter's lane, too, must be known by then.
  Venue(unsigned index, const core::Plan& plan, Port& feed, Port& orders, journal::Journal& journal, probe::CapsuleTable& capsules,
        const probe::Emitter& emitter, probe::Injector& injector, core::Lockstep& lockstep, const net::RecoveryLimits& recovery = {})
      : index_(index),
        warmup_messages_(plan.feed.warmup_messages),
        journal_(journal),
        lockstep_(lockstep),
        feed_(feed, feed::kFeedSession, counters_, kRecoveryCounters, recovery),
        orders_(orders, counters_, HS_COUNTER_SESSION_GAPS),
        answers_(orders, index),
        trace_(index, capsules, emitter, injector, counters_),
        engine_(max_locate(plan.feed), max_orders(plan.feed)) {}
  Venue(const Venue&) = delete;
  Venue& operator=(const Venue&) = delete;

  // One round; returns whether there was work.
  bool poll() {
    bool worked = answering();
    if (deliver() && !orders_.busy()) worked |= feed_.poll(FeedVisitor{*this});
    if (!answering()) worked |= orders_.poll(OrderVisitor{*this});
    answers_.flush();
    if (lockstep_.enabled) report_handled();
    return worked;
  }

  // It has the whole of the feed's session. Any thread may ask.
  bool feed_ended() const { return feed_.complete(); }
  // Ends the run: what the feed has not sent again by now is a gap.
  void end_run() { feed_.end_run(); }

  core::Counters& counters() { return counters_; }
  const MatchingEngine& engine() const { return engine_; }

 private:
  struct FeedVisitor {
    Venue& venue;
    void burst(std::span<const net::Payload>) {}
    void packet(std::uint64_t first, std::uint64_t messages, core::Ticks) { venue.take_feed_packet(first, messages); }
    bool ready() { return true; }
    bool message(std::uint64_t sequence, wire::Bytes bytes) { return venue.take_feed_message(sequence, wire::itch::Message(bytes)); }
    bool end_packet() { return venue.commit(); }
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
      counters_.reset();
      journal_.begin_measuring();
    }
    counters_.add(HS_COUNTER_VENUE_PACKETS, messages != 0);
  }

  bool take_feed_message(std::uint64_t sequence, const wire::itch::Message& message) {
    engine_.apply(sequence, message);
    counters_.add(HS_COUNTER_VENUE_MESSAGES);
    if (!answering()) [[likely]]
      return true;
    journal_records();
    return deliver();
  }

  bool take_order_message(const wire::ouch::Message& message) {
    if (const auto* enter = message.as<wire::ouch::EnterOrder>()) {
      take_order(*enter);
    } else if (const auto* cancel = message.as<wire::ouch::CancelOrder>()) {
      capsule_ = nullptr;
      engine_.cancel(client_id(index_, cancel->user_ref), cancel->quantity);
      journal_records();
    } else {
      counters_.add(HS_COUNTER_PORT_MALFORMED);
    }
    return deliver();
  }

  // OUCH 5.0: UserRefNums must rise; an Enter Order with one that does not is ignored, so that it can be sent twice without harm.
  void take_order(const wire::ouch::EnterOrder& enter) {
    if (enter.user_ref <= last_user_ref_) [[unlikely]]
      return;
    last_user_ref_ = enter.user_ref;
    counters_.add(HS_COUNTER_VENUE_ORDERS);
    capsule_ = trace_.find(enter.user_ref);
    entered_ = enter;
    ClientOrder order;
    const RejectReason reject = read_order(enter, index_, engine_.symbols(), order);
    engine_.enter(order, reject);
    trace_.matched(capsule_);
    trace_.journaling(capsule_);
    trace_.journaled(capsule_, journal_, journal_records());
  }

  // Returns the block that holds the last of them.
  std::uint64_t journal_records() {
    std::uint64_t block = 0;
    for (const journal::Record& record : engine_.records()) block = journal_.append(record);
    return block;
  }

  // Records whose answers have not all been written.
  bool answering() const { return next_ < engine_.records().size(); }

  // Writes the answers to the records. False: the port is full; they go on with the next poll().
  bool deliver() {
    for (; answering(); ++next_) {
      if (!answers_.has_room(kLargestAnswerBytes)) {
        commit();
        if (!answers_.open()) return false;
      }
      answer(engine_.records()[next_]);
    }
    engine_.clear();
    next_ = 0;
    return true;
  }

  void answer(const journal::Record& record) {
    namespace ouch = wire::ouch;
    const std::uint32_t user_ref = user_ref_of(record.order);
    switch (record.type) {
      case journal::RecordType::Accepted:
        trace_.answered(capsule_);
        ouch::encode_accepted(answers_.append(sizeof(ouch::Accepted)), record.market_ns, entered_, record.order, 'L');
        break;
      case journal::RecordType::Rejected:
        trace_.answered(capsule_);
        ouch::encode_rejected(answers_.append(sizeof(ouch::Rejected)), record.market_ns, user_ref, record.reason, entered_.client_order_id);
        break;
      case journal::RecordType::Cancelled:
        ouch::encode_cancelled(answers_.append(sizeof(ouch::Cancelled)), record.market_ns, user_ref, record.quantity,
                               static_cast<char>(record.reason));
        break;
      case journal::RecordType::Executed:
        if (is_client(record.order)) answer_executed(record, record.order, 'R');
        if (is_client(record.maker)) answer_executed(record, record.maker, 'A');
        break;
      case journal::RecordType::OrderEntered:
      case journal::RecordType::CancelRequested:
        break;  // what the client said itself
    }
  }

  // Liquidity flag: R removed, A added.
  void answer_executed(const journal::Record& record, book::OrderId order, char liquidity) {
    wire::ouch::encode_executed(answers_.append(sizeof(wire::ouch::Executed)), record.market_ns, user_ref_of(order), record.quantity,
                                record.price, liquidity, record.match);
  }

  // Hands the packet to the port. In lockstep a message is announced before it can be handled.
  bool commit() {
    if (answers_.empty()) return true;
    if (lockstep_.enabled) lockstep_.venue_sent[index_].set(answers_.sent());
    trace_.sending();
    answers_.commit();
    trace_.sent();
    return true;
  }

  void report_handled() {
    if (!feed_.busy()) lockstep_.venue_feed_sequence[index_].set(feed_.expected() - 1);
    if (!orders_.busy()) lockstep_.venue_handled[index_].set(orders_.expected() - 1);
  }

  // One record's: an Accepted, or an Executed for each of two clients.
  static constexpr std::size_t kLargestAnswerBytes = 2 * (wire::kMoldLengthBytes + sizeof(wire::ouch::Executed));
  static_assert(kLargestAnswerBytes >= wire::kMoldLengthBytes + sizeof(wire::ouch::Accepted));

  const unsigned index_;
  const std::uint64_t warmup_messages_;
  journal::Journal& journal_;
  core::Lockstep& lockstep_;
  core::Counters counters_;
  net::MoldReceiver<Port> feed_;
  Inbox<Port> orders_;
  Answers<Port> answers_;
  OrderTrace trace_;
  MatchingEngine engine_;
  bool measuring_ = false;
  std::uint32_t last_user_ref_ = 0;
  wire::ouch::EnterOrder entered_{};  // the order whose records are being answered
  hs_capsule* capsule_ = nullptr;     // and its capsule, if it has one
  std::size_t next_ = 0;              // first record whose answers have not been written
};

}  // namespace hopscope::venue
