#include "native/lane.h"

#include <unistd.h>

#include <algorithm>
#include <bit>

#include "native/failure.h"
#include "native/hops_lane.h"
#include "native/stream_lane.h"

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

std::unique_ptr<Lane> open_lane(const LaneOptions& options) {
  check_ring("outputBytes", options.output_bytes);
  if (options.sample == 0) throw Failure("lane: sample is 0: 1 keeps every record, 16 one in sixteen");
  check_denied(options, "ringbuf", "use lane off or stamps, which need no BPF");
  if (options.lane == "stream") {
    check_ring("ringBytes", options.ring_bytes);
    if (options.threads == 0) throw Failure("lane stream: no engine threads: at least one ring is needed");
    check_denied(options, "user_ringbuf", "Linux >= 6.1 has it; use lane hops, or stamps without records");
    return std::make_unique<StreamLane>(options);
  }
  if (options.lane == "hops") {
    check_denied(options, "uprobe", "use lane stream, or stamps without records");
    return std::make_unique<HopsLane>(options);
  }
  throw Failure("lane: no records come out of lane " + options.lane + ": use stream or hops");
}

}  // namespace hopscope::native
