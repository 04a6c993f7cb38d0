// MatchingBook: stops. A buy stop waits for a trade at its stop price or above, a sell stop for one at or below.
//
// All that trades inside one message widens the range of prices that was reached; once the message is through, reached stops enter one by
// one: buy stops first, lowest first, then sell stops, highest first, within a price the oldest first. What they trade widens the range
// again. A cross reaches its own price only.
#pragma once

#include "engine/book/matching/matching_book.h"

namespace hopscope::matching {

// By the last trade, so that a stop that comes too late enters at once.
template <class Sink>
bool MatchingBook<Sink>::reached(const NewOrder& order, std::uint32_t stop_tick) const {
  if (last_tick_ == kNoTick) return false;
  return order.side == Side::Buy ? stop_tick <= last_tick_ : stop_tick >= last_tick_;
}

template <class Sink>
void MatchingBook<Sink>::park_stop(const NewOrder& order, std::uint32_t stop_tick) {
  ++memory_->waiting_stops;
  if (stops_++ == 0) buy_reach_ = sell_reach_ = 0;  // nobody waited for the trades noted so far
  const std::uint32_t own = order.side == Side::Buy ? kBuyStops : kSellStops;
  const std::uint32_t key = stop_tick ^ mirror(own);
  rest_plain(order, own, key, order.quantity);
  const std::uint32_t index = nodes_[level_of(own, key)].previous;
  nodes_[index].order.terms |= kTermStop;
  extra(index) = {order.expires_ns, 0, order.display, order.minimum, order.price, 0, order.traits, 0};
  if ((order.traits & trait::kExpires) == 0) return;
  nodes_[index].order.terms |= kTermExpires;
  memory_->expiries().insert(index, nodes_, extras_, first_order_);
}

template <class Sink>
void MatchingBook<Sink>::trigger_stops() {
  for (;;) {
    if (bits_[kBuyStops].best() < buy_reach_) {
      trigger(nodes_[level_of(kBuyStops, bits_[kBuyStops].best())].next);
    } else if (bits_[kSellStops].best() < sell_reach_) {
      trigger(nodes_[level_of(kSellStops, bits_[kSellStops].best())].next);
    } else {
      break;
    }
  }
  buy_reach_ = sell_reach_ = 0;
}

template <class Sink>
void MatchingBook<Sink>::trigger(std::uint32_t index) {
  const OrderPart& node = nodes_[index].order;
  const Extras& more = extra(index);
  NewOrder order;
  order.id = node.id;
  order.side = side_of(ladder_of(node.level));
  order.owner = node.owner;
  order.self_trade = static_cast<SelfTrade>(node.terms >> kSelfTradeShift);
  order.traits = static_cast<std::uint16_t>(more.traits & ~trait::kStop);
  order.price = more.price;
  order.quantity = node.quantity;
  order.minimum = std::min(more.minimum, node.quantity);  // it may have been reduced while it waited
  order.display = more.display;
  order.expires_ns = more.expires_ns;
  memory_->ids().erase(index, nodes_);
  forget(index);
  dequeue(index);
  release_node(index);
  sink_.triggered(order.id);
  std::uint32_t tick = 0;
  read_price(order.price, tick);
  admit(order, tick);
}

}  // namespace hopscope::matching
