// Puts known delays into the path of orders, for an instrument that wants to be checked: whatever stands between two stamps must show at
// that hop, with that length.
//
// One kind a run, as the plan says: `busy` spins; `faults` writes to pages that were given back to the kernel before. Every nth measured
// order that comes to the hop is delayed, just in front of that hop's stamp, and its capsule tells by how much. One injector an engine
// thread. It decides nothing about orders, so the order stream stays what it is. Off, it costs one comparison a hop.
//
// `busy` may be confined to a part of the measured phase: outside of it orders pass undelayed, whichever is due.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "bpf/records.h"
#include "engine/core/clock.h"
#include "engine/core/plan.h"

namespace hopscope::probe {

// One order's delay, on its way into the capsule.
struct Injected {
  hs_u8 hop = 0;  // 0: none
  hs_u32 ticks = 0;
};

class Injector {
 public:
  Injector() = default;
  Injector(const Injector&) = delete;
  Injector& operator=(const Injector&) = delete;
  ~Injector();

  // Lane `off` has no records that could tell of a delay: nothing is injected there. Returns an empty string or one line with its remedy.
  // measure_start: when the measured phase began, 0 before that; another thread may write it, and it must outlive the injector.
  std::string open(const core::InjectPlan& plan, core::Lane lane, const core::Calibration& calibration, const hs_u64& measure_start);

  // The order is about to be stamped at `hop`. Where its capsule does not exist yet, `injected` keeps what write() puts into it later.
  void before(hs_hop hop, bool measured, Injected& injected) {
    if (hop == hop_ && measured) [[unlikely]]
      injected = delay();
  }
  void before(hs_hop hop, hs_capsule& capsule) {
    if (hop == hop_ && capsule.measuring != 0) [[unlikely]]
      write(capsule, delay());
  }
  static void write(hs_capsule& capsule, Injected injected) {
    if (injected.hop == 0) [[likely]]
      return;
    capsule.injected_hop = injected.hop;
    capsule.injected_ticks = injected.ticks;
  }

  // Between rounds, where no order is under way on this thread: gives the pages back. A system call, so not in front of a stamp.
  void prepare() {
    if (!prepared_) [[unlikely]]
      give_back();
  }

  // Delays put in so far.
  std::uint64_t count() const { return count_; }

 private:
  Injected delay();
  bool in_window(core::Ticks now) const;
  void give_back();

  unsigned hop_ = 0;
  std::uint32_t every_ = 1;
  std::uint32_t left_ = 0;  // orders until the next delay; 0: due
  core::Ticks busy_ticks_ = 0;
  const hs_u64* measure_start_ = nullptr;  // null: the whole measured phase is meant
  core::Ticks window_from_ = 0, window_ticks_ = 0;
  std::byte* buffer_ = nullptr;
  std::size_t buffer_bytes_ = 0;
  bool prepared_ = true;
  std::uint64_t count_ = 0;
};

}  // namespace hopscope::probe
