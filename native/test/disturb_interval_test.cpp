// When did a thread that reads the counter all the time really run? (native/disturb/interval.h)
#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "native/disturb/interval.h"

namespace hopscope::disturb {
namespace {

using Pairs = std::vector<std::pair<core::Ticks, core::Ticks>>;

Pairs intervals_of(const std::vector<core::Ticks>& readings) {
  Pairs pairs;
  const auto keep = [&pairs](const Interval& interval) { pairs.emplace_back(interval.from, interval.to); };
  RunningTime running(readings.front(), 10);
  for (const core::Ticks now : readings) running.read(now, keep);
  keep(running.last());
  return pairs;
}

TEST(RunningTime, IsOneIntervalWhereNothingCameBetween) { EXPECT_EQ(intervals_of({100, 103, 110, 120}), (Pairs{{100, 120}})); }

TEST(RunningTime, LeavesOutWhatTookItsCpu) {
  EXPECT_EQ(intervals_of({100, 104, 130, 135, 146, 147}), (Pairs{{100, 104}, {130, 135}, {146, 147}}));
}

TEST(RunningTime, ToleratesTheLongestStep) { EXPECT_EQ(intervals_of({100, 110, 121}), (Pairs{{100, 110}, {121, 121}})); }

}  // namespace
}  // namespace hopscope::disturb
