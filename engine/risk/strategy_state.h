// What one strategy or parent order holds, could come to hold, and may still send. Orders count as in exposure.h.
#pragma once

#include <cstdint>

#include "engine/book/order.h"
#include "engine/risk/token_bucket.h"

namespace hopscope::risk {

struct StrategyState {
  std::int64_t position = 0;                    // shares bought - sold, over all its symbols
  std::uint64_t open_buys = 0, open_sells = 0;  // shares
  TokenBucket rate;

  std::uint64_t& open(book::Side side) { return side == book::Side::Buy ? open_buys : open_sells; }
  std::uint64_t position_with(book::Side side, std::uint64_t shares) const {
    const std::int64_t held = side == book::Side::Buy ? position : -position;
    const std::int64_t worst = held + static_cast<std::int64_t>((side == book::Side::Buy ? open_buys : open_sells) + shares);
    return worst > 0 ? static_cast<std::uint64_t>(worst) : 0;
  }
};

}  // namespace hopscope::risk
