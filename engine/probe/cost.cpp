#include "engine/probe/cost.h"

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

}  // namespace hopscope::probe
