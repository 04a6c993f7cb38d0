// What the OMS owns, from its executions alone: shares, money and fees of each symbol at each venue, over the whole run. One thread.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/book/traded.h"
#include "engine/core/plan.h"
#include "engine/oms/child_event.h"

namespace hopscope::oms {

class Positions {
 public:
  Positions(unsigned venues, std::uint16_t max_locate, const std::vector<core::VenuePlan>& profiles)
      : venues_(venues), profiles_(profiles), traded_(std::size_t{venues} * (std::size_t{max_locate} + 1)) {
    profiles_.resize(venues);
  }

  // Takes fills; other events are nothing to it.
  void take(const ChildEvent& event) {
    if (event.kind != ChildEventKind::Filled) return;
    const ChildOrder& order = event.order;
    const core::VenuePlan& profile = profiles_[order.venue];
    traded_[index(order.venue, order.locate)].add(order.side, event.shares, event.price,
                                                  event.added_liquidity ? profile.make_micros : profile.take_micros);
  }

  const book::Traded& at(unsigned venue, std::uint16_t locate) const { return traded_[index(venue, locate)]; }

  // At all venues together.
  book::Traded of(std::uint16_t locate) const {
    book::Traded all;
    for (unsigned venue = 0; venue < venues_; ++venue) all.add(at(venue, locate));
    return all;
  }

  unsigned venues() const { return venues_; }

 private:
  // A symbol's venues side by side: whoever asks for its net position finds them in one cache line or two.
  std::size_t index(unsigned venue, std::uint16_t locate) const { return std::size_t{locate} * venues_ + venue; }

  unsigned venues_;
  std::vector<core::VenuePlan> profiles_;
  std::vector<book::Traded> traded_;
};

}  // namespace hopscope::oms
