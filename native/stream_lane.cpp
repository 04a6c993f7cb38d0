#include "native/stream_lane.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>

#include "native/failure.h"

namespace hopscope::native {
namespace {

constexpr std::uint64_t kOutputRecordBytes = sizeof(hs_capsule) + BPF_RINGBUF_HDR_SZ;

// bpf_user_ringbuf_drain() stops by itself after so many samples (kernel: BPF_MAX_USER_RINGBUF_SAMPLES).
constexpr std::uint64_t kSamplesPerCall = 131'072;

void add(RecordCounts& to, const hs_drain_counts& from) {
  to.drained += from.drained;
  to.tail += from.tail;
  to.filtered += from.filtered;
  to.lost += from.lost;
}

}  // namespace

StreamLane::StreamLane(const LaneOptions& options)
    : Lane(options), sample_(options.sample), budget_(std::min(kSamplesPerCall, options.output_bytes / kOutputRecordBytes - 1)) {
  const int cpus = libbpf_num_possible_cpus();
  if (cpus < 0) throw Failure(std::string("lane stream: the CPUs cannot be counted: ") + std::strerror(-cpus), "see `hopscope doctor`");
  of_each_cpu_.resize(static_cast<std::size_t>(cpus));
  rings_.reserve(options.threads);
  for (unsigned thread = 0; thread < options.threads; ++thread) {
    BpfObject object(options.object_directory, "stream");
    if (options.ring_map_ids.empty())
      object.set_max_entries("engine_ring", options.ring_bytes);
    else
      object.adopt_map("engine_ring", options.ring_map_ids[thread]);
    object.set_max_entries("output", options.output_bytes);
    if (!rings_.empty())
      for (const char* map : {"latency", "thresholds", "tail_orders"}) object.share_map(map, rings_.front().object);
    object.load();
    OutputRing output = object.consume("output", on_record, this);
    const int drain_fd = object.program_fd("drain_records");
    rings_.push_back({std::move(object), std::move(output), drain_fd});
  }
  set_thresholds(no_thresholds());
}

std::vector<std::uint32_t> StreamLane::ring_map_ids() const {
  std::vector<std::uint32_t> ids;
  for (const Ring& ring : rings_) ids.push_back(ring.object.map_id("engine_ring"));
  return ids;
}

int StreamLane::on_record(void* self, void* record, std::size_t bytes) {
  auto& lane = *static_cast<StreamLane*>(self);
  // The BPF program has checked kind and length.
  if (bytes == sizeof(hs_capsule)) {
    const auto& capsule = *static_cast<const hs_capsule*>(record);
    const Kept kept = capsule.trace_id % lane.sample_ ? kKeptTail : kKeptSampled;
    if (!lane.sink_.add(capsule, kept)) {
      ++lane.counts_.capsules.lost;
      if (kept == kKeptTail) --lane.counts_.capsules.tail;
    }
  } else {
    lane.sink_.add(*static_cast<const hs_journal_trace*>(record));
  }
  return 0;
}

std::uint64_t StreamLane::drain_once(const Ring& ring) {
  hs_drain request{};
  request.sample = sample_;
  request.budget = budget_;
  bpf_test_run_opts options{};
  options.sz = sizeof options;
  options.ctx_in = &request;  // a syscall program's context is written back to where it came from
  options.ctx_size_in = sizeof request;
  const int error = bpf_prog_test_run_opts(ring.drain_fd, &options);
  if (error)
    throw Failure(std::string("lane stream: the drain program cannot be run: ") + std::strerror(-error) + ": see `hopscope doctor`");
  const auto result = static_cast<int>(options.retval);
  if (result < 0)
    throw Failure(std::string("lane stream: the drain stopped: ") + std::strerror(-result) +
                  ": the user ring buffer is damaged or drained by another process; start the run again");
  add(counts_.capsules, request.capsules);
  add(counts_.journal, request.journal);
  counts_.capsules.drained += request.unknown;  // it was something, and it is gone
  counts_.capsules.lost += request.unknown;
  counts_.warmup += request.warmup;
  ring_buffer__consume(ring.output.get());
  return request.taken;
}

std::uint64_t StreamLane::drain(std::uint64_t bound) {
  std::uint64_t taken = 0;
  turn_ = (turn_ + 1) % rings_.size();
  for (std::size_t i = 0; i < rings_.size() && taken < bound; ++i) {
    const Ring& ring = rings_[(turn_ + i) % rings_.size()];
    std::uint64_t now = 0;
    do {
      now = drain_once(ring);
      taken += now;
    } while (now == budget_ && taken < bound);  // fewer than the budget: the ring is empty
  }
  return 0;
}

std::uint64_t StreamLane::finish() { return drain(std::numeric_limits<std::uint64_t>::max()); }

LaneCounts StreamLane::counts() const {
  LaneCounts counts = counts_;
  counts.capsules.stored = sink_.stored_capsules();
  counts.journal.stored = sink_.stored_journal();
  return counts;
}

const SeriesHistograms& StreamLane::latencies() {
  latencies_ = {};
  for (std::uint32_t series = 0; series < HS_SERIES_COUNT; ++series) {
    if (bpf_map_lookup_elem(shared_map_fd("latency"), &series, of_each_cpu_.data()))
      throw Failure(std::string("lane stream: the histograms cannot be read: ") + std::strerror(errno) + ": start the run again");
    hs_histogram& sum = latencies_[series];
    for (const hs_histogram& one : of_each_cpu_) {
      if (one.count == 0) continue;
      sum.count += one.count;
      sum.sum += one.sum;
      sum.max = std::max(sum.max, one.max);
      for (unsigned bucket = 0; bucket < HS_HISTOGRAM_BUCKETS; ++bucket) sum.bucket[bucket] += one.bucket[bucket];
    }
  }
  return latencies_;
}

void StreamLane::set_thresholds(const hs_thresholds& thresholds) {
  const std::uint32_t zero = 0;
  if (bpf_map_update_elem(shared_map_fd("thresholds"), &zero, &thresholds, BPF_ANY))
    throw Failure(std::string("lane stream: the thresholds cannot be set: ") + std::strerror(errno) + ": start the run again");
}

}  // namespace hopscope::native
