// What the lanes have in common whose records reach the addon whole: it counts them, filters them and makes them rows.
//
// Lane stream does this in BPF, on the collector's core. On a probe's site it would cost the engine.
#pragma once

#include "native/lane.h"
#include "native/record_filter.h"

namespace hopscope::native {

class CountingLane : public Lane {
 public:
  explicit CountingLane(const LaneOptions& options) : Lane(options), filter_(options.sample) {}

  const SeriesHistograms& latencies() override { return live_.series(); }
  void set_thresholds(const hs_thresholds& thresholds) override { live_.set_thresholds(thresholds); }
  LaneCounts counts() const override;

 protected:
  // Measured records only.
  void take(const hs_capsule& capsule);
  void take(const hs_journal_trace& trace);

  LaneCounts counts_;  // but for `stored`

 private:
  LiveStats live_;
  RecordFilter filter_;
};

}  // namespace hopscope::native
