// The seeded market: an endless, consistent ITCH flow for any number of symbols.
//
// First 'S' (start of messages) and one 'R' a symbol; then orders come, rest, change and go in the mix of a Nasdaq day (A 43 %, D 40 %,
// U 9 %, E 5 %, X 1 %, P 1 %), while each symbol's book fills to about kRestingOrders and stays there. Every reference is live, no order
// crosses, executions hit the oldest order at the best price. Each symbol's value walks in ticks of 0.0100 and reverts to 100.0000;
// activity falls with rank as 1 / rank (Zipf). The same seed gives the same bytes and the same market times on every machine and build
// with the same libm; market time is the schedule: `arrivals` apart from each other by constant or by exponential gaps.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/core/plan.h"
#include "engine/core/random.h"
#include "engine/feed/alias_table.h"
#include "engine/feed/synthetic_book.h"
#include "engine/wire/itch.h"

namespace hopscope::feed {

class OrderFlow {
 public:
  static constexpr unsigned kRestingOrders = 400;               // a symbol, when filled
  static constexpr std::uint64_t kOpenNs = 34'200'000'000'000;  // 09:30, when the first message is sent
  static constexpr std::uint32_t kTick = 100;                   // price, 4 decimals
  static constexpr std::uint32_t kMeanPrice = 1'000'000;        // 100.0000

  // symbols 1..65,535; mean_gap_ns > 0: market time between two messages.
  OrderFlow(std::uint64_t seed, std::uint32_t symbols, double mean_gap_ns, core::Arrivals arrivals = core::Arrivals::Constant);

  // Writes the next message into `out` (room for wire::itch::kMaxBytes); returns its length in bytes, and its market time.
  std::size_t next(std::span<std::byte> out, std::uint64_t& market_ns);

  // 'S' and 'R' messages before the first order.
  std::uint64_t preamble_messages() const { return symbols_.size() + 1; }

 private:
  struct Symbol {
    wire::itch::Symbol name;
    std::uint16_t locate;
    std::uint16_t value;  // fair price, in ticks of the ladder
    SyntheticBook book;
  };

  std::size_t preamble(std::span<std::byte> out, std::uint64_t market_ns);
  std::size_t add(std::span<std::byte> out, std::uint64_t market_ns, Symbol& symbol, std::uint64_t bits);
  std::size_t remove(std::span<std::byte> out, std::uint64_t market_ns, Symbol& symbol, std::uint64_t bits);
  std::size_t replace(std::span<std::byte> out, std::uint64_t market_ns, Symbol& symbol, std::uint64_t bits);
  std::size_t execute(std::span<std::byte> out, std::uint64_t market_ns, Symbol& symbol, std::uint64_t bits);
  std::size_t reduce(std::span<std::byte> out, std::uint64_t market_ns, Symbol& symbol, std::uint64_t bits);
  std::size_t trade(std::span<std::byte> out, std::uint64_t market_ns, Symbol& symbol, std::uint64_t bits);
  unsigned choose_tick(const Symbol& symbol, bool buy, std::uint64_t bits) const;
  std::uint32_t choose_shares(std::uint64_t bits) const;
  std::uint64_t advance_market_time();

  core::Random random_;
  core::Random arrival_random_;
  core::Arrivals arrivals_;
  double mean_gap_ns_;
  double elapsed_ns_ = 0;
  std::uint64_t messages_ = 0;
  std::uint64_t last_reference_ = 0;
  std::uint64_t last_match_ = 0;
  AliasTable activity_;
  std::array<std::uint8_t, 1024> depth_ticks_;  // quantiles of the distance from the value
  std::array<std::uint8_t, 256> round_lots_;    // quantiles of the size
  std::vector<Symbol> symbols_;
};

}  // namespace hopscope::feed
