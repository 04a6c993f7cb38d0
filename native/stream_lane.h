// Lane `stream`: one user ring buffer an engine thread, each drained by its own instance of bpf/stream.bpf.c.
//
// No record is lost between BPF and here: one run of the drain program takes no more records than the output ring holds, and the output is
// emptied after each run. A full user ring buffer is the engine's push_failed. Histograms, thresholds and the filter are in BPF: this lane
// sees only the records that are kept.
//
// The rings may be another lane's whose process has ended: the engine keeps them alive, and they go on where they were left. Two lanes must
// not drain the same ring. What the other had counted is not known here.
#pragma once

#include "native/bpf_object.h"
#include "native/lane.h"

namespace hopscope::native {

class StreamLane final : public Lane {
 public:
  explicit StreamLane(const LaneOptions& options);

  std::vector<std::uint32_t> ring_map_ids() const override;
  std::uint64_t drain(std::uint64_t bound) override;
  std::uint64_t finish() override;
  LaneCounts counts() const override;
  const SeriesHistograms& latencies() override;
  void set_thresholds(const hs_thresholds& thresholds) override;

 private:
  struct Ring {
    BpfObject object;
    OutputRing output;
    int drain_fd;
  };
  // Returns how many records were taken.
  std::uint64_t drain_once(const Ring& ring);
  static int on_record(void* self, void* record, std::size_t bytes);

  // Of the maps that all rings' programs share (bpf/latency.h).
  int shared_map_fd(const char* map) const { return rings_.front().object.map_fd(map); }

  std::vector<Ring> rings_;
  std::uint64_t sample_;
  std::uint64_t budget_;  // records of one run of the drain program
  std::size_t turn_ = 0;  // the ring to begin with: a busy one must not starve the others
  LaneCounts counts_;
  SeriesHistograms latencies_{};           // as last read: the sums over all CPUs
  std::vector<hs_histogram> of_each_cpu_;  // one series, as the kernel hands it out
};

}  // namespace hopscope::native
