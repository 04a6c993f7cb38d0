// What took the time of one engine's threads: events from the kernel (bpf/stalls.bpf.c) and gaps from the engine's own page, as rows on the
// engine's clock.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bpf/records.h"
#include "native/clock_tie.h"
#include "native/row_slab.h"
#include "native/stall_gaps.h"
#include "native/stall_programs.h"
#include "native/wall_clock.h"

namespace hopscope::native {

struct StallCounts {
  std::uint64_t recorded = 0;  // made into rows
  std::uint64_t lost = 0;      // no room in the output ring
  std::uint64_t gaps = 0;
  std::uint64_t gaps_lost = 0;  // overwritten in the page before they were read
};

class Stalls {
 public:
  explicit Stalls(const StallOptions& options);

  // Returns one sentence for everything that cannot be seen.
  const std::vector<std::string>& attach(int pid, const std::vector<std::uint32_t>& tids);
  void detach() { programs_.detach(); }
  void set_clock(const WallClock& clock);
  // Takes everything that is there. Rows collect in stalls() and gaps() until the caller clears them.
  void drain(const hs_page& page);

  RowSlab& stalls() { return stalls_; }
  RowSlab& gaps() { return gaps_; }
  StallCounts counts() const;
  std::array<hs_stall_total, HS_STALL_CAUSE_COUNT> totals() const;
  // Empty until the clock is set.
  const std::optional<ClockTie>& tie() const { return tie_; }

 private:
  static int on_stall(void* self, void* record, std::size_t bytes);
  void tie_clocks();
  void append(const hs_stall& stall);

  StallPrograms programs_;
  OutputRing output_;
  std::vector<hs_stall> taken_;  // of this drain, until its clock pair is there
  WallClock clock_;
  std::optional<ClockTie> tie_;
  RowSlab stalls_;
  RowSlab gaps_;
  GapReader gap_reader_;
  std::uint64_t recorded_ = 0;
};

}  // namespace hopscope::native
