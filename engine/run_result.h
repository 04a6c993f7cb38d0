// What a run has come to, put together from its roles when all threads have ended.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/answers_matter.h"
#include "engine/book/books_digest.h"
#include "engine/control/mailbox.h"
#include "engine/core/clock.h"
#include "engine/core/digest.h"
#include "engine/core/plan.h"
#include "engine/oms/kill_guard.h"
#include "engine/position_report.h"
#include "engine/result.h"
#include "engine/risk/kill_switch.h"
#include "engine/roles.h"

namespace hopscope {

// One trip of the kill switch, its times counted from the trip.
inline KillResult kill_result(const oms::KillTrip& trip, const core::Calibration& calibration, unsigned venues) {
  const core::Ticks tsc = risk::tsc_of(trip.trip);
  const auto since = [&](core::Ticks at) -> std::optional<double> {
    if (at == 0) return std::nullopt;
    return at < tsc ? -calibration.ns(tsc - at) : calibration.ns(at - tsc);
  };
  KillResult result{risk::name(risk::cause_of(trip.trip)),
                    tsc,
                    *since(trip.seen),
                    since(trip.asked),
                    since(trip.last_tx),
                    since(trip.confirmed),
                    since(trip.armed),
                    trip.requests,
                    {}};
  for (unsigned v = 0; v < venues; ++v)
    if ((trip.waiting >> v & 1) != 0) result.waiting.push_back(v);
  return result;
}

template <class Network>
class RunResult {
 public:
  RunResult(const core::Plan& plan, const Roles<Network>& roles, const control::Mailbox& mailbox, const core::Calibration& calibration)
      : plan_(plan), roles_(roles), oms_(roles.oms()), mailbox_(mailbox), calibration_(calibration) {}

  // All that the roles can tell.
  Result make() const {
    Result result;
    add_digests(result);
    add_journals(result);
    add_risk(result);
    for (const oms::KillTrip& trip : oms_.kill_guard().trips()) result.kills.push_back(kill_result(trip, calibration_, plan_.venues));
    for (const auto& venue : roles_.venues()) {
      const venue::MatchingEngine& engine = venue->engine();
      result.venues.push_back({venue->profile().name, venue->totals(), engine.clamped(), engine.unresolved(), engine.outside(),
                               engine.bookless(), engine.open_orders().count()});
    }
    result.parents = oms_.desk().parents();
    result.commands = mailbox_.commanded();
    result.positions = position_rows(oms_);
    result.reconciliation = reconciled(oms_, roles_.venues());
    result.routing = routing();
    return result;
  }

 private:
  void add_digests(Result& result) const {
    result.books_digest = book::books_digest(oms_.books()).hex();
    const std::string commands = why_commands_matter(mailbox_.carried_out());
    result.orders_null_because = commands.empty() ? why_orders_differ(plan_) : commands;
    if (result.orders_null_because.empty()) result.orders_digest = oms_.order_digest().hex();
    result.null_because = commands.empty() ? why_journals_differ(plan_) : commands;
    if (!result.null_because.empty()) return;
    core::Digest all;
    for (const auto& journal : roles_.venue_journals()) all.add(journal->records_digest());
    result.journal_digest = all.hex();
    if (roles_.oms_journal()) result.oms_digest = oms_.audit().digest().hex();
  }

  void add_journals(Result& result) const {
    if (!roles_.venue_journals().empty()) result.durable_kind = roles_.venue_journals().front()->durable_kind();
    for (const auto& journal : roles_.venue_journals()) result.journal_stalls += journal->stalls();
    if (roles_.oms_journal()) result.oms_journal_stalls = roles_.oms_journal()->stalls();
    for (const auto& venue : roles_.venues()) result.journal_stalls += venue->stalls();
    roles_.each_shadow([&result](const recovery::Shadow& shadow) { result.snapshots.push_back(shadow.outcome()); });
  }

  void add_risk(Result& result) const {
    const risk::Gate& gate = oms_.gate();
    for (std::size_t r = 1; r < risk::kReasons; ++r) {
      const auto reason = static_cast<risk::Reason>(r);
      result.risk_rejects.emplace_back(risk::name(reason), gate.count(reason));
      for (std::size_t l = 0; l < risk::kLevels; ++l) {
        const auto level = static_cast<risk::Level>(l);
        if (const std::uint64_t count = gate.count(reason, level); count != 0)
          result.risk_blocks.push_back({risk::name(reason), risk::name(level), count});
      }
    }
    for (std::size_t b = 0; b < risk::kBreakers; ++b) {
      const auto breaker = static_cast<risk::Breaker>(b);
      result.breakers.emplace_back(risk::name(breaker), gate.breakers().trips(breaker));
    }
  }

  RoutingResult routing() const {
    RoutingResult result;
    const oms::ExecutionCost& cost = oms_.cost();
    const router::Availability& availability = oms_.routing().availability();
    result.wanted_shares = cost.wanted_shares();
    result.venues_taken_out = availability.times_out();
    result.probes = availability.probes();
    for (unsigned v = 0; v < plan_.venues; ++v) {
      const oms::ExecutionCost::OfVenue& venue = cost[v];
      result.venues.push_back({plan_.venue_profiles[v].name, venue.orders, venue.asked_shares, venue.filled_shares, venue.slippage_micros,
                               venue.fees_micros, venue.mid_notional_micros, std::nullopt});
      if (const router::AnswerTime& time = oms_.routing().answer_time(v); time.count() != 0)
        result.venues.back().answer_ns = time.mean_ns();
    }
    return result;
  }

  const core::Plan& plan_;
  const Roles<Network>& roles_;
  const oms::Oms<typename Network::Port>& oms_;
  const control::Mailbox& mailbox_;
  const core::Calibration& calibration_;
};

}  // namespace hopscope
