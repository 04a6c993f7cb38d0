// The desk: works the plan's parent orders by child orders, on market time.
//
// A parent has as many slices as its plan says, and is looked at (a check) at the beginning of each and kChecks times in it. A check first
// closes the slices that are over, then asks the algorithm how many shares shall be done by now, and sends what is missing as one child:
// immediate-or-cancel at the far touch. A parent that posts rests at the near touch instead, and takes only where it falls behind by more
// than half its band. Where the near touch has gone elsewhere, the child is asked back, or replaced (ParentPlan::reposts). What the venues
// leave of a child is free for the next check. Between two checks a feed message costs one comparison.
// At most one parent acts on a message: those that are due together take turns, in the order of their times and indices.
//
// Decisions are made of the feed, the seed and the fills, in that order of time: in lockstep they are the same on every build. What a
// trader enters, replaces and cancels at run time (desk_orders.cpp) comes between two messages, and follows from no seed. One thread;
// nothing is allocated after construction.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/book/books.h"
#include "engine/book/tape.h"
#include "engine/core/plan.h"
#include "engine/core/random.h"
#include "engine/oms/algo/volume_profile.h"
#include "engine/oms/audit_trail.h"
#include "engine/oms/child_event.h"
#include "engine/oms/child_order.h"
#include "engine/oms/market_view.h"
#include "engine/oms/parent_order.h"
#include "engine/oms/resting_orders.h"
#include "engine/oms/symbol_directory.h"

namespace hopscope::oms {

// What a check looks at.
struct DeskView {
  const MarketView& view;
  const book::Tape& tape;
  const SymbolDirectory& symbols;
  bool killed = false;  // the kill switch is pulled: no order would leave
};

// What a trader changes of a parent order; what is absent stays.
struct ParentChange {
  std::optional<std::uint32_t> quantity;     // shares
  std::optional<std::uint32_t> limit_price;  // 4 decimals; 0: none
  std::optional<std::uint64_t> end_ns;       // market time from when it is taken
};

// Why a trader's command changes nothing.
enum class Refusal : std::uint8_t {
  None,
  NotMeasuring,  // the warm-up is not over
  Killed,
  NoSuchSymbol,
  NameTaken,
  NoRoom,
  NoSuchParent,
  Over,       // filled, expired or cancelled
  Ending,     // it is being cancelled, or its time is up
  BelowDone,  // the quantity is less than what is filled and working
  TooShort    // no time is left, or less than a slice needs
};

// What a parent does on a message: it asks children back that rest, or has one of them replaced, or sends one; never two of it.
struct DeskAction {
  ParentIndex parent;
  std::optional<ChildRequest> child;
  std::array<RestingOrder, core::kMaxVenues> cancels{};  // by venue; user_ref 0: none
  RestingOrder* replaces = nullptr;                      // to go to the near touch; null: none
};

class Desk {
 public:
  static constexpr std::uint64_t kChecks = 8;  // of a slice

  Desk(const core::Plan& plan, AuditTrail& audit);

  // A symbol of the feed's stock directory: parents name theirs.
  void listed(std::uint16_t locate, const wire::itch::Symbol& symbol);

  // Whether any parent may still want something: then each message needs room for a child.
  bool active() const { return next_due_ns_ != kNever; }

  // Whether the message at this market time brings a check.
  bool due(std::uint64_t market_ns) const { return market_ns >= next_due_ns_; }

  // Needs due(). Makes the checks that are due, up to the first one that wants to act.
  std::optional<DeskAction> next(const Tick& tick, const DeskView& market);

  std::uint16_t locate_of(ParentIndex parent) const { return parents_[parent].locate; }

  // By the trader, between two messages that are measured. What refuses changes nothing.
  std::optional<ParentIndex> find(const std::string& name) const;
  // Its times count from market_ns. It is moved from where it is not refused; the symbol must be known.
  Refusal enter(ParentOrder&& order, std::uint64_t market_ns);
  // No child is sent any more; what rests is asked back with the next message.
  Refusal ask_cancel(ParentIndex parent, std::uint64_t market_ns);
  // What is left of the schedule is laid out anew: its time evenly over the slices that are not over, its shares in the proportions that
  // they had. A child that rests beyond the new limit is asked back with the next message.
  Refusal replace(ParentIndex parent, const ParentChange& change, std::uint64_t market_ns);
  // Parent orders there is room for, the plan's included.
  std::size_t room() const { return room_; }
  // No child is larger: what the gate lets pass.
  void set_max_child(std::uint32_t shares) { max_child_ = shares; }

  void happened(const ChildEvent& event) {
    if (event.order.parent < parents_.size()) [[unlikely]]
      parents_[event.order.parent].count(event);
  }

  // The last answers have come: parents come to the state that follows from them.
  void end_run(std::uint64_t market_ns, const book::Tape& tape);

  std::span<const ParentOrder> parents() const { return parents_; }

 private:
  static constexpr std::uint64_t kNever = ~std::uint64_t{0};
  static constexpr std::uint64_t kShortestSliceNs = 1'000;  // as in core::read_plan

  struct Due {
    std::uint64_t market_ns;
    ParentIndex parent;
    // Of a heap whose front is the first one due.
    friend bool operator<(const Due& a, const Due& b) {
      return a.market_ns != b.market_ns ? a.market_ns > b.market_ns : a.parent > b.parent;
    }
  };

  using Wide = unsigned __int128;

  void warm_up(const Tick& tick, const DeskView& market);
  void begin(std::uint64_t market_ns);
  static void lay_out(ParentOrder& parent, std::uint64_t market_ns);
  void schedule(std::uint64_t market_ns, ParentIndex parent);
  std::optional<DeskAction> check(ParentIndex index, std::uint64_t market_ns, const DeskView& market);
  void start(ParentIndex index, std::uint64_t market_ns, const book::Touch& touch, const book::Tape& tape);
  void set_targets(ParentIndex index);
  static void watch(ParentOrder& parent, std::uint64_t market_ns, const book::Touch& touch, const book::Tape& tape);
  void close_slices(ParentIndex index, std::uint64_t market_ns);
  void close_slice(ParentIndex index);
  void open_slice(ParentIndex index);
  static void set_goal(ParentOrder& parent);
  void bring_forward(ParentIndex index, std::uint64_t market_ns);
  void settle(ParentIndex index, std::uint64_t market_ns);
  void apply(ParentIndex index, ParentEvent event, std::uint64_t market_ns);
  enum class Urgency : std::uint8_t { Patient, Late, Sweeping };  // rests; takes the far touch; takes any price
  static Urgency urgency(const ParentOrder& parent, std::uint64_t market_ns);
  static std::optional<DeskAction> move(ParentOrder& parent, ParentIndex index, book::Price near, Urgency urgency, bool killed);
  static std::optional<DeskAction> ask_back(ParentOrder& parent, ParentIndex index);
  std::uint32_t wanted(const ParentOrder& parent, bool sweeping) const;
  static std::optional<DeskAction> child(const ParentOrder& parent, ParentIndex index, const book::Touch& touch, std::uint32_t shares,
                                         Urgency urgency);

  std::uint32_t max_child_;  // shares, as the risk gate lets pass
  const std::uint64_t seed_;
  const std::size_t room_;
  AuditTrail& audit_;
  std::vector<ParentOrder> parents_;
  std::vector<core::Random> random_;     // one a parent
  std::vector<VolumeProfile> profiles_;  // one a parent; of its symbol, in the warm-up
  std::vector<Due> due_;                 // a heap
  std::uint64_t next_due_ns_;
  bool begun_ = false;
};

}  // namespace hopscope::oms
