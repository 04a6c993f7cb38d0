// The result file: what only the engine knows when a run has ended. The orchestrator reads it once the page says DONE.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bpf/records.h"
#include "engine/core/clock.h"
#include "engine/net/capture.h"
#include "engine/net/port.h"
#include "engine/recovery/shadow_outcome.h"
#include "engine/venue/fees.h"

namespace hopscope {

// What one venue did in the measured part, and what its books could not take over the whole run.
struct VenueResult {
  std::string name;
  venue::VenueTotals totals;
  std::uint64_t clamped = 0, unresolved = 0, outside = 0, bookless = 0;  // venue::MatchingEngine
};

struct Result {
  std::string orders_digest;
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
  std::vector<VenueResult> venues;
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
