#include "engine/oms/desk.h"

#include <algorithm>

#include "engine/oms/algo/participation.h"
#include "engine/oms/algo/trajectory.h"

namespace hopscope::oms {
namespace {

std::uint64_t begin_of(const ParentOrder& parent, std::size_t slice) {
  return slice == 0 ? parent.start_ns : parent.slices[slice - 1].end_ns;
}

// Between two checks.
std::uint64_t step_ns(const ParentOrder& parent) {
  return (parent.slices[parent.slice].end_ns - begin_of(parent, parent.slice)) / Desk::kChecks;
}

// The last step is for what the schedule has left; its answers come before the end.
bool sweeps(const ParentOrder& parent, std::uint64_t market_ns) {
  return parent.plan.sweep && parent.slice + 1 == parent.slices.size() && market_ns >= parent.end_ns - step_ns(parent);
}

std::uint32_t target_by_volume(const ParentOrder& parent) {
  return static_cast<std::uint32_t>(
      std::min<std::uint64_t>(parent.plan.quantity, own_shares_at(parent.market_shares, parent.plan.rate_ppm)));
}

}  // namespace

Desk::Desk(const core::Plan& plan, AuditTrail& audit)
    : max_child_(plan.risk.max_quantity),
      seed_(plan.seed),
      room_(plan.oms.parents.size() + plan.oms.parent_room),
      audit_(audit),
      next_due_ns_(plan.oms.parents.empty() ? kNever : 0) {
  random_.reserve(room_);
  parents_.reserve(room_);
  profiles_.reserve(room_);
  for (const core::ParentPlan& parent : plan.oms.parents) {
    random_.emplace_back(plan.seed, core::Stream::Parent, parents_.size());
    parents_.emplace_back(parent);
  }
  profiles_.resize(parents_.size());
  due_.reserve(room_);
}

void Desk::listed(std::uint16_t locate, const wire::itch::Symbol& symbol) {
  for (ParentOrder& parent : parents_)
    if (!parent.plan.symbol.empty() && wire::itch::symbol(parent.plan.symbol) == symbol) parent.locate = locate;
}

std::optional<DeskAction> Desk::next(const Tick& tick, const DeskView& market) {
  if (!tick.measured) return warm_up(tick, market), std::nullopt;
  if (!begun_) begin(tick.market_ns);
  std::optional<DeskAction> action;
  while (!action && !due_.empty() && due_.front().market_ns <= tick.market_ns) {
    const ParentIndex index = due_.front().parent;
    std::pop_heap(due_.begin(), due_.end());
    due_.pop_back();
    action = check(index, tick.market_ns, market);
  }
  next_due_ns_ = due_.empty() ? kNever : due_.front().market_ns;
  return action;
}

// Learns how its symbol's volume is spread, where that is to be a parent's curve.
void Desk::warm_up(const Tick& tick, const DeskView& market) {
  for (std::size_t i = 0; i < parents_.size(); ++i) {
    ParentOrder& parent = parents_[i];
    if (parent.plan.algorithm != core::Algorithm::Vwap || !parent.plan.curve.empty()) continue;
    if (market.symbols.knows(parent.locate)) profiles_[i].take(tick.market_ns, market.tape[parent.locate].shares);
  }
}

void Desk::begin(std::uint64_t market_ns) {
  begun_ = true;
  for (std::size_t i = 0; i < parents_.size(); ++i) {
    lay_out(parents_[i], market_ns);
    schedule(parents_[i].start_ns, static_cast<ParentIndex>(i));
  }
}

// market_ns: what its times count from.
void Desk::lay_out(ParentOrder& parent, std::uint64_t market_ns) {
  parent.start_ns = market_ns + parent.plan.start_ns;
  parent.end_ns = market_ns + parent.plan.end_ns;
  parent.lay_out_slices(0, parent.start_ns, parent.end_ns);
}

void Desk::schedule(std::uint64_t market_ns, ParentIndex parent) {
  due_.push_back({market_ns, parent});
  std::push_heap(due_.begin(), due_.end());
}

std::optional<DeskAction> Desk::check(ParentIndex index, std::uint64_t market_ns, const DeskView& market) {
  ParentOrder& parent = parents_[index];
  if (is_over(parent.state)) return {};  // cancelled before it began
  const book::Touch touch = market.symbols.knows(parent.locate) ? market.view.touch(parent.locate) : book::Touch{};
  if (parent.state == ParentState::Scheduled) {
    if (touch.bid == 0 || touch.ask == 0) {
      if (market_ns >= parent.end_ns) {
        apply(index, ParentEvent::TimeUp, market_ns);
      } else {
        schedule(market_ns + step_ns(parent), index);
      }
      return {};
    }
    start(index, market_ns, touch, market.tape);
  }
  watch(parent, market_ns, touch, market.tape);
  close_slices(index, market_ns);
  settle(index, market_ns);
  if (is_over(parent.state)) return {};

  const std::uint64_t step = step_ns(parent);
  if (parent.state != ParentState::Working) {
    schedule(market_ns + step, index);
    return ask_back(parent, index);
  }
  const std::uint64_t slice_end_ns = parent.slices[parent.slice].end_ns;
  if (market_ns < parent.first_send_ns) {
    schedule(std::min(parent.first_send_ns, slice_end_ns), index);
    return {};
  }
  const Urgency urgent = urgency(parent, market_ns);
  // What a sweep leaves is swept again, a few times before the end.
  std::uint64_t next_ns = std::min(market_ns + (urgent == Urgency::Sweeping ? std::max<std::uint64_t>(step / 4, 1) : step), slice_end_ns);
  const bool last = parent.slice + 1 == parent.slices.size();
  if (last && parent.plan.sweep && urgent != Urgency::Sweeping) next_ns = std::min(next_ns, parent.end_ns - step);
  schedule(next_ns, index);
  if (parent.rests()) return move(parent, index, parent.plan.side == 'B' ? touch.bid : touch.ask, urgent, market.killed);
  parent.cancelling = false;
  if (market.killed) return {};
  return child(parent, index, touch, wanted(parent, urgent == Urgency::Sweeping), urgent);
}

void Desk::start(ParentIndex index, std::uint64_t market_ns, const book::Touch& touch, const book::Tape& tape) {
  ParentOrder& parent = parents_[index];
  parent.begun_ns = parent.sampled_ns = market_ns;
  parent.begun_at = tape[parent.locate];
  parent.arrival_mid2 = parent.last_mid2 = std::uint64_t{touch.bid} + touch.ask;
  set_targets(index);
  apply(index, ParentEvent::Started, market_ns);
  open_slice(index);
  if (audit_.on()) audit_.parent_entered(index, parent);
}

void Desk::set_targets(ParentIndex index) {
  ParentOrder& parent = parents_[index];
  const core::ParentPlan& plan = parent.plan;
  const std::span<std::uint32_t> targets(parent.targets);
  switch (plan.algorithm) {
    case core::Algorithm::Twap:
      return even_targets(plan.quantity, targets);
    case core::Algorithm::Vwap:
      return curve_targets(plan.quantity, plan.curve.empty() ? profiles_[index].bins() : std::span<const std::uint64_t>(plan.curve),
                           targets);
    case core::Algorithm::Shortfall:
      return shortfall_targets(plan.quantity, plan.urgency_milli, targets);
    case core::Algorithm::Pov:
      return;  // by the volume, as it comes
  }
}

void Desk::watch(ParentOrder& parent, std::uint64_t market_ns, const book::Touch& touch, const book::Tape& tape) {
  const book::Trades& trades = tape[parent.locate];
  parent.market_shares = trades.shares - parent.begun_at.shares;
  parent.market_notional = trades.notional - parent.begun_at.notional;
  parent.mid2_ns += Wide{parent.last_mid2} * (market_ns - parent.sampled_ns);
  parent.sampled_ns = market_ns;
  if (touch.bid != 0 && touch.ask != 0) parent.last_mid2 = std::uint64_t{touch.bid} + touch.ask;
}

// A leap of market time may close several.
void Desk::close_slices(ParentIndex index, std::uint64_t market_ns) {
  ParentOrder& parent = parents_[index];
  while (!parent.slices[parent.slice].over && parent.slices[parent.slice].end_ns <= market_ns) {
    close_slice(index);
    if (parent.slice + 1 == parent.slices.size()) return;
    ++parent.slice;
    open_slice(index);
  }
}

void Desk::close_slice(ParentIndex index) {
  ParentOrder& parent = parents_[index];
  ParentSlice& slice = parent.slices[parent.slice];
  slice.over = true;
  slice.target = parent.plan.algorithm == core::Algorithm::Pov ? target_by_volume(parent) : parent.targets[parent.slice];
  slice.filled = parent.filled;
  slice.market_shares = parent.market_shares;
  const std::uint32_t off = slice.filled > slice.target ? slice.filled - slice.target : slice.target - slice.filled;
  if (off > share_of(parent.plan.quantity, parent.plan.band_ppm)) ++parent.slices_outside;
  if (audit_.on()) audit_.parent_slice(index, parent);
}

void Desk::open_slice(ParentIndex index) {
  ParentOrder& parent = parents_[index];
  const std::uint64_t begin_ns = begin_of(parent, parent.slice);
  const std::uint64_t latest_ns = share_of(parent.slices[parent.slice].end_ns - begin_ns, parent.plan.randomise_ppm);
  parent.first_send_ns = begin_ns + static_cast<std::uint64_t>((Wide{random_[index].next()} * latest_ns) >> 64);
  set_goal(parent);
}

void Desk::set_goal(ParentOrder& parent) {
  parent.goal = parent.plan.catch_up ? parent.targets[parent.slice] : std::min(parent.done() + parent.part(), parent.plan.quantity);
}

void Desk::settle(ParentIndex index, std::uint64_t market_ns) {
  const ParentOrder& parent = parents_[index];
  const bool filled = parent.filled >= parent.plan.quantity && !is_over(parent.state);
  // Nothing can change in the last slice any more.
  if (filled && parent.slice + 1 == parent.slices.size() && !parent.slices[parent.slice].over) close_slice(index);
  if (filled) apply(index, ParentEvent::Completed, market_ns);
  if (parent.state == ParentState::Working && market_ns >= parent.end_ns) apply(index, ParentEvent::TimeUp, market_ns);
  if (parent.working == 0 && (parent.state == ParentState::Closing || parent.state == ParentState::Cancelling))
    apply(index, ParentEvent::Settled, market_ns);
}

void Desk::apply(ParentIndex index, ParentEvent event, std::uint64_t market_ns) {
  ParentOrder& parent = parents_[index];
  const bool was_over = is_over(parent.state);
  parent.state = after(parent.state, event);
  if (was_over || !is_over(parent.state)) return;
  parent.finished_ns = market_ns;
  if (audit_.on()) audit_.parent_ended(index, parent);
}

// Shares that are missing. The sweep knows no cap: its parent's quantity comes before it.
std::uint32_t Desk::wanted(const ParentOrder& parent, bool sweeping) const {
  const core::ParentPlan& plan = parent.plan;
  std::uint64_t goal = plan.algorithm == core::Algorithm::Pov ? target_by_volume(parent) : parent.goal;
  if (sweeping) {
    goal = plan.quantity;
  } else if (plan.cap_ppm != 0) {
    goal = std::min(goal, own_shares_at(parent.market_shares, plan.cap_ppm));
  }
  const std::uint64_t done = parent.done();
  return goal > done ? static_cast<std::uint32_t>(std::min<std::uint64_t>(goal - done, max_child_)) : 0;
}

Desk::Urgency Desk::urgency(const ParentOrder& parent, std::uint64_t market_ns) {
  if (sweeps(parent, market_ns)) return Urgency::Sweeping;
  const core::ParentPlan& plan = parent.plan;
  if (!plan.posts) return Urgency::Late;
  // In the course of a slice its part of the goal comes due evenly.
  std::uint64_t due = parent.goal;
  if (plan.algorithm == core::Algorithm::Pov) {
    due = target_by_volume(parent);
  } else {
    const std::uint64_t begin_ns = begin_of(parent, parent.slice), end_ns = parent.slices[parent.slice].end_ns;
    due -= std::min<std::uint64_t>(due, static_cast<std::uint64_t>(Wide{parent.part()} * (end_ns - market_ns) / (end_ns - begin_ns)));
  }
  return due > parent.filled + share_of(plan.quantity, plan.band_ppm) / 2 ? Urgency::Late : Urgency::Patient;
}

// A child that rests stays at the near touch, or goes there, or comes back.
std::optional<DeskAction> Desk::move(ParentOrder& parent, ParentIndex index, book::Price near, Urgency urgency, bool killed) {
  if (urgency == Urgency::Patient && near == parent.resting_price && parent.within_limit(near)) return {};
  const bool goes = urgency == Urgency::Patient && parent.plan.reposts && !parent.cancelling && !killed;
  if (!goes || !parent.within_limit(near)) return ask_back(parent, index);
  const auto child =
      std::find_if(parent.resting.begin(), parent.resting.end(), [](const RestingOrder& order) { return order.user_ref != 0; });
  return DeskAction{index, {}, {}, &*child};
}

// Once: the answers tell what becomes of them.
std::optional<DeskAction> Desk::ask_back(ParentOrder& parent, ParentIndex index) {
  if (parent.cancelling || !parent.rests()) return {};
  parent.cancelling = true;
  return DeskAction{index, {}, parent.resting};
}

std::optional<DeskAction> Desk::child(const ParentOrder& parent, ParentIndex index, const book::Touch& touch, std::uint32_t shares,
                                      Urgency urgency) {
  if (shares == 0 || touch.bid == 0 || touch.ask == 0) return {};
  const auto side = static_cast<book::Side>(parent.plan.side);
  const bool buys = side == book::Side::Buy;
  const book::Price limit = parent.plan.limit_price;
  const book::Price price = buys == (urgency == Urgency::Patient) ? touch.bid : touch.ask;
  if (!parent.within_limit(price)) return {};
  switch (urgency) {
    case Urgency::Patient:
      return DeskAction{index, ChildRequest{side, OrderType::Limit, price, shares, index}, {}};
    case Urgency::Late:
      return DeskAction{index, ChildRequest{side, OrderType::ImmediateOrCancel, price, shares, index}, {}};
    case Urgency::Sweeping:
      break;
  }
  return DeskAction{index, ChildRequest{side, limit == 0 ? OrderType::Market : OrderType::ImmediateOrCancel, limit, shares, index}, {}};
}

void Desk::end_run(std::uint64_t market_ns, const book::Tape& tape) {
  for (std::size_t i = 0; i < parents_.size(); ++i) {
    ParentOrder& parent = parents_[i];
    if (parent.state == ParentState::Scheduled || is_over(parent.state)) continue;
    const auto index = static_cast<ParentIndex>(i);
    watch(parent, std::max(market_ns, parent.sampled_ns), {}, tape);
    close_slices(index, market_ns);
    settle(index, market_ns);
  }
}

}  // namespace hopscope::oms
