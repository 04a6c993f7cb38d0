// Recording into the log-linear histogram of bpf/records.h: 32 buckets an octave, so a quantile read from it is within 1/32 of the truth.
#pragma once

#include <bit>
#include <cstdint>

#include "bpf/records.h"

namespace hopscope::core {

inline std::uint32_t histogram_bucket(std::uint64_t value) {
  constexpr unsigned kSub = 1u << HS_HISTOGRAM_BITS;
  if (value < kSub) return static_cast<std::uint32_t>(value);
  const unsigned exponent = 63u - static_cast<unsigned>(std::countl_zero(value));
  const auto mantissa = static_cast<unsigned>(value >> (exponent - HS_HISTOGRAM_BITS)) & (kSub - 1);
  const unsigned bucket = ((exponent - HS_HISTOGRAM_BITS + 1) << HS_HISTOGRAM_BITS) + mantissa;
  return bucket < HS_HISTOGRAM_BUCKETS ? bucket : HS_HISTOGRAM_BUCKETS - 1;
}

// Smallest value that falls into `bucket`.
inline std::uint64_t histogram_lower_bound(std::uint32_t bucket) {
  constexpr unsigned kSub = 1u << HS_HISTOGRAM_BITS;
  if (bucket < kSub) return bucket;
  const unsigned exponent = (bucket >> HS_HISTOGRAM_BITS) + HS_HISTOGRAM_BITS - 1;
  return (static_cast<std::uint64_t>(kSub) + (bucket & (kSub - 1))) << (exponent - HS_HISTOGRAM_BITS);
}

// One writer. Readers in another process may see count, sum and buckets a record apart.
inline void record(hs_histogram& histogram, std::uint64_t value) {
  ++histogram.count;
  histogram.sum += value;
  if (value > histogram.max) histogram.max = value;
  ++histogram.bucket[histogram_bucket(value)];
}

}  // namespace hopscope::core
