// Quantiles read from the log-linear histogram of bpf/records.h.
#pragma once

#include <algorithm>
#include <cmath>

#include "engine/core/histogram.h"

namespace hopscope::native {

// The upper edge of the bucket in which the ceil(q * count)-th smallest value lies, never above the greatest value recorded: at most 1/32
// too high, never too low. 0 for an empty histogram.
inline std::uint64_t tick_quantile(const hs_histogram& histogram, double q) {
  std::uint64_t total = 0;  // of the buckets, not of `count`: a live histogram may show one before the other
  for (const std::uint64_t n : histogram.bucket) total += n;
  if (total == 0) return 0;
  const auto rank = std::clamp<std::uint64_t>(static_cast<std::uint64_t>(std::ceil(q * static_cast<double>(total))), 1, total);
  std::uint64_t seen = 0;
  for (std::uint32_t b = 0; b < HS_HISTOGRAM_BUCKETS; ++b) {
    seen += histogram.bucket[b];
    if (seen >= rank) return b + 1 < HS_HISTOGRAM_BUCKETS ? std::min(core::histogram_lower_bound(b + 1) - 1, histogram.max) : histogram.max;
  }
  return histogram.max;
}

}  // namespace hopscope::native
