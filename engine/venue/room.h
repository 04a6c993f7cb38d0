// How many orders a venue's books have room for, by the plan's flow. A replay of its journal needs as much, or it would refuse other
// orders.
#pragma once

#include <cstdint>

#include "engine/core/plan.h"
#include "engine/feed/room.h"

namespace hopscope::venue {

inline constexpr std::uint32_t kClientOrders = 8'192;  // of clients, open at once

// The feed's, and those of clients.
inline std::uint32_t max_orders(const core::FeedPlan& feed) { return kClientOrders + feed::max_orders(feed); }

}  // namespace hopscope::venue
