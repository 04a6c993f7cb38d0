// What the fills of the measured part cost, by venue: against the middle of the market when the order was decided, fees included.
//
// Perold's implementation shortfall (The Implementation Shortfall: Paper versus Reality, 1988) of what was executed:
//   cost = sum of (price - mid) x shares of buys, (mid - price) x shares of sales, + fees
// in millionths of the currency, exactly. Shares that were not executed are counted beside it. Sums only: answers of several venues may
// come in any order.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "engine/core/lockstep.h"
#include "engine/core/plan.h"
#include "engine/oms/child_event.h"

namespace hopscope::oms {

class ExecutionCost {
 public:
  struct OfVenue {
    std::uint64_t orders = 0, asked_shares = 0;  // sent
    std::uint64_t filled_shares = 0;
    std::int64_t slippage_micros = 0;       // without fees
    std::int64_t fees_micros = 0;           // of the venue's profile; negative: rebates
    std::uint64_t mid_notional_micros = 0;  // shares at their mids
  };

  explicit ExecutionCost(std::span<const core::VenuePlan> profiles) {
    for (std::size_t v = 0; v < std::min(profiles.size(), profiles_.size()); ++v) profiles_[v] = profiles[v];
  }

  // A request as it was decided; what is sent again of it is not wanted twice.
  void wanted(book::Quantity shares) { wanted_shares_ += shares; }

  void take(const ChildEvent& event) {
    const ChildOrder& order = event.order;
    if (!order.measured) return;
    OfVenue& venue = venues_[order.venue];
    if (event.kind == ChildEventKind::Sent) {
      ++venue.orders;
      if (order.replaces == 0) venue.asked_shares += order.quantity;  // a replacement asks for nothing more
    } else if (event.kind == ChildEventKind::Filled) {
      constexpr std::int64_t kMicrosOfHalf = 50;  // half a unit of the 4th decimal
      const auto shares = static_cast<std::int64_t>(event.shares);
      const std::int64_t above = std::int64_t{2} * event.price - order.arrival_mid2;
      const core::VenuePlan& profile = profiles_[order.venue];
      venue.filled_shares += event.shares;
      venue.slippage_micros += (order.side == book::Side::Buy ? above : -above) * shares * kMicrosOfHalf;
      venue.fees_micros += shares * (event.added_liquidity ? profile.make_micros : profile.take_micros);
      venue.mid_notional_micros += std::uint64_t{order.arrival_mid2} * event.shares * kMicrosOfHalf;
    }
  }

  std::uint64_t wanted_shares() const { return wanted_shares_; }
  const OfVenue& operator[](unsigned venue) const { return venues_[venue]; }

 private:
  std::array<core::VenuePlan, core::kMaxVenues> profiles_;
  std::array<OfVenue, core::kMaxVenues> venues_{};
  std::uint64_t wanted_shares_ = 0;
};

}  // namespace hopscope::oms
