#include "engine/risk/token_bucket.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace hopscope::risk {
namespace {

constexpr std::uint64_t kSecond = 1'000'000'000;

TEST(TokenBucket, ZeroMeansNoLimit) {
  TokenBucket bucket(0);
  for (int i = 0; i < 10'000; ++i) ASSERT_TRUE(bucket.take(0));
}

TEST(TokenBucket, HoldsOneSecondsWorthAndRefillsByMarketTime) {
  TokenBucket bucket(4);
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(bucket.take(kSecond)) << i;
  EXPECT_FALSE(bucket.take(kSecond));
  EXPECT_FALSE(bucket.take(kSecond + kSecond / 4 - 1));
  EXPECT_TRUE(bucket.take(kSecond + kSecond / 4));
  EXPECT_FALSE(bucket.take(kSecond + kSecond / 4));
}

TEST(TokenBucket, LongSilenceFillsItOnlyOnce) {
  TokenBucket bucket(3);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(bucket.take(0));
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(bucket.take(86'000 * kSecond)) << i;
  EXPECT_FALSE(bucket.take(86'000 * kSecond));
}

TEST(TokenBucket, TimeThatRunsBackwardsRefillsNothing) {
  TokenBucket bucket(1);
  EXPECT_TRUE(bucket.take(5 * kSecond));
  EXPECT_FALSE(bucket.take(1 * kSecond));
  EXPECT_FALSE(bucket.take(5 * kSecond + kSecond - 1));
  EXPECT_TRUE(bucket.take(6 * kSecond));
}

TEST(TokenBucket, LargestRateDoesNotOverflow) {
  TokenBucket bucket(1u << 30);
  EXPECT_TRUE(bucket.take(0));
  EXPECT_TRUE(bucket.take(~std::uint64_t{0}));
  EXPECT_TRUE(bucket.take(~std::uint64_t{0}));
}

TEST(TokenBucket, TimeUntilTheRateChangesCountsAtTheOldRate) {
  constexpr std::uint64_t kMillisecondNs = 1'000'000;
  TokenBucket bucket(1'000);
  while (bucket.take(kMillisecondNs)) continue;
  bucket.set_rate(100, kMillisecondNs + 900'000);  // nine tenths of a token have come by then
  EXPECT_FALSE(bucket.has(2 * kMillisecondNs));
  EXPECT_TRUE(bucket.has(2 * kMillisecondNs + 900'000)) << "the last tenth takes a millisecond now";
}

}  // namespace
}  // namespace hopscope::risk
