// Price bands in the manner of the Limit Up-Limit Down Plan (National Market System Plan to Address Extraordinary Market Volatility,
// sections V to VII), on market time and in integers:
//
//   reference     mean price of the trades of the last window (the Plan: five minutes), taken over when it differs from the one in force by
//                 1 % or more and that one is 30 s old; the first trade is the first reference
//   bands         reference x (1 -+ band_bps / 10,000); no order is to be priced beyond them
//   limit state   the best bid stands at the upper band or above, or the best offer at the lower one or below; when it has lasted for
//                 limit_state (15 s) the symbol pauses for band_pause (five minutes), and the first trade behind that is its next reference
//
// What is simpler than in the Plan: one percentage for all symbols and the whole day, a window that moves in eighths, and no auction at the
// end of a pause. One thread; nothing is allocated after construction.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "engine/book/books.h"
#include "engine/core/risk_plan.h"

namespace hopscope::risk {

class PriceBands {
 public:
  explicit PriceBands(std::uint16_t max_locate) : symbols_(std::size_t{max_locate} + 1) {}

  void set(const core::BreakersPlan& plan) {
    band_bps_ = plan.band_bps;
    step_ns_ = std::max<std::uint64_t>(plan.band_window_ns / kSteps, 1);
    limit_state_ns_ = plan.limit_state_ns;
    pause_ns_ = plan.band_pause_ns;
  }
  bool on() const { return band_bps_ != 0; }

  struct Band {
    book::Price low = 0, high = ~book::Price{0};
  };
  Band band(std::size_t locate) const {
    const std::uint64_t reference = symbols_[locate].reference;
    if (band_bps_ == 0 || reference == 0) return {};
    const std::uint64_t width = reference * band_bps_ / 10'000;
    return {static_cast<book::Price>(reference > width ? reference - width : 1),
            static_cast<book::Price>(std::min<std::uint64_t>(reference + width, book::kMaxPrice))};
  }

  void trade(std::size_t locate, book::Price price, std::uint64_t market_ns) {
    Symbol& symbol = symbols_[locate];
    if (market_ns < symbol.paused_until_ns) return;
    turn(symbol, market_ns / step_ns_);
    const std::size_t at = symbol.step % kSteps;
    symbol.sums[at] += price;
    ++symbol.counts[at];
    symbol.sum += price;
    ++symbol.count;
    const std::uint64_t mean = symbol.sum / symbol.count;
    const std::uint64_t moved = mean > symbol.reference ? mean - symbol.reference : symbol.reference - mean;
    const bool due = market_ns >= symbol.reference_at_ns + kReferenceLastsNs && moved * 100 >= symbol.reference;
    if (symbol.reference != 0 && !due) return;
    symbol.reference = static_cast<book::Price>(mean);
    symbol.reference_at_ns = market_ns;
  }

  // Behind each change of its touch. Returns when the pause ends that begins here; 0: none does.
  std::uint64_t touch(std::size_t locate, const book::Touch& touch, std::uint64_t market_ns) {
    Symbol& symbol = symbols_[locate];
    if (symbol.reference == 0) return 0;
    const Band at = band(locate);
    const bool limit_state = touch.bid >= at.high || (touch.ask != 0 && touch.ask <= at.low);
    if (!limit_state) [[likely]]
      return symbol.limit_since_ns = 0;
    if (symbol.limit_since_ns == 0) symbol.limit_since_ns = market_ns;
    if (market_ns < symbol.limit_since_ns + limit_state_ns_) return 0;
    const std::uint64_t until = market_ns + pause_ns_;
    symbol = {};
    return symbol.paused_until_ns = until;
  }

  // Until when it pauses, or has paused last.
  std::uint64_t paused_until(std::size_t locate) const { return symbols_[locate].paused_until_ns; }
  void resumed(std::size_t locate) { symbols_[locate].paused_until_ns = 0; }

 private:
  static constexpr std::size_t kSteps = 8;
  static constexpr std::uint64_t kReferenceLastsNs = 30'000'000'000;

  struct Symbol {
    book::Price reference = 0;  // 0: none yet
    std::uint64_t reference_at_ns = 0, limit_since_ns = 0, paused_until_ns = 0;
    std::uint64_t step = 0, sum = 0, count = 0;  // of the window
    std::array<std::uint64_t, kSteps> sums{};
    std::array<std::uint32_t, kSteps> counts{};
  };

  static void turn(Symbol& symbol, std::uint64_t step) {
    for (std::size_t turned = 0; symbol.step < step && turned < kSteps; ++turned) {
      const std::size_t at = ++symbol.step % kSteps;
      symbol.sum -= symbol.sums[at];
      symbol.count -= symbol.counts[at];
      symbol.sums[at] = symbol.counts[at] = 0;
    }
    symbol.step = std::max(symbol.step, step);
  }

  std::uint32_t band_bps_ = 0;
  std::uint64_t step_ns_ = 1, limit_state_ns_ = 0, pause_ns_ = 0;
  std::vector<Symbol> symbols_;  // by locate
};

}  // namespace hopscope::risk
