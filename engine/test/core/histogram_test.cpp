#include "engine/core/histogram.h"

#include <gtest/gtest.h>

#include "engine/core/random.h"

namespace hopscope::core {
namespace {

TEST(Histogram, BucketsAreContiguousAndOrdered) {
  std::uint32_t last = 0;
  for (std::uint64_t value = 1; value < 1'000'000; ++value) {
    const std::uint32_t bucket = histogram_bucket(value);
    ASSERT_TRUE(bucket == last || bucket == last + 1) << value;
    last = bucket;
  }
}

TEST(Histogram, LowerBoundIsTheSmallestValueOfItsBucket) {
  for (std::uint32_t bucket = 0; bucket + 1 < HS_HISTOGRAM_BUCKETS; ++bucket) {
    const std::uint64_t low = histogram_lower_bound(bucket);
    ASSERT_EQ(histogram_bucket(low), bucket);
    if (low > 0) {
      ASSERT_EQ(histogram_bucket(low - 1), bucket - 1);
    }
  }
}

TEST(Histogram, BucketsAreNarrowerThanOneThirtySecond) {
  Random random(7, Stream::FeedFlow);
  for (int i = 0; i < 100'000; ++i) {
    const std::uint64_t value = random.next() >> (28 + random.below(30));
    const std::uint32_t bucket = histogram_bucket(value);
    const std::uint64_t low = histogram_lower_bound(bucket), high = histogram_lower_bound(bucket + 1);
    ASSERT_LE(low, value);
    ASSERT_LT(value, high);
    ASSERT_LE((high - low) * 32, std::max<std::uint64_t>(low, 32));
  }
}

TEST(Histogram, KeepsCountSumAndMaximumAndClampsTheHugest) {
  hs_histogram histogram{};
  for (const std::uint64_t value : {5ull, 900ull, ~0ull >> 1}) record(histogram, value);
  EXPECT_EQ(histogram.count, 3u);
  EXPECT_EQ(histogram.max, ~0ull >> 1);
  EXPECT_EQ(histogram.bucket[HS_HISTOGRAM_BUCKETS - 1], 1u);
}

}  // namespace
}  // namespace hopscope::core
