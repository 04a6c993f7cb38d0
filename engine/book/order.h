// What a book holds: one resting order. Prices carry 4 implied decimals, quantities are shares.
#pragma once

#include <cstdint>

namespace hopscope::book {

using OrderId = std::uint64_t;
using Price = std::uint32_t;
using Quantity = std::uint32_t;

enum class Side : std::uint8_t { Buy = 'B', Sell = 'S' };

constexpr Side opposite(Side side) { return side == Side::Buy ? Side::Sell : Side::Buy; }

// Highest price a book takes. ITCH's own limit is 200,000.0000; a 31-bit price lets both sides be sorted by one signed key.
inline constexpr Price kMaxPrice = 0x7fff'fffe;

// Orders link to each other and to their level by index; index 0 is nobody. Two orders share a cache line.
struct Order {
  OrderId id;
  Price price;
  Quantity quantity;
  std::uint32_t previous, next;  // neighbours in the level's queue, older and younger
  std::uint32_t level;           // knows locate and side: Books::locate_of, Books::side_of
  std::uint32_t chain;           // next order in the same bucket of the id table
};
static_assert(sizeof(Order) == 32);

}  // namespace hopscope::book
