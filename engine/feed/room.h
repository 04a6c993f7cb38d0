// How much room books of the feed need, by the plan's flow.
#pragma once

#include <cstdint>

#include "engine/core/plan.h"

namespace hopscope::feed {

// The simulator numbers its symbols from 1; a file's are not known beforehand.
inline std::uint16_t max_locate(const core::FeedPlan& feed) {
  return feed.flow == core::Flow::Simulate ? static_cast<std::uint16_t>(feed.symbols) : 0xffff;
}

// The simulator keeps at most 511 orders a symbol; what lost deletes leave behind needs room too. Adds that find no room are counted as
// unresolved.
inline std::uint32_t max_orders(const core::FeedPlan& feed) {
  return feed.flow == core::Flow::Simulate ? feed.symbols * 1'024 + 4'096 : 1u << 20;
}

}  // namespace hopscope::feed
