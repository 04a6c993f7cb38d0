// Whether what an OMS sends depends on what its venues answer, and when. Answers come at their own time: only lockstep makes them a
// function of the feed, so in open pacing such orders have no digest that another run could be compared with; where their wall time counts,
// they have none in lockstep either.
#pragma once

#include <algorithm>
#include <string>

#include "engine/core/plan.h"

namespace hopscope {

// Of fills, or of orders that are open.
inline bool looks_at_positions(const core::RiskPlan& risk) {
  const bool held_by_name =
      std::any_of(risk.symbols.begin(), risk.symbols.end(), [](const core::SymbolRisk& symbol) { return symbol.limits.max_position != 0; });
  return risk.max_position != 0 || risk.strategy.max_position != 0 || risk.parent.max_position != 0 || risk.symbol.max_position != 0 ||
         held_by_name || risk.max_gross != 0 || risk.max_net != 0 || risk.max_credit != 0 || risk.self_cross ||
         risk.breakers.max_loss != 0 || risk.breakers.max_reject_ppm != 0;
}

// Empty: what is sent follows from the feed and the seed alone.
inline std::string why_answers_matter(const core::Plan& plan) {
  if (!plan.oms.parents.empty()) return "parent orders act on fills";
  if (plan.router == core::RouterRule::Smart) return "routes follow from answers";
  if (plan.routing.reroutes != 0) return "orders follow from fills that were missing";
  if (plan.oms.replace_after != 0) return "replacements follow from what became of their orders";
  if (looks_at_positions(plan.risk)) return "limits look at positions and open orders";
  return {};
}

// Empty: in lockstep another run sends the same.
inline std::string why_wall_time_matters(const core::Plan& plan) {
  if (plan.router == core::RouterRule::Smart && plan.routing.measures_latency())
    return "routes follow from latency that is measured, in wall time; router.latency: modelled gives a digest in lockstep";
  return {};
}

// Why the digest of the orders would be no other run's; empty: it would.
inline std::string why_orders_differ(const core::Plan& plan) {
  if (std::string why = why_wall_time_matters(plan); !why.empty()) return why;
  const std::string why = plan.pacing == core::Pacing::Lockstep ? std::string() : why_answers_matter(plan);
  return why.empty() ? why : "pacing is open: " + why + ", which depend on timing; pacing: lockstep gives an orders digest";
}

// The same of what stands in journals.
inline std::string why_journals_differ(const core::Plan& plan) {
  if (std::string why = why_wall_time_matters(plan); !why.empty()) return why;
  return plan.pacing == core::Pacing::Lockstep ? std::string()
                                               : "pacing is open: fills depend on timing; pacing: lockstep gives a journal digest";
}

// Commands that were carried out at run time; empty: there were none. They came when somebody wanted it, and no other run has them.
inline std::string why_commands_matter(std::size_t carried_out) {
  if (carried_out == 0) return {};
  return std::to_string(carried_out) + (carried_out == 1 ? " command was" : " commands were") +
         " given while it ran (hopscope order, hopscope limits); a run without any has one";
}

}  // namespace hopscope
