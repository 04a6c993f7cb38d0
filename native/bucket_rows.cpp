#include "native/bucket_rows.h"

#include <cmath>

#include "native/rows.h"

namespace hopscope::native {
namespace {

std::uint64_t whole_ns(std::uint64_t ticks, const WallClock& clock) {
  return static_cast<std::uint64_t>(std::llround(static_cast<double>(ticks) * clock.ns_per_tick()));
}

}  // namespace

void BucketRows::add(const SeriesHistograms& now, const WallClock& clock, std::uint32_t unix_s) {
  for (unsigned series = kFirstSeries; series < HS_SERIES_COUNT; ++series) {
    for (std::uint32_t bucket = 0; bucket < HS_HISTOGRAM_BUCKETS; ++bucket) {
      const hs_u64 count = now[series].bucket[bucket];
      if (count == reported_[series][bucket]) continue;
      rows_.append(BucketSecond{unix_s}, kSeriesNames[series],
                   BucketCount{
                       .low_ns = whole_ns(core::histogram_lower_bound(bucket), clock),
                       .high_ns = whole_ns(core::histogram_lower_bound(bucket + 1) - 1, clock),
                       .count = count - reported_[series][bucket],
                   });
      reported_[series][bucket] = count;
    }
  }
}

}  // namespace hopscope::native
