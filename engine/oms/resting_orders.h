// Resting limit orders and when they are to be cancelled: a fixed number of child orders later, whatever became of them meanwhile. So the
// cancels, too, are a function of the feed and never of the venues' answers.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/book/order.h"

namespace hopscope::oms {

struct RestingOrder {
  std::uint32_t user_ref = 0;  // 0: this child order does not rest
  std::uint16_t locate = 0;
  std::uint8_t venue = 0;
  book::Side side = book::Side::Buy;
};

class RestingOrders {
 public:
  explicit RestingOrders(std::uint32_t cancel_after) : ring_(cancel_after) {}

  // Takes the child order just sent; returns the one sent cancel_after child orders before it.
  RestingOrder rotate(const RestingOrder& sent) {
    const RestingOrder due = ring_[at_];
    ring_[at_] = sent;
    at_ = at_ + 1 == ring_.size() ? 0 : at_ + 1;
    return due;
  }

  // The one just taken was not sent after all.
  void withdraw() { ring_[at_ == 0 ? ring_.size() - 1 : at_ - 1] = {}; }

 private:
  std::vector<RestingOrder> ring_;
  std::size_t at_ = 0;
};

}  // namespace hopscope::oms
