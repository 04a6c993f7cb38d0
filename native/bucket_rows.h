// What the histograms counted between two calls: as rows of table latency_buckets, and by series.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "native/bucket_counts.h"
#include "native/live_stats.h"
#include "native/row_slab.h"
#include "native/wall_clock.h"

namespace hopscope::native {

class BucketRows {
 public:
  explicit BucketRows(std::string_view run_id) : rows_(run_id) {}

  // Appends a row for each bucket that grew since the last call.
  void add(const SeriesHistograms& now, const WallClock& clock, std::uint32_t unix_s);

  RowSlab& rows() { return rows_; }
  // What the last add() found; by enum hs_series.
  const std::array<BucketCounts, HS_SERIES_COUNT>& series() const { return series_; }

 private:
  struct Reported {
    hs_u64 sum = 0;
    std::array<hs_u64, HS_HISTOGRAM_BUCKETS> bucket{};
  };
  RowSlab rows_;
  std::array<Reported, HS_SERIES_COUNT> reported_{};
  std::array<BucketCounts, HS_SERIES_COUNT> series_;
};

}  // namespace hopscope::native
