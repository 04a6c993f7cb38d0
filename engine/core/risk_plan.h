// What the risk gate holds orders to (engine/risk/). Values are price (4 decimals) x shares, times are market time, and 0 is no limit.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace hopscope::core {

// Of one level below the firm: a strategy, a parent order, a symbol.
struct RiskLimits {
  std::uint32_t max_quantity = 0;           // shares an order
  std::uint64_t max_notional = 0;           // an order
  std::uint32_t collar_bps = 0;             // distance from the local book's mid, basis points
  std::uint32_t max_orders_per_second = 0;  // token bucket
  std::uint32_t last_trade_bps = 0;         // distance from the symbol's last trade
  std::uint64_t max_position = 0;           // shares, long or short, as if all that is open were filled
};

struct SymbolRisk {
  std::string symbol;  // its name in the stock directory
  bool restricted = false;
  RiskLimits limits;
};

// What is watched over many orders. kill: trips the kill switch; pause: blocks orders for a while.
struct BreakersPlan {
  std::uint64_t max_loss = 0;                 // kill: realised and unrealised, before fees
  std::uint32_t max_reject_ppm = 0;           // kill: of the orders answered within a second, rejected by venues
  std::uint32_t min_answers = 20;             // with fewer than these in a second, no share of rejects says anything
  std::uint32_t max_messages_per_second = 0;  // kill: orders and cancels sent
  std::uint32_t band_bps = 0;                 // pause the symbol: price bands around the mean trade of band_window_ns, as in LULD
  std::uint64_t band_window_ns = 300'000'000'000;
  std::uint64_t limit_state_ns = 15'000'000'000;  // the touch stands at a band for so long, then
  std::uint64_t band_pause_ns = 300'000'000'000;  // for so long
  std::uint64_t gap_pause_ns = 0;                 // pause all, when feed messages were given up
  std::uint64_t stale_feed_ns = 0;                // pause all: silence of the feed,
  std::uint64_t stale_pause_ns = 1'000'000'000;   // for so long behind it
};

// The firm's limits stand at the top.
struct RiskPlan {
  std::uint32_t max_quantity = 10'000;          // shares an order
  std::uint64_t max_notional = 10'000'000'000;  // price (4 decimals) x shares = 1,000,000.0000
  std::uint32_t collar_bps = 1'000;             // distance from the local book's mid, basis points
  std::uint32_t max_orders_per_second = 0;      // token bucket on market time; 0 = no limit
  std::uint32_t last_trade_bps = 0;
  std::uint64_t max_position = 0;            // in one symbol
  std::uint64_t max_gross = 0;               // sum over symbols of what long or short could be worth once all that is open is filled
  std::uint64_t max_net = 0;                 // long minus short over all symbols, with all that is open on one side filled
  std::uint64_t max_credit = 0;              // paid minus received, with all open buys filled
  std::uint32_t max_cancels_per_second = 0;  // token bucket; a cancel above it waits
  std::uint64_t duplicate_within_ns = 0;     // the same order again so soon is one too many
  std::uint64_t stale_after_ns = 0;          // a book that has not changed for so long tells no price
  bool self_cross = false;                   // block what could trade with an own order that rests at the same venue

  RiskLimits strategy{};              // the reactive strategy's
  RiskLimits parent{};                // of each parent order
  RiskLimits symbol{};                // of each symbol
  std::vector<SymbolRisk> symbols{};  // in place of `symbol`, where a limit is not 0
  BreakersPlan breakers{};
};

}  // namespace hopscope::core
