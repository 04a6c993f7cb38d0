// Why the gate blocks an order, which level's limit it was, and what was measured against what.
#pragma once

#include <cstddef>
#include <cstdint>

#include "bpf/records.h"

namespace hopscope::risk {

// The numbers stand in journals: new reasons come last. In which order they are looked at: Gate::judge().
enum class Reason : std::uint8_t {
  Pass,
  Killed,       // the kill switch was pulled
  Quantity,     // zero shares, or more than max_quantity
  NoReference,  // the local book lacks a side: there is nothing to judge the price by
  Notional,     // price x shares above max_notional; a market order counts at the far touch
  Collar,       // further from the local book's mid than collar_bps
  Rate,         // more orders than max_orders_per_second of market time
  Restricted,   // the symbol is not to be traded
  Paused,       // a circuit breaker has paused the symbol, or everything
  StalePrice,   // the symbol's book has not changed for stale_after_ns
  LastTrade,    // further from the symbol's last trade than last_trade_bps
  Band,         // outside the symbol's price bands
  Position,     // the position could exceed max_position
  Gross,        // the gross exposure could exceed max_gross
  Net,          // the net exposure could exceed max_net
  Credit,       // the money paid out could exceed max_credit
  SelfCross,    // it could trade with an own order
  Duplicate,    // the same order was sent within duplicate_within_ns
};
inline constexpr std::size_t kReasons = 18;

constexpr const char* name(Reason reason) {
  constexpr const char* kNames[kReasons] = {"pass",     "killed",     "quantity", "no_reference", "notional",   "collar",
                                            "rate",     "restricted", "paused",   "stale_price",  "last_trade", "band",
                                            "position", "gross",      "net",      "credit",       "self_cross", "duplicate"};
  return kNames[static_cast<std::size_t>(reason)];
}

// Of an answer other than Pass.
constexpr hs_counter counter(Reason reason) {
  constexpr hs_counter kCounters[kReasons] = {HS_COUNTER_RISK_REJECTS,      HS_COUNTER_RISK_KILLED,     HS_COUNTER_RISK_QUANTITY,
                                              HS_COUNTER_RISK_NO_REFERENCE, HS_COUNTER_RISK_NOTIONAL,   HS_COUNTER_RISK_COLLAR,
                                              HS_COUNTER_RISK_RATE,         HS_COUNTER_RISK_RESTRICTED, HS_COUNTER_RISK_PAUSED,
                                              HS_COUNTER_RISK_STALE_PRICE,  HS_COUNTER_RISK_LAST_TRADE, HS_COUNTER_RISK_BAND,
                                              HS_COUNTER_RISK_POSITION,     HS_COUNTER_RISK_GROSS,      HS_COUNTER_RISK_NET,
                                              HS_COUNTER_RISK_CREDIT,       HS_COUNTER_RISK_SELF_CROSS, HS_COUNTER_RISK_DUPLICATE};
  return kCounters[static_cast<std::size_t>(reason)];
}

// Whose limit. Of several, the tightest names itself; of equal ones the first.
enum class Level : std::uint8_t { Firm, Strategy, Parent, Symbol };
inline constexpr std::size_t kLevels = 4;

constexpr const char* name(Level level) {
  constexpr const char* kNames[kLevels] = {"firm", "strategy", "parent", "symbol"};
  return kNames[static_cast<std::size_t>(level)];
}

// What a check that blocked an order looked at, and its bound.
//   Quantity      shares, most shares            Notional   price x shares, both with 4 decimals of the price
//   NoReference   0, 0                           Collar     distance from the mid, widest one; in half units of the 4th decimal
//   Killed        1, 0                           Rate       what there was of a token, a whole one; in billionths
//   Restricted    1, 0                           Paused     the breaker's number + 1, 0
//   StalePrice    ns, most ns                    LastTrade  distance from it, widest one; 4 decimals
//   Band          the price, the band it crosses Position   shares as they could become, most shares
//   Gross, Net, Credit                           the value as it could become, the most; 4 decimals
//   SelfCross     the price, the own order's     Duplicate  ns since the same order, fewest ns
// Blocked is what is above its bound; with Rate and Duplicate, what is below; with Quantity, 0 too; with Band and SelfCross it depends on
// the side.
struct Evidence {
  std::uint64_t value = 0;
  std::uint64_t bound = 0;
  Level level = Level::Firm;
};

}  // namespace hopscope::risk
