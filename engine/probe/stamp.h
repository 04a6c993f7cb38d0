// Stamping one hop of one order: the delta into the capsule, and the hop's USDT site for whoever listens (lane `hops`, bpftrace, perf).
#pragma once

#include <algorithm>
#include <cstdint>

#include "bpf/records.h"
#include "engine/core/clock.h"
#include "engine/probe/site.h"

namespace hopscope::probe {

// 0 when `to` came before `from`: stamps of two threads may be a few ticks out of order, and must not turn into the longest delay there is.
inline hs_u32 saturating_delta(core::Ticks from, core::Ticks to) {
  if (to <= from) return 0;
  const core::Ticks delta = to - from;
  return delta < HS_DELTA_MAX ? static_cast<hs_u32>(delta) : HS_DELTA_MAX;
}

// OMS's hops (0-7, 12): it owns the capsule.
inline void stamp(hs_capsule& capsule, hs_hop hop, core::Ticks tsc) {
  capsule.delta[hop] = saturating_delta(capsule.base_tsc, tsc);
  capsule.hops = static_cast<hs_u16>(capsule.hops | 1u << hop);
}

// What was about to happen did not.
inline void unstamp(hs_capsule& capsule, hs_hop hop) {
  capsule.delta[hop] = 0;
  capsule.hops = static_cast<hs_u16>(capsule.hops & ~(1u << hop));
}

// The venue's hops (8-11, and 13 and 14 where its answers wait for them): its own bitmap, so that two threads never write one word.
inline void stamp_venue(hs_capsule& capsule, hs_hop hop, core::Ticks tsc) {
  capsule.delta[hop] = saturating_delta(capsule.base_tsc, tsc);
  capsule.venue_hops = static_cast<hs_u16>(capsule.venue_hops | 1u << hop);
}

// Third argument of site venue.tx: how long before it the order's block was written (bits 0-30) and durable (31-61), in ticks plus one,
// where the answer waited for that; else 0.
inline std::uint64_t waited_aux(core::Ticks tx, core::Ticks write, core::Ticks durable) {
  const auto field = [tx](core::Ticks stamp) {
    return stamp == 0 ? std::uint64_t{0} : std::min<std::uint64_t>(std::uint64_t{saturating_delta(stamp, tx)} + 1, HS_AUX_WAITED_MASK);
  };
  return field(write) | field(durable) << HS_AUX_DURABLE_SHIFT;
}

}  // namespace hopscope::probe
