// The result file: what only the engine knows when a run has ended. The orchestrator reads it once the page says DONE.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "bpf/records.h"
#include "engine/control/mailbox.h"
#include "engine/core/clock.h"
#include "engine/net/capture.h"
#include "engine/net/port.h"
#include "engine/oms/parent_order.h"
#include "engine/oms/profit.h"
#include "engine/reconciliation.h"
#include "engine/recovery/shadow_outcome.h"
#include "engine/venue/fees.h"

namespace hopscope {

// What one venue did in the measured part, and what its books could not take over the whole run.
struct VenueResult {
  std::string name;
  venue::VenueTotals totals;
  std::uint64_t clamped = 0, unresolved = 0, outside = 0, bookless = 0;  // venue::MatchingEngine
  std::uint64_t open_orders = 0;                                         // of clients, when the run ended
};

// One trip of the kill switch. ns since the trip; none: it did not come to that, or (last_order_ns) nobody stamped it.
struct KillResult {
  std::string by;
  core::Ticks tsc = 0;
  double seen_ns = 0;
  std::optional<double> asked_ns, last_order_ns, confirmed_ns, armed_ns;  // last_order_ns: negative where it had left before
  std::uint32_t requests = 0;                                             // mass cancels sent
  std::vector<unsigned> waiting;                                          // venues that have not confirmed
};

// Over the whole run, warm-up included. No venue: at all of them together.
struct PositionRow {
  std::optional<unsigned> venue;
  std::string symbol;
  Holding holding;
  std::uint64_t doubled_mark = 0;  // what a share is valued at, times two, 4 decimals; 0: unknown
  oms::Profit profit;
};

// Whether the venues have what the OMS has.
struct Reconciliation {
  static constexpr std::size_t kShown = 8;
  struct Named {
    std::string symbol;
    Difference difference;
  };
  std::uint64_t differences = 0;
  std::vector<Named> first;  // kShown of them at most
};

// What became of the orders of the measured part at one venue; sums as in oms::ExecutionCost.
struct RoutedResult {
  std::string name;
  std::uint64_t orders = 0, asked_shares = 0, filled_shares = 0;
  std::int64_t slippage_micros = 0, fees_micros = 0;
  std::uint64_t mid_notional_micros = 0;
  std::optional<std::uint64_t> answer_ns;  // router.latency: measured; the mean as the run left it (router/answer_time.h)
};

struct RoutingResult {
  std::uint64_t wanted_shares = 0;
  std::uint64_t venues_taken_out = 0, probes = 0;  // rule smart, warm-up too
  std::vector<RoutedResult> venues;
};

struct RiskBlocks {
  std::string check, level;
  std::uint64_t count = 0;
};

struct Result {
  std::string orders_digest;  // empty: orders_null_because says why
  std::string orders_null_because;
  std::string books_digest;    // the OMS's books as they were left
  std::string journal_digest;  // empty: null_because says why
  std::string null_because;
  std::string oms_digest;        // of the OMS's journal, in lockstep; empty: it kept none, or null_because
  std::string durable_kind;      // what `durable` means on this journal's device
  std::string conditions;        // how the links work, where the build has something to say
  std::string unlocked_because;  // why the engine's memory was not locked; empty: it was
  std::uint64_t journal_stalls = 0, oms_journal_stalls = 0;
  std::uint64_t injected = 0;                                        // delays put in, by the plan's `inject`
  std::vector<std::pair<std::string, std::uint64_t>> message_types;  // ITCH messages sent, by type, warm-up included
  std::vector<std::pair<std::string, std::uint64_t>> risk_rejects;   // by check
  std::vector<RiskBlocks> risk_blocks;                               // the same by check and level; those that blocked
  std::vector<std::pair<std::string, std::uint64_t>> breakers;       // trips by circuit breaker, warm-up included
  std::vector<KillResult> kills;                                     // trips of the kill switch, warm-up included
  std::vector<VenueResult> venues;
  std::vector<PositionRow> positions;  // by venue, then symbol; those without a venue last
  Reconciliation reconciliation;
  RoutingResult routing;
  std::span<const oms::ParentOrder> parents;
  std::span<const control::Commanded> commands;                  // given while it ran
  std::vector<std::pair<std::string, net::PortCounters>> ports;  // "feed-oms.a" ...
  std::vector<recovery::ShadowOutcome> snapshots;                // one a venue whose shadow takes them
  std::optional<net::CaptureOutcome> capture;                    // none: nothing was captured
};

// What the network layer alone costs (engine/echo.h).
struct EchoResult {
  hs_histogram round_trips{};      // ticks
  double forwards_per_second = 0;  // median over windows
  std::uint64_t lost = 0;          // round trips that never ended
  std::uint64_t drops = 0;         // by both ports
  std::string conditions;
};

// Written to a temporary name and renamed, so that a reader never sees half of it. Returns an empty string or one line.
std::string write_result(const std::string& path, const Result& result);
std::string write_echo_result(const std::string& path, const EchoResult& result, const core::Calibration& calibration);

}  // namespace hopscope
