#include "native/tick_quantile.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

#include "engine/core/random.h"

namespace hopscope::native {
namespace {

TEST(TickQuantile, EmptyIsZero) {
  const auto histogram = std::make_unique<hs_histogram>();
  EXPECT_EQ(tick_quantile(*histogram, 0.5), 0u);
}

TEST(TickQuantile, ExactBelow32) {
  const auto histogram = std::make_unique<hs_histogram>();
  for (std::uint64_t v = 1; v <= 10; ++v) core::record(*histogram, v);
  EXPECT_EQ(tick_quantile(*histogram, 0), 1u);
  EXPECT_EQ(tick_quantile(*histogram, 0.5), 5u);
  EXPECT_EQ(tick_quantile(*histogram, 0.51), 6u);
  EXPECT_EQ(tick_quantile(*histogram, 1), 10u);
}

TEST(TickQuantile, NeverTooLowAndAtMostOneBucketTooHigh) {
  const auto histogram = std::make_unique<hs_histogram>();
  std::vector<std::uint64_t> values;
  core::Random random(1, core::Stream::Strategy);
  for (int i = 0; i < 20'000; ++i) {
    values.push_back(static_cast<std::uint64_t>(std::exp2(random.uniform() * 30)));
    core::record(*histogram, values.back());
  }
  std::sort(values.begin(), values.end());
  for (const double q : {0.001, 0.1, 0.5, 0.9, 0.99, 0.999, 1.0}) {
    const auto exact = values[static_cast<std::size_t>(std::ceil(q * static_cast<double>(values.size()))) - 1];
    const auto read = tick_quantile(*histogram, q);
    EXPECT_GE(read, exact) << q;
    EXPECT_LE(static_cast<double>(read), static_cast<double>(exact) * (1 + 1.0 / 32)) << q;
  }
}

TEST(TickQuantile, MaximumBeyondTheLastBucketIsKept) {
  const auto histogram = std::make_unique<hs_histogram>();
  core::record(*histogram, 1ull << 50);
  EXPECT_EQ(tick_quantile(*histogram, 1), 1ull << 50);
}

}  // namespace
}  // namespace hopscope::native
