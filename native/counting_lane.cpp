#include "native/counting_lane.h"

namespace hopscope::native {

void CountingLane::take(const hs_capsule& capsule) {
  RecordCounts& counts = counts_.capsules;
  ++counts.drained;
  const Keeping keeping = filter_.keeping_of(capsule.trace_id, live_.add(capsule));
  if (keeping == Keeping::Filtered)
    ++counts.filtered;
  else if (!sink_.add(capsule, keeping == Keeping::Tail ? kKeptTail : kKeptSampled))
    ++counts.lost;
  else if (keeping == Keeping::Tail)
    ++counts.tail;
}

void CountingLane::take(const hs_journal_trace& trace) {
  RecordCounts& counts = counts_.journal;
  ++counts.drained;
  const Keeping keeping = filter_.keeping_of(trace.trace_id, live_.add(trace));
  if (keeping == Keeping::Filtered) {
    ++counts.filtered;
    return;
  }
  sink_.add(trace);
  if (keeping == Keeping::Tail) ++counts.tail;
}

LaneCounts CountingLane::counts() const {
  LaneCounts counts = counts_;
  counts.capsules.stored = sink_.stored_capsules();
  counts.journal.stored = sink_.stored_journal();
  return counts;
}

}  // namespace hopscope::native
