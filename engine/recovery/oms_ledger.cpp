#include "engine/recovery/oms_ledger.h"

#include <algorithm>

#include "bpf/records.h"
#include "engine/oms/kill_guard.h"
#include "engine/recovery/oms_fields.h"
#include "engine/recovery/record_text.h"
#include "engine/risk/limit_list.h"
#include "engine/venue/client_order.h"

namespace hopscope::recovery {
namespace {

using journal::Record;
using journal::RecordType;

risk::Request request_of(const Record& record) { return {static_cast<book::Side>(record.side), record.price, record.quantity}; }

// As oms::AuditTrail writes it.
core::RouterRule rule_of(std::uint8_t letter) {
  switch (letter) {
    case 'R':
      return core::RouterRule::RoundRobin;
    case '1':
      return core::RouterRule::Single;
    case 'S':
      return core::RouterRule::Smart;
    default:
      return core::RouterRule::BestPrice;
  }
}

bool same_order(const Record& a, const Record& b) {
  return a.order == b.order && a.price == b.price && a.quantity == b.quantity && a.locate == b.locate && a.side == b.side &&
         a.order_type == b.order_type;
}

}  // namespace

bool OmsLedger::take(const Record& record) {
  switch (record.type) {
    case RecordType::RunConfigured:
    case RecordType::LimitsSet:
    case RecordType::LimitSet:
    case RecordType::ClockCalibrated:
      return configure(record);
    default:
      break;
  }
  if (!router_ || !gate_) return contradict("it stands before the run's configuration and limits", record);
  feed_sequence_ = record.feed_sequence;
  market_ns_ = std::max(market_ns_, record.market_ns);
  if (passed_ && record.type != (replaces_ == 0 ? RecordType::OrderSent : RecordType::ReplaceSent))
    return contradict("the order that passed all checks is not sent", record);
  switch (record.type) {
    case RecordType::SymbolListed:
      symbols_[record.locate] = symbol_text(record.maker);
      return true;
    case RecordType::Scored:
      return take_quote(record);
    case RecordType::Routed:
      return is_leg(record) ? route_leg(record) : route(record);
    case RecordType::ReplaceDecided:
      return replace(record);
    case RecordType::RiskPassed:
    case RecordType::RiskBlocked:
    case RecordType::OrderRefused:
      return decide(record);
    case RecordType::OrderSent:
    case RecordType::ReplaceSent:
      return send(record);
    case RecordType::CancelSent:
    case RecordType::Accepted:
    case RecordType::Executed:
    case RecordType::Cancelled:
    case RecordType::Rejected:
    case RecordType::CancelRejected:
    case RecordType::Replaced:
    case RecordType::OrderGivenUp:
      return hear(record);
    case RecordType::BreakerTripped:
    case RecordType::BreakerReset:
      if (record.reason >= risk::kBreakers) return contradict("there is no such breaker", record);
      breaker_trips_ += record.type == RecordType::BreakerTripped;
      return true;
    case RecordType::AnswersLost:
      answers_lost_ += record.maker;
      return true;
    case RecordType::KillTripped:
    case RecordType::KillArmed:
    case RecordType::MassCancelSent:
    case RecordType::MassCancelled:
      return kill(record);
    case RecordType::GapOpened:
      ++gaps_opened_;
      gaps_[record.order] = record.order + record.maker;
      return true;
    case RecordType::GapGivenUp:
      messages_given_up_ += record.maker;
      close_gap(record.order, record.order + record.maker);
      return true;
    case RecordType::GapClosed:
      close_gap(record.order, record.order + record.maker);
      return true;
    case RecordType::ParentEntered:
    case RecordType::ParentSlice:
    case RecordType::ParentEnded:
    case RecordType::ParentAsked:
    case RecordType::ParentNamed:
    case RecordType::ParentReplaced:
    case RecordType::ParentCancelAsked:
      return true;
    default:
      return contradict("it is none of the OMS's", record);
  }
}

bool OmsLedger::configure(const Record& record) {
  if (record.type == RecordType::RunConfigured) {
    if (record.quantity == 0 || record.quantity > core::kMaxVenues) return contradict("no run has so many venues", record);
    run_.warmup_messages = record.order;
    run_.seed = record.maker;
    run_.plan_digest = record.match;
    run_.venues = record.quantity;
    run_.router = rule_of(record.order_type);
    run_.single = record.reason;
    if (run_.single >= run_.venues) return contradict("its router knows no such venue", record);
    router_.emplace(run_.router, run_.single);
  } else if (record.type == RecordType::LimitsSet) {
    limits_ = {record.quantity, record.match, record.price, static_cast<std::uint32_t>(record.maker)};
    further_limits_.clear();
    set_gate(record.market_ns);
  } else if (record.type == RecordType::LimitSet) {
    return set_limit(record);
  } else {
    run_.tsc_millihertz = record.order;
    run_.tsc = record.maker;
    run_.realtime_ns = record.match;
  }
  return true;
}

// Of the limits that stand alone, those are checked again whose measure a record of an order has; of the others it is believed what they
// blocked. What passed at every level passed at the firm's.
bool OmsLedger::set_limit(const Record& record) {
  if (record.reason >= risk::kLimitKinds || record.order_type >= risk::kLevels) return contradict("there is no such limit", record);
  if (!gate_) return contradict("it stands before the run's configuration and limits", record);
  further_limits_.push_back(record);
  if (record.order_type != 0) return true;
  const auto kind = static_cast<risk::LimitKind>(record.reason);
  if (kind == risk::LimitKind::LastTradeBps) limits_.last_trade_bps = static_cast<std::uint32_t>(record.maker);
  if (kind == risk::LimitKind::StaleAfterNs) limits_.stale_after_ns = record.maker;
  set_gate(record.market_ns);
  return true;
}

// What is left of the rate's tokens stays when limits change.
void OmsLedger::set_gate(std::uint64_t market_ns) {
  if (gate_) {
    gate_->set(limits_, {market_ns});
  } else {
    gate_.emplace(limits_, risk::KillSwitch(never_killed_));
  }
}

bool OmsLedger::take_quote(const Record& record) {
  const router::Quote quote = quote_of(record);
  if (run_.router != core::RouterRule::Smart || routed_ != 0 || !legs_.empty()) return contradict("no quotes are looked at here", record);
  if (quote.venue >= run_.venues || quotes_.size() == router::kMostQuotes) return contradict("the run has no such venue", record);
  quotes_.push_back(quote);
  return true;
}

// One of the orders of a smart decision: the first one tells what was wanted, from which all of them follow.
bool OmsLedger::route_leg(const Record& record) {
  const std::uint32_t venue = journal::session_of(record.order);
  if (run_.router != core::RouterRule::Smart || !venue::is_client(record.order) || venue >= run_.venues || routed_ != 0)
    return contradict("no order is routed here", record);
  if (venue::user_ref_of(record.order) != last_user_ref_[venue] + 1)
    return contradict("the order before it at its venue was " + order_text(venue::client_id(venue, last_user_ref_[venue])), record);
  if (record.reason == 0) {
    const router::Legs made(wanted_of(record), quotes_, probe_of(record));
    legs_.assign(made.span().rbegin(), made.span().rend());
    quotes_.clear();
  }
  if (legs_.empty()) return contradict("it is one order more than its decision has", record);
  const router::Leg leg = legs_.back();
  legs_.pop_back();
  if (leg.venue != venue || leg.shares != record.quantity || leg.limit != record.price)
    return contradict("from its quotes the router sends " + std::to_string(leg.shares) + " shares to venue " + std::to_string(leg.venue) +
                          " at " + price_text(leg.limit),
                      record);
  ++last_user_ref_[venue];
  routed_ = record.order;
  return true;
}

bool OmsLedger::route(const Record& record) {
  const std::uint32_t venue = journal::session_of(record.order);
  if (!venue::is_client(record.order) || venue >= run_.venues) return contradict("the run has no such venue", record);
  if (routed_ == 0 && !take_next_user_ref(record)) return false;
  const std::vector<router::VenueView> views = routed_views(record);
  if (record.order != routed_ || record.reason != views_.size() || views_.size() + views.size() > run_.venues)
    return contradict("its scores do not continue those before", record);
  views_.insert(views_.end(), views.begin(), views.end());
  return true;
}

// No router is asked: it goes to where its order rests.
bool OmsLedger::replace(const Record& record) {
  const auto old = orders_.find(record.maker);
  if (routed_ != 0 || !legs_.empty() || old == orders_.end() || journal::session_of(record.order) != journal::session_of(record.maker) ||
      old->second.locate != record.locate || old->second.side != record.side)
    return contradict("no such order can be replaced here", record);
  replaces_ = record.maker;
  return take_next_user_ref(record);
}

// Of an order that is about to be judged.
bool OmsLedger::take_next_user_ref(const Record& record) {
  const std::uint32_t venue = journal::session_of(record.order);
  if (venue::user_ref_of(record.order) != last_user_ref_[venue] + 1)
    return contradict("the order before it at its venue was " + order_text(venue::client_id(venue, last_user_ref_[venue])), record);
  routed_ = record.order;
  ++last_user_ref_[venue];
  return true;
}

bool OmsLedger::decide(const Record& record) {
  const bool by_rule = run_.router != core::RouterRule::Smart && replaces_ == 0;
  if (record.order != routed_ || (by_rule && views_.size() != run_.venues)) return contradict("it was not routed before", record);
  if (by_rule) {
    const unsigned picked = router_->pick(static_cast<book::Side>(record.side), views_);
    if (picked != journal::session_of(record.order))
      return contradict("from its scores the router picks venue " + std::to_string(picked), record);
  }
  views_.clear();
  routed_ = 0;
  ++decisions_;
  if (record.type != RecordType::RiskPassed) replaces_ = 0;
  if (record.type == RecordType::OrderRefused) return true;
  if (record.type == RecordType::RiskBlocked) return block(record);
  book::Touch touch;
  touch.bid = static_cast<book::Price>(record.maker);
  touch.ask = static_cast<book::Price>(record.match);
  const risk::Market market(touch, static_cast<book::Price>(record.maker >> 32), (record.match >> 32) * 1'000);
  const risk::Reason reason = gate_->check(request_of(record), market, record.market_ns);
  if (reason != risk::Reason::Pass) return contradict(std::string("the gate blocks it: ") + risk::name(reason), record);
  passed_ = record;
  return true;
}

bool OmsLedger::block(const Record& record) {
  const auto reason = static_cast<risk::Reason>(record.reason & 0xff);
  const unsigned level = record.reason >> 8;
  if (reason == risk::Reason::Pass || static_cast<std::size_t>(reason) >= risk::kReasons || level >= risk::kLevels)
    return contradict("there is no such check", record);
  if (reason == risk::Reason::Killed && !killed_) return contradict("nobody had pulled the kill switch before it", record);
  const bool by_side = reason == risk::Reason::Band || reason == risk::Reason::SelfCross;
  const bool unmeasured = by_side || reason == risk::Reason::NoReference || (reason == risk::Reason::Quantity && record.maker == 0);
  const bool below = reason == risk::Reason::Rate || reason == risk::Reason::Duplicate;
  if (!unmeasured && (below ? record.maker >= record.match : record.maker <= record.match))
    return contradict("what it was blocked for is within its bound", record);
  const bool bound_is_limit = level != 0 || ((reason != risk::Reason::Quantity || record.match == limits_.max_quantity) &&
                                             (reason != risk::Reason::Notional || record.match == limits_.max_notional));
  if (!bound_is_limit) return contradict("its bound is not the run's limit", record);
  count(record.feed_sequence > run_.warmup_messages, [](OmsCounts& counts) { ++counts.risk_rejects; });
  return true;
}

bool OmsLedger::send(const Record& record) {
  if (killed_) return contradict("the kill switch had been pulled before it", record);
  if (!passed_ || !same_order(*passed_, record)) return contradict("it did not pass the gate before", record);
  if (record.maker != replaces_) return contradict("it was another order that it should replace", record);
  passed_.reset();
  OmsOrder& order = orders_[record.order];
  order = {
      OmsOrder::State::Sent, record.feed_sequence > run_.warmup_messages, record.locate, record.side, record.price, record.quantity, 0};
  count(order.measured, [&](OmsCounts& counts) {
    ++counts.orders;
    counts.replaces += replaces_ != 0;
  });
  replaces_ = 0;
  return true;
}

bool OmsLedger::kill(const Record& record) {
  switch (record.type) {
    case RecordType::KillTripped:
      if (record.reason == HS_KILL_NONE || record.reason >= HS_KILL_CAUSE_COUNT)
        return contradict("nothing of that number pulls it", record);
      ++kills_;
      killed_ = true;
      return true;
    case RecordType::KillArmed:
      if (!killed_) return contradict("the kill switch had not been pulled before it", record);
      killed_ = false;
      return true;
    case RecordType::MassCancelSent:
      return killed_ || contradict("the kill switch had not been pulled before it", record);
    default:
      return kills_ != 0 || contradict("no mass cancel was sent before it", record);
  }
}

// What is said of an order that has been sent: by a venue, or by the OMS itself.
bool OmsLedger::hear(const Record& record) {
  const std::uint32_t venue = journal::session_of(record.order);
  if (record.type == RecordType::Rejected && venue::user_ref_of(record.order) >= oms::kMassCancelRefs) return kill(record);
  if (!venue::is_client(record.order) || venue >= run_.venues || venue::user_ref_of(record.order) > last_user_ref_[venue])
    return contradict("no such order was ever sent", record);
  if (record.type == RecordType::CancelSent) {
    count(record.feed_sequence > run_.warmup_messages, [](OmsCounts& counts) { ++counts.cancels; });
    return true;
  }
  if (record.type == RecordType::Replaced) end_replaced(record);
  const auto found = orders_.find(record.order);
  if (record.type == RecordType::Executed) {
    // Of an order that is over, too: the shares are the firm's whatever its OMS made of the message.
    const bool known = found != orders_.end();
    Position& position = positions_[{static_cast<std::uint8_t>(venue), known ? found->second.locate : record.locate}];
    const bool buys = (known ? found->second.side : record.side) == 'B';
    (buys ? position.bought : position.sold) += record.quantity;
    (buys ? position.bought_value : position.sold_value) += std::uint64_t{record.price} * record.quantity;
    if (known && record.quantity > found->second.quantity - found->second.filled)
      return contradict("the order had only " + std::to_string(found->second.quantity - found->second.filled) + " shares left", record);
  }
  answers_ += record.type != RecordType::OrderGivenUp;
  if (found == orders_.end()) return true;
  answer(record, found->second);
  const OmsOrder& order = found->second;
  const bool over = record.type == RecordType::Cancelled || record.type == RecordType::Rejected || order.filled == order.quantity;
  if (over) orders_.erase(found);
  return true;
}

// The old order goes on under another number, with as many shares as its venue says. That may be the first word about it.
void OmsLedger::end_replaced(const Record& record) {
  if (const auto old = orders_.find(record.maker); old != orders_.end()) {
    answer(record, old->second);
    orders_.erase(old);
  }
  const auto found = orders_.find(record.order);
  if (found != orders_.end() && found->second.state != OmsOrder::State::Live) found->second.quantity = record.quantity;
}

// As oms::OrderLifecycle does.
void OmsLedger::answer(const Record& record, OmsOrder& order) {
  if (record.type == RecordType::CancelRejected) return;
  if (record.type == RecordType::OrderGivenUp) {
    order.state = OmsOrder::State::GivenUp;
    count(order.measured, [&](OmsCounts& counts) { counts.timeouts += record.reason == HS_OUTCOME_TIMED_OUT; });
    return;
  }
  const bool rejected = record.type == RecordType::Rejected;
  if (order.state == OmsOrder::State::Sent) count(order.measured, [&](OmsCounts& counts) { ++(rejected ? counts.rejects : counts.acks); });
  order.state = OmsOrder::State::Live;
  if (record.type != RecordType::Executed) return;
  order.filled += record.quantity;
  count(order.measured, [&](OmsCounts& counts) {
    ++counts.fills;
    counts.filled_shares += record.quantity;
  });
}

// Takes [from, end) out of what is awaited, whole gaps or parts of them.
void OmsLedger::close_gap(std::uint64_t from, std::uint64_t end) {
  auto gap = gaps_.upper_bound(from);
  if (gap != gaps_.begin()) --gap;
  while (gap != gaps_.end() && gap->first < end) {
    const auto [first, behind] = *gap;
    if (behind <= from) {
      ++gap;
      continue;
    }
    gap = gaps_.erase(gap);
    if (first < from) gaps_[first] = from;
    if (behind > end) gaps_[end] = behind;
  }
}

bool OmsLedger::contradict(const std::string& what, const Record& record) {
  contradiction_ = what + "\n  " + table_line(record);
  return false;
}

template <class Count>
void OmsLedger::count(bool measured, Count&& count) {
  count(all_);
  if (measured) count(measured_);
}

}  // namespace hopscope::recovery
