// The desk's parent orders at run time: what a trader enters, replaces and cancels while the market goes on. Nothing allocates: the room
// was made at construction, and a new parent brings its own memory along.
#include <algorithm>

#include "engine/oms/algo/trajectory.h"
#include "engine/oms/desk.h"

namespace hopscope::oms {

std::optional<ParentIndex> Desk::find(const std::string& name) const {
  const auto found = std::find_if(parents_.begin(), parents_.end(), [&](const ParentOrder& parent) { return parent.plan.name == name; });
  if (found == parents_.end()) return std::nullopt;
  return static_cast<ParentIndex>(found - parents_.begin());
}

Refusal Desk::enter(ParentOrder&& order, std::uint64_t market_ns) {
  if (parents_.size() == room_) return Refusal::NoRoom;
  begun_ = true;  // where the plan has no parents of its own, nobody has begun
  const auto index = static_cast<ParentIndex>(parents_.size());
  random_.emplace_back(seed_, core::Stream::Parent, parents_.size());
  profiles_.emplace_back();
  ParentOrder& parent = parents_.emplace_back(std::move(order));
  parent.at_run_time = true;
  lay_out(parent, market_ns);
  schedule(parent.start_ns, index);
  next_due_ns_ = due_.front().market_ns;
  if (audit_.on()) audit_.parent_asked(index, parent);
  return Refusal::None;
}

Refusal Desk::ask_cancel(ParentIndex index, std::uint64_t market_ns) {
  ParentOrder& parent = parents_[index];
  if (is_over(parent.state)) return Refusal::Over;
  if (parent.state == ParentState::Cancelling) return Refusal::Ending;
  if (audit_.on()) audit_.parent_cancel_asked(index, parent);
  apply(index, ParentEvent::CancelAsked, market_ns);
  bring_forward(index, market_ns);
  return Refusal::None;
}

Refusal Desk::replace(ParentIndex index, const ParentChange& change, std::uint64_t market_ns) {
  ParentOrder& parent = parents_[index];
  if (is_over(parent.state)) return Refusal::Over;
  if (parent.state != ParentState::Scheduled && parent.state != ParentState::Working) return Refusal::Ending;
  if (change.quantity && *change.quantity < parent.done()) return Refusal::BelowDone;
  const bool begun = parent.state == ParentState::Working;
  const std::uint64_t from_ns = begun ? market_ns : parent.start_ns;
  const std::size_t left = parent.slices.size() - parent.slice;
  const std::uint64_t end_ns = change.end_ns ? market_ns + *change.end_ns : parent.end_ns;
  if (change.end_ns && (end_ns <= from_ns || (end_ns - from_ns) / left < kShortestSliceNs)) return Refusal::TooShort;
  // Its time is up: the next check will find that.
  if (begun && market_ns >= parent.end_ns) return Refusal::Ending;

  if (change.limit_price) parent.plan.limit_price = *change.limit_price;
  if (change.end_ns) {
    parent.plan.end_ns += end_ns - parent.end_ns;  // may wrap on its way to a sum that is positive
    parent.end_ns = end_ns;
    parent.lay_out_slices(parent.slice, from_ns, end_ns);
    if (parent.first_send_ns >= parent.slices[parent.slice].end_ns) parent.first_send_ns = from_ns;
  }
  if (change.quantity) {
    if (begun && parent.plan.algorithm != core::Algorithm::Pov)
      rescale_targets(parent.target_before(), *change.quantity, std::span(parent.targets).subspan(parent.slice));
    parent.plan.quantity = *change.quantity;
  }
  if (begun) set_goal(parent);
  if (audit_.on()) audit_.parent_replaced(index, parent);
  bring_forward(index, from_ns);
  return Refusal::None;
}

// Its next check comes with the first message at or after market_ns.
void Desk::bring_forward(ParentIndex index, std::uint64_t market_ns) {
  const auto entry = std::find_if(due_.begin(), due_.end(), [index](const Due& due) { return due.parent == index; });
  if (entry == due_.end()) return;
  entry->market_ns = market_ns;
  std::make_heap(due_.begin(), due_.end());
  next_due_ns_ = due_.front().market_ns;
}

}  // namespace hopscope::oms
