// Strategy imbalance: takes liquidity in the direction in which the touch leans.
//
// Queue imbalance I = (bid size - ask size) / (bid size + ask size) foretells the next move of the mid (Gould and Bonart, "Queue imbalance
// as a one-tick-ahead price predictor in a limit order book", 2016). Integers only.
#pragma once

#include <cstdint>

#include "engine/book/books.h"

namespace hopscope::oms {

class Imbalance {
 public:
  // threshold_ppm: of I, either way, in millionths.
  explicit Imbalance(std::uint32_t threshold_ppm) : threshold_ppm_(threshold_ppm) {}

  // 1: buy, -1: sell, 0: neither. Both sides of the touch must be there.
  int signal(const book::Touch& touch) const {
    const std::int64_t bid = touch.bid_size, ask = touch.ask_size;
    const std::int64_t lean = (bid - ask) * 1'000'000, bound = (bid + ask) * threshold_ppm_;
    return lean >= bound ? 1 : lean <= -bound ? -1 : 0;
  }

 private:
  std::int64_t threshold_ppm_;
};

}  // namespace hopscope::oms
