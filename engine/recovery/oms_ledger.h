// The OMS rebuilt from its journal: open orders, positions, limits, gaps in its market data. Every decision is made again on the way: the
// router must pick the same venue from the journaled scores, the gate must pass what it passed, and an order may only be sent behind both.
//
// Its memory grows with the orders that are open, not with the journal.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/core/lockstep.h"
#include "engine/core/plan.h"
#include "engine/journal/record.h"
#include "engine/risk/gate.h"
#include "engine/router/allocation.h"
#include "engine/router/router.h"

namespace hopscope::recovery {

struct OmsOrder {
  enum class State : std::uint8_t { Sent, Live, GivenUp };  // as in oms/child_orders.h; what is over is not kept
  State state = State::Sent;
  bool measured = false;
  std::uint16_t locate = 0;
  std::uint8_t side = 0;
  std::uint32_t price = 0;
  std::uint32_t quantity = 0;
  std::uint32_t filled = 0;
};

struct Position {                                  // of one symbol at one venue
  std::uint64_t bought = 0, sold = 0;              // shares
  std::uint64_t bought_value = 0, sold_value = 0;  // price x shares, 4 decimals
};

// Counters of the same names in a run's summary, there of the measured part only.
struct OmsCounts {
  std::uint64_t orders = 0, replaces = 0, cancels = 0, acks = 0, rejects = 0, fills = 0, filled_shares = 0, risk_rejects = 0, timeouts = 0;
};

struct RunFacts {
  std::uint64_t plan_digest = 0, seed = 0, warmup_messages = 0;
  unsigned venues = 0;
  core::RouterRule router = core::RouterRule::BestPrice;
  unsigned single = 0;                                         // rule single: the venue
  std::uint64_t tsc_millihertz = 0, tsc = 0, realtime_ns = 0;  // the last two read together
};

class OmsLedger {
 public:
  OmsLedger() = default;
  OmsLedger(const OmsLedger&) = delete;
  OmsLedger& operator=(const OmsLedger&) = delete;

  using PositionKey = std::pair<std::uint8_t, std::uint16_t>;  // venue, locate

  // The journal's next record. False: no OMS can have written it behind those before, contradiction() says why; nothing may be taken then.
  bool take(const journal::Record& record);

  // It stands between two orders.
  bool at_rest() const { return router_ && gate_ && routed_ == 0 && !passed_ && quotes_.empty() && legs_.empty(); }

  const RunFacts& run() const { return run_; }
  const core::RiskPlan& limits() const { return limits_; }
  // LimitSet records behind the last LimitsSet.
  const std::vector<journal::Record>& further_limits() const { return further_limits_; }
  std::uint64_t breaker_trips() const { return breaker_trips_; }
  const std::map<std::uint64_t, OmsOrder>& open_orders() const { return orders_; }  // by id
  const std::map<PositionKey, Position>& positions() const { return positions_; }
  const std::map<std::uint16_t, std::string>& symbols() const { return symbols_; }  // by locate
  const OmsCounts& measured() const { return measured_; }
  const OmsCounts& all() const { return all_; }
  std::uint64_t gaps_opened() const { return gaps_opened_; }
  std::uint64_t messages_given_up() const { return messages_given_up_; }
  std::uint64_t answers_lost() const { return answers_lost_; }
  // The kill switch: times it was pulled, and whether it still is.
  std::uint64_t kills() const { return kills_; }
  bool killed() const { return killed_; }
  // Market data that was still awaited at the end: first sequence -> first one behind it.
  const std::map<std::uint64_t, std::uint64_t>& gaps() const { return gaps_; }
  std::uint64_t feed_sequence() const { return feed_sequence_; }
  std::uint64_t market_ns() const { return market_ns_; }
  std::uint64_t decisions() const { return decisions_; }
  std::uint64_t answers() const { return answers_; }
  const std::string& contradiction() const { return contradiction_; }

 private:
  friend class OmsState;
  friend class RestoredOms;

  bool configure(const journal::Record& record);
  bool set_limit(const journal::Record& record);
  void set_gate(std::uint64_t market_ns);
  bool take_quote(const journal::Record& record);
  bool route(const journal::Record& record);
  bool route_leg(const journal::Record& record);
  bool replace(const journal::Record& record);
  bool take_next_user_ref(const journal::Record& record);
  bool decide(const journal::Record& record);
  bool send(const journal::Record& record);
  bool hear(const journal::Record& record);
  bool kill(const journal::Record& record);
  void answer(const journal::Record& record, OmsOrder& order);
  void end_replaced(const journal::Record& record);
  bool block(const journal::Record& record);
  void close_gap(std::uint64_t from, std::uint64_t end);
  bool contradict(const std::string& what, const journal::Record& record);
  template <class Count>
  void count(bool measured, Count&& count);

  RunFacts run_;
  core::RiskPlan limits_;
  std::vector<journal::Record> further_limits_;
  std::uint64_t breaker_trips_ = 0;
  hs_kill_switch never_killed_{};         // the kill switch of gate_: what it blocked cannot be known from here
  std::optional<router::Router> router_;  // none: not configured yet
  std::optional<risk::Gate> gate_;
  std::array<std::uint32_t, core::kMaxVenues> last_user_ref_{};
  std::vector<router::VenueView> views_;  // of the order being decided
  std::vector<router::Quote> quotes_;     // of the smart decision that is being made
  std::vector<router::Leg> legs_;         // of the one that was made: those of its orders that have not been routed, last one first
  std::uint64_t routed_ = 0;              // that order; 0: none
  std::uint64_t replaces_ = 0;            // the order whose place it shall take; 0: it is a new one
  std::optional<journal::Record> passed_;
  bool killed_ = false;  // the kill switch was pulled, and has not been taken back

  std::map<std::uint64_t, OmsOrder> orders_;
  std::map<PositionKey, Position> positions_;
  std::map<std::uint16_t, std::string> symbols_;
  std::map<std::uint64_t, std::uint64_t> gaps_;
  OmsCounts all_, measured_;
  std::uint64_t gaps_opened_ = 0, messages_given_up_ = 0, answers_lost_ = 0, kills_ = 0;
  std::uint64_t decisions_ = 0, answers_ = 0, feed_sequence_ = 0, market_ns_ = 0;
  std::string contradiction_;
};

}  // namespace hopscope::recovery
