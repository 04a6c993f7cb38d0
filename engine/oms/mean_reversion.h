// Strategy mean-reversion: buys what has fallen below its recent mean, sells what has risen above it.
//
// The mean of each symbol's mid is exponential over its messages, with weight 1/64 for the newest: the discrete Ornstein-Uhlenbeck view of
// a price (Uhlenbeck and Ornstein, 1930; the simulated feed's own walk is one). Integers only, 16 binary places.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/book/books.h"

namespace hopscope::oms {

class MeanReversion {
 public:
  MeanReversion(std::uint32_t threshold_bps, std::uint16_t max_locate)
      : threshold_bps_(threshold_bps), means_(std::size_t{max_locate} + 1) {}

  // 1: buy, -1: sell, 0: neither. Both sides of the touch must be there. Takes the touch into the mean.
  int signal(std::uint16_t locate, const book::Touch& touch) {
    const std::int64_t mid2 = (std::int64_t{touch.bid} + touch.ask) << kFraction;
    std::int64_t& mean2 = means_[locate];
    if (mean2 == 0) mean2 = mid2;
    const std::int64_t off = (mid2 - mean2) >> kFraction, bound = (mean2 >> kFraction) * threshold_bps_;
    mean2 += (mid2 - mean2) / kMessages;
    return off * 10'000 <= -bound ? 1 : off * 10'000 >= bound ? -1 : 0;
  }

 private:
  static constexpr unsigned kFraction = 16;
  static constexpr std::int64_t kMessages = 64;

  std::int64_t threshold_bps_;
  std::vector<std::int64_t> means_;  // of bid + ask, by locate; 0: none yet
};

}  // namespace hopscope::oms
