#include "native/bucket_rows.h"

#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <string>

#include "native/rows.h"

namespace hopscope::native {
namespace {

constexpr std::uint64_t kMillihertz = 2'000'000'000'000;  // 2 GHz: a tick is half a nanosecond

class BucketRowsTest : public ::testing::Test {
 protected:
  std::size_t add(std::uint32_t second) {
    rows_->rows().clear();
    rows_->add(*histograms_, WallClock(kMillihertz, 0, 0), second);
    return rows_->rows().rows();
  }
  // Of the first row.
  BucketCount count() const {
    BucketCount count;
    std::memcpy(&count, rows_->rows().bytes().data() + kPrefix + sizeof(BucketSecond) + kName, sizeof count);
    return count;
  }
  static constexpr std::size_t kPrefix = 3;  // length byte and "r1"
  static constexpr std::size_t kName = 7;    // length byte and "oms.rx"

  std::unique_ptr<SeriesHistograms> histograms_ = std::make_unique<SeriesHistograms>();
  std::unique_ptr<BucketRows> rows_ = std::make_unique<BucketRows>("r1");
};

TEST_F(BucketRowsTest, ARowForEachBucketThatGrew) {
  EXPECT_EQ(add(1), 0u);
  hs_histogram& rx = (*histograms_)[HS_HOP_OMS_RX];
  for (int i = 0; i < 3; ++i) core::record(rx, 1'000);  // ticks 992 to 1,007
  ASSERT_EQ(add(2), 1u);
  ASSERT_EQ(rows_->rows().bytes().size(), kPrefix + sizeof(BucketSecond) + kName + sizeof(BucketCount));
  EXPECT_EQ(std::to_integer<int>(rows_->rows().bytes()[kPrefix]), 2);
  EXPECT_EQ(count().low_ns, 496u);
  EXPECT_EQ(count().high_ns, 504u);
  EXPECT_EQ(count().count, 3u);

  EXPECT_EQ(add(3), 0u);
  core::record(rx, 1'007);
  core::record(rx, 1'008);
  core::record((*histograms_)[HS_SERIES_TICK_TO_ACK], 5);
  ASSERT_EQ(add(4), 3u);
  EXPECT_EQ(count().count, 1u);
}

TEST_F(BucketRowsTest, TellsTheSameBySeries) {
  hs_histogram& rx = (*histograms_)[HS_HOP_OMS_RX];
  core::record(rx, 7);
  add(1);
  for (const std::uint64_t ticks : {1'000, 1'004, 2'000}) core::record(rx, ticks);
  add(2);
  const BucketCounts& counts = rows_->series()[HS_HOP_OMS_RX];
  EXPECT_EQ(counts.count, 3u);
  EXPECT_DOUBLE_EQ(counts.sum_ns, 2'002);
  ASSERT_EQ(counts.buckets.size(), 2u);
  EXPECT_EQ(counts.buckets[0].low_ns, 496u);
  EXPECT_EQ(counts.buckets[0].high_ns, 504u);
  EXPECT_EQ(counts.buckets[0].count, 2u);
  EXPECT_EQ(counts.buckets[1].count, 1u);
  EXPECT_EQ(rows_->series()[HS_HOP_OMS_BOOK].count, 0u);
  add(3);
  EXPECT_EQ(counts.count, 0u);
  EXPECT_EQ(counts.sum_ns, 0);
  EXPECT_TRUE(counts.buckets.empty());
}

TEST_F(BucketRowsTest, ShortDurationsHaveBucketsOfNoWidth) {
  core::record((*histograms_)[HS_HOP_OMS_RX], 0);
  ASSERT_EQ(add(1), 1u);
  EXPECT_EQ(count().low_ns, 0u);
  EXPECT_EQ(count().high_ns, 0u);
}

}  // namespace
}  // namespace hopscope::native
