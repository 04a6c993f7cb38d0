// Which orders were sent a moment ago: the same symbol, venue, side, type of pricing, price and shares again is a duplicate.
//
// A table of fixed size: two orders that share an entry forget each other, so a duplicate may pass unseen where many different orders come
// within its time; no other order is ever taken for one.
#pragma once

#include <array>
#include <cstdint>

#include "engine/book/order.h"

namespace hopscope::risk {

class RecentOrders {
 public:
  struct Key {
    std::uint16_t locate;
    std::uint8_t venue;
    book::Side side;
    book::Price price;  // 0: market
    book::Quantity quantity;
  };

  // Market ns since the same order was noted; ~0: not known of any.
  std::uint64_t since(const Key& key, std::uint64_t market_ns) const {
    const Entry& entry = entries_[slot(key)];
    if (entry.terms != terms(key) || entry.place != place(key)) return ~std::uint64_t{0};
    return market_ns > entry.market_ns ? market_ns - entry.market_ns : 0;
  }

  void note(const Key& key, std::uint64_t market_ns) { entries_[slot(key)] = {terms(key), market_ns, place(key)}; }

 private:
  static constexpr unsigned kBits = 9;
  struct Entry {
    std::uint64_t terms = 0;  // 0: none, as no order has 0 shares
    std::uint64_t market_ns = 0;
    std::uint32_t place = 0;
  };

  static std::uint64_t terms(const Key& key) { return std::uint64_t{key.price} << 32 | key.quantity; }
  static std::uint32_t place(const Key& key) {
    return std::uint32_t{key.locate} << 16 | std::uint32_t{key.venue} << 8 | static_cast<std::uint8_t>(key.side);
  }
  // Fibonacci hashing (Knuth, TAOCP 3, 6.4).
  static std::size_t slot(const Key& key) {
    return static_cast<std::size_t>((terms(key) ^ std::uint64_t{place(key)} << 20) * 0x9e37'79b9'7f4a'7c15ull >> (64 - kBits));
  }

  std::array<Entry, std::size_t{1} << kBits> entries_{};
};

}  // namespace hopscope::risk
