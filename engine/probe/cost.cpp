#include "engine/probe/cost.h"

#include <algorithm>
#include <array>

#include "engine/core/histogram.h"
#include "engine/probe/site.h"
#include "engine/probe/stamp.h"

namespace hopscope::probe {
namespace {

std::uint64_t picoseconds_each(const core::Calibration& calibration, core::Ticks ticks, unsigned count) {
  return static_cast<std::uint64_t>(calibration.ns(ticks) * 1'000 / count);
}

}  // namespace

std::uint64_t measure_stamp_cost(const core::Calibration& calibration) {
  constexpr unsigned kStamps = 100'000;
  hs_capsule capsule{};
  const core::Ticks from = core::now_ticks();
  capsule.base_tsc = from;
  for (unsigned i = 0; i < kStamps; ++i) {
    stamp(capsule, static_cast<hs_hop>(i % HS_HOP_COUNT), core::now_ticks());
    __asm__ volatile("" : : "r"(&capsule) : "memory");  // the store must happen each time
  }
  return picoseconds_each(calibration, core::now_ticks() - from, kStamps);
}

std::uint64_t measure_push_cost(Emitter& emitter, const core::Calibration& calibration) {
  if (emitter.lane() != core::Lane::Stream) return 0;
  constexpr unsigned kPushes = 4'096;  // 0.5 MiB: fits every ring the runner makes
  hs_capsule capsule{};
  capsule.kind = HS_KIND_CAPSULE;
  const core::Ticks from = core::now_ticks();
  for (unsigned i = 0; i < kPushes; ++i) emitter.emit(capsule);
  return picoseconds_each(calibration, core::now_ticks() - from, kPushes);
}

std::uint64_t measure_site_cost(Emitter& emitter, const core::Calibration& calibration) {
  if (emitter.lane() != core::Lane::Capsule && emitter.lane() != core::Lane::Hops) return 0;
  constexpr unsigned kWarming = 256, kBatchHits = 128;
  hs_capsule capsule{};
  capsule.kind = HS_KIND_CAPSULE;
  const auto hit_times = [&](unsigned times) {
    for (unsigned i = 0; i < times; ++i) {
      if (emitter.lane() == core::Lane::Capsule) {
        emitter.emit(capsule);
      } else {
        site<HS_HOP_OMS_RX>(0, core::now_ticks(), 0);
      }
    }
  };
  hit_times(kWarming);
  // The median of batches: an interrupt falls into one of them, and should not count for a probe's.
  std::array<core::Ticks, 31> batches{};
  for (core::Ticks& batch : batches) {
    const core::Ticks from = core::now_ticks();
    hit_times(kBatchHits);
    batch = core::now_ticks() - from;
  }
  const auto middle = batches.begin() + batches.size() / 2;
  std::nth_element(batches.begin(), middle, batches.end());
  return picoseconds_each(calibration, *middle, kBatchHits);
}

std::uint64_t site_cost_of_run(const hs_histogram& hit_ticks, const core::Calibration& calibration) {
  constexpr std::uint64_t kEnough = 100;
  if (hit_ticks.count < kEnough) return 0;
  std::uint64_t below = 0;
  std::uint32_t bucket = 0;
  while (bucket < HS_HISTOGRAM_BUCKETS - 1 && (below += hit_ticks.bucket[bucket]) * 2 < hit_ticks.count) ++bucket;
  return picoseconds_each(calibration, core::histogram_lower_bound(bucket) + core::histogram_lower_bound(bucket + 1), 2);
}

}  // namespace hopscope::probe
