// MatchingBook: its memory, and how orders join and leave the queues of their levels.
#pragma once

#include <bit>
#include <stdexcept>

#include "engine/book/matching/matching_book.h"

namespace hopscope::matching {

inline const Rules& checked(const Rules& rules) {
  constexpr std::uint32_t kMaxDivisor = 1u << 30;
  const std::uint64_t highest = rules.lowest + (static_cast<std::uint64_t>(rules.price_levels) - 1) * rules.tick;
  if (rules.tick == 0 || rules.tick > kMaxDivisor || rules.lot == 0 || rules.lot > kMaxDivisor)
    throw std::invalid_argument("tick and lot must be 1 to 2^30");
  if (rules.lowest == 0 || rules.lowest % rules.tick != 0) throw std::invalid_argument("the lowest price must be a multiple of the tick");
  if (rules.price_levels == 0 || rules.price_levels > kMaxPriceLevels || highest > book::kMaxPrice)
    throw std::invalid_argument("too many price levels: raise the tick or lower price_levels");
  if (rules.max_orders == 0 || rules.max_orders > 1u << 28) throw std::invalid_argument("max_orders must be 1 to 2^28");
  return rules;
}

template <class Sink>
MatchingBook<Sink>::MatchingBook(const Rules& rules, Sink& sink)
    : rules_(checked(rules)),
      sink_(sink),
      tick_(rules.tick),
      lot_(rules.lot),
      span_bits_(static_cast<std::uint32_t>(std::countr_zero(std::bit_ceil(std::max(rules.price_levels, 64u))))),
      span_(1u << span_bits_),
      first_order_(kLadders << span_bits_),
      used_(first_order_),
      bits_{LevelBits(span_), LevelBits(span_), LevelBits(span_), LevelBits(span_)},
      ids_(rules.max_orders),
      nodes_(static_cast<std::size_t>(first_order_) + rules.max_orders),
      extras_(rules.max_orders),
      expiries_(rules.max_orders) {
  for (std::uint32_t level = 0; level < first_order_; ++level) nodes_[level].previous = nodes_[level].next = level;
}

// What was freed last is handed out first: its cache line is warm.
template <class Sink>
std::uint32_t MatchingBook<Sink>::take_node() {
  ++live_;
  if (free_ == 0) return used_++;
  const std::uint32_t index = free_;
  free_ = nodes_[index].next;
  return index;
}

template <class Sink>
void MatchingBook<Sink>::release_node(std::uint32_t index) {
  nodes_[index].next = free_;
  free_ = index;
  --live_;
}

// At the end of the level's queue.
template <class Sink>
void MatchingBook<Sink>::enqueue(std::uint32_t index, std::uint32_t ladder, std::uint32_t key) {
  const std::uint32_t at = level_of(ladder, key);
  Node& level = nodes_[at];
  Node& order = nodes_[index];
  const std::uint32_t youngest = level.previous;
  order.previous = youngest;
  order.next = at;
  order.order.level = at;
  nodes_[youngest].next = index;
  level.previous = index;
  level.level.shown += order.order.quantity;
  if (youngest == at) bits_[ladder].open(key);
}

template <class Sink>
void MatchingBook<Sink>::dequeue(std::uint32_t index) {
  const Node& order = nodes_[index];
  const std::uint32_t at = order.order.level, previous = order.previous, next = order.next;
  nodes_[previous].next = next;
  nodes_[next].previous = previous;
  nodes_[at].level.shown -= order.order.quantity;
  if (previous == next) bits_[ladder_of(at)].close(key_of(at));  // both are the level itself: nobody is left
}

// Before a special order leaves its level: takes it off everything else that counts on it.
template <class Sink>
void MatchingBook<Sink>::forget(std::uint32_t index) {
  const OrderPart& order = nodes_[index].order;
  if ((order.terms & kTermIceberg) != 0) nodes_[order.level].level.hidden -= extra(index).hidden;
  if ((order.terms & kTermExpires) != 0) expiries_.erase(index, nodes_.data(), extras_.data(), first_order_);
  if ((order.terms & kTermAuctionOnly) != 0) --auction_only_;
  if ((order.terms & kTermStop) != 0) --stops_;
}

template <class Sink>
void MatchingBook<Sink>::end_order(std::uint32_t index, CancelReason reason) {
  const OrderPart& order = nodes_[index].order;
  const Cancellation gone{order.id, order.quantity + hidden(index), 0, reason};
  ids_.erase(index, nodes_.data());
  if ((order.terms & kTermsToForget) != 0) [[unlikely]]
    forget(index);
  dequeue(index);
  release_node(index);
  sink_.cancelled(gone);
}

// Takes shares off a resting order that keeps some: those it hides first.
template <class Sink>
void MatchingBook<Sink>::cut(std::uint32_t index, Quantity shares) {
  OrderPart& order = nodes_[index].order;
  LevelPart& level = nodes_[order.level].level;
  const Quantity from_hidden = std::min(shares, hidden(index));
  if (from_hidden != 0) {
    extra(index).hidden -= from_hidden;
    level.hidden -= from_hidden;
  }
  order.quantity -= shares - from_hidden;
  level.shown -= shares - from_hidden;
}

template <class Sink>
template <class Visit>
void MatchingBook<Sink>::each_level(Side side, Visit&& visit) const {
  const LevelBits& bits = bits_[ladder(side)];
  for (std::uint32_t key = bits.best(); key != span_; key = bits.from(key + 1)) {
    const LevelPart& level = nodes_[level_of(ladder(side), key)].level;
    if (!visit(price_of(key ^ mirror(ladder(side))), level.shown, level.hidden)) return;
  }
}

template <class Sink>
template <class Visit>
void MatchingBook<Sink>::each_order(Side side, Visit&& visit) const {
  const LevelBits& bits = bits_[ladder(side)];
  for (std::uint32_t key = bits.best(); key != span_; key = bits.from(key + 1)) {
    const std::uint32_t level = level_of(ladder(side), key);
    for (std::uint32_t at = nodes_[level].next; at != level; at = nodes_[at].next)
      visit(nodes_[at].order.id, price_of(tick_of(level)), nodes_[at].order.quantity);
  }
}

}  // namespace hopscope::matching
