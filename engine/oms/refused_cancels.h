// Cancels that venues have refused (their queues were full) while the orders are still open there: each is sent again at a later feed
// message, one a message, the lowest venue's first. So what is sent does not depend on whose refusal came first.
//
// An order is in it once at most, because it must be asked back again before that can be refused again. One thread.
#pragma once

#include <vector>

#include "engine/oms/held_cancels.h"
#include "engine/oms/resting_orders.h"

namespace hopscope::oms {

class RefusedCancels {
 public:
  // slots: child orders that a session keeps track of.
  RefusedCancels(unsigned venues, std::uint32_t slots) : by_venue_(venues, HeldCancels(slots)) {}

  bool any() const { return waiting_ != 0; }
  void push(const RestingOrder& order) {
    if (by_venue_[order.venue].full()) return;
    by_venue_[order.venue].push(order);
    ++waiting_;
  }
  // Needs any().
  RestingOrder pop() {
    std::size_t venue = 0;
    while (by_venue_[venue].empty()) ++venue;
    --waiting_;
    return by_venue_[venue].pop();
  }

 private:
  std::vector<HeldCancels> by_venue_;
  std::size_t waiting_ = 0;
};

}  // namespace hopscope::oms
