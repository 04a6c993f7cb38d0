// MatchingBook: the ways that nearly every message takes: plain orders, cancels, replacements, trades.
#pragma once

#include "engine/book/matching/matching_book.h"

namespace hopscope::matching {

template <class Sink>
RejectReason MatchingBook<Sink>::read_price(Price price, std::uint32_t& tick) const {
  const auto [quotient, exact] = tick_.divide(price - rules_.lowest);  // below the lowest it wraps around to far above the highest
  tick = quotient;
  if (price < rules_.lowest || quotient >= rules_.price_levels) [[unlikely]]
    return tick_.divides(price) ? RejectReason::Collar : RejectReason::Tick;
  return exact ? RejectReason::None : RejectReason::Tick;
}

template <class Sink>
void MatchingBook<Sink>::enter(const NewOrder& order) {
  if ((order.traits & ~trait::kImmediate) != 0 || phase_ != Phase::Continuous) [[unlikely]]
    return enter_special(order);
  std::uint32_t tick;
  const RejectReason price_fault = read_price(order.price, tick);
  if (price_fault != RejectReason::None || !is_lot(order.quantity) || *memory_->ids().link(order.id, nodes_) != 0 || !memory_->has_room())
      [[unlikely]]
    return enter_special(order);
  sink_.accepted(order);
  const std::uint32_t own = ladder(order.side);
  const Taker taker{order.id, own, tick ^ mirror(own ^ 1), avoided(order.self_trade, order.owner), order.self_trade};
  const Quantity left = match(taker, order.quantity);
  if (left != 0) {
    if ((order.traits & trait::kImmediate) != 0) {
      sink_.cancelled({order.id, left, 0, CancelReason::Immediate});
    } else {
      rest_plain(order, own, tick ^ mirror(own), left);
    }
  }
  if (stops_ != 0) [[unlikely]]
    trigger_stops();
}

template <class Sink>
void MatchingBook<Sink>::rest_plain(const NewOrder& order, std::uint32_t ladder, std::uint32_t key, Quantity quantity) {
  const std::uint32_t index = take_node();
  const auto terms = static_cast<std::uint8_t>(static_cast<unsigned>(order.self_trade) << kSelfTradeShift);
  nodes_[index].order = {order.id, quantity, 0, 0, order.owner, terms, 0};
  memory_->ids().insert(index, nodes_);
  enqueue(index, ladder, key);
}

template <class Sink>
void MatchingBook<Sink>::cancel(OrderId id) {
  std::uint32_t* link = memory_->ids().link(id, nodes_);
  const std::uint32_t index = *link;
  if (index == 0) [[unlikely]]
    return sink_.rejected(id, RejectReason::UnknownId);
  const OrderPart& order = nodes_[index].order;
  const Cancellation gone{id, order.quantity + hidden(index), 0, CancelReason::User};
  *link = order.chain;
  if ((order.terms & kTermsToForget) != 0) [[unlikely]]
    forget(index);
  dequeue(index);
  release_node(index);
  sink_.cancelled(gone);
}

template <class Sink>
void MatchingBook<Sink>::reduce(OrderId id, Quantity remaining) {
  if (remaining == 0) return cancel(id);
  const std::uint32_t index = *memory_->ids().link(id, nodes_);
  if (index == 0) return sink_.rejected(id, RejectReason::UnknownId);
  const Quantity open = nodes_[index].order.quantity + hidden(index);
  if (remaining >= open || !lot_.divides(remaining)) return sink_.rejected(id, RejectReason::Lot);
  cut(index, open - remaining);
  sink_.cancelled({id, open - remaining, remaining, CancelReason::User});
}

template <class Sink>
void MatchingBook<Sink>::replace(OrderId old, OrderId now, Price price, Quantity quantity, Queue queue) {
  if (phase_ == Phase::Halted) [[unlikely]]
    return sink_.rejected(old, RejectReason::Halted);
  const std::uint32_t index = *memory_->ids().link(old, nodes_);
  if (index == 0) [[unlikely]]
    return sink_.rejected(old, RejectReason::UnknownId);
  OrderPart& order = nodes_[index].order;
  std::uint32_t tick;
  if ((order.terms & kTermStop) != 0) [[unlikely]]
    return sink_.rejected(old, RejectReason::WaitingStop);
  if (const RejectReason fault = read_price(price, tick); fault != RejectReason::None) [[unlikely]]
    return sink_.rejected(old, fault);
  if (!is_lot(quantity)) [[unlikely]]
    return sink_.rejected(old, RejectReason::Lot);
  if (now != old && *memory_->ids().link(now, nodes_) != 0) [[unlikely]]
    return sink_.rejected(old, RejectReason::DuplicateId);
  if (!memory_->can_move()) [[unlikely]]
    return sink_.rejected(old, RejectReason::Full);
  const std::uint32_t own = ladder_of(order.level), key = tick ^ mirror(own), limit = tick ^ mirror(own ^ 1);
  const bool crosses = phase_ == Phase::Continuous && bits_[own ^ 1].best() <= limit;
  if (crosses && (order.terms & kTermPostOnly) != 0) [[unlikely]]
    return sink_.rejected(old, RejectReason::WouldTrade);

  const bool expires = (order.terms & kTermExpires) != 0;
  if (expires) [[unlikely]]  // its place in the heap depends on its id
    memory_->expiries().erase(index, nodes_, extras_, first_order_);
  memory_->ids().erase(index, nodes_);
  order.id = now;
  const Quantity open = order.quantity + hidden(index);
  const bool keeps_place = queue == Queue::KeepWhenReduced && key == key_of(order.level) && quantity <= open;
  sink_.replaced({old, now, price, quantity, keeps_place});
  Quantity left = quantity;
  if (keeps_place) {
    cut(index, open - quantity);
  } else {
    const bool iceberg = (order.terms & kTermIceberg) != 0;
    if (iceberg) [[unlikely]]
      nodes_[order.level].level.hidden -= extra(index).hidden;
    dequeue(index);
    if (crosses) {
      const auto mode = static_cast<SelfTrade>(order.terms >> kSelfTradeShift);
      left = match({now, own, limit, avoided(mode, order.owner), mode}, quantity);
    }
    order.quantity = left;
    if (iceberg) [[unlikely]] {
      order.quantity = std::min(left, extra(index).display);
      extra(index).hidden = left - order.quantity;
    }
    if (left != 0) {
      enqueue(index, own, key);
      if (iceberg) [[unlikely]]
        nodes_[order.level].level.hidden += extra(index).hidden;
    } else {
      release_node(index);  // not auction-only: it traded, so this is no auction
    }
  }
  if (left != 0) {
    memory_->ids().insert(index, nodes_);
    if (expires) [[unlikely]]
      memory_->expiries().insert(index, nodes_, extras_, first_order_);
  }
  wake_stops();
}

template <class Sink>
void MatchingBook<Sink>::note_trade(std::uint32_t tick) {
  last_tick_ = tick;
  buy_reach_ = std::max(buy_reach_, (tick ^ mirror(kBuyStops)) + 1);
  sell_reach_ = std::max(sell_reach_, (tick ^ mirror(kSellStops)) + 1);
}

// Best price first, oldest first. Returns what found no maker, or 0 where self-trade prevention ended the taker.
template <class Sink>
Quantity MatchingBook<Sink>::match(const Taker& taker, Quantity left) {
  const std::uint32_t other = taker.ladder ^ 1;
  LevelBits& bits = bits_[other];
  while (left != 0 && bits.best() <= taker.limit) {
    const std::uint32_t at = level_of(other, bits.best());
    const std::uint32_t index = nodes_[at].next;
    OrderPart& maker = nodes_[index].order;
    if (maker.owner == taker.avoid) [[unlikely]] {
      left = prevent_self_trade(taker, index, left);
      continue;
    }
    const std::uint32_t tick = best_tick(other);
    const Quantity traded = std::min(left, maker.quantity);
    left -= traded;
    maker.quantity -= traded;
    nodes_[at].level.shown -= traded;
    note_trade(tick);
    sink_.executed({maker.id, taker.id, price_of(tick), traded, maker.quantity + hidden(index), left, false});
    if (maker.quantity == 0) settle(index);
  }
  return left;
}

// An order whose shown shares are used up: an iceberg shows the next at the end of the queue, any other is done.
template <class Sink>
void MatchingBook<Sink>::settle(std::uint32_t index) {
  OrderPart& order = nodes_[index].order;
  if (hidden(index) != 0) [[unlikely]] {
    Extras& more = extra(index);
    const std::uint32_t level = order.level;
    const bool alone = nodes_[index].previous == nodes_[index].next;
    if (!alone) dequeue(index);
    order.quantity = std::min(more.hidden, more.display);
    more.hidden -= order.quantity;
    nodes_[level].level.hidden -= order.quantity;
    if (alone) {
      nodes_[level].level.shown += order.quantity;
    } else {
      enqueue(index, ladder_of(level), key_of(level));
    }
    return sink_.refreshed(order.id, order.quantity);
  }
  memory_->ids().erase(index, nodes_);
  if ((order.terms & kTermsToForget) != 0) [[unlikely]]
    forget(index);
  dequeue(index);
  release_node(index);
}

}  // namespace hopscope::matching
