// MatchingBook: phases, the auction's cross, and what ends many orders at once.
#pragma once

#include "engine/book/matching/matching_book.h"

namespace hopscope::matching {

template <class Sink>
bool MatchingBook<Sink>::start_auction(Price reference) {
  if (phase_ == Phase::Auction) return false;
  const std::uint64_t highest = rules_.price_levels - 1;
  reference_tick_ = static_cast<std::uint32_t>(
      reference <= rules_.lowest ? 0 : std::min<std::uint64_t>((reference - rules_.lowest) / rules_.tick, highest));
  go_on(Phase::Auction);
  return true;
}

// Most shares first, then the smallest imbalance, then nearest to the reference. Buyers fall and sellers rise with the price, so the prices
// that are equal in the first two stand side by side, and one of them is the nearest.
template <class Sink>
Indication MatchingBook<Sink>::indicate() const {
  if (bits_[kBids].best() == span_ || bits_[kAsks].best() == span_) return {};
  const std::uint32_t low = best_tick(kAsks), high = best_tick(kBids);
  const auto shares = [&](std::uint32_t ladder, std::uint32_t tick) {
    const std::uint32_t key = tick ^ mirror(ladder);
    if (bits_[ladder].is_bare(key)) return std::uint64_t{0};
    const LevelPart& level = nodes_[level_of(ladder, key)].level;
    return level.shown + level.hidden;
  };
  const auto distance = [&](std::uint32_t tick) { return tick > reference_tick_ ? tick - reference_tick_ : reference_tick_ - tick; };
  std::uint64_t buyers = 0, sellers = 0;  // that would trade at the price looked at
  for (std::uint32_t tick = low; tick <= high; ++tick) buyers += shares(kBids, tick);
  Indication best;
  std::uint32_t best_at = 0;
  for (std::uint32_t tick = low; tick <= high; ++tick) {
    sellers += shares(kAsks, tick);
    const std::uint64_t volume = std::min(buyers, sellers);
    const auto imbalance = static_cast<std::int64_t>(buyers - sellers);
    const auto size = [](std::int64_t value) { return value < 0 ? -value : value; };
    if (volume > best.volume ||
        (volume == best.volume &&
         (size(imbalance) < size(best.imbalance) || (size(imbalance) == size(best.imbalance) && distance(tick) < distance(best_at))))) {
      best = {price_of(tick), volume, imbalance};
      best_at = tick;
    }
    buyers -= shares(kBids, tick);
  }
  return best;
}

template <class Sink>
bool MatchingBook<Sink>::end_auction(Phase then) {
  if (phase_ != Phase::Auction || (then != Phase::Continuous && then != Phase::Closed)) return false;
  if (const Indication indication = indicate(); indication.volume != 0) cross(indication);
  if (auction_only_ != 0)
    cancel_each(CancelReason::AuctionEnd, [](const OrderPart& order) { return (order.terms & kTermAuctionOnly) != 0; });
  if (then == Phase::Closed) {
    close();
  } else {
    go_on(then);
  }
  return true;
}

// Both sides in their priority, all at one price. Self-trade prevention has no part in it: there is no taker.
template <class Sink>
void MatchingBook<Sink>::cross(const Indication& indication) {
  sink_.crossed(indication);
  std::uint64_t left = indication.volume;
  while (left != 0) {
    const std::uint32_t buy = nodes_[level_of(kBids, bits_[kBids].best())].next;
    const std::uint32_t sell = nodes_[level_of(kAsks, bits_[kAsks].best())].next;
    const Quantity both = std::min(nodes_[buy].order.quantity, nodes_[sell].order.quantity);
    const auto traded = static_cast<Quantity>(std::min<std::uint64_t>(left, both));
    trade_in_cross(buy, sell, indication.price, traded, true);
    left -= traded;
  }
  note_trade((indication.price - rules_.lowest) / rules_.tick);
}

template <class Sink>
void MatchingBook<Sink>::trade_in_cross(std::uint32_t first, std::uint32_t second, Price price, Quantity quantity, bool in_cross) {
  for (const std::uint32_t index : {first, second}) {
    nodes_[index].order.quantity -= quantity;
    nodes_[nodes_[index].order.level].level.shown -= quantity;
  }
  const OrderPart &maker = nodes_[first].order, &taker = nodes_[second].order;
  sink_.executed({maker.id, taker.id, price, quantity, maker.quantity + hidden(first), taker.quantity + hidden(second), in_cross});
  for (const std::uint32_t index : {first, second})
    if (nodes_[index].order.quantity == 0) settle(index);
}

template <class Sink>
bool MatchingBook<Sink>::halt() {
  if (phase_ != Phase::Auction && phase_ != Phase::Continuous) return false;
  go_on(Phase::Halted);
  return true;
}

template <class Sink>
bool MatchingBook<Sink>::resume() {
  const bool both_sides = bits_[kBids].best() != span_ && bits_[kAsks].best() != span_;
  const bool crossed = both_sides && best_tick(kBids) >= best_tick(kAsks);
  if ((phase_ != Phase::Closed && phase_ != Phase::Halted) || crossed || auction_only_ != 0) return false;
  go_on(Phase::Continuous);
  return true;
}

template <class Sink>
void MatchingBook<Sink>::close() {
  cancel_each(CancelReason::Closed, [](const OrderPart&) { return true; });
  go_on(Phase::Closed);
}

// Stops that came while nothing traded look at the last trade when trading goes on.
template <class Sink>
void MatchingBook<Sink>::go_on(Phase phase) {
  phase_ = phase;
  sink_.phase(phase);
  if (phase != Phase::Continuous || stops_ == 0) return;
  if (last_tick_ != kNoTick) note_trade(last_tick_);
  trigger_stops();
}

template <class Sink>
void MatchingBook<Sink>::mass_cancel(Owner owner) {
  cancel_each(CancelReason::MassCancel, [owner](const OrderPart& order) { return order.owner == owner; });
}

template <class Sink>
void MatchingBook<Sink>::advance(std::uint64_t now_ns) {
  now_ns_ = std::max(now_ns_, now_ns);
  const ExpiryHeap& expiries = memory_->expiries();
  while (!expiries.empty() && extra(expiries.top()).expires_ns <= now_ns_ && memory_->book_of(expiries.top()) == number_)
    end_order(expiries.top(), CancelReason::Expired);
}

template <class Sink>
template <class Which>
void MatchingBook<Sink>::cancel_each(CancelReason reason, Which&& which) {
  for (std::uint32_t ladder = 0; ladder < kLadders; ++ladder) {
    for (std::uint32_t key = bits_[ladder].best(); key != span_; key = bits_[ladder].from(key + 1)) {
      const std::uint32_t level = level_of(ladder, key);
      for (std::uint32_t at = nodes_[level].next; at != level;) {
        const std::uint32_t next = nodes_[at].next;
        if (which(nodes_[at].order)) end_order(at, reason);
        at = next;
      }
    }
  }
}

}  // namespace hopscope::matching
