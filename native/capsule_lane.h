// Lane `capsule`: a uprobe on the engine's site `capsule`, where bpf/capsule.bpf.c copies each finished record out of the engine.
#pragma once

#include "native/attached_sites.h"
#include "native/bpf_object.h"
#include "native/counting_lane.h"

namespace hopscope::native {

class CapsuleLane final : public CountingLane {
 public:
  explicit CapsuleLane(const LaneOptions& options);

  void attach(int pid, const std::string& executable) override;
  std::vector<SiteState> sites() const override { return sites_.states(); }
  std::uint64_t drain(std::uint64_t bound) override;
  std::uint64_t finish() override;
  LaneCounts counts() const override;

 private:
  static int on_records(void* self, void* records, std::size_t bytes);
  template <class Record>
  void take_all(const void* records, std::size_t bytes);

  BpfObject object_;
  OutputRing output_;
  AttachedSites sites_;
  std::uint64_t taken_ = 0;  // records of the drain under way
  std::uint64_t bound_ = 0;  // of the drain under way
};

}  // namespace hopscope::native
