#include "engine/feed/schedule.h"

#include <gtest/gtest.h>

namespace hopscope::feed {
namespace {

const core::Calibration kTwoTicksANs(2'000'000'000'000);  // 2 GHz in millihertz
constexpr std::uint64_t kSecond = 1'000'000'000;

core::FeedPlan simulated(double rate_pps) {
  core::FeedPlan plan;
  plan.rate_pps = rate_pps;
  return plan;
}

core::FeedPlan replayed(double speed, std::uint64_t max_gap_ns = 0) {
  core::FeedPlan plan;
  plan.flow = core::Flow::Itch;
  plan.speed = speed;
  plan.max_gap_ns = max_gap_ns;
  return plan;
}

TEST(Schedule, SimulatedMarketTimeIsRealTime) {
  Schedule schedule(simulated(1e6), core::Pacing::Open, kTwoTicksANs);
  ASSERT_TRUE(schedule.paced());
  schedule.start(100);
  EXPECT_EQ(schedule.due(5'000), 100u);
  EXPECT_EQ(schedule.due(6'000), 100u + 2'000u);
  EXPECT_EQ(schedule.due(6'500), 100u + 3'000u);
}

TEST(Schedule, WithoutRateEverythingIsDueAtOnce) {
  Schedule simulate(simulated(0), core::Pacing::Open, kTwoTicksANs);
  Schedule replay(replayed(0), core::Pacing::Open, kTwoTicksANs);
  Schedule lockstep(simulated(1e6), core::Pacing::Lockstep, kTwoTicksANs);
  for (Schedule* schedule : {&simulate, &replay, &lockstep}) {
    EXPECT_FALSE(schedule->paced());
    EXPECT_EQ(schedule->due(5'000), Schedule::kAtOnce);
    EXPECT_EQ(schedule->due(5'000 + kSecond), Schedule::kAtOnce);
  }
}

TEST(Schedule, ReplayRunsAtItsSpeed) {
  Schedule schedule(replayed(3'600), core::Pacing::Open, kTwoTicksANs);
  schedule.start(100);
  schedule.due(34'200 * kSecond);
  EXPECT_EQ(schedule.due(37'800 * kSecond), 100 + 2 * kSecond) << "an hour takes a second";
}

TEST(Schedule, LongSilencesAreShortened) {
  Schedule schedule(replayed(3'600, kSecond), core::Pacing::Open, kTwoTicksANs);
  schedule.start(0);
  std::uint64_t market_ns = 1;
  schedule.due(market_ns);
  EXPECT_EQ(schedule.due(market_ns += 1'800 * kSecond), kSecond) << "half a second: kept";
  EXPECT_EQ(schedule.due(market_ns += 13'773 * kSecond), 3 * kSecond) << "3.8 s: shortened to one";
  EXPECT_EQ(schedule.due(market_ns += 1'800 * kSecond), 4 * kSecond);
}

TEST(Schedule, NeverStepsBack) {
  Schedule schedule(replayed(1), core::Pacing::Open, kTwoTicksANs);
  schedule.start(100);
  schedule.due(10'000);
  EXPECT_EQ(schedule.due(11'000), 2'100u);
  EXPECT_EQ(schedule.due(10'500), 2'100u) << "the recording steps back";
  EXPECT_EQ(schedule.due(11'500), 3'100u);
}

TEST(Schedule, DirectoryBeforeFromIsDueAtOnce) {
  core::FeedPlan plan = replayed(1);
  plan.from_ns = 50'000;
  Schedule schedule(plan, core::Pacing::Open, kTwoTicksANs);
  schedule.start(100);
  EXPECT_EQ(schedule.due(10), Schedule::kAtOnce);
  EXPECT_EQ(schedule.due(60'000), 100u) << "the first paced message is due at the start";
  EXPECT_EQ(schedule.due(61'000), 2'100u);
}

TEST(Schedule, ErrorsDoNotAddUp) {
  Schedule schedule(replayed(3), core::Pacing::Open, kTwoTicksANs);
  schedule.start(0);
  core::Ticks due = 0;
  for (std::uint64_t i = 0; i <= 3'000'000; ++i) due = schedule.due(1 + i * 1'001);  // a third of each gap is no whole number
  EXPECT_EQ(due, 2u * 1'001u * 1'000'000u);
}

}  // namespace
}  // namespace hopscope::feed
