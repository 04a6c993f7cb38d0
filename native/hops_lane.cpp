#include "native/hops_lane.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "engine/core/clock.h"
#include "native/failure.h"
#include "native/process_text.h"

namespace hopscope::native {

HopsLane::HopsLane(const LaneOptions& options)
    : Lane(options), object_(options.object_directory, "hops"), clock_pair_(core::read_clock_pair()) {
  object_.set_max_entries("output", options.output_bytes);
  object_.load();
  output_ = object_.consume("output", on_hit, this);
}

void HopsLane::attach(int pid, const std::string& executable) {
  if (!links_.empty()) throw Failure("lane hops: already attached to process " + std::to_string(pid_) + ": open another lane");
  std::vector<SiteNote> notes = read_site_notes(executable, "hopscope");
  std::erase_if(notes, [](const SiteNote& note) { return std::find(kHopNames.begin(), kHopNames.end(), note.name) == kHopNames.end(); });
  for (const char* hop : kHopNames)
    if (std::none_of(notes.begin(), notes.end(), [&](const SiteNote& note) { return note.name == hop; }))
      throw Failure("lane hops: " + executable + " has no site of hop " + hop +
                    ": it is not an engine, or of another version; run `npm run setup`");

  load_bias_ = mapped_address(pid, executable, notes.front().file_offset) - notes.front().address;
  std::vector<BpfLink> links;  // all or none
  for (const SiteNote& note : notes) {
    const auto hop = static_cast<std::uint64_t>(std::find(kHopNames.begin(), kHopNames.end(), note.name) - kHopNames.begin());
    links.push_back(object_.attach_uprobe("hop_hit", pid, executable, note.file_offset, hop));
  }
  links_ = std::move(links);
  notes_ = std::move(notes);
  pid_ = pid;
}

std::vector<SiteState> HopsLane::sites() const {
  std::vector<SiteState> states;
  if (notes_.empty()) return states;
  for (const char* hop : kHopNames) {
    SiteState state{.hop = hop};
    for (const SiteNote& note : notes_) {
      if (note.name != hop) continue;
      ++state.sites;
      if (read_byte(pid_, note.address + load_bias_) != kCallOpcode) state.optimised = false;
    }
    states.push_back(state);
  }
  return states;
}

int HopsLane::on_hit(void* self, void* record, std::size_t) {
  auto& lane = *static_cast<HopsLane*>(self);
  lane.take(*static_cast<const hs_hop_hit*>(record));
  return ++lane.hits_ < lane.bound_ ? 0 : -1;  // the hit that reached the bound is taken; the ring keeps the rest
}

void HopsLane::take(const hs_hop_hit& hit) {
  const auto ticks_ns =
      static_cast<std::int64_t>(static_cast<double>(static_cast<std::int64_t>(hit.tsc - clock_pair_.tsc)) * sink_.clock().ns_per_tick());
  const std::int64_t lag_ns = static_cast<std::int64_t>(hit.ktime_ns - clock_pair_.monotonic_ns) - ticks_ns;
  core::record(lag_ns_, lag_ns > 0 ? static_cast<std::uint64_t>(lag_ns) : 0);
  assembler_.add(hit);
}

void HopsLane::hand_over() {
  HopAssembler::Output& output = assembler_.output();
  for (const hs_capsule& capsule : output.capsules) {
    ++counts_.capsules.drained;
    if (capsule.trace_id % sample_)
      ++counts_.capsules.filtered;
    else if (!sink_.add(capsule))
      ++counts_.capsules.lost;
  }
  for (const hs_journal_trace& trace : output.traces) {
    ++counts_.journal.drained;
    if (trace.trace_id % sample_)
      ++counts_.journal.filtered;
    else
      sink_.add(trace);
  }
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
  LaneCounts counts = counts_;
  counts.capsules.stored = sink_.stored_capsules();
  counts.journal.stored = sink_.stored_journal();
  std::uint32_t zero = 0;
  std::uint64_t no_room = 0;
  if (bpf_map_lookup_elem(object_.map_fd("lost"), &zero, &no_room) == 0) {
    counts.capsules.drained += no_room;  // hits, not orders: an order that lacks one is incomplete
    counts.capsules.lost += no_room;
  }
  return counts;
}

}  // namespace hopscope::native
