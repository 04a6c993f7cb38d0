// The slow and plain order book that Books is compared with: maps and lists, nothing shared with it but the meaning.
#pragma once

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <list>
#include <map>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/book/books.h"

namespace hopscope::book {

struct Trade {
  OrderId maker;
  Price price;
  Quantity quantity;
  bool maker_done;
  bool operator==(const Trade&) const = default;
};

class ReferenceBooks {
 public:
  struct Resting {
    OrderId id;
    Quantity quantity;
  };
  using Queue = std::list<Resting>;
  using Levels = std::map<Price, Queue>;

  explicit ReferenceBooks(std::size_t max_orders) : max_orders_(max_orders) {}

  bool add(OrderId id, std::uint16_t locate, Side side, Price price, Quantity quantity) {
    if (where_.contains(id) || where_.size() == max_orders_ || price == 0 || quantity == 0) return false;
    Queue& queue = levels(locate, side)[price];
    queue.push_back({id, quantity});
    where_[id] = {locate, side, price, std::prev(queue.end())};
    return true;
  }

  Quantity reduce(OrderId id, Quantity quantity) {
    const auto found = where_.find(id);
    if (found == where_.end()) return 0;
    const Quantity taken = std::min(quantity, found->second.order->quantity);
    found->second.order->quantity -= taken;
    if (found->second.order->quantity == 0) remove(id);
    return taken;
  }

  bool remove(OrderId id) {
    const auto found = where_.find(id);
    if (found == where_.end()) return false;
    const Where where = found->second;
    where_.erase(found);
    Levels& side = levels(where.locate, where.side);
    side[where.price].erase(where.order);
    if (side[where.price].empty()) side.erase(where.price);
    return true;
  }

  bool replace(OrderId old, OrderId now, Price price, Quantity quantity) {
    const auto found = where_.find(old);
    if (found == where_.end() || price == 0 || quantity == 0 || (now != old && where_.contains(now))) return false;
    const Where where = found->second;
    remove(old);
    return add(now, where.locate, where.side, price, quantity);
  }

  Quantity match(std::uint16_t locate, Side taker, Price limit, Quantity quantity, std::vector<Trade>& trades) {
    Levels& makers = levels(locate, opposite(taker));
    while (quantity != 0 && !makers.empty()) {
      const auto best = taker == Side::Buy ? makers.begin() : std::prev(makers.end());
      if (limit != 0 && (taker == Side::Buy ? best->first > limit : best->first < limit)) break;
      const Price price = best->first;
      const Resting maker = best->second.front();
      const Quantity traded = reduce(maker.id, quantity);
      trades.push_back({maker.id, price, traded, traded == maker.quantity});
      quantity -= traded;
    }
    return quantity;
  }

  // (price, id, quantity) in priority.
  std::vector<std::tuple<Price, OrderId, Quantity>> orders(std::uint16_t locate, Side side) const {
    std::vector<std::tuple<Price, OrderId, Quantity>> all;
    const auto found = books_.find({locate, side});
    if (found == books_.end()) return all;
    const auto take = [&](const auto& level) {
      for (const Resting& order : level.second) all.emplace_back(level.first, order.id, order.quantity);
    };
    if (side == Side::Sell) {
      std::for_each(found->second.begin(), found->second.end(), take);
    } else {
      std::for_each(found->second.rbegin(), found->second.rend(), take);
    }
    return all;
  }

  std::size_t orders() const { return where_.size(); }

 private:
  struct Where {
    std::uint16_t locate;
    Side side;
    Price price;
    Queue::iterator order;
  };
  Levels& levels(std::uint16_t locate, Side side) { return books_[{locate, side}]; }

  std::size_t max_orders_;
  std::map<std::pair<std::uint16_t, Side>, Levels> books_;
  std::unordered_map<OrderId, Where> where_;
};

}  // namespace hopscope::book
