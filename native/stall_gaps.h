// Reads the gap rings of an engine's telemetry page while it writes them.
#pragma once

#include <array>
#include <cstdint>

#include "bpf/records.h"
#include "native/row_slab.h"
#include "native/wall_clock.h"

namespace hopscope::native {

class GapReader {
 public:
  // Appends the gaps that are new since the last call as rows of table gaps.
  void read(const hs_page& page, const WallClock& clock, RowSlab& rows);

  std::uint64_t taken() const { return taken_; }
  // Overwritten before they were read.
  std::uint64_t lost() const { return lost_; }

 private:
  std::array<std::uint64_t, HS_THREADS_MAX> next_{};  // by thread, the gap to be read next
  std::uint64_t taken_ = 0;
  std::uint64_t lost_ = 0;
};

}  // namespace hopscope::native
