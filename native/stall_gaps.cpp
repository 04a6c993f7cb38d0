#include "native/stall_gaps.h"

#include <algorithm>
#include <vector>

#include "native/stall_rows.h"

namespace hopscope::native {
namespace {

// The oldest gap that the writer cannot be touching: with `produced` written, it may be at work on the place of gap produced - HS_GAPS.
std::uint64_t oldest_intact(std::uint64_t produced) { return produced < HS_GAPS ? 0 : produced - HS_GAPS + 1; }

}  // namespace

void GapReader::read(const hs_page& page, const WallClock& clock, RowSlab& rows) {
  std::vector<hs_gap> copied;
  for (unsigned thread = 0; thread < HS_THREADS_MAX; ++thread) {
    const hs_gap_ring& ring = page.gaps[thread];
    std::uint64_t& next = next_[thread];
    const std::uint64_t produced = __atomic_load_n(&ring.produced, __ATOMIC_ACQUIRE);
    if (produced <= next) continue;
    const std::uint64_t first = std::max(next, oldest_intact(produced));
    copied.clear();
    for (std::uint64_t i = first; i < produced; ++i) {
      const hs_gap& gap = ring.gap[i % HS_GAPS];
      copied.push_back({__atomic_load_n(&gap.from_tsc, __ATOMIC_RELAXED), __atomic_load_n(&gap.ticks, __ATOMIC_RELAXED)});
    }
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    const std::uint64_t intact = std::max(first, oldest_intact(__atomic_load_n(&ring.produced, __ATOMIC_RELAXED)));
    for (std::uint64_t i = std::min(intact, produced); i < produced; ++i) {
      const hs_gap& gap = copied[i - first];
      rows.append(GapRow{
          .ts = clock.realtime_ns(gap.from_tsc),
          .duration_ns = static_cast<std::uint64_t>(static_cast<double>(gap.ticks) * clock.ns_per_tick()),
          .thread = static_cast<std::uint16_t>(thread),
          .explained_ns = 0,
      });
      ++taken_;
    }
    lost_ += std::min(intact, produced) - next;
    next = produced;
  }
}

}  // namespace hopscope::native
