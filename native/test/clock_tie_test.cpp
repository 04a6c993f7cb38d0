#include "native/clock_tie.h"

#include <gtest/gtest.h>

#include "engine/core/clock.h"

namespace hopscope::native {
namespace {

// A counter of 2 GHz that read 1000 when the clock read 500 ns.
constexpr double kNsPerTick = 0.5;

TEST(ClockTie, InterpolatesBetweenTheNeighbouringPairs) {
  ClockTie tie(kNsPerTick);
  tie.add(500, 1'000, 20);
  tie.add(1'500, 3'000, 30);
  tie.add(2'500, 5'200, 40);  // the kernel slewed its clock: 2.2 ticks a nanosecond
  EXPECT_EQ(tie.ticks(500), 1'000u);
  EXPECT_EQ(tie.ticks(1'000), 2'000u);
  EXPECT_EQ(tie.ticks(1'500), 3'000u);
  EXPECT_EQ(tie.ticks(2'000), 4'100u);
  EXPECT_EQ(tie.pairs(), 3u);
  EXPECT_EQ(tie.error_ns(), 15);
  EXPECT_EQ(tie.worst_ns(), 20);
}

TEST(ClockTie, GoesOnAtTheCalibratedRateBeyondThem) {
  ClockTie tie(kNsPerTick);
  tie.add(500, 1'000, 20);
  EXPECT_EQ(tie.ticks(600), 1'200u);
  tie.add(1'500, 3'400, 20);
  EXPECT_EQ(tie.ticks(400), 800u);
  EXPECT_EQ(tie.ticks(1'600), 3'600u);
}

TEST(ClockTie, ForgetsTheOldestPairsOnly) {
  ClockTie tie(kNsPerTick);
  for (std::uint64_t i = 0; i < 10'000; ++i) tie.add(1'000 + i * 100, i * 200 + i % 2, 10);
  EXPECT_EQ(tie.pairs(), 10'000u);
  EXPECT_EQ(tie.ticks(1'000 + 9'998 * 100 + 50), 9'998u * 200 + 100);
  EXPECT_NEAR(static_cast<double>(tie.ticks(1'050)), 100, 2);
}

TEST(ClockTie, ChecksAReadingAgainstItsBracket) {
  ClockTie tie(kNsPerTick);
  tie.add(500, 1'000, 20);
  tie.add(1'500, 3'000, 20);
  tie.check(1'990, 1'000, 2'010);
  EXPECT_EQ(tie.check_ns(), 0);
  tie.check(2'006, 1'000, 2'010);
  EXPECT_EQ(tie.check_ns(), 3);
  tie.check(1'900, 1'000, 1'920);
  EXPECT_EQ(tie.check_ns(), 40);
}

TEST(ClockTie, TiesThisMachinesClocks) {
  std::uint64_t millihertz = 0;
  core::Calibration::measure(5, &millihertz);
  ClockTie tie(1e12 / static_cast<double>(millihertz));
  tie.take_pair();
  const hs_clock_pair between = core::read_clock_pair();
  tie.take_pair();
  EXPECT_NEAR(static_cast<double>(tie.ticks(between.monotonic_ns) - between.tsc + 100'000), 100'000, 5'000);  // ~2 us
  EXPECT_LE(tie.error_ns(), tie.worst_ns());
}

}  // namespace
}  // namespace hopscope::native
