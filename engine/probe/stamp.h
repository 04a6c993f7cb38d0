// Stamping one hop of one order: the delta into the capsule, and the hop's USDT site for whoever listens (lane `hops`, bpftrace, perf).
#pragma once

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

// The venue's hops (8-11): its own bitmap, so that two threads never write one word.
inline void stamp_venue(hs_capsule& capsule, hs_hop hop, core::Ticks tsc) {
  capsule.delta[hop] = saturating_delta(capsule.base_tsc, tsc);
  capsule.venue_hops = static_cast<hs_u16>(capsule.venue_hops | 1u << hop);
}

}  // namespace hopscope::probe
