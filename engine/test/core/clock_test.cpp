#include "engine/core/clock.h"

#include <gtest/gtest.h>

#include "engine/core/digest.h"

namespace hopscope::core {
namespace {

TEST(Clock, FrequencyFollowsFromTwoPairs) {
  const hs_clock_pair from{1'000, 5'000, 0}, to{1'000 + 2'600'000, 5'000 + 1'000'000, 0};
  EXPECT_EQ(tsc_millihertz(from, to), 2'600'000'000'000u);
  const Calibration calibration(2'600'000'000'000u);
  EXPECT_DOUBLE_EQ(calibration.ns(2'600), 1'000);
  EXPECT_EQ(calibration.ticks(10'000), 26'000u);
}

TEST(Clock, CalibrationIsThatOfARealProcessor) {
  std::uint64_t millihertz = 0;
  Calibration::measure(5, &millihertz);
  EXPECT_GT(millihertz, 100'000'000'000u);     // 0.1 GHz
  EXPECT_LT(millihertz, 20'000'000'000'000u);  // 20 GHz
}

TEST(Clock, PairsAreTakenInOrder) {
  const hs_clock_pair a = read_clock_pair(), b = read_clock_pair();
  EXPECT_LT(a.tsc, b.tsc);
  EXPECT_LE(a.monotonic_ns, b.monotonic_ns);
  EXPECT_GT(measure_resolution(), 0u);
}

TEST(Digest, DependsOnValuesOrderAndCount) {
  const auto digest = [](std::initializer_list<std::uint64_t> words) {
    Digest d;
    for (const std::uint64_t word : words) d.add(word);
    return d.hex();
  };
  EXPECT_EQ(digest({1, 2, 3}), digest({1, 2, 3}));
  EXPECT_NE(digest({1, 2, 3}), digest({1, 3, 2}));
  EXPECT_NE(digest({0}), digest({0, 0}));
  EXPECT_EQ(digest({1}).size(), 16u);
}

}  // namespace
}  // namespace hopscope::core
