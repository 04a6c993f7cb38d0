// The strategy's resting limit orders: which are to be cancelled, a fixed number of child orders later, and which are to be replaced on the
// way there, every so many child orders. Cancels are a function of the feed and never of the venues' answers; what a replacement needs to
// know of its order is looked at when its turn comes.
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
  book::Quantity intended = 0;  // shares that may be executed in all, under the UserRefNums before this one too
};

class RestingOrders {
 public:
  // replace_after 0: none is replaced.
  explicit RestingOrders(std::uint32_t cancel_after, std::uint32_t replace_after = 0)
      : ring_(cancel_after), replace_after_(replace_after == 0 ? cancel_after : replace_after), next_age_(cancel_after) {}

  // Takes the child order just sent; returns the one sent cancel_after child orders before it.
  RestingOrder rotate(const RestingOrder& sent) {
    const RestingOrder due = ring_[at_];
    ring_[at_] = sent;
    at_ = at_ + 1 == ring_.size() ? 0 : at_ + 1;
    next_age_ = replace_after_;
    return due;
  }

  // The one just taken was not sent after all.
  void withdraw() { ring_[at_ == 0 ? ring_.size() - 1 : at_ - 1] = {}; }

  // Whether there are child orders left whose turn to be replaced has come with the last rotate().
  bool any_to_replace() const { return next_age_ < ring_.size(); }

  // The next of them, the youngest first. Needs any_to_replace(). Valid until the next rotate().
  RestingOrder& next_to_replace() {
    const std::size_t behind = next_age_ + 1;
    next_age_ += replace_after_;
    return ring_[at_ >= behind ? at_ - behind : at_ + ring_.size() - behind];
  }

  // `user_ref` at this venue will not take the place of the order that rests here as `before`. False: it does not stand here any more.
  bool put_back(std::uint8_t venue, std::uint32_t user_ref, std::uint32_t before) {
    for (RestingOrder& order : ring_) {
      if (order.user_ref != user_ref || order.venue != venue) continue;
      order.user_ref = before;
      return true;
    }
    return false;
  }

 private:
  std::vector<RestingOrder> ring_;
  std::size_t at_ = 0;
  std::size_t replace_after_;
  std::size_t next_age_;  // child orders since that one was sent; as large as the ring: none is left
};

}  // namespace hopscope::oms
