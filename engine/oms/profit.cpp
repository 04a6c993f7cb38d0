#include "engine/oms/profit.h"

#include <algorithm>

namespace hopscope::oms {
namespace {

__extension__ using Wide = __int128;

constexpr std::int64_t kMicrosPerPriceUnit = 100;  // prices carry 4 decimals

// To the nearest; halves away from zero. divisor > 0.
std::int64_t divide(Wide value, Wide divisor) {
  const Wide half = divisor / 2;
  return static_cast<std::int64_t>((value < 0 ? value - half : value + half) / divisor);
}

}  // namespace

Profit profit_of(const book::Traded& traded, std::uint64_t doubled_mark) {
  const Wide bought = traded.bought, sold = traded.sold;
  const Wide paid = traded.bought_value, received = traded.sold_value;
  Profit profit;
  profit.cash_micros = static_cast<std::int64_t>((received - paid) * kMicrosPerPriceUnit) - traded.fees_micros;
  // closed x (received / sold - paid / bought), where closed is one of both: one division is left.
  if (bought != 0 && sold != 0)
    profit.realised_micros = divide((received * bought - paid * sold) * kMicrosPerPriceUnit, std::max(bought, sold));
  if (bought == sold) {
    profit.unrealised_micros = 0;
  } else if (doubled_mark != 0) {
    const Wide total_doubled = 2 * (received - paid) + (bought - sold) * static_cast<Wide>(doubled_mark);
    profit.unrealised_micros = static_cast<std::int64_t>(total_doubled * (kMicrosPerPriceUnit / 2)) - profit.realised_micros;
  }
  return profit;
}

}  // namespace hopscope::oms
