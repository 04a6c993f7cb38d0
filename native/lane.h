// A lane of one run: how the engine's records come out of the kernel and become rows.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "native/attached_sites.h"
#include "native/bucket_rows.h"
#include "native/live_stats.h"
#include "native/trace_sink.h"

namespace hopscope::native {

struct LaneOptions {
  std::string lane;  // stream | capsule | hops
  std::string object_directory;
  unsigned threads = 1;
  std::uint32_t ring_bytes = 0;
  std::uint32_t output_bytes = 0;
  std::uint64_t sample = 1;
  std::string run_id;
  std::vector<std::string> deny;
  std::vector<std::uint32_t> ring_map_ids;  // lane stream: rings that exist already, one a thread; empty: new ones

  bool denied(const std::string& feature) const;
};

// What became of the measured records of one kind, each counted where it happens: drained = stored + filtered + lost.
struct RecordCounts {
  std::uint64_t drained = 0;   // taken from the engine
  std::uint64_t stored = 0;    // made into rows
  std::uint64_t tail = 0;      // part of stored: outside the sample, kept because it was slow
  std::uint64_t filtered = 0;  // not kept, by sample
  std::uint64_t lost = 0;
};

struct LaneCounts {
  RecordCounts capsules, journal;
  std::uint64_t warmup = 0;
};

// One drain takes at most about this many records, so that the caller's event loop keeps turning.
inline constexpr std::uint64_t kDrainBound = 262'144;

class Lane {
 public:
  explicit Lane(const LaneOptions& options) : sink_(options.run_id), bucket_rows_(options.run_id) {}
  virtual ~Lane() = default;
  Lane(const Lane&) = delete;
  Lane& operator=(const Lane&) = delete;

  virtual std::vector<std::uint32_t> ring_map_ids() const { return {}; }
  virtual void attach(int /*pid*/, const std::string& /*executable*/) {}
  virtual std::vector<SiteState> sites() const { return {}; }
  // Returns how many probe hits came in (lane hops). Rows collect in sink() until the caller clears them.
  virtual std::uint64_t drain(std::uint64_t bound) = 0;
  // Everything that is left, and what will never be complete.
  virtual std::uint64_t finish() = 0;
  virtual LaneCounts counts() const = 0;
  // Of all measured records, kept or not, in ticks. Valid until the next call.
  virtual const SeriesHistograms& latencies() = 0;
  virtual void set_thresholds(const hs_thresholds& thresholds) = 0;
  // Sets the threshold of every series with enough counts to the quantile that its durations have had so far; the others get none.
  void follow_tail(double level);
  virtual const hs_histogram* stamp_lag_ns() const { return nullptr; }

  TraceSink& sink() { return sink_; }
  const TraceSink& sink() const { return sink_; }
  BucketRows& bucket_rows() { return bucket_rows_; }

 protected:
  TraceSink sink_;

 private:
  BucketRows bucket_rows_;
};

// Throws Failure with the remedy.
std::unique_ptr<Lane> open_lane(const LaneOptions& options);

}  // namespace hopscope::native
