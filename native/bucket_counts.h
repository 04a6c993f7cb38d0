// Buckets of a log-linear histogram that hold something, in nanoseconds: what it has counted, in all or in a while.
#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include "engine/core/histogram.h"

namespace hopscope::native {

struct CountedBucket {
  std::uint64_t low_ns;   // of the shortest duration that falls into it
  std::uint64_t high_ns;  // of the longest
  std::uint64_t count;
};

struct BucketCounts {
  std::uint64_t count = 0;  // the sum over its buckets
  double sum_ns = 0;
  std::vector<CountedBucket> buckets;  // ascending
};

inline CountedBucket counted_bucket(std::uint32_t bucket, std::uint64_t count, double ns_per_tick) {
  const auto whole_ns = [ns_per_tick](std::uint64_t ticks) {
    return static_cast<std::uint64_t>(std::llround(static_cast<double>(ticks) * ns_per_tick));
  };
  return {whole_ns(core::histogram_lower_bound(bucket)), whole_ns(core::histogram_lower_bound(bucket + 1) - 1), count};
}

}  // namespace hopscope::native
