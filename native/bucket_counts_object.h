// BucketCounts as JavaScript sees it (native/buckets.ts).
#pragma once

#include <napi.h>

#include "native/bucket_counts.h"

namespace hopscope::native {

inline Napi::Object bucket_counts_object(Napi::Env env, const BucketCounts& counts) {
  const auto number = [env](std::uint64_t n) { return Napi::Number::New(env, static_cast<double>(n)); };
  auto low = Napi::Array::New(env, counts.buckets.size());
  auto high = Napi::Array::New(env, counts.buckets.size());
  auto each = Napi::Array::New(env, counts.buckets.size());
  for (std::uint32_t i = 0; i < counts.buckets.size(); ++i) {
    low[i] = number(counts.buckets[i].low_ns);
    high[i] = number(counts.buckets[i].high_ns);
    each[i] = number(counts.buckets[i].count);
  }
  auto object = Napi::Object::New(env);
  object["count"] = number(counts.count);
  object["sumNs"] = Napi::Number::New(env, counts.sum_ns);
  object["lowNs"] = low;
  object["highNs"] = high;
  object["counts"] = each;
  return object;
}

}  // namespace hopscope::native
