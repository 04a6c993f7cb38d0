// One record of the matching book: a resting order, or the price level at whose queue it stands.
//
// Orders of a level form a ring through the level itself, so that joining and leaving a queue asks nothing about its ends. Levels come
// first in the array, orders behind them: an index says which of both it names, and 0 is never an order. What only special orders need
// stands apart (Extras): a plain order is half a cache line.
#pragma once

#include <cstddef>
#include <cstdint>

#include "engine/book/order.h"

namespace hopscope::matching {

// Terms that a resting order still needs, as bits of OrderPart::terms. Its self-trade mode stands above them.
inline constexpr std::uint8_t kTermIceberg = 1;
inline constexpr std::uint8_t kTermExpires = 2;
inline constexpr std::uint8_t kTermAuctionOnly = 4;
inline constexpr std::uint8_t kTermStop = 8;
inline constexpr std::uint8_t kTermPostOnly = 16;
inline constexpr unsigned kSelfTradeShift = 5;
inline constexpr std::uint8_t kTermsToForget = kTermIceberg | kTermExpires | kTermAuctionOnly | kTermStop;  // something else counts on them

struct OrderPart {
  book::OrderId id;
  book::Quantity quantity;  // shown; an iceberg hides the rest in Extras
  std::uint32_t level;
  std::uint32_t chain;  // next order in the same bucket of the id index
  std::uint16_t owner;
  std::uint8_t terms;
  std::uint8_t reserved;
};

struct LevelPart {
  std::uint64_t shown, hidden;   // shares of all its orders
  std::uint32_t ladder_and_key;  // while it holds an order
  std::uint32_t reserved;
};

struct alignas(32) Node {
  std::uint32_t previous, next;  // of an order: older, younger; of a level: youngest, oldest
  union {
    OrderPart order;
    LevelPart level;
  };
};
static_assert(sizeof(Node) == 32 && offsetof(Node, order) == 8);

// Written only for orders whose terms or traits need it.
struct alignas(32) Extras {
  std::uint64_t expires_ns;
  book::Quantity hidden;
  book::Quantity display;
  book::Quantity minimum;  // of a stop that waits
  book::Price price;       // of a stop that waits
  std::uint32_t heap_at;
  std::uint16_t traits;  // of a stop that waits
  std::uint16_t reserved;
};
static_assert(sizeof(Extras) == 32);

}  // namespace hopscope::matching
