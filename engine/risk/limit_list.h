// Every limit that is in force, one by one: for the journal and for whoever prints them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "engine/core/risk_plan.h"
#include "engine/risk/reason.h"

namespace hopscope::risk {

// The numbers stand in journals: new limits come last.
enum class LimitKind : std::uint8_t {
  MaxQuantity,
  MaxNotional,
  CollarBps,
  MaxOrdersPerSecond,
  LastTradeBps,
  MaxPosition,
  MaxGross,
  MaxNet,
  MaxCredit,
  MaxCancelsPerSecond,
  DuplicateWithinNs,
  StaleAfterNs,
  SelfCross,
  Restricted,
  MaxLoss,
  MaxRejectPpm,
  MinAnswers,
  MaxMessagesPerSecond,
  BandBps,
  BandWindowNs,
  LimitStateNs,
  BandPauseNs,
  GapPauseNs,
  StaleFeedNs,
  StalePauseNs,
};
inline constexpr std::size_t kLimitKinds = 25;

// As in the plan.
constexpr const char* name(LimitKind kind) {
  constexpr const char* kNames[kLimitKinds] = {
      "max_quantity",  "max_notional",   "collar_bps",     "max_orders_per_second",  "last_trade_bps",      "max_position",
      "max_gross",     "max_net",        "max_credit",     "max_cancels_per_second", "duplicate_within_ns", "stale_after_ns",
      "self_cross",    "restricted",     "max_loss",       "max_reject_ppm",         "min_answers",         "max_messages_per_second",
      "band_bps",      "band_window_ns", "limit_state_ns", "band_pause_ns",          "gap_pause_ns",        "stale_feed_ns",
      "stale_pause_ns"};
  return kNames[static_cast<std::size_t>(kind)];
}

struct LimitInForce {
  LimitKind kind;
  Level level;
  std::string_view symbol;  // of one symbol's own; empty: of all at that level
  std::uint64_t value;
};

template <class Visit>
void each_limit(const core::RiskLimits& limits, Level level, std::string_view symbol, Visit&& visit) {
  const auto one = [&](LimitKind kind, std::uint64_t value) {
    if (value != 0) visit(LimitInForce{kind, level, symbol, value});
  };
  one(LimitKind::MaxQuantity, limits.max_quantity);
  one(LimitKind::MaxNotional, limits.max_notional);
  one(LimitKind::CollarBps, limits.collar_bps);
  one(LimitKind::MaxOrdersPerSecond, limits.max_orders_per_second);
  one(LimitKind::LastTradeBps, limits.last_trade_bps);
  one(LimitKind::MaxPosition, limits.max_position);
}

// Those of the firm, then of each level below it.
template <class Visit>
void each_limit(const core::RiskPlan& plan, Visit&& visit) {
  const core::RiskLimits firm{plan.max_quantity,          plan.max_notional,   plan.collar_bps,
                              plan.max_orders_per_second, plan.last_trade_bps, plan.max_position};
  each_limit(firm, Level::Firm, {}, visit);
  const auto one = [&](LimitKind kind, std::uint64_t value) {
    if (value != 0) visit(LimitInForce{kind, Level::Firm, {}, value});
  };
  one(LimitKind::MaxGross, plan.max_gross);
  one(LimitKind::MaxNet, plan.max_net);
  one(LimitKind::MaxCredit, plan.max_credit);
  one(LimitKind::MaxCancelsPerSecond, plan.max_cancels_per_second);
  one(LimitKind::DuplicateWithinNs, plan.duplicate_within_ns);
  one(LimitKind::StaleAfterNs, plan.stale_after_ns);
  one(LimitKind::SelfCross, plan.self_cross ? 1 : 0);
  const core::BreakersPlan& breakers = plan.breakers;
  one(LimitKind::MaxLoss, breakers.max_loss);
  one(LimitKind::MaxRejectPpm, breakers.max_reject_ppm);
  one(LimitKind::MinAnswers, breakers.max_reject_ppm != 0 ? breakers.min_answers : 0);
  one(LimitKind::MaxMessagesPerSecond, breakers.max_messages_per_second);
  one(LimitKind::BandBps, breakers.band_bps);
  one(LimitKind::BandWindowNs, breakers.band_bps != 0 ? breakers.band_window_ns : 0);
  one(LimitKind::LimitStateNs, breakers.band_bps != 0 ? breakers.limit_state_ns : 0);
  one(LimitKind::BandPauseNs, breakers.band_bps != 0 ? breakers.band_pause_ns : 0);
  one(LimitKind::GapPauseNs, breakers.gap_pause_ns);
  one(LimitKind::StaleFeedNs, breakers.stale_feed_ns);
  one(LimitKind::StalePauseNs, breakers.stale_feed_ns != 0 ? breakers.stale_pause_ns : 0);
  each_limit(plan.strategy, Level::Strategy, {}, visit);
  each_limit(plan.parent, Level::Parent, {}, visit);
  each_limit(plan.symbol, Level::Symbol, {}, visit);
  for (const core::SymbolRisk& symbol : plan.symbols) {
    if (symbol.restricted) visit(LimitInForce{LimitKind::Restricted, Level::Symbol, symbol.symbol, 1});
    each_limit(symbol.limits, Level::Symbol, symbol.symbol, visit);
  }
}

}  // namespace hopscope::risk
