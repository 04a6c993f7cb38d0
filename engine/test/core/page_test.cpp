#include "engine/core/page.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <string>

namespace hopscope::core {
namespace {

std::string page_path() { return "/dev/shm/hopscope-page-test-" + std::to_string(getpid()); }

Plan plan_of_test() {
  Plan plan;
  plan.page_path = page_path();
  plan.run_id = "r1";
  plan.lane = Lane::Stream;
  plan.ring_map_ids = {7, 8};
  return plan;
}

TEST(Page, SumsCountersOfAllRoles) {
  Page page;
  ASSERT_EQ(page.create(plan_of_test()), "");
  Counters oms, venue;
  oms.add(HS_COUNTER_ORDERS, 3);
  venue.add(HS_COUNTER_ORDERS, 4);
  venue.add(HS_COUNTER_VENUE_PACKETS);
  page.publish({&oms, &venue}, 99);
  EXPECT_EQ(page->counters[HS_COUNTER_ORDERS], 7u);
  EXPECT_EQ(page->counters[HS_COUNTER_VENUE_PACKETS], 1u);
  EXPECT_EQ(page->heartbeat_tsc, 99u);
  unlink(page_path().c_str());
}

TEST(Page, IsNewlyZeroAndHasARingOfGapsForEachThread) {
  Page page;
  ASSERT_EQ(page.create(plan_of_test()), "");
  EXPECT_EQ(page->version, 7u);
  EXPECT_EQ(page->size, sizeof(hs_page));
  for (const hs_gap_ring& ring : page->gaps) EXPECT_EQ(ring.produced, 0u);
  for (const hs_u32 tid : page->tids) EXPECT_EQ(tid, 0u);
  EXPECT_EQ(page->state, HS_STATE_STARTING);
  unlink(page_path().c_str());
}

TEST(Page, SaysWhichRunItIsAndHowItsRecordsComeOut) {
  Page page;
  ASSERT_EQ(page.create(plan_of_test()), "");
  EXPECT_STREQ(page->run_id, "r1");
  EXPECT_EQ(page->lane, 2u);
  EXPECT_EQ(page->ring_map_ids[0], 7u);
  EXPECT_EQ(page->ring_map_ids[1], 8u);
  EXPECT_EQ(page->ring_map_ids[2], 0u);
  EXPECT_EQ(page->collector_pid, 0u);
  unlink(page_path().c_str());
}

TEST(Page, RefusesAPageThatExistsAndNamesIt) {
  Page first, second;
  ASSERT_EQ(first.create(plan_of_test()), "");
  EXPECT_NE(second.create(plan_of_test()).find(page_path()), std::string::npos);
  unlink(page_path().c_str());
}

TEST(Page, KeepsALongErrorTerminated) {
  Page page;
  ASSERT_EQ(page.create(plan_of_test()), "");
  page.fail(std::string(2000, 'x'));
  EXPECT_EQ(page->state, HS_STATE_FAILED);
  EXPECT_EQ(std::string(page->error).size(), sizeof page->error - 1);
  unlink(page_path().c_str());
}

}  // namespace
}  // namespace hopscope::core
