// MatchingBook: its state, and back.
#pragma once

#include <stdexcept>

#include "engine/book/matching/matching_book.h"

namespace hopscope::matching {

inline bool RestingState::has_extras() const { return (terms & (kTermIceberg | kTermExpires | kTermStop)) != 0; }

template <class Sink>
BookState MatchingBook<Sink>::state() const {
  return {rules_.tick, rules_.lowest, last_tick_, buy_reach_, sell_reach_, reference_tick_, phase_, now_ns_};
}

template <class Sink>
template <class Visit>
void MatchingBook<Sink>::each_resting(Visit&& visit) const {
  for (std::uint32_t ladder = 0; ladder < kLadders; ++ladder) {
    const LevelBits& bits = bits_[ladder];
    for (std::uint32_t key = bits.best(); key != span_; key = bits.from(key + 1)) {
      const std::uint32_t level = level_of(ladder, key);
      for (std::uint32_t at = nodes_[level].next; at != level; at = nodes_[at].next) visit(resting_state(at, ladder, key));
    }
  }
}

// Of the extras only what its terms have had written: the rest is an earlier order's.
template <class Sink>
RestingState MatchingBook<Sink>::resting_state(std::uint32_t index, std::uint32_t ladder, std::uint32_t key) const {
  const OrderPart& order = nodes_[index].order;
  RestingState state;
  state.id = order.id;
  state.quantity = order.quantity;
  state.key = key;
  state.ladder = static_cast<std::uint8_t>(ladder);
  state.terms = order.terms;
  state.owner = order.owner;
  if (!state.has_extras()) return state;
  const Extras& more = extra(index);
  if ((order.terms & kTermIceberg) != 0) {
    state.hidden = more.hidden;
    state.display = more.display;
  }
  if ((order.terms & kTermExpires) != 0) state.expires_ns = more.expires_ns;
  if ((order.terms & kTermStop) != 0) {
    state.expires_ns = more.expires_ns;
    state.display = more.display;
    state.minimum = more.minimum;
    state.price = more.price;
    state.traits = more.traits;
  }
  return state;
}

template <class Sink>
bool MatchingBook<Sink>::restore(const BookState& state) {
  Rules rules = rules_;
  rules.tick = state.tick;
  rules.lowest = state.lowest;
  const bool sound = (state.last_tick == kNoTick || state.last_tick < rules_.price_levels) && state.buy_reach <= span_ &&
                     state.sell_reach <= span_ && state.reference_tick < rules_.price_levels && state.phase <= Phase::Halted;
  if (live_ != 0 || !sound) return false;
  try {
    rules_ = checked(rules);
  } catch (const std::invalid_argument&) {
    return false;
  }
  tick_ = Divisor(rules_.tick);
  last_tick_ = state.last_tick;
  buy_reach_ = state.buy_reach;
  sell_reach_ = state.sell_reach;
  reference_tick_ = state.reference_tick;
  phase_ = state.phase;
  now_ns_ = state.now_ns;
  return true;
}

template <class Sink>
bool MatchingBook<Sink>::restore_order(const RestingState& state) {
  if (state.ladder >= kLadders || state.key >= span_ || (state.key ^ mirror(state.ladder)) >= rules_.price_levels) return false;
  const bool self_trade_known = state.terms >> kSelfTradeShift <= static_cast<unsigned>(SelfTrade::Decrement);
  const bool waits = state.ladder == kBuyStops || state.ladder == kSellStops;
  if (state.quantity == 0 || !self_trade_known || waits != ((state.terms & kTermStop) != 0)) return false;
  if (memory_->find(state.id) != 0 || !memory_->can_take(bits_[state.ladder].is_bare(state.key))) return false;
  const std::uint32_t index = take_node();
  nodes_[index].order = {state.id, state.quantity, 0, 0, state.owner, state.terms, 0};
  memory_->ids().insert(index, nodes_);
  enqueue(index, state.ladder, state.key);
  if (state.has_extras()) extra(index) = {state.expires_ns, state.hidden, state.display, state.minimum, state.price, 0, state.traits, 0};
  if ((state.terms & kTermIceberg) != 0) nodes_[nodes_[index].order.level].level.hidden += state.hidden;
  if ((state.terms & kTermExpires) != 0) memory_->expiries().insert(index, nodes_, extras_, first_order_);
  if ((state.terms & kTermAuctionOnly) != 0) ++auction_only_;
  if ((state.terms & kTermStop) != 0) {
    ++stops_;
    ++memory_->waiting_stops;
  }
  return true;
}

}  // namespace hopscope::matching
