// Lane `hops`: a uprobe on every hop's site of the running engine.
#pragma once

#include "native/attached_sites.h"
#include "native/bpf_object.h"
#include "native/counting_lane.h"
#include "native/hop_assembler.h"

namespace hopscope::native {

class HopsLane final : public CountingLane {
 public:
  explicit HopsLane(const LaneOptions& options);

  void attach(int pid, const std::string& executable) override;
  std::vector<SiteState> sites() const override { return sites_.states(); }
  std::uint64_t drain(std::uint64_t bound) override;
  std::uint64_t finish() override;
  LaneCounts counts() const override;
  const hs_histogram* stamp_lag_ns() const override { return &lag_ns_; }

 private:
  static int on_hit(void* self, void* record, std::size_t bytes);
  void take_hit(const hs_hop_hit& hit);
  void hand_over();

  BpfObject object_;
  OutputRing output_;
  AttachedSites sites_;
  HopAssembler assembler_;
  std::uint64_t hits_ = 0;    // of the drain under way
  std::uint64_t bound_ = 0;   // of the drain under way
  hs_clock_pair clock_pair_;  // ties the kernel's clock to the counter, for stamp_lag_ns
  hs_histogram lag_ns_{};
};

}  // namespace hopscope::native
