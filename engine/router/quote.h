// What rule smart compares: the shares that a venue shows at one price, and what taking them there is expected to cost.
#pragma once

#include <cstdint>

#include "engine/book/order.h"

namespace hopscope::router {

// Added to the price; millionths of the currency a share, a gain is negative.
struct Terms {
  std::int32_t fee = 0;      // of the venue's profile, by whether the order would take or rest
  std::int32_t fill = 0;     // the spread, times the share of what was shown there that did not fill
  std::int32_t latency = 0;  // by the venue's profile, in market time; or as measured
  std::int32_t rejects = 0;  // recent ones

  std::int64_t sum() const { return std::int64_t{fee} + fill + latency + rejects; }
};

struct Quote {
  std::uint8_t venue = 0;
  std::uint8_t level = 0;  // of the venue's book, 0: its touch
  book::Price price = 0;   // 4 decimals; of an order that rests: what it joins, 0: nobody is there
  book::Quantity shares = 0;
  Terms terms;
};

// An order as the router gets it.
struct Wanted {
  book::Side side = book::Side::Buy;
  bool takes = false;     // else it is to rest
  book::Price limit = 0;  // 0: any price
  book::Quantity shares = 0;
  bool any_price = false;  // its orders leave without a limit: what is shown may be gone, and it is not sent again
};

// What a share is expected to cost there; of an order that rests, beyond its own price. Millionths of the currency, lower is better.
inline std::int64_t score(const Wanted& wanted, const Quote& quote) {
  constexpr std::int64_t kMicros = 100;  // of the 4th decimal
  if (!wanted.takes) return quote.terms.sum();
  const std::int64_t price = kMicros * quote.price;
  return (wanted.side == book::Side::Buy ? price : -price) + quote.terms.sum();
}

}  // namespace hopscope::router
