// What a book takes: tick, lot and collar.
#pragma once

#include <cstdint>
#include <stdexcept>

#include "engine/book/order.h"

namespace hopscope::matching {

// Prices from `lowest`, a multiple of the tick, over `price_levels` ticks; quantities in multiples of `lot`.
// Memory of a book of its own: 129 bytes a price level (rounded up to a power of two), 76 to 84 an order: 13 MiB as the defaults are.
struct Rules {
  book::Price tick = 100;  // 4 implied decimals: 100 is one cent
  book::Price lowest = 100;
  std::uint32_t price_levels = 65'536;
  book::Quantity lot = 1;
  std::uint32_t max_orders = 65'536;
};

inline constexpr std::uint32_t kMaxPriceLevels = 1u << 18;  // what three words of bitmap above each other can tell apart

// Throws std::invalid_argument when the rules contradict each other.
inline const Rules& checked(const Rules& rules) {
  constexpr std::uint32_t kMaxDivisor = 1u << 30;
  const std::uint64_t highest = rules.lowest + (static_cast<std::uint64_t>(rules.price_levels) - 1) * rules.tick;
  if (rules.tick == 0 || rules.tick > kMaxDivisor || rules.lot == 0 || rules.lot > kMaxDivisor)
    throw std::invalid_argument("tick and lot must be 1 to 2^30");
  if (rules.lowest == 0 || rules.lowest % rules.tick != 0) throw std::invalid_argument("the lowest price must be a multiple of the tick");
  if (rules.price_levels == 0 || rules.price_levels > kMaxPriceLevels || highest > book::kMaxPrice)
    throw std::invalid_argument("too many price levels: raise the tick or lower price_levels");
  return rules;
}

// Division of 32-bit numbers by a constant, with the test for a remainder, in one multiplication (Lemire, Kaser, Kurz: Faster remainder by
// direct computation, 2019). Numerator and divisor are doubled so that a divisor of 1 needs no special case.
class Divisor {
 public:
  explicit Divisor(std::uint32_t by) : inverse_(~0ull / (2ull * by) + 1) {}

  struct Result {
    std::uint32_t quotient;
    bool exact;
  };
  Result divide(std::uint32_t value) const {
    const std::uint64_t doubled = 2ull * value;
    const auto product = static_cast<unsigned __int128>(inverse_) * doubled;
    return {static_cast<std::uint32_t>(product >> 64), static_cast<std::uint64_t>(product) < inverse_};
  }
  bool divides(std::uint32_t value) const { return inverse_ * (2ull * value) < inverse_; }

 private:
  std::uint64_t inverse_;
};

}  // namespace hopscope::matching
