// Parts of a plan that are also read alone (read_parent_plan(), read_risk_plan()).
#pragma once

#include "engine/core/plan.h"
#include "engine/core/plan_reader.h"

namespace hopscope::core {

void read_parent(PlanReader& r, ParentPlan& parent);
void read_risk(PlanReader& r, RiskPlan& risk);

}  // namespace hopscope::core
