#include "engine/answers_matter.h"

#include <gtest/gtest.h>

namespace hopscope {
namespace {

TEST(AnswersMatter, NotWithTheDefaults) { EXPECT_EQ(why_answers_matter(core::Plan()), ""); }

TEST(AnswersMatter, WhereWhatIsSentFollowsFromThem) {
  core::Plan parents, smart, again, replaced, position, of_symbol, loss;
  parents.oms.parents.emplace_back();
  smart.router = core::RouterRule::Smart;
  again.routing.reroutes = 1;
  replaced.oms.replace_after = 1;
  position.risk.max_position = 1;
  of_symbol.risk.symbols.emplace_back().limits.max_position = 1;
  loss.risk.breakers.max_loss = 1;
  for (const core::Plan* plan : {&parents, &smart, &again, &replaced, &position, &of_symbol, &loss})
    EXPECT_NE(why_answers_matter(*plan), "");
}

TEST(AnswersMatter, NotForLimitsThatLookAtOrdersAlone) {
  core::Plan plan;
  plan.risk.max_orders_per_second = 10;
  plan.risk.last_trade_bps = 10;
  plan.risk.duplicate_within_ns = 1;
  plan.risk.symbols.emplace_back().restricted = true;
  EXPECT_EQ(why_answers_matter(plan), "");
}

}  // namespace
}  // namespace hopscope
