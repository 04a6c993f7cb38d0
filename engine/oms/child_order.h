// One child order as a strategy wants it: what to do on which tick. The venue, the checks and the wire come after it.
#pragma once

#include <cstdint>

#include "engine/book/order.h"

namespace hopscope::oms {

// The letters of hs_capsule.order_type.
enum class OrderType : std::uint8_t { Limit = 'L', Market = 'M', ImmediateOrCancel = 'I' };

struct ChildRequest {
  book::Side side;
  OrderType type;
  book::Price price;  // 4 decimals; 0 for a market order
  book::Quantity quantity;
};

// The feed message that brought market time to a decision.
struct Tick {
  std::uint64_t sequence;   // of the message
  std::uint64_t market_ns;  // its timestamp, ns since midnight
  std::uint16_t locate;
  bool measured;  // beyond the warm-up
};

}  // namespace hopscope::oms
