// What was bought and sold of one symbol at one venue, and what the venue charged for it: sums only, so that executions may come in any
// order.
#pragma once

#include <cstdint>

#include "engine/book/order.h"

namespace hopscope::book {

struct Traded {
  std::uint64_t bought = 0, sold = 0;              // shares
  std::uint64_t bought_value = 0, sold_value = 0;  // price x shares, 4 decimals
  std::int64_t fees_micros = 0;                    // millionths of the currency; negative: rebates

  bool any() const { return bought != 0 || sold != 0; }
  std::int64_t net() const { return static_cast<std::int64_t>(bought - sold); }  // shares; negative: short

  void add(Side side, Quantity shares, Price price, std::int64_t fee_micros) {
    const std::uint64_t value = std::uint64_t{price} * shares;
    (side == Side::Buy ? bought : sold) += shares;
    (side == Side::Buy ? bought_value : sold_value) += value;
    fees_micros += fee_micros * static_cast<std::int64_t>(shares);
  }
  void add(const Traded& other) {
    bought += other.bought;
    sold += other.sold;
    bought_value += other.bought_value;
    sold_value += other.sold_value;
    fees_micros += other.fees_micros;
  }

  friend bool operator==(const Traded&, const Traded&) = default;
};

}  // namespace hopscope::book
