// Histograms of every series, in ticks: what bpf/latency.h does in the kernel, for lanes whose records are counted in the addon.
#pragma once

#include <algorithm>
#include <array>

#include "bpf/records.h"
#include "engine/core/histogram.h"
#include "native/series.h"

namespace hopscope::native {

using SeriesHistograms = std::array<hs_histogram, HS_SERIES_COUNT>;

// hs_thresholds of no limit at all.
inline hs_thresholds no_thresholds() {
  hs_thresholds none;
  std::fill(std::begin(none.ticks), std::end(none.ticks), HS_DELTA_MAX);
  return none;
}

class LiveStats {
 public:
  void set_thresholds(const hs_thresholds& thresholds) { thresholds_ = thresholds; }

  // Both return whether a duration of the record is over its threshold.

  // Only between hops that are both stamped. Two cores' counters may differ by less than a tick: what would be negative counts as 0.
  bool add(const hs_capsule& capsule) {
    bool over = false;
    const auto between = [&](unsigned series, unsigned from, unsigned to) {
      if (!(capsule.hops >> from & capsule.hops >> to & 1)) return;
      over |= count(series, capsule.delta[to] > capsule.delta[from] ? capsule.delta[to] - capsule.delta[from] : 0);
    };
    for (unsigned hop = HS_HOP_FEED_TX; hop <= HS_HOP_OMS_ACK; ++hop)
      between(hop, hop == HS_HOP_VENUE_TX ? answered_from(capsule.hops) : kHopPredecessors[hop], hop);
    for (unsigned s = 0; s < kSpans.size(); ++s)
      if (kSpans[s].to <= HS_HOP_OMS_ACK) between(HS_SERIES_FIRST_SPAN + s, kSpans[s].from, kSpans[s].to);
    return over;
  }

  bool add(const hs_journal_trace& trace) {
    const hs_u32 device = trace.durable_delta > trace.write_delta ? trace.durable_delta - trace.write_delta : 0;
    bool over = count(HS_HOP_JOURNAL_WRITE, trace.write_delta);
    over |= count(HS_HOP_JOURNAL_DURABLE, device);
    over |= count(HS_SERIES_JOURNAL_COMMIT, trace.durable_delta);
    over |= count(HS_SERIES_JOURNAL_WRITE, device);
    return over;
  }

  const SeriesHistograms& series() const { return series_; }

 private:
  bool count(unsigned series, hs_u32 ticks) {
    core::record(series_[series], ticks);
    return ticks > thresholds_.ticks[series];
  }

  SeriesHistograms series_{};
  hs_thresholds thresholds_ = no_thresholds();
};

}  // namespace hopscope::native
