// The child orders of one order-entry session, by UserRefNum: a ring of fixed size, nothing is allocated after construction.
//
//   Sent ──first answer──▶ Live ──filled, cancelled──▶ Done
//     │ └──────rejected, blocked by risk────────────────▲
//     └──no answer in time, run ended──▶ GivenUp ──late answer──▶ Live
//
// The ring is as large as a session's share of probe::CapsuleTable; an order whose slot is needed again while it still waits is given up.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/book/order.h"
#include "engine/core/clock.h"

namespace hopscope::oms {

enum class ChildState : std::uint8_t { Unused, Sent, Live, Done, GivenUp };

struct ChildOrder {
  std::uint32_t user_ref = 0;  // 0: never used
  ChildState state = ChildState::Unused;
  bool measured = false;
  std::uint8_t venue = 0;
  book::Side side = book::Side::Buy;
  std::uint32_t quantity = 0;
  std::uint32_t filled = 0;  // shares
  std::uint16_t locate = 0;
  std::uint64_t market_ns = 0;  // when it was sent
  core::Ticks feed_due = 0;     // of the packet that caused it; 0: not known
  core::Ticks feed_tx = 0;
};

class ChildOrders {
 public:
  // slots: a power of two, and as many as a session has in probe::CapsuleTable.
  explicit ChildOrders(std::uint32_t slots) : mask_(slots - 1), ring_(slots) {}

  // The slot of an order about to be sent. UserRefNums must come in steps of one, from 1. give_up(order) is called when the slot's last
  // user still waits for an answer.
  template <class GiveUp>
  ChildOrder& open(std::uint32_t user_ref, GiveUp&& give_up) {
    ChildOrder& order = at(user_ref);
    if (order.state == ChildState::Sent) [[unlikely]]
      give_up(order);
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
      if (order.user_ref == oldest_ && order.state == ChildState::Sent) {
        if (order.market_ns > sent_until_ns) return;
        give_up(order);
      }
      ++oldest_;
    }
  }

 private:
  ChildOrder& at(std::uint32_t user_ref) { return ring_[user_ref & mask_]; }

  std::uint32_t mask_;
  std::vector<ChildOrder> ring_;
  std::uint32_t oldest_ = 1;  // nothing before it waits for an answer
  std::uint32_t next_ = 1;
};

}  // namespace hopscope::oms
