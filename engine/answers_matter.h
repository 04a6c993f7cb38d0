// Whether what an OMS sends depends on what its venues answer. Answers come at their own time: only lockstep makes them a function of the
// feed, so in open pacing such orders have no digest that another run could be compared with.
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

}  // namespace hopscope
