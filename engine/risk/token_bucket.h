// Rate limit on market time: a token bucket that holds one second's worth, in integers, so that equal inputs give equal answers anywhere.
#pragma once

#include <algorithm>
#include <cstdint>

namespace hopscope::risk {

class TokenBucket {
 public:
  // per_second 0: no limit. At most 2^30, so that a full bucket plus one second's refill stays within 64 bits.
  explicit TokenBucket(std::uint32_t per_second) : per_second_(per_second), credit_(full()) {}

  // Takes one token if there is one. Time that runs backwards refills nothing.
  bool take(std::uint64_t market_ns) {
    if (per_second_ == 0) return true;
    if (market_ns > filled_at_ns_) {
      const std::uint64_t elapsed_ns = std::min(market_ns - filled_at_ns_, kTokenCredit);
      credit_ = std::min(credit_ + elapsed_ns * per_second_, full());
      filled_at_ns_ = market_ns;
    }
    if (credit_ < kTokenCredit) return false;
    credit_ -= kTokenCredit;
    return true;
  }

  // Credit is counted in tokens x ns of a second: each nanosecond brings per_second, a token costs a second's nanoseconds.
  static constexpr std::uint64_t kTokenCredit = 1'000'000'000;
  // As the last take() has left it.
  std::uint64_t credit() const { return credit_; }

 private:
  std::uint64_t full() const { return kTokenCredit * per_second_; }

  std::uint64_t per_second_;
  std::uint64_t credit_;
  std::uint64_t filled_at_ns_ = 0;
};

}  // namespace hopscope::risk
