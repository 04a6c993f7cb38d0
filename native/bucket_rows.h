// What the histograms counted between two calls, as rows of table latency_buckets.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

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

 private:
  RowSlab rows_;
  std::array<std::array<hs_u64, HS_HISTOGRAM_BUCKETS>, HS_SERIES_COUNT> reported_{};
};

}  // namespace hopscope::native
