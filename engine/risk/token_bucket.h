// Rate limit on market time: a token bucket that holds one second's worth, in integers, so that equal inputs give equal answers anywhere.
#pragma once

#include <algorithm>
#include <cstdint>

namespace hopscope::risk {

class TokenBucket {
 public:
  // per_second 0: no limit. At most 2^30, so that a full bucket plus one second's refill stays within 64 bits.
  explicit TokenBucket(std::uint32_t per_second = 0) : per_second_(per_second), credit_(full()) {}

  // Takes one token if there is one. Time that runs backwards refills nothing.
  bool take(std::uint64_t market_ns) {
    if (!has(market_ns)) return false;
    take_one();
    return true;
  }

  // Whether take() would: for one who needs tokens of several buckets, or of none.
  bool has(std::uint64_t market_ns) {
    if (per_second_ == 0) return true;
    if (market_ns > filled_at_ns_) {
      const std::uint64_t elapsed_ns = std::min(market_ns - filled_at_ns_, kTokenCredit);
      credit_ = std::min(credit_ + elapsed_ns * per_second_, full());
      filled_at_ns_ = market_ns;
    }
    return credit_ >= kTokenCredit;
  }

  // Behind has().
  void take_one() {
    if (per_second_ != 0) credit_ -= kTokenCredit;
  }

  // Another rate from now on: what there is of tokens by now stays, up to what fits; a bucket that had no limit is full.
  void set_rate(std::uint32_t per_second, std::uint64_t market_ns) {
    has(market_ns);  // the time until now counts at the rate until now, whether or not anybody asked in it
    const bool was_limited = per_second_ != 0;
    per_second_ = per_second;
    credit_ = was_limited ? std::min(credit_, full()) : full();
  }

  // Gives the token of the last take() back: what it was for has not happened.
  void put_back() { credit_ += per_second_ == 0 ? 0 : kTokenCredit; }

  // Credit is counted in tokens x ns of a second: each nanosecond brings per_second, a token costs a second's nanoseconds.
  static constexpr std::uint64_t kTokenCredit = 1'000'000'000;
  struct State {
    std::uint64_t credit = 0, filled_at_ns = 0;
  };
  State state() const { return {credit_, filled_at_ns_}; }
  void restore(const State& state) {
    credit_ = state.credit;
    filled_at_ns_ = state.filled_at_ns;
  }

  std::uint32_t rate() const { return static_cast<std::uint32_t>(per_second_); }

  // As the last take() has left it.
  std::uint64_t credit() const { return credit_; }

 private:
  std::uint64_t full() const { return kTokenCredit * per_second_; }

  std::uint64_t per_second_;
  std::uint64_t credit_;
  std::uint64_t filled_at_ns_ = 0;
};

}  // namespace hopscope::risk
