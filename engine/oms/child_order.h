// One child order as a strategy wants it: what to do on which tick. The venue, the checks and the wire come after it.
#pragma once

#include <cstdint>

#include "engine/book/order.h"

namespace hopscope::oms {

struct RestingOrder;

// The letters of hs_capsule.order_type.
enum class OrderType : std::uint8_t { Limit = 'L', Market = 'M', ImmediateOrCancel = 'I' };

// Index of a parent order among the plan's.
using ParentIndex = std::uint16_t;
inline constexpr ParentIndex kNoParent = 0xffff;  // of a strategy

// Whose unfilled shares are sent again (unfilled_orders.h).
using RestIndex = std::uint16_t;
inline constexpr RestIndex kNoRest = 0xffff;

struct ChildRequest {
  book::Side side;
  OrderType type;
  book::Price price;  // 4 decimals; 0 for a market order
  book::Quantity quantity;
  ParentIndex parent = kNoParent;
  std::uint32_t arrival_mid2 = 0;  // bid + ask of the market when this was first decided, 4 decimals: twice the mid; place() sets it
  RestIndex rest = kNoRest;
  bool last_try = false;             // of a market order: what it does not get now it will not get
  RestingOrder* replaces = nullptr;  // whose place it shall take, where that rests; null: a new order, for the router
};

// The feed message that brought market time to a decision.
struct Tick {
  std::uint64_t sequence;   // of the message
  std::uint64_t market_ns;  // its timestamp, ns since midnight
  std::uint16_t locate;
  bool measured;  // beyond the warm-up
};

}  // namespace hopscope::oms
