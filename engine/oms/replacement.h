// What a resting order is replaced with (OUCH Replace Order): what it has left, at the near touch of now.
//
// None, where nothing would change or nobody may replace it: its venue has not the order any more or is asked about it already
// (child_state.h), a side of the book is empty, or it stands at that price.
#pragma once

#include <optional>

#include "engine/book/books.h"
#include "engine/oms/child_order.h"
#include "engine/oms/child_orders.h"
#include "engine/oms/resting_orders.h"

namespace hopscope::oms {

// order: the one that rests there, null where its slot has another user. The request lives no longer than `resting`.
inline std::optional<ChildRequest> replacement_of(RestingOrder& resting, const ChildOrder* order, const book::Touch& touch) {
  if (order == nullptr || !replaceable(order->state) || touch.bid == 0 || touch.ask == 0) return {};
  const book::Price near = order->side == book::Side::Buy ? touch.bid : touch.ask;
  if (near == order->price) return {};
  ChildRequest request{order->side, OrderType::Limit, near, order->leaves(), order->parent, order->arrival_mid2};
  request.replaces = &resting;
  return request;
}

}  // namespace hopscope::oms
