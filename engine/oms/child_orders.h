// The child orders of one order-entry session, by UserRefNum: a ring of fixed size, nothing is allocated after construction. Their states:
// child_state.h.
//
// The ring is as large as a session's share of probe::CapsuleTable. A slot is never taken from an order that is not over: the new one has
// no place then and must not be sent.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/book/order.h"
#include "engine/core/clock.h"
#include "engine/oms/child_order.h"
#include "engine/oms/child_state.h"

namespace hopscope::oms {

struct ChildOrder {
  std::uint32_t user_ref = 0;  // 0: never used
  ChildState state = ChildState::Unused;
  bool measured = false;
  std::uint8_t venue = 0;
  book::Side side = book::Side::Buy;
  std::uint32_t quantity = 0;
  std::uint32_t filled = 0;  // shares
  book::Price price = 0;     // its limit, 4 decimals; 0: market
  std::uint16_t locate = 0;
  ParentIndex parent = kNoParent;
  OrderType type = OrderType::Limit;
  bool waits = false;  // for its first answer
  RestIndex rest = kNoRest;
  std::uint32_t replaces = 0;      // UserRefNum of the order that it shall replace, or has replaced; 0: none
  std::uint32_t arrival_mid2 = 0;  // as ChildRequest's
  std::uint32_t last_match = 0;    // lower half of its last execution's match number; those of a venue rise
  std::uint64_t market_ns = 0;     // when it was sent
  core::Ticks feed_due = 0;        // of the packet that caused it; 0: not known
  core::Ticks feed_tx = 0;

  std::uint32_t leaves() const { return terminal(state) || filled >= quantity ? 0 : quantity - filled; }  // shares that may yet be filled
};
static_assert(sizeof(ChildOrder) == 64, "a cache line");

class ChildOrders {
 public:
  // slots: a power of two, and as many as a session has in probe::CapsuleTable.
  explicit ChildOrders(std::uint32_t slots) : mask_(slots - 1), ring_(slots) {}

  // Whether the slot of this UserRefNum can be had: its last user is over.
  bool has_room(std::uint32_t user_ref) const {
    const ChildState state = ring_[user_ref & mask_].state;
    return state == ChildState::Unused || terminal(state);
  }

  // The slot of an order about to be sent. There must be room; UserRefNums must rise.
  ChildOrder& open(std::uint32_t user_ref) {
    ChildOrder& order = at(user_ref);
    order = {};
    order.user_ref = user_ref;
    next_ = user_ref + 1;
    return order;
  }

  // Null: unknown, or so old that its slot has another user.
  ChildOrder* find(std::uint32_t user_ref) {
    ChildOrder& order = at(user_ref);
    return order.user_ref == user_ref && user_ref != 0 ? &order : nullptr;
  }

  // Calls give_up(order) for each order that still waits and was sent at or before `sent_until_ns` of market time. Looks only at what has
  // not been looked at before: orders are sent in the order of market time.
  template <class GiveUp>
  void give_up_until(std::uint64_t sent_until_ns, GiveUp&& give_up) {
    while (oldest_ != next_) {
      ChildOrder& order = at(oldest_);
      if (order.user_ref == oldest_ && order.waits) {
        if (order.market_ns > sent_until_ns) return;
        give_up(order);
      }
      ++oldest_;
    }
  }

  // visit(order) for each order that has been sent and is not over.
  template <class Visit>
  void each_open(Visit&& visit) const {
    for (const ChildOrder& order : ring_)
      if (order.state != ChildState::Unused && !terminal(order.state)) visit(order);
  }

 private:
  ChildOrder& at(std::uint32_t user_ref) { return ring_[user_ref & mask_]; }

  std::uint32_t mask_;
  std::vector<ChildOrder> ring_;
  std::uint32_t oldest_ = 1;  // nothing before it waits for an answer
  std::uint32_t next_ = 1;
};

}  // namespace hopscope::oms
