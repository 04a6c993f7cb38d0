// MatchingBook: the orders of a market that is given. They belong to nobody, rest among the owned ones and never match each other, though
// they may lock or cross: who gives them also says when they trade. No sink is told of what they do, but of what owned orders trade.
#pragma once

#include "engine/book/matching/matching_book.h"

namespace hopscope::matching {

// Where it cannot rest the reason is Tick, Collar, Lot, DuplicateId or Full.
template <class Sink>
RejectReason MatchingBook<Sink>::rest_background(OrderId id, Side side, Price price, Quantity quantity) {
  std::uint32_t tick;
  if (const RejectReason fault = read_price(price, tick); fault != RejectReason::None) [[unlikely]]
    return fault;
  if (quantity == 0) [[unlikely]]
    return RejectReason::Lot;
  if (memory_->find(id) != 0) [[unlikely]]
    return RejectReason::DuplicateId;
  if (!memory_->has_room()) [[unlikely]]
    return RejectReason::Full;
  NewOrder order;
  order.id = id;
  rest_plain(order, ladder(side), tick ^ mirror(ladder(side)), quantity);
  return RejectReason::None;
}

template <class Sink>
Quantity MatchingBook<Sink>::reduce_background(std::uint32_t index, Quantity shares) {
  const Quantity open = nodes_[index].order.quantity;
  if (shares >= open) {
    remove_background(index);
    return open;
  }
  cut(index, shares);
  return shares;
}

template <class Sink>
void MatchingBook<Sink>::remove_background(std::uint32_t index) {
  memory_->ids().erase(index, nodes_);
  dequeue(index);
  release_node(index);
}

// To the end of the queue at the new price. Refused, it stays as it was.
template <class Sink>
RejectReason MatchingBook<Sink>::move_background(std::uint32_t index, OrderId now, Price price, Quantity quantity) {
  OrderPart& order = nodes_[index].order;
  std::uint32_t tick;
  if (const RejectReason fault = read_price(price, tick); fault != RejectReason::None) [[unlikely]]
    return fault;
  if (quantity == 0) [[unlikely]]
    return RejectReason::Lot;
  if (!memory_->can_move()) [[unlikely]]
    return RejectReason::Full;
  if (now != order.id) {
    if (memory_->find(now) != 0) [[unlikely]]
      return RejectReason::DuplicateId;
    memory_->ids().erase(index, nodes_);
    order.id = now;
    memory_->ids().insert(index, nodes_);
  }
  const std::uint32_t own = ladder_of(order.level);
  dequeue(index);
  order.quantity = quantity;
  enqueue(index, own, tick ^ mirror(own));
  return RejectReason::None;
}

// The first owned order that stands at `limit` or better; 0: there is none.
template <class Sink>
std::uint32_t MatchingBook<Sink>::first_owned(std::uint32_t ladder, std::uint32_t limit) const {
  const LevelBits& bits = bits_[ladder];
  for (std::uint32_t key = bits.best(); key <= limit && key != span_; key = bits.from(key + 1)) {
    const std::uint32_t level = level_of(ladder, key);
    for (std::uint32_t at = nodes_[level].next; at != level; at = nodes_[at].next)
      if (nodes_[at].order.owner != 0) return at;
  }
  return 0;
}

// A background order arrives: owned orders that it crosses trade with it, best first, whatever else stands before them.
template <class Sink>
Quantity MatchingBook<Sink>::fill_owned(OrderId taker, Side side, Price price, Quantity quantity) {
  std::uint32_t tick;
  if (phase_ != Phase::Continuous || read_price(price, tick) != RejectReason::None) return quantity;
  const std::uint32_t other = ladder(side) ^ 1;
  Quantity left = quantity;
  while (left != 0) {
    const std::uint32_t index = first_owned(other, tick ^ mirror(other));
    if (index == 0) break;
    OrderPart& maker = nodes_[index].order;
    const std::uint32_t at = maker.level;
    const Quantity traded = std::min(left, maker.quantity);
    left -= traded;
    maker.quantity -= traded;
    nodes_[at].level.shown -= traded;
    note_trade(tick_of(at));
    sink_.executed({maker.id, taker, price_of(tick_of(at)), traded, maker.quantity + hidden(index), left, false});
    if (maker.quantity == 0) settle(index);
  }
  return left;
}

template <class Sink>
void MatchingBook<Sink>::note_market_trade(Price price) {
  std::uint32_t tick;
  if (read_price(price, tick) == RejectReason::None) note_trade(tick);
  wake_stops();
}

template <class Sink>
void MatchingBook<Sink>::wake_stops() {
  if (stops_ != 0 && phase_ == Phase::Continuous) [[unlikely]]
    trigger_stops();
}

// Owned orders that take part trade with the best of the other side, whoever's they are, while both sides have any; all at one price.
template <class Sink>
bool MatchingBook<Sink>::cross_owned(Price price) {
  std::uint32_t tick;
  if (phase_ != Phase::Auction || read_price(price, tick) != RejectReason::None) return false;
  for (const std::uint32_t own : {kBids, kAsks}) {
    const std::uint32_t other = own ^ 1;
    for (;;) {
      const std::uint32_t index = first_owned(own, tick ^ mirror(own));
      if (index == 0 || bits_[other].best() > (tick ^ mirror(other))) break;
      trade_with_best(index, price, true);
    }
  }
  note_trade(tick);
  return true;
}

// Owned orders that crossed something meanwhile take it at its price; what background crosses by itself is not our business.
template <class Sink>
void MatchingBook<Sink>::open_trading() {
  if (auction_only_ != 0)
    cancel_each(CancelReason::AuctionEnd, [](const OrderPart& order) { return (order.terms & kTermAuctionOnly) != 0; });
  for (const std::uint32_t own : {kBids, kAsks}) {
    const std::uint32_t other = own ^ 1;
    while (bits_[other].best() != span_) {
      const std::uint32_t index = first_owned(own, bits_[other].best() ^ (span_ - 1));
      if (index == 0) break;
      const std::uint32_t tick = best_tick(other);
      trade_with_best(index, price_of(tick), false);
      note_trade(tick);
    }
  }
  go_on(Phase::Continuous);
}

template <class Sink>
void MatchingBook<Sink>::trade_with_best(std::uint32_t index, Price price, bool in_cross) {
  const std::uint32_t own = ladder_of(nodes_[index].order.level);
  const std::uint32_t best = nodes_[level_of(own ^ 1, bits_[own ^ 1].best())].next;
  const Quantity traded = std::min(nodes_[index].order.quantity, nodes_[best].order.quantity);
  trade_in_cross(best, index, price, traded, in_cross);
}

// Only while nothing rests.
template <class Sink>
bool MatchingBook<Sink>::move_collar(Price tick, Price lowest) {
  if (live_ != 0) return false;
  Rules moved = rules_;
  moved.tick = tick;
  moved.lowest = lowest;
  rules_ = checked(moved);
  tick_ = Divisor(tick);
  last_tick_ = kNoTick;
  buy_reach_ = sell_reach_ = 0;
  return true;
}

}  // namespace hopscope::matching
