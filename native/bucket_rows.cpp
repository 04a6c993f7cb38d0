#include "native/bucket_rows.h"

#include "native/rows.h"

namespace hopscope::native {

void BucketRows::add(const SeriesHistograms& now, const WallClock& clock, std::uint32_t unix_s) {
  for (unsigned series = kFirstSeries; series < HS_SERIES_COUNT; ++series) {
    BucketCounts& grown = series_[series];
    Reported& reported = reported_[series];
    grown.count = 0;
    grown.buckets.clear();
    for (std::uint32_t bucket = 0; bucket < HS_HISTOGRAM_BUCKETS; ++bucket) {
      const hs_u64 count = now[series].bucket[bucket] - reported.bucket[bucket];
      if (count == 0) continue;
      const CountedBucket& counted = grown.buckets.emplace_back(counted_bucket(bucket, count, clock.ns_per_tick()));
      rows_.append(BucketSecond{unix_s}, kSeriesNames[series], BucketCount{counted.low_ns, counted.high_ns, counted.count});
      grown.count += count;
      reported.bucket[bucket] = now[series].bucket[bucket];
    }
    grown.sum_ns = static_cast<double>(now[series].sum - reported.sum) * clock.ns_per_tick();
    reported.sum = now[series].sum;
  }
}

}  // namespace hopscope::native
