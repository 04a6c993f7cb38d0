// Lane `hops`: a uprobe on every hop's site of the running engine.
#pragma once

#include "native/bpf_object.h"
#include "native/elf_notes.h"
#include "native/hop_assembler.h"
#include "native/lane.h"

namespace hopscope::native {

class HopsLane final : public Lane {
 public:
  explicit HopsLane(const LaneOptions& options);

  void attach(int pid, const std::string& executable) override;
  std::vector<SiteState> sites() const override;
  std::uint64_t drain(std::uint64_t bound) override;
  std::uint64_t finish() override;
  LaneCounts counts() const override;
  const hs_histogram* stamp_lag_ns() const override { return &lag_ns_; }

 private:
  static int on_hit(void* self, void* record, std::size_t bytes);
  void take(const hs_hop_hit& hit);
  void hand_over();

  BpfObject object_;
  OutputRing output_;
  std::vector<BpfLink> links_;
  std::vector<SiteNote> notes_;
  int pid_ = 0;
  std::uint64_t load_bias_ = 0;  // runtime address minus linked address
  HopAssembler assembler_;
  std::uint64_t hits_ = 0;   // of the drain under way
  std::uint64_t bound_ = 0;  // of the drain under way
  LaneCounts counts_;
  hs_clock_pair clock_pair_;  // ties the kernel's clock to the counter, for stamp_lag_ns
  hs_histogram lag_ns_{};
};

}  // namespace hopscope::native
