#include "engine/placement.h"

#include <gtest/gtest.h>

namespace hopscope {
namespace {

core::Plan good_plan() {
  core::Plan plan;
  plan.venues = 2;
  plan.lcores = {{1, {"feed", "oms", "venue0", "venue1"}}};
  for (const char* name : {"feed-oms", "feed-venue0", "oms-venue0", "feed-venue1", "oms-venue1"}) plan.links.push_back({name, {}, {}});
  return plan;
}

TEST(Placement, AcceptsEachRoleOnceAndAllLinks) { EXPECT_EQ(check_placement(good_plan()), ""); }

TEST(Placement, NamesTheRoleThatIsMissingDoubleOrUnknown) {
  core::Plan plan = good_plan();
  plan.lcores[0].roles.pop_back();
  EXPECT_EQ(check_placement(plan), "placement: venue1 is on no lcore");
  plan.lcores[0].roles = {"feed", "oms", "venue0", "venue0", "venue1"};
  EXPECT_EQ(check_placement(plan), "placement: venue0 is placed twice");
  plan.lcores[0].roles.push_back("venue2");
  plan.lcores[0].roles[3] = "venue2";
  EXPECT_EQ(check_placement(plan), "placement: 'venue2' is no role of this plan");
}

TEST(Placement, NamesTheMissingLink) {
  core::Plan plan = good_plan();
  plan.links.pop_back();
  EXPECT_EQ(check_placement(plan), "links: exactly one must be called oms-venue1");
}

}  // namespace
}  // namespace hopscope
