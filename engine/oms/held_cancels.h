// Cancels that are due and wait for the cancel rate (risk::Gate::take_cancel), first come first served. None is dropped: where as many wait
// as there is room for, the oldest leaves whatever the rate says.
#pragma once

#include <cstddef>
#include <vector>

#include "engine/oms/resting_orders.h"

namespace hopscope::oms {

class HeldCancels {
 public:
  explicit HeldCancels(std::size_t room = kRoom) : ring_(room) {}

  bool empty() const { return count_ == 0; }
  bool full() const { return count_ == ring_.size(); }
  void push(const RestingOrder& due) { ring_[(first_ + count_++) % ring_.size()] = due; }  // not when full
  RestingOrder pop() {                                                                     // not when empty
    const RestingOrder due = ring_[first_];
    first_ = (first_ + 1) % ring_.size();
    --count_;
    return due;
  }

 private:
  static constexpr std::size_t kRoom = 1'024;
  std::vector<RestingOrder> ring_;
  std::size_t first_ = 0, count_ = 0;
};

}  // namespace hopscope::oms
