#include "native/hops_lane.h"

#include <limits>

#include "engine/core/clock.h"

namespace hopscope::native {

HopsLane::HopsLane(const LaneOptions& options)
    : CountingLane(options), object_(options.object_directory, "hops"), sites_(kHopNames), clock_pair_(core::read_clock_pair()) {
  object_.set_max_entries("output", options.output_bytes);
  object_.load();
  output_ = object_.consume("output", on_hit, this);
}

void HopsLane::attach(int pid, const std::string& executable) { sites_.attach(object_, "hop_hit", pid, executable); }

int HopsLane::on_hit(void* self, void* record, std::size_t) {
  auto& lane = *static_cast<HopsLane*>(self);
  lane.take_hit(*static_cast<const hs_hop_hit*>(record));
  return ++lane.hits_ < lane.bound_ ? 0 : -1;  // the hit that reached the bound is taken; the ring keeps the rest
}

void HopsLane::take_hit(const hs_hop_hit& hit) {
  const auto ticks_ns =
      static_cast<std::int64_t>(static_cast<double>(static_cast<std::int64_t>(hit.tsc - clock_pair_.tsc)) * sink_.clock().ns_per_tick());
  const std::int64_t lag_ns = static_cast<std::int64_t>(hit.ktime_ns - clock_pair_.monotonic_ns) - ticks_ns;
  core::record(lag_ns_, lag_ns > 0 ? static_cast<std::uint64_t>(lag_ns) : 0);
  assembler_.add(hit);
}

void HopsLane::hand_over() {
  HopAssembler::Output& output = assembler_.output();
  for (const hs_capsule& capsule : output.capsules) take(capsule);
  for (const hs_journal_trace& trace : output.traces) take(trace);
  counts_.warmup += output.warmup;
  output.capsules.clear();
  output.traces.clear();
  output.warmup = 0;
}

std::uint64_t HopsLane::drain(std::uint64_t bound) {
  hits_ = 0;
  bound_ = bound;
  ring_buffer__consume(output_.get());
  hand_over();
  return hits_;
}

std::uint64_t HopsLane::finish() {
  const std::uint64_t hits = drain(std::numeric_limits<std::uint64_t>::max());
  assembler_.finish();
  hand_over();
  return hits;
}

LaneCounts HopsLane::counts() const {
  LaneCounts counts = CountingLane::counts();
  std::uint32_t zero = 0;
  std::uint64_t no_room = 0;
  if (bpf_map_lookup_elem(object_.map_fd("lost"), &zero, &no_room) == 0) {
    counts.capsules.drained += no_room;  // hits, not orders: an order that lacks one is incomplete
    counts.capsules.lost += no_room;
  }
  return counts;
}

}  // namespace hopscope::native
