// What orders that take did not get at once, to be sent again (plan key routing.reroutes).
//
// A request stands here with all legs that the router made of it. When the last of them is over, what they gave back is due at the next
// feed message. Only what a venue says it has not executed comes back: shares of an order that was never answered may be the firm's, so
// they are not asked for twice. Several that are due leave in the order in which they were decided, whatever order their answers had.
// Nothing is allocated after construction; a request that finds no room is not sent again.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "engine/book/order.h"
#include "engine/oms/child_order.h"

namespace hopscope::oms {

class UnfilledOrders {
 public:
  struct Rest {
    ChildRequest request;  // its quantity: what came back
    std::uint16_t locate = 0;
    bool measured = false;
  };

  // reroutes: times that a request is sent again; 0: never, and nothing is kept.
  explicit UnfilledOrders(std::uint32_t reroutes) : reroutes_(reroutes), entries_(reroutes == 0 ? 0 : kRoom) {
    for (std::size_t i = entries_.size(); i > 0; --i) free_.push_back(static_cast<RestIndex>(i - 1));
    due_.reserve(entries_.size());
  }

  // A request was shared out to `legs` orders. What those carry as their `rest`.
  RestIndex open(const ChildRequest& request, std::uint16_t locate, bool measured, std::size_t legs) {
    if (request.rest != kNoRest) return again(request.rest, legs);
    const bool takes = request.type != OrderType::Limit;
    // A parent order sends what is left of it by its own schedule.
    if (!takes || request.parent != kNoParent || free_.empty()) return kNoRest;
    const RestIndex index = free_.back();
    free_.pop_back();
    entries_[index] = {{request, locate, measured}, legs, reroutes_, ++decided_};
    entries_[index].rest.request.quantity = 0;
    return index;
  }

  // One of its legs is over, and gave back so many shares.
  void ended(RestIndex index, book::Quantity shares) {
    if (index == kNoRest) return;
    Entry& entry = entries_[index];
    entry.rest.request.quantity += shares;
    if (--entry.legs != 0) return;
    if (entry.rest.request.quantity != 0 && entry.tries != 0) return due_.push_back(index);
    free_.push_back(index);
  }

  bool due() const { return !due_.empty(); }

  // The oldest of those that are due. It must be sent (open()) or given up.
  Rest next() {
    const auto oldest =
        std::min_element(due_.begin(), due_.end(), [this](RestIndex a, RestIndex b) { return entries_[a].decided < entries_[b].decided; });
    const RestIndex index = *oldest;
    *oldest = due_.back();
    due_.pop_back();
    Entry& entry = entries_[index];
    --entry.tries;
    Rest rest = entry.rest;
    rest.request.rest = index;
    rest.request.last_try = entry.tries == 0 && rest.request.type == OrderType::Market;
    entry.rest.request.quantity = 0;
    return rest;
  }
  void give_up(RestIndex index) { free_.push_back(index); }

 private:
  static constexpr std::size_t kRoom = 1'024;  // requests

  struct Entry {
    Rest rest;
    std::size_t legs = 0;  // not over yet
    std::uint32_t tries = 0;
    std::uint64_t decided = 0;
  };

  RestIndex again(RestIndex index, std::size_t legs) {
    entries_[index].legs = legs;
    return index;
  }

  const std::uint32_t reroutes_;
  std::vector<Entry> entries_;
  std::vector<RestIndex> free_, due_;
  std::uint64_t decided_ = 0;
};

}  // namespace hopscope::oms
