// One parent order: what the plan wants, what its children have done, and what the market did meanwhile.
//
// Answers change sums and nothing else (count()), so the order in which several venues' answers come does not matter. What follows from
// them is decided at its next check (Desk).
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "engine/book/books.h"
#include "engine/book/tape.h"
#include "engine/core/lockstep.h"
#include "engine/core/plan.h"
#include "engine/oms/child_event.h"
#include "engine/oms/parent_state.h"
#include "engine/oms/resting_orders.h"

namespace hopscope::oms {

// Shares are cumulative from the parent's start.
struct ParentSlice {
  std::uint64_t end_ns = 0;  // market time
  std::uint32_t target = 0;  // by its end
  std::uint32_t sent = 0;    // in it, whatever became of them
  std::uint32_t filled = 0;  // by its end, as the OMS had heard then
  std::uint64_t market_shares = 0;
  bool over = false;
};

struct ParentOrder {
  explicit ParentOrder(const core::ParentPlan& of) : plan(of), locate(of.locate), targets(of.slices), slices(of.slices) {}

  core::ParentPlan plan;
  ParentState state = ParentState::Scheduled;
  std::uint16_t locate;                    // 0: its symbol has not been listed yet
  std::uint64_t start_ns = 0, end_ns = 0;  // market time
  std::size_t slice = 0;                   // the current one
  std::uint64_t first_send_ns = 0;         // of that slice
  std::uint32_t goal = 0;                  // what shall be filled or open by its end

  std::uint32_t filled = 0;
  std::uint32_t working = 0;                             // shares of children that are open, or of which nobody knows what became
  std::uint64_t notional = 0;                            // of the fills, price x shares, 4 decimals
  std::array<RestingOrder, core::kMaxVenues> resting{};  // children that rest: at most one a venue; user_ref 0: none
  book::Price resting_price = 0;
  bool cancelling = false;   // those have been asked back
  bool at_run_time = false;  // entered by a trader, not by the plan
  std::uint32_t children = 0, blocked = 0, rejected = 0;

  book::Trades begun_at;                                 // the symbol's trades when it started
  std::uint64_t arrival_mid2 = 0;                        // bid + ask at its first check; 0: it never started
  std::uint64_t begun_ns = 0, finished_ns = 0;           // market time; 0: not yet
  std::uint64_t market_shares = 0, market_notional = 0;  // of the symbol from its start to its end
  unsigned __int128 mid2_ns = 0;                         // sum of (bid + ask) x time, each from one check to the next
  std::uint64_t last_mid2 = 0, sampled_ns = 0;           // of the last check
  std::uint32_t slices_outside = 0;                      // of their band when they ended
  std::vector<std::uint32_t> targets;                    // by the end of each slice; all 0 where the volume decides (pov)
  std::vector<ParentSlice> slices;

  std::uint32_t done() const { return filled + working; }
  bool within_limit(book::Price price) const {
    const book::Price limit = plan.limit_price;
    return limit == 0 || (plan.side == 'B' ? price <= limit : price >= limit);
  }
  // By the end of the slice before the current one.
  std::uint32_t target_before() const { return slice == 0 ? 0 : targets[slice - 1]; }
  // What the current slice adds. None where a smaller quantity was due already.
  std::uint32_t part() const { return targets[slice] - std::min(target_before(), targets[slice]); }
  // The slices from `first` on share the time evenly.
  void lay_out_slices(std::size_t first, std::uint64_t from_ns, std::uint64_t until_ns) {
    const std::uint64_t each_ns = (until_ns - from_ns) / (slices.size() - first);
    for (std::size_t k = first; k < slices.size(); ++k) slices[k].end_ns = from_ns + each_ns * (k - first + 1);
    slices.back().end_ns = until_ns;
  }
  bool rests() const {
    return std::any_of(resting.begin(), resting.end(), [](const RestingOrder& order) { return order.user_ref != 0; });
  }

  void count(const ChildEvent& event) {
    switch (event.kind) {
      case ChildEventKind::Sent:
        ++children;
        if (event.order.replaces != 0) return move(event.order);
        working += event.shares;
        slices[slice].sent += event.shares;
        if (event.order.type == OrderType::Limit) rest(event.order);
        break;
      case ChildEventKind::Blocked:
        ++blocked;
        break;
      case ChildEventKind::Filled:
        filled += event.shares;
        notional += std::uint64_t{event.price} * event.shares;
        working -= event.shares;
        if (event.order.filled >= event.order.quantity) leave(event.order);
        break;
      case ChildEventKind::Rejected:
        ++rejected;
        // A replacement's shares are its order's, which is asked back where it is not over.
        if (event.order.replaces == 0) working -= event.shares;
        leave(event.order);
        break;
      case ChildEventKind::Cancelled:
        working -= event.shares;
        leave(event.order);
        break;
      // Nobody knows what became of it: its shares stay taken, so that the parent never trades more than its quantity. Of a replacement the
      // order in whose place it was to come is the one that is asked back.
      case ChildEventKind::GivenUp:
        if (event.order.replaces != 0) renumber(event.order.venue, event.order.user_ref, event.order.replaces);
        break;
      case ChildEventKind::Revived:
        if (event.order.replaces != 0) renumber(event.order.venue, event.order.replaces, event.order.user_ref);
        break;
      case ChildEventKind::Accepted:
      case ChildEventKind::Replaced:  // its shares go on under another number
      case ChildEventKind::CancelRefused:
        break;
    }
  }

 private:
  void rest(const ChildOrder& order) {
    resting[order.venue] = {order.user_ref, order.locate, order.venue, order.side, order.quantity};
    resting_price = order.price;
  }
  // The number in `resting` is changed by whoever has sent the replacement.
  void move(const ChildOrder& replacement) { resting_price = replacement.price; }
  void renumber(std::uint8_t venue, std::uint32_t from, std::uint32_t to) {
    if (resting[venue].user_ref == from) resting[venue].user_ref = to;
  }
  void leave(const ChildOrder& order) {
    if (resting[order.venue].user_ref == order.user_ref) resting[order.venue] = {};
  }
};

}  // namespace hopscope::oms
