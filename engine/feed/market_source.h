// The one flow that drives feed and venues: simulated from a seed, or replayed from a file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "engine/core/plan.h"
#include "engine/feed/itch_replay.h"
#include "engine/feed/order_flow.h"

namespace hopscope::feed {

// Market time between two messages where the plan sets no rate: a million messages a second.
inline constexpr double kUnpacedGapNs = 1'000;

class MarketSource {
 public:
  // Returns an empty string or one line with its remedy.
  std::string open(const core::FeedPlan& plan, std::uint64_t seed) {
    if (plan.flow == core::Flow::Itch) return replay_.emplace().open(plan);
    const double gap_ns = plan.rate_pps > 0 ? 1e9 / plan.rate_pps : kUnpacedGapNs;
    flow_.emplace(seed, plan.symbols, gap_ns, plan.arrivals);
    return "";
  }

  // Writes the next message into `out` (a packet's room); returns its length in bytes, and its market time. 0: there is no more.
  std::size_t next(std::span<std::byte> out, std::uint64_t& market_ns) {
    return flow_ ? flow_->next(out, market_ns) : replay_->next(out, market_ns);
  }

 private:
  std::optional<OrderFlow> flow_;
  std::optional<ItchReplay> replay_;
};

}  // namespace hopscope::feed
