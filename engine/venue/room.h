// How much room a venue's books have, by the plan's flow. A replay of its journal needs as much, or it would refuse other orders.
#pragma once

#include <cstdint>

#include "engine/core/plan.h"

namespace hopscope::venue {

inline constexpr std::uint32_t kClientOrders = 8'192;  // of clients, open at once

inline std::uint16_t max_locate(const core::FeedPlan& feed) {
  return feed.flow == core::Flow::Simulate ? static_cast<std::uint16_t>(feed.symbols) : 0xffff;
}

// As the OMS's book, plus room for client orders.
inline std::uint32_t max_orders(const core::FeedPlan& feed) {
  return kClientOrders + (feed.flow == core::Flow::Simulate ? feed.symbols * 1'024 + 4'096 : 1u << 20);
}

}  // namespace hopscope::venue
