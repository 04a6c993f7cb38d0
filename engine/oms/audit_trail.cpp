#include "engine/oms/audit_trail.h"

#include <algorithm>
#include <cstring>

#include "engine/core/clock.h"
#include "engine/risk/limit_list.h"

namespace hopscope::oms {

using journal::Record;
using journal::RecordType;

namespace {

std::uint8_t rule_letter(core::RouterRule rule) {
  switch (rule) {
    case core::RouterRule::RoundRobin:
      return 'R';
    case core::RouterRule::Single:
      return '1';
    case core::RouterRule::Smart:
      return 'S';
    case core::RouterRule::BestPrice:
      break;
  }
  return 'B';
}

}  // namespace

void AuditTrail::begin(const core::Plan& plan, std::uint64_t tsc_millihertz) {
  Record run;
  run.type = RecordType::RunConfigured;
  run.order = plan.feed.warmup_messages;
  run.maker = plan.seed;
  run.match = plan.digest;
  run.quantity = plan.venues;
  run.side = plan.pacing == core::Pacing::Lockstep ? 'L' : 'O';
  run.order_type = rule_letter(plan.router);
  run.reason = static_cast<std::uint16_t>(plan.routing.single);
  put_aside(run);

  limits(plan.risk);

  const auto clocks = core::read_clock_pair();
  Record clock;
  clock.type = RecordType::ClockCalibrated;
  clock.order = tsc_millihertz;
  clock.maker = clocks.tsc;
  clock.match = clocks.realtime_ns;
  put_aside(clock);
}

// LimitsSet begins a new set; what it has no room for follows it, one by one.
void AuditTrail::limits(const core::RiskPlan& plan) {
  Record set;
  set.type = RecordType::LimitsSet;
  set.market_ns = moment_.market_ns;
  set.feed_sequence = moment_.feed_sequence;
  set.maker = plan.max_orders_per_second;
  set.match = plan.max_notional;
  set.price = plan.collar_bps;
  set.quantity = plan.max_quantity;
  put_aside(set);
  by_last_trade_ = by_age_ = false;
  risk::each_limit(plan, [this](const risk::LimitInForce& limit) {
    by_last_trade_ |= limit.kind == risk::LimitKind::LastTradeBps;
    by_age_ |= limit.kind == risk::LimitKind::StaleAfterNs;
    if (limit.level == risk::Level::Firm && limit.kind <= risk::LimitKind::MaxOrdersPerSecond) return;
    Record record;
    record.type = RecordType::LimitSet;
    record.market_ns = moment_.market_ns;
    record.feed_sequence = moment_.feed_sequence;
    record.maker = limit.value;
    if (!limit.symbol.empty()) {
      record.match = 0x2020'2020'2020'2020;  // padded with blanks, as in the stock directory
      std::memcpy(&record.match, limit.symbol.data(), std::min(limit.symbol.size(), sizeof record.match));
    }
    record.reason = static_cast<std::uint16_t>(limit.kind);
    record.order_type = static_cast<std::uint8_t>(limit.level);
    put_aside(record);
  });
}

void AuditTrail::tripped(const risk::Trip& trip) {
  Record record;
  record.type = RecordType::BreakerTripped;
  record.market_ns = moment_.market_ns;
  record.feed_sequence = moment_.feed_sequence;
  record.order = trip.until_ns;
  record.maker = trip.value;
  record.match = trip.bound;
  record.locate = trip.locate;
  record.reason = static_cast<std::uint16_t>(trip.breaker);
  put_aside(record);
}

void AuditTrail::resumed(risk::Breaker breaker, std::uint16_t locate) {
  Record record;
  record.type = RecordType::BreakerReset;
  record.market_ns = moment_.market_ns;
  record.feed_sequence = moment_.feed_sequence;
  record.locate = locate;
  record.reason = static_cast<std::uint16_t>(breaker);
  put_aside(record);
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
  passed.maker = decision.market.touch.bid;
  passed.match = decision.market.touch.ask;
  if (by_last_trade_) passed.maker |= std::uint64_t{decision.market.last_trade} << 32;
  if (by_age_) passed.match |= std::min<std::uint64_t>(decision.market.quiet_ns / 1'000, ~0u) << 32;
  put_aside(passed);
  Record order = about(decision.request.replaces == nullptr ? RecordType::OrderSent : RecordType::ReplaceSent, decision);
  if (decision.request.parent != kNoParent) order.reason = static_cast<std::uint16_t>(decision.request.parent + 1);
  put_aside(order);
}

void AuditTrail::blocked(const Decision& decision, risk::Reason reason, const risk::Evidence& evidence) {
  routed(decision);
  Record record = about(RecordType::RiskBlocked, decision);
  record.maker = evidence.value;
  record.match = evidence.bound;
  record.reason = static_cast<std::uint16_t>(static_cast<unsigned>(reason) | static_cast<unsigned>(evidence.level) << 8);
  put_aside(record);
}

void AuditTrail::refused(const Decision& decision) {
  routed(decision);
  put_aside(about(RecordType::OrderRefused, decision));
}

// Six scores fit a record, in the places of maker, match, price and quantity; where there are more venues, another one has the rest.
void AuditTrail::routed(const Decision& decision) {
  if (decision.request.replaces != nullptr) return put_aside(about(RecordType::ReplaceDecided, decision));
  if (decision.route != nullptr) return scored(decision);
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

// In front of a decision's first order all that it was made of; each of its orders says which part it is.
void AuditTrail::scored(const Decision& decision) {
  const router::Route& route = *decision.route;
  if (decision.leg == 0) {
    for (const router::Quote& quote : route.quotes()) {
      Record record = about(RecordType::Scored, decision);
      record.price = quote.price;
      record.quantity = quote.shares;
      record.reason = static_cast<std::uint16_t>(quote.venue | quote.level << 8);
      static_assert(sizeof quote.terms == sizeof record.maker + sizeof record.match);
      std::memcpy(&record.maker, &quote.terms.fee, sizeof record.maker);
      std::memcpy(&record.match, &quote.terms.latency, sizeof record.match);
      put_aside(record);
    }
  }
  Record record = about(RecordType::Routed, decision);
  record.maker = std::uint64_t{route.wanted.limit} << 32 | route.wanted.shares;
  record.match = std::uint64_t{route.probe.venue} << 32 | route.probe.shares;
  record.reason = static_cast<std::uint16_t>(decision.leg);
  record.order_type = !route.wanted.takes ? 'N' : route.wanted.any_price ? 'A' : 'T';
  put_aside(record);
}

void AuditTrail::cancel(const Tick& tick, const RestingOrder& order) {
  Record record = at(RecordType::CancelSent, tick);
  record.order = journal::client_order(order.venue, order.user_ref);
  record.locate = order.locate;
  record.side = static_cast<std::uint8_t>(order.side);
  put_aside(record);
}

Record AuditTrail::of_parent(RecordType type, ParentIndex index, const ParentOrder& parent) const {
  Record record;
  record.type = type;
  record.market_ns = moment_.market_ns;
  record.feed_sequence = moment_.feed_sequence;
  record.order = index;
  record.locate = parent.locate;
  record.side = static_cast<std::uint8_t>(parent.plan.side);
  record.order_type = static_cast<std::uint8_t>(parent.plan.algorithm);
  return record;
}

void AuditTrail::parent_entered(ParentIndex index, const ParentOrder& parent) {
  Record record = of_parent(RecordType::ParentEntered, index, parent);
  record.maker = parent.end_ns;
  record.match = parent.arrival_mid2;
  record.price = parent.plan.limit_price;
  record.quantity = parent.plan.quantity;
  record.reason = static_cast<std::uint16_t>(parent.slices.size());
  put_aside(record);
}

void AuditTrail::parent_slice(ParentIndex index, const ParentOrder& parent) {
  const ParentSlice& slice = parent.slices[parent.slice];
  Record record = of_parent(RecordType::ParentSlice, index, parent);
  record.maker = slice.sent;
  record.match = slice.market_shares;
  record.price = slice.filled;
  record.quantity = slice.target;
  record.reason = static_cast<std::uint16_t>(parent.slice + 1);
  put_aside(record);
}

void AuditTrail::parent_ended(ParentIndex index, const ParentOrder& parent) {
  Record record = of_parent(RecordType::ParentEnded, index, parent);
  record.maker = parent.market_shares;
  record.match = parent.notional;
  record.quantity = parent.filled;
  record.reason = static_cast<std::uint16_t>(parent.state);
  put_aside(record);
}

void AuditTrail::parent_asked(ParentIndex index, const ParentOrder& parent) {
  Record record = of_parent(RecordType::ParentAsked, index, parent);
  record.maker = parent.end_ns;
  record.match = parent.start_ns;
  record.price = parent.plan.limit_price;
  record.quantity = parent.plan.quantity;
  record.reason = static_cast<std::uint16_t>(parent.slices.size());
  put_aside(record);
  Record named = now(RecordType::ParentNamed);
  named.order = index;
  // In the places of maker, match, price and quantity: its first letters.
  std::array<char, 24> letters{};
  std::copy_n(parent.plan.name.begin(), std::min(parent.plan.name.size(), letters.size()), letters.begin());
  std::memcpy(&named.maker, &letters[0], sizeof named.maker);
  std::memcpy(&named.match, &letters[8], sizeof named.match);
  std::memcpy(&named.price, &letters[16], sizeof named.price);
  std::memcpy(&named.quantity, &letters[20], sizeof named.quantity);
  put_aside(named);
}

void AuditTrail::parent_replaced(ParentIndex index, const ParentOrder& parent) {
  Record record = of_parent(RecordType::ParentReplaced, index, parent);
  record.maker = parent.end_ns;
  record.match = parent.done();
  record.price = parent.plan.limit_price;
  record.quantity = parent.plan.quantity;
  record.reason = static_cast<std::uint16_t>(parent.state);
  put_aside(record);
}

void AuditTrail::parent_cancel_asked(ParentIndex index, const ParentOrder& parent) {
  Record record = of_parent(RecordType::ParentCancelAsked, index, parent);
  record.match = parent.working;
  record.quantity = parent.filled;
  record.reason = static_cast<std::uint16_t>(parent.state);
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
  } else if (const auto* replaced = message.as<ouch::Replaced>()) {
    record = heard_of(RecordType::Replaced, *replaced);
    record.maker = journal::client_order(venue, replaced->original_user_ref);
    record.price = static_cast<std::uint32_t>(replaced->price);
    record.quantity = replaced->quantity;
  } else if (const auto* mass = message.as<ouch::MassCancelled>()) {
    record = heard_of(RecordType::MassCancelled, *mass);
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

void AuditTrail::kill_tripped(const KillTrip& trip) {
  Record record = now(RecordType::KillTripped);
  record.maker = risk::tsc_of(trip.trip);
  record.match = trip.seen;
  record.reason = static_cast<std::uint16_t>(risk::cause_of(trip.trip));
  put_aside(record);
}

void AuditTrail::kill_armed(const KillTrip& trip) {
  Record record = now(RecordType::KillArmed);
  record.maker = risk::tsc_of(trip.trip);
  record.match = core::now_ticks();
  record.quantity = trip.waiting;
  record.reason = static_cast<std::uint16_t>(risk::cause_of(trip.trip));
  put_aside(record);
}

void AuditTrail::mass_cancel(std::uint8_t venue, std::uint32_t user_ref) {
  Record record = now(RecordType::MassCancelSent);
  record.order = journal::client_order(venue, user_ref);
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

Record AuditTrail::now(RecordType type) const {
  Record record;
  record.type = type;
  record.market_ns = moment_.market_ns;
  record.feed_sequence = moment_.feed_sequence;
  return record;
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
  if (decision.request.replaces != nullptr) record.maker = journal::client_order(decision.venue, decision.request.replaces->user_ref);
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
    case RecordType::Scored:
    case RecordType::RiskPassed:
    case RecordType::RiskBlocked:
    case RecordType::OrderRefused:
    case RecordType::OrderSent:
    case RecordType::ReplaceDecided:
    case RecordType::ReplaceSent:
    case RecordType::CancelSent:
    case RecordType::ParentEntered:
    case RecordType::ParentSlice:
    case RecordType::ParentEnded:
    case RecordType::BreakerTripped:
    case RecordType::BreakerReset:
      return journal::digest(decisions_, record, journal::kOmsJournal);
    case RecordType::Accepted:
    case RecordType::Executed:
    case RecordType::Cancelled:
    case RecordType::Rejected:
    case RecordType::CancelRejected:
    case RecordType::Replaced:
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
