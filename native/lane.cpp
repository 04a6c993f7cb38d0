#include "native/lane.h"

#include <unistd.h>

#include <algorithm>
#include <bit>

#include "native/capsule_lane.h"
#include "native/failure.h"
#include "native/hops_lane.h"
#include "native/stream_lane.h"
#include "native/tick_quantile.h"

namespace hopscope::native {
namespace {

void check_ring(const char* key, std::uint32_t bytes) {
  if (bytes < static_cast<std::uint32_t>(getpagesize()) || !std::has_single_bit(bytes))
    throw Failure(std::string("lane: ") + key + " is " + std::to_string(bytes) + ": a ring is a power of two, at least a page of " +
                  std::to_string(getpagesize()) + " bytes");
}

void check_denied(const LaneOptions& options, const char* feature, const char* remedy) {
  if (options.denied(feature)) throw Failure("lane " + options.lane + ": " + feature + " is denied by the settings: " + remedy);
}

}  // namespace

bool LaneOptions::denied(const std::string& feature) const { return std::find(deny.begin(), deny.end(), feature) != deny.end(); }

void Lane::follow_tail(double level) {
  constexpr std::uint64_t kEnough = 1'000;  // below it, p99.9 is one order's luck
  const SeriesHistograms& latencies = this->latencies();
  hs_thresholds thresholds = no_thresholds();
  for (unsigned series = kFirstSeries; series < HS_SERIES_COUNT; ++series)
    if (latencies[series].count >= kEnough)
      thresholds.ticks[series] = static_cast<hs_u32>(std::min<std::uint64_t>(tick_quantile(latencies[series], level), HS_DELTA_MAX));
  set_thresholds(thresholds);
}

std::unique_ptr<Lane> open_lane(const LaneOptions& options) {
  check_ring("outputBytes", options.output_bytes);
  if (options.sample == 0) throw Failure("lane: sample is 0: 1 keeps every record, 16 one in sixteen");
  check_denied(options, "ringbuf", "use lane off or stamps, which need no BPF");
  if (!options.ring_map_ids.empty() && options.lane != "stream")
    throw Failure("lane " + options.lane + ": ringMapIds is for lane stream: the others have no rings of the engine's");
  if (options.lane == "stream") {
    if (options.ring_map_ids.empty()) check_ring("ringBytes", options.ring_bytes);
    if (!options.ring_map_ids.empty() && options.ring_map_ids.size() != options.threads)
      throw Failure("lane stream: " + std::to_string(options.ring_map_ids.size()) + " ringMapIds for " + std::to_string(options.threads) +
                    " threads: pass those of the engine's page");
    if (options.threads == 0) throw Failure("lane stream: no engine threads: at least one ring is needed");
    check_denied(options, "user_ringbuf", "Linux >= 6.1 has it; use lane capsule, or stamps without records");
    return std::make_unique<StreamLane>(options);
  }
  if (options.lane == "capsule") {
    check_denied(options, "uprobe", "use lane stream, or stamps without records");
    return std::make_unique<CapsuleLane>(options);
  }
  if (options.lane == "hops") {
    check_denied(options, "uprobe", "use lane stream, or stamps without records");
    return std::make_unique<HopsLane>(options);
  }
  throw Failure("lane: no records come out of lane " + options.lane + ": use stream, capsule or hops");
}

}  // namespace hopscope::native
