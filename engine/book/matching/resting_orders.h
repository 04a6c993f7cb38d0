// MatchingBook: its memory, and how orders join and leave the queues of their levels.
#pragma once

#include <bit>
#include <utility>

#include "engine/book/matching/matching_book.h"

namespace hopscope::matching {

template <class Sink>
MatchingBook<Sink>::MatchingBook(const Rules& rules, Sink& sink, BookMemory& memory, std::uint32_t number)
    : rules_(checked(rules)),
      sink_(sink),
      memory_(&memory),
      nodes_(memory.nodes()),
      extras_(memory.extras()),
      tick_(rules.tick),
      lot_(rules.lot),
      number_(number),
      span_(ladder_span(rules.price_levels)),
      span_bits_(static_cast<std::uint32_t>(std::countr_zero(span_))),
      first_order_(memory.first_order()),
      bits_{LevelBits(span_, memory.words(number, kBids)), LevelBits(span_, memory.words(number, kAsks)),
            LevelBits(span_, memory.words(number, kBuyStops)), LevelBits(span_, memory.words(number, kSellStops))} {}

template <class Sink>
MatchingBook<Sink>::MatchingBook(const Rules& rules, Sink& sink, std::unique_ptr<BookMemory> own) : MatchingBook(rules, sink, *own, 0) {
  own_ = std::move(own);
}

template <class Sink>
MatchingBook<Sink>::MatchingBook(const Rules& rules, Sink& sink)
    : MatchingBook(rules, sink, std::make_unique<BookMemory>(BookRoom{1, checked(rules).price_levels, 0, rules.max_orders})) {}

template <class Sink>
std::uint32_t MatchingBook<Sink>::take_node() {
  ++live_;
  return memory_->take_order();
}

template <class Sink>
void MatchingBook<Sink>::release_node(std::uint32_t index) {
  --live_;
  memory_->release_order(index);
}

// At the end of the level's queue.
template <class Sink>
void MatchingBook<Sink>::enqueue(std::uint32_t index, std::uint32_t ladder, std::uint32_t key) {
  LevelBits& bits = bits_[ladder];
  if (bits.is_bare(key)) [[unlikely]]
    bits.place(key, memory_->take_block(number_));
  const std::uint32_t at = bits.level(key);
  Node& level = nodes_[at];
  Node& order = nodes_[index];
  const std::uint32_t youngest = level.previous;
  order.previous = youngest;
  order.next = at;
  order.order.level = at;
  nodes_[youngest].next = index;
  level.previous = index;
  level.level.shown += order.order.quantity;
  if (youngest == at) {
    level.level.ladder_and_key = ladder << span_bits_ | key;
    bits.open(key);
  }
}

template <class Sink>
void MatchingBook<Sink>::dequeue(std::uint32_t index) {
  const Node& order = nodes_[index];
  const std::uint32_t at = order.order.level, previous = order.previous, next = order.next;
  nodes_[previous].next = next;
  nodes_[next].previous = previous;
  nodes_[at].level.shown -= order.order.quantity;
  // Both are the level itself: nobody is left.
  if (previous == next && bits_[ladder_of(at)].close(key_of(at))) [[unlikely]]
    memory_->release_block(at);
}

// Before a special order leaves its level: takes it off everything else that counts on it.
template <class Sink>
void MatchingBook<Sink>::forget(std::uint32_t index) {
  const OrderPart& order = nodes_[index].order;
  if ((order.terms & kTermIceberg) != 0) nodes_[order.level].level.hidden -= extra(index).hidden;
  if ((order.terms & kTermExpires) != 0) memory_->expiries().erase(index, nodes_, extras_, first_order_);
  if ((order.terms & kTermAuctionOnly) != 0) --auction_only_;
  if ((order.terms & kTermStop) != 0) {
    --stops_;
    --memory_->waiting_stops;
  }
}

template <class Sink>
void MatchingBook<Sink>::end_order(std::uint32_t index, CancelReason reason) {
  const OrderPart& order = nodes_[index].order;
  const Cancellation gone{order.id, order.quantity + hidden(index), 0, reason};
  memory_->ids().erase(index, nodes_);
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
