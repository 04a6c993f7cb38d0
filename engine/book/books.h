// The limit order books of one feed: every symbol's resting orders by price, then time.
//
// A symbol is known by its ITCH stock locate. All memory is taken and touched at construction; no operation allocates, and none costs more
// than the levels it walks from the touch when a level opens or closes: orders, and levels that are there, are found directly. What a book
// refuses leaves it unchanged. One thread per Books. How it is laid out: order.h and id_table.h (orders), level.h and level_table.h
// (levels), level_page.h and ladder.h (levels in the order of their prices).
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>

#include "engine/book/id_table.h"
#include "engine/book/ladder.h"
#include "engine/book/level.h"
#include "engine/book/level_table.h"
#include "engine/book/order.h"
#include "engine/book/prefaulted_array.h"
#include "engine/book/prefetch.h"

namespace hopscope::book {

struct Touch {
  Price bid = 0, ask = 0;               // 0: nothing rests on that side
  Quantity bid_size = 0, ask_size = 0;  // of the whole level, saturating
};

class Books {
 public:
  // Locates 0..max_locate, max_orders resting at once over all symbols: 120 to 150 bytes an order, 512 a symbol.
  // Throws std::bad_alloc when the machine has not got the memory.
  Books(std::uint16_t max_locate, std::uint32_t max_orders);

  // The order rests as it is, crossed or not. False: the id rests already, the books are full (counted), or locate, price or quantity
  // cannot be (price 1..kMaxPrice, quantity from 1).
  bool add(OrderId id, std::uint16_t locate, Side side, Price price, Quantity quantity);

  // Takes up to `quantity` shares off an order, which keeps its place, and ends it when none are left. Returns the shares taken: fewer than
  // asked for if the order held fewer; 0: unknown id.
  Quantity reduce(OrderId id, Quantity quantity);

  // False: unknown id.
  bool remove(OrderId id);

  // A new order in place of an old one, on its side and at the end of the queue. False, and nothing has changed: the old id is unknown, or
  // the new order cannot be (as add). The new id may be the old one.
  bool replace(OrderId old, OrderId now, Price price, Quantity quantity);

  // Trades an incoming order against the other side, best price first, oldest first, up to `limit` (0: any price). Calls
  // on_trade(maker id, price, quantity, maker_done) for each trade, before the maker's quantity changes; it must not touch the books.
  // Returns the shares that found no maker.
  template <class OnTrade>
  Quantity match(std::uint16_t locate, Side taker, Price limit, Quantity quantity, OnTrade&& on_trade);

  Touch touch(std::uint16_t locate) const;

  // Best price of one side; 0: empty.
  Price best(std::uint16_t locate, Side side) const {
    const LevelPage& page = first_page(locate, side);
    return page.count == 0 ? 0 : price_of(side, page.key[0]);
  }

  // Null: unknown. Valid until the next change.
  const Order* find(OrderId id) const {
    const std::uint32_t index = ids_.find(id, orders_.data());
    return index == 0 ? nullptr : &orders_[index];
  }

  std::uint16_t locate_of(const Order& order) const { return levels_[order.level].locate; }
  Side side_of(const Order& order) const { return levels_[order.level].side; }

  // visit(price, shares, orders) for each level, best first, until it returns false.
  template <class Visit>
  void each_level(std::uint16_t locate, Side side, Visit&& visit) const {
    ladder_.each(first_page(locate, side), [&](LevelKey key, std::uint32_t level) {
      return visit(price_of(side, key), levels_[level].quantity, levels_[level].orders);
    });
  }

  // visit(order) for each order in priority, until it returns false.
  template <class Visit>
  void each_order(std::uint16_t locate, Side side, Visit&& visit) const {
    ladder_.each(first_page(locate, side), [&](LevelKey, std::uint32_t level) {
      for (std::uint32_t at = levels_[level].oldest; at != 0; at = orders_[at].next)
        if (!visit(orders_[at])) return false;
      return true;
    });
  }

  // Three steps by which lookahead.h has the memory fetched that a later call will need: the bucket, then the entry that it names, then the
  // entry's neighbours. Each reads what the one before asked for; what changes in between costs time, nothing else. An order and a level
  // keep their links at the same places, so that no step needs a branch, which nobody could predict.
  struct Trail {
    const std::uint32_t* bucket;
    const std::byte* entries;  // the array that the bucket's index is of
    std::uint32_t of_order;    // all bits for an order's trail, none for a level's
  };
  Trail trail_of_order(OrderId id) const { return {ids_.bucket(id), reinterpret_cast<const std::byte*>(orders_.data()), ~0u}; }
  Trail trail_of_level(std::uint16_t locate, Price price) const {
    return {level_table_.bucket(locate, price), reinterpret_cast<const std::byte*>(levels_.data()), 0};
  }
  static void fetch_bucket(const Trail& trail) { prefetch(trail.bucket); }
  static void fetch_entry(const Trail& trail) { prefetch(entry(trail)); }
  void fetch_neighbours(const Trail& trail) const {
    std::uint32_t links[3];  // previous, next, level of an order; oldest, youngest and no index of a level
    std::memcpy(links, entry(trail) + offsetof(Order, previous), sizeof links);
    prefetch(&orders_[links[0] & trail.of_order]);
    prefetch(&orders_[links[1]]);
    prefetch(&levels_[links[2] & trail.of_order]);
  }

  std::uint16_t max_locate() const { return max_locate_; }
  std::uint32_t max_orders() const { return max_orders_; }
  std::uint32_t orders() const { return live_; }
  std::uint64_t refused_full() const { return refused_full_; }  // adds that found no room: raise max_orders

 private:
  struct Symbol {
    LevelPage buy, sell;
  };

  static const std::byte* entry(const Trail& trail) { return trail.entries + std::size_t{*trail.bucket} * sizeof(Order); }
  static_assert(sizeof(Order) == sizeof(Level) && offsetof(Order, next) == offsetof(Level, youngest));
  static_assert(offsetof(Order, next) == offsetof(Order, previous) + 4 && offsetof(Order, level) == offsetof(Order, previous) + 8);

  LevelPage& first_page(std::uint16_t locate, Side side) { return side == Side::Buy ? symbols_[locate].buy : symbols_[locate].sell; }
  const LevelPage& first_page(std::uint16_t locate, Side side) const {
    return side == Side::Buy ? symbols_[locate].buy : symbols_[locate].sell;
  }

  static bool sound(Price price, Quantity quantity) { return price - 1 < kMaxPrice && quantity != 0; }

  // A pool hands out what was freed last (its cache line is warm), else what was never used.
  std::uint32_t take_order() {
    ++live_;
    if (free_order_ == 0) return ++used_orders_;
    const std::uint32_t index = free_order_;
    free_order_ = orders_[index].next;
    return index;
  }
  void release_order(std::uint32_t index) {
    orders_[index].next = free_order_;
    free_order_ = index;
    --live_;
  }
  std::uint32_t take_level() {
    if (free_level_ == 0) return ++used_levels_;
    const std::uint32_t index = free_level_;
    free_level_ = levels_[index].oldest;
    return index;
  }
  void release_level(std::uint32_t index) {
    levels_[index].oldest = free_level_;
    free_level_ = index;
  }

  void enqueue(std::uint32_t index, std::uint16_t locate, Side side);
  void dequeue(std::uint32_t index);
  void open_level(std::uint32_t index, std::uint16_t locate, Side side);
  void close_level(std::uint32_t index, LadderPages::Place place);

  std::uint16_t max_locate_;
  std::uint32_t max_orders_;
  std::uint32_t live_ = 0;
  std::uint32_t free_order_ = 0, used_orders_ = 0;
  std::uint32_t free_level_ = 0, used_levels_ = 0;
  std::uint64_t refused_full_ = 0;
  IdTable ids_;
  LevelTable level_table_;
  LadderPages ladder_;
  PrefaultedArray<Symbol> symbols_;
  PrefaultedArray<Order> orders_;  // [0] is nobody: it may be written, never read
  PrefaultedArray<Level> levels_;  // [0] is nobody
};

inline bool Books::add(OrderId id, std::uint16_t locate, Side side, Price price, Quantity quantity) {
  if (locate > max_locate_ || !sound(price, quantity)) return false;
  std::uint32_t* link = ids_.link(id, orders_.data());
  if (*link != 0) return false;
  if (live_ == max_orders_) {
    ++refused_full_;
    return false;
  }
  const std::uint32_t index = take_order();
  *link = index;
  orders_[index].id = id;
  orders_[index].price = price;
  orders_[index].quantity = quantity;
  orders_[index].chain = 0;
  enqueue(index, locate, side);
  return true;
}

inline Quantity Books::reduce(OrderId id, Quantity quantity) {
  std::uint32_t* link = ids_.link(id, orders_.data());
  const std::uint32_t index = *link;
  if (index == 0) return 0;
  Order& order = orders_[index];
  if (quantity < order.quantity) {
    order.quantity -= quantity;
    levels_[order.level].quantity -= quantity;
    return quantity;
  }
  *link = order.chain;
  dequeue(index);
  release_order(index);
  return order.quantity;
}

inline bool Books::remove(OrderId id) {
  std::uint32_t* link = ids_.link(id, orders_.data());
  const std::uint32_t index = *link;
  if (index == 0) return false;
  *link = orders_[index].chain;
  dequeue(index);
  release_order(index);
  return true;
}

inline bool Books::replace(OrderId old, OrderId now, Price price, Quantity quantity) {
  std::uint32_t* link = ids_.link(old, orders_.data());
  const std::uint32_t index = *link;
  if (index == 0 || !sound(price, quantity)) return false;
  Order& order = orders_[index];
  if (now != old) {
    if (ids_.find(now, orders_.data()) != 0) return false;
    *link = order.chain;
    order.id = now;
    ids_.insert(index, orders_.data());
  }
  const std::uint16_t locate = locate_of(order);
  const Side side = side_of(order);
  dequeue(index);
  order.price = price;
  order.quantity = quantity;
  enqueue(index, locate, side);
  return true;
}

// Joins the end of its level's queue; opens the level if there is none.
inline void Books::enqueue(std::uint32_t index, std::uint16_t locate, Side side) {
  Order& order = orders_[index];
  order.next = 0;
  order.level = level_table_.find(locate, side, order.price, levels_.data());
  if (order.level == 0) [[unlikely]]
    return open_level(index, locate, side);
  Level& level = levels_[order.level];
  order.previous = level.youngest;
  orders_[level.youngest].next = index;
  level.youngest = index;
  level.quantity += order.quantity;
  ++level.orders;
}

inline void Books::open_level(std::uint32_t index, std::uint16_t locate, Side side) {
  Order& order = orders_[index];
  const LevelKey key = level_key(side, order.price);
  order.level = take_level();
  order.previous = 0;
  levels_[order.level] = {order.quantity, key, 1, index, index, locate, side, 0, 0};
  level_table_.insert(order.level, levels_.data());
  ladder_.insert(ladder_.seek(first_page(locate, side), key), key, order.level);
}

inline void Books::close_level(std::uint32_t index, LadderPages::Place place) {
  ladder_.remove(place);
  level_table_.erase(index, levels_.data());
  release_level(index);
}

// Leaves its queue; closes the level if it was the last.
inline void Books::dequeue(std::uint32_t index) {
  const Order& order = orders_[index];
  Level& level = levels_[order.level];
  if (--level.orders == 0) return close_level(order.level, ladder_.seek(first_page(level.locate, level.side), level.key));
  level.quantity -= order.quantity;
  level.oldest = order.previous == 0 ? order.next : level.oldest;
  level.youngest = order.next == 0 ? order.previous : level.youngest;
  orders_[order.previous].next = order.next;
  orders_[order.next].previous = order.previous;
}

template <class OnTrade>
Quantity Books::match(std::uint16_t locate, Side taker, Price limit, Quantity quantity, OnTrade&& on_trade) {
  if (locate > max_locate_ || (limit > kMaxPrice && taker == Side::Sell)) return quantity;
  const Side side = opposite(taker);
  LevelPage& page = first_page(locate, side);
  const LevelKey worst = limit == 0 ? kNoKey - 1 : level_key(side, std::min(limit, kMaxPrice));
  while (quantity != 0 && page.key[0] <= worst) {
    const std::uint32_t at = page.level[0];
    Level& level = levels_[at];
    do {
      const std::uint32_t index = level.oldest;
      Order& maker = orders_[index];
      const Quantity traded = std::min(quantity, maker.quantity);
      const bool done = traded == maker.quantity;
      on_trade(maker.id, maker.price, traded, done);
      quantity -= traded;
      level.quantity -= traded;
      if (!done) {
        maker.quantity -= traded;
        break;  // the taker is used up
      }
      ids_.erase(index, orders_.data());
      level.oldest = maker.next;
      release_order(index);
      if (--level.orders == 0) {
        close_level(at, {&page, nullptr, 0});
        break;
      }
      orders_[level.oldest].previous = 0;
    } while (quantity != 0);
  }
  return quantity;
}

inline Touch Books::touch(std::uint16_t locate) const {
  Touch touch;
  if (locate > max_locate_) return touch;
  const Symbol& symbol = symbols_[locate];
  const auto size = [&](std::uint32_t level) {
    return static_cast<Quantity>(std::min<std::uint64_t>(levels_[level].quantity, std::numeric_limits<Quantity>::max()));
  };
  if (symbol.buy.count != 0) {
    touch.bid = price_of(Side::Buy, symbol.buy.key[0]);
    touch.bid_size = size(symbol.buy.level[0]);
  }
  if (symbol.sell.count != 0) {
    touch.ask = price_of(Side::Sell, symbol.sell.key[0]);
    touch.ask_size = size(symbol.sell.level[0]);
  }
  return touch;
}

}  // namespace hopscope::book
