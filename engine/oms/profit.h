// Profit and loss of a position, from totals, so that it does not depend on the order in which fills were heard.
//
//   realised   = min(bought, sold) x (average price sold - average price bought)
//   unrealised = what is left, valued at the mark instead of at its average price
//   realised + unrealised = money received - money paid + net shares x mark, exactly; fees stand beside both
//
// All in integers: products of shares and money in 128 bits, one division, rounded to the nearest millionth once.
#pragma once

#include <cstdint>
#include <optional>

#include "engine/book/books.h"
#include "engine/book/tape.h"
#include "engine/book/traded.h"

namespace hopscope::oms {

struct Profit {
  std::int64_t cash_micros = 0;  // received less paid less fees
  std::int64_t realised_micros = 0;
  std::optional<std::int64_t> unrealised_micros;  // none: there is nothing to value what is left by
};

// What a share is worth, times two: the middle of the book, or the last trade where a side of the book is empty. 0: neither is known.
inline std::uint64_t doubled_mark(const book::Touch& touch, const book::Trades& trades) {
  if (touch.bid != 0 && touch.ask != 0) return std::uint64_t{touch.bid} + touch.ask;
  return 2 * std::uint64_t{trades.last};
}

Profit profit_of(const book::Traded& traded, std::uint64_t doubled_mark);

}  // namespace hopscope::oms
