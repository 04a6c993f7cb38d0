// MatchingBook: orders with traits, orders that must be refused, orders outside continuous trading, and self-trade prevention.
#pragma once

#include "engine/book/matching/matching_book.h"

namespace hopscope::matching {

template <class Sink>
void MatchingBook<Sink>::enter_special(const NewOrder& order) {
  std::uint32_t tick = 0, stop_tick = 0;
  RejectReason fault = judge(order, tick, stop_tick);
  if (fault == RejectReason::None && *memory_->ids().link(order.id, nodes_) != 0) fault = RejectReason::DuplicateId;
  if (fault == RejectReason::None && !memory_->has_room()) fault = RejectReason::Full;
  if (fault == RejectReason::None && (order.traits & trait::kPostOnly) != 0 && phase_ == Phase::Continuous &&
      bits_[ladder(order.side) ^ 1].best() <= (tick ^ mirror(ladder(order.side) ^ 1)))
    fault = RejectReason::WouldTrade;
  if (fault != RejectReason::None) return sink_.rejected(order.id, fault);
  sink_.accepted(order);
  if ((order.traits & trait::kStop) != 0) {
    if (phase_ != Phase::Continuous || !reached(order, stop_tick)) return park_stop(order, stop_tick);
    sink_.triggered(order.id);
  }
  admit(order, tick);
  wake_stops();
}

// What can be said of an order without looking at the book. `tick` of a market order is the most aggressive there is.
template <class Sink>
RejectReason MatchingBook<Sink>::judge(const NewOrder& order, std::uint32_t& tick, std::uint32_t& stop_tick) const {
  const auto has = [&](std::uint16_t traits) { return (order.traits & traits) != 0; };
  if (phase_ == Phase::Closed) return RejectReason::Closed;
  if (phase_ == Phase::Halted) return RejectReason::Halted;
  if (const RejectReason fault = judge_terms(order); fault != RejectReason::None) return fault;
  if (phase_ == Phase::Auction && !has(trait::kStop) && has(trait::kImmediate | trait::kFillOrKill | trait::kMinimum))
    return RejectReason::InAuction;
  if (phase_ != Phase::Auction && has(trait::kAuctionOnly)) return RejectReason::OutsideAuction;
  if (has(trait::kMarket)) {
    tick = order.side == Side::Buy ? rules_.price_levels - 1 : 0;
  } else if (const RejectReason fault = read_price(order.price, tick); fault != RejectReason::None) {
    return fault;
  }
  if (has(trait::kStop)) {
    if (const RejectReason fault = read_price(order.stop, stop_tick); fault != RejectReason::None) return fault;
  }
  if (!is_lot(order.quantity)) return RejectReason::Lot;
  if (has(trait::kIceberg) && (!is_lot(order.display) || order.display > order.quantity)) return RejectReason::Display;
  if (has(trait::kMinimum) && (order.minimum == 0 || order.minimum > order.quantity)) return RejectReason::Minimum;
  if (has(trait::kExpires) && order.expires_ns <= now_ns_) return RejectReason::Expired;
  return RejectReason::None;
}

template <class Sink>
RejectReason MatchingBook<Sink>::judge_terms(const NewOrder& order) const {
  const auto has = [&](std::uint16_t traits) { return (order.traits & traits) != 0; };
  const bool rests_never = has(trait::kImmediate | trait::kFillOrKill);
  const bool in_conflict = (has(trait::kPostOnly) && (rests_never || has(trait::kMarket | trait::kMinimum | trait::kStop))) ||
                           (has(trait::kIceberg) && (rests_never || has(trait::kMarket))) ||
                           (has(trait::kExpires) && (rests_never || has(trait::kMarket)) && !has(trait::kStop)) ||
                           (has(trait::kAuctionOnly) && (rests_never || has(trait::kMinimum | trait::kPostOnly | trait::kStop))) ||
                           (has(trait::kFillOrKill) && has(trait::kMinimum));
  return in_conflict ? RejectReason::Terms : RejectReason::None;
}

// An accepted order that does not wait for a stop (any more).
template <class Sink>
void MatchingBook<Sink>::admit(const NewOrder& order, std::uint32_t tick) {
  const std::uint32_t own = ladder(order.side), key = tick ^ mirror(own);
  if (phase_ == Phase::Auction) return rest_special(order, own, key, order.quantity);
  const bool market = (order.traits & trait::kMarket) != 0;
  const Taker taker{order.id, own, market ? span_ - 1 : tick ^ mirror(own ^ 1), avoided(order.self_trade, order.owner), order.self_trade};
  if ((order.traits & trait::kFillOrKill) != 0) {
    if (available(taker, order.quantity) < order.quantity) return sink_.cancelled({order.id, order.quantity, 0, CancelReason::FillOrKill});
  } else if ((order.traits & trait::kMinimum) != 0) {
    if (available(taker, order.minimum) < order.minimum) return sink_.cancelled({order.id, order.quantity, 0, CancelReason::Minimum});
  }
  const Quantity left = match(taker, order.quantity);
  if (left == 0) return;
  if ((order.traits & (trait::kImmediate | trait::kMarket)) != 0) {
    sink_.cancelled({order.id, left, 0, CancelReason::Immediate});
  } else {
    rest_special(order, own, key, left);
  }
}

template <class Sink>
void MatchingBook<Sink>::rest_special(const NewOrder& order, std::uint32_t ladder, std::uint32_t key, Quantity quantity) {
  rest_plain(order, ladder, key, quantity);
  const std::uint32_t index = nodes_[level_of(ladder, key)].previous;
  OrderPart& node = nodes_[index].order;
  Extras& more = extra(index);
  if ((order.traits & trait::kIceberg) != 0) {
    LevelPart& level = nodes_[node.level].level;
    node.terms |= kTermIceberg;
    more.display = order.display;
    more.hidden = quantity - std::min(quantity, order.display);
    node.quantity -= more.hidden;
    level.shown -= more.hidden;
    level.hidden += more.hidden;
  }
  if ((order.traits & trait::kExpires) != 0) {
    node.terms |= kTermExpires;
    more.expires_ns = order.expires_ns;
    memory_->expiries().insert(index, nodes_, extras_, first_order_);
  }
  if ((order.traits & trait::kPostOnly) != 0) node.terms |= kTermPostOnly;
  if ((order.traits & (trait::kAuctionOnly | trait::kMarket)) != 0) {
    node.terms |= kTermAuctionOnly;
    ++auction_only_;
  }
}

// Shares that the taker could trade at once, at least up to `wanted`. An own order that would end the taker, or take shares from it without
// a trade, ends the count: before it are the shown shares of its level only, since icebergs come back behind it.
template <class Sink>
std::uint64_t MatchingBook<Sink>::available(const Taker& taker, std::uint64_t wanted) const {
  const std::uint32_t other = taker.ladder ^ 1;
  const LevelBits& bits = bits_[other];
  std::uint64_t sum = 0;
  for (std::uint32_t key = bits.best(); key <= taker.limit && key != span_ && sum < wanted; key = bits.from(key + 1)) {
    const std::uint32_t level = level_of(other, key);
    if (taker.avoid == kNobody) {
      sum += nodes_[level].level.shown + nodes_[level].level.hidden;
      continue;
    }
    std::uint64_t behind = 0;
    for (std::uint32_t at = nodes_[level].next; at != level; at = nodes_[at].next) {
      if (nodes_[at].order.owner == taker.avoid) {
        if (taker.self_trade == SelfTrade::CancelOldest) continue;
        return sum;
      }
      sum += nodes_[at].order.quantity;
      behind += hidden(at);
    }
    sum += behind;
  }
  return sum;
}

// The taker met an order of its owner. Returns what is left of it to trade.
template <class Sink>
Quantity MatchingBook<Sink>::prevent_self_trade(const Taker& taker, std::uint32_t maker, Quantity left) {
  if (taker.self_trade == SelfTrade::Decrement) {
    OrderPart& order = nodes_[maker].order;
    const Quantity both = std::min(left, order.quantity);
    order.quantity -= both;
    nodes_[order.level].level.shown -= both;
    left -= both;
    sink_.cancelled({order.id, both, order.quantity + hidden(maker), CancelReason::SelfTrade});
    sink_.cancelled({taker.id, both, left, CancelReason::SelfTrade});
    if (order.quantity == 0) settle(maker);
    return left;
  }
  if (taker.self_trade != SelfTrade::CancelNewest) end_order(maker, CancelReason::SelfTrade);
  if (taker.self_trade == SelfTrade::CancelOldest) return left;
  sink_.cancelled({taker.id, left, 0, CancelReason::SelfTrade});
  return 0;
}

}  // namespace hopscope::matching
