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

TEST(WhyOrdersDiffer, InOpenPacingWhereAnswersMatter) {
  core::Plan plan;
  EXPECT_EQ(why_orders_differ(plan), "");
  EXPECT_NE(why_journals_differ(plan).find("fills depend on timing; pacing: lockstep gives a journal digest"), std::string::npos);
  plan.router = core::RouterRule::Smart;
  EXPECT_EQ(why_orders_differ(plan),
            "pacing is open: routes follow from answers, which depend on timing; pacing: lockstep gives an orders digest");
  plan.pacing = core::Pacing::Lockstep;
  EXPECT_EQ(why_orders_differ(plan), "");
  EXPECT_EQ(why_journals_differ(plan), "");
}

TEST(WhyOrdersDiffer, InLockstepTooWhereLatencyIsMeasured) {
  core::Plan plan;
  plan.pacing = core::Pacing::Lockstep;
  plan.router = core::RouterRule::Smart;
  plan.routing.latency = core::RouterLatency::Measured;
  EXPECT_EQ(why_orders_differ(plan), "") << "it has no weight";
  plan.routing.latency_micros = 10;
  EXPECT_NE(why_orders_differ(plan).find("latency that is measured, in wall time"), std::string::npos);
  EXPECT_EQ(why_journals_differ(plan), why_orders_differ(plan));
  plan.router = core::RouterRule::BestPrice;
  EXPECT_EQ(why_orders_differ(plan), "") << "no other rule looks at it";
}

TEST(AnswersMatter, ACommandOfATraderDoesToo) {
  EXPECT_EQ(why_commands_matter(0), "");
  EXPECT_NE(why_commands_matter(1).find("1 command was given while it ran"), std::string::npos);
  EXPECT_NE(why_commands_matter(3).find("3 commands were"), std::string::npos);
}

}  // namespace
}  // namespace hopscope
