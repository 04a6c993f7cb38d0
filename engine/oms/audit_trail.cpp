#include "engine/oms/audit_trail.h"

#include <algorithm>
#include <cstring>

#include "engine/core/clock.h"

namespace hopscope::oms {

using journal::Record;
using journal::RecordType;

void AuditTrail::begin(const core::Plan& plan, std::uint64_t tsc_millihertz) {
  Record run;
  run.type = RecordType::RunConfigured;
  run.order = plan.feed.warmup_messages;
  run.maker = plan.seed;
  run.match = plan.digest;
  run.quantity = plan.venues;
  run.side = plan.pacing == core::Pacing::Lockstep ? 'L' : 'O';
  run.order_type = plan.router == core::RouterRule::RoundRobin ? 'R' : 'B';
  put_aside(run);

  Record limits;
  limits.type = RecordType::LimitsSet;
  limits.maker = plan.risk.max_orders_per_second;
  limits.match = plan.risk.max_notional;
  limits.price = plan.risk.collar_bps;
  limits.quantity = plan.risk.max_quantity;
  put_aside(limits);

  const auto clocks = core::read_clock_pair();
  Record clock;
  clock.type = RecordType::ClockCalibrated;
  clock.order = tsc_millihertz;
  clock.maker = clocks.tsc;
  clock.match = clocks.realtime_ns;
  put_aside(clock);
}

void AuditTrail::listed(std::uint16_t locate, const wire::itch::Symbol& symbol) {
  Record record;
  record.type = RecordType::SymbolListed;
  record.market_ns = moment_.market_ns;
  record.feed_sequence = moment_.feed_sequence;
  record.locate = locate;
  static_assert(sizeof(symbol) == sizeof(record.maker));
  std::memcpy(&record.maker, symbol.data(), sizeof record.maker);
  put_aside(record);
}

void AuditTrail::sent(const Decision& decision) {
  routed(decision);
  Record passed = about(RecordType::RiskPassed, decision);
  passed.maker = decision.touch.bid;
  passed.match = decision.touch.ask;
  put_aside(passed);
  put_aside(about(RecordType::OrderSent, decision));
}

void AuditTrail::blocked(const Decision& decision, risk::Reason reason, const risk::Evidence& evidence) {
  routed(decision);
  Record record = about(RecordType::RiskBlocked, decision);
  record.maker = evidence.value;
  record.match = evidence.bound;
  record.reason = static_cast<std::uint16_t>(reason);
  put_aside(record);
}

// Six scores fit a record, in the places of maker, match, price and quantity; where there are more venues, another one has the rest.
void AuditTrail::routed(const Decision& decision) {
  constexpr std::size_t kScores = 6;
  for (std::size_t first = 0; first < decision.views.size(); first += kScores) {
    const std::size_t count = std::min(kScores, decision.views.size() - first);
    std::array<std::uint32_t, kScores> scores{};
    for (std::size_t i = 0; i < count; ++i) scores[i] = router::score(decision.request.side, decision.views[first + i].touch);
    Record record = about(RecordType::Routed, decision);
    std::memcpy(&record.maker, &scores[0], sizeof record.maker);
    std::memcpy(&record.match, &scores[2], sizeof record.match);
    record.price = scores[4];
    record.quantity = scores[5];
    record.reason = static_cast<std::uint16_t>(first);
    record.order_type = static_cast<std::uint8_t>(count);
    put_aside(record);
  }
}

void AuditTrail::cancel(const Tick& tick, const RestingOrder& order) {
  Record record = at(RecordType::CancelSent, tick);
  record.order = journal::client_order(order.venue, order.user_ref);
  record.locate = order.locate;
  record.side = static_cast<std::uint8_t>(order.side);
  put_aside(record);
}

namespace {

// The fields that an order's first byte to the last of its answers have in common.
template <class Answer>
Record heard_of(RecordType type, const Answer& answer) {
  Record record;
  record.type = type;
  record.market_ns = answer.timestamp_ns;
  record.order = answer.user_ref;
  return record;
}

}  // namespace

void AuditTrail::answer(std::uint8_t venue, ChildOrders& orders, const wire::ouch::Message& message) {
  namespace ouch = wire::ouch;
  Record record;
  if (const auto* accepted = message.as<ouch::Accepted>()) {
    record = heard_of(RecordType::Accepted, *accepted);
    record.price = accepted->price == ouch::kMarketPrice ? 0 : static_cast<std::uint32_t>(accepted->price);
    record.quantity = accepted->quantity;
  } else if (const auto* executed = message.as<ouch::Executed>()) {
    record = heard_of(RecordType::Executed, *executed);
    record.price = static_cast<std::uint32_t>(executed->price);
    record.quantity = executed->quantity;
    record.match = executed->match_number;
  } else if (const auto* cancelled = message.as<ouch::Cancelled>()) {
    record = heard_of(RecordType::Cancelled, *cancelled);
    record.quantity = cancelled->quantity;
    record.reason = static_cast<std::uint8_t>(cancelled->reason);
  } else if (const auto* rejected = message.as<ouch::Rejected>()) {
    record = heard_of(RecordType::Rejected, *rejected);
    record.reason = rejected->reason;
  } else if (const auto* refused = message.as<ouch::CancelRejected>()) {
    record = heard_of(RecordType::CancelRejected, *refused);
  } else {
    return;
  }
  if (const ChildOrder* order = orders.find(static_cast<std::uint32_t>(record.order))) {
    record.locate = order->locate;
    record.side = static_cast<std::uint8_t>(order->side);
  }
  record.order = journal::client_order(venue, static_cast<std::uint32_t>(record.order));
  record.feed_sequence = moment_.feed_sequence;
  put_aside(record);
}

void AuditTrail::answers_lost(std::uint8_t venue, std::uint64_t first, std::uint64_t messages) {
  Record record;
  record.type = RecordType::AnswersLost;
  record.market_ns = moment_.market_ns;
  record.feed_sequence = moment_.feed_sequence;
  record.order = first;
  record.maker = messages;
  record.reason = venue;
  put_aside(record);
}

void AuditTrail::gave_up(const ChildOrder& order, hs_outcome outcome) {
  Record record;
  record.type = RecordType::OrderGivenUp;
  record.market_ns = moment_.market_ns;
  record.order = journal::client_order(order.venue, order.user_ref);
  record.quantity = order.quantity - std::min(order.filled, order.quantity);
  record.locate = order.locate;
  record.reason = static_cast<std::uint16_t>(outcome);
  record.feed_sequence = moment_.feed_sequence;
  record.side = static_cast<std::uint8_t>(order.side);
  put_aside(record);
}

void AuditTrail::gap(RecordType type, const wire::MoldRange& messages) {
  Record record;
  record.type = type;
  record.market_ns = moment_.market_ns;
  record.feed_sequence = moment_.feed_sequence;
  record.order = messages.from;
  record.maker = messages.count;
  put_aside(record);
}

core::Digest AuditTrail::digest() const {
  core::Digest all = decisions_;
  for (const core::Digest& answers : answers_) all.add(answers);
  return all;
}

Record AuditTrail::at(RecordType type, const Tick& tick) const {
  Record record;
  record.type = type;
  record.market_ns = tick.market_ns;
  record.feed_sequence = tick.sequence;
  return record;
}

Record AuditTrail::about(RecordType type, const Decision& decision) const {
  Record record = at(type, decision.tick);
  record.order = journal::client_order(decision.venue, decision.user_ref);
  record.price = decision.request.price;
  record.quantity = decision.request.quantity;
  record.locate = decision.tick.locate;
  record.side = static_cast<std::uint8_t>(decision.request.side);
  record.order_type = static_cast<std::uint8_t>(decision.request.type);
  return record;
}

void AuditTrail::settle() {
  for (const Record& record : std::span(aside_).first(aside_count_)) {
    add_to_digest(record);
    journal_->append_undigested(record);
  }
  aside_count_ = 0;
}

void AuditTrail::add_to_digest(const Record& record) {
  switch (record.type) {
    case RecordType::SymbolListed:
    case RecordType::Routed:
    case RecordType::RiskPassed:
    case RecordType::RiskBlocked:
    case RecordType::OrderSent:
    case RecordType::CancelSent:
      return journal::digest(decisions_, record, journal::kOmsJournal);
    case RecordType::Accepted:
    case RecordType::Executed:
    case RecordType::Cancelled:
    case RecordType::Rejected:
    case RecordType::CancelRejected:
    case RecordType::OrderGivenUp: {
      Record business = record;
      business.feed_sequence = 0;
      return journal::digest(answers_[journal::session_of(record.order)], business, journal::kOmsJournal);
    }
    default:
      return;
  }
}

}  // namespace hopscope::oms
