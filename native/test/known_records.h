// Records whose every field follows from the thread and a number, for the producers of lanes stream and capsule.
#pragma once

#include <cstdint>

#include "engine/core/clock.h"
#include "engine/probe/stamp.h"

namespace hopscope::native {

// Trace id thread << 32 | i; hop h is h * 1000 + i % 1000 ticks after feed.due.
inline hs_capsule known_capsule(std::uint64_t thread, std::uint64_t i, bool measuring, core::Ticks base_tsc) {
  hs_capsule capsule{};
  capsule.kind = HS_KIND_CAPSULE;
  capsule.thread = static_cast<hs_u16>(thread);
  capsule.trace_id = thread << 32 | i;
  capsule.base_tsc = base_tsc;
  capsule.feed_sequence = i + 1;
  capsule.market_ns = 34'200'000'000'000 + i;  // 09:30
  capsule.price = 1'000'000 + static_cast<hs_u32>(i % 100) * 100;
  capsule.quantity = 100;
  capsule.filled = static_cast<hs_u32>(i % 101);
  capsule.locate = static_cast<hs_u16>(i % 16 + 1);
  capsule.venue = static_cast<hs_u8>(i % 2);
  capsule.side = i % 2 ? 'S' : 'B';
  capsule.order_type = static_cast<hs_u8>("LMI"[i % 3]);
  capsule.outcome = HS_OUTCOME_ACCEPTED;
  capsule.measuring = measuring;
  capsule.injected_hop = i % 50 ? 0 : HS_HOP_RISK_PASS;
  capsule.injected_ticks = i % 50 ? 0 : 500;
  for (unsigned hop = 0; hop <= HS_HOP_OMS_ACK; ++hop)
    probe::stamp(capsule, static_cast<hs_hop>(hop), base_tsc + hop * 1000 + (hop ? i % 1000 : 0));
  return capsule;
}

inline hs_journal_trace known_journal(const hs_capsule& capsule) {
  hs_journal_trace trace{};
  trace.kind = HS_KIND_JOURNAL;
  trace.thread = capsule.thread;
  trace.venue = capsule.venue;
  trace.measuring = capsule.measuring;
  trace.trace_id = capsule.trace_id;
  trace.append_tsc = capsule.base_tsc + capsule.delta[HS_HOP_JOURNAL_APPEND];
  trace.write_delta = 10'000;
  trace.durable_delta = 30'000;
  trace.block = 7;
  trace.block_records = 3;
  trace.block_bytes = 4096;
  return trace;
}

}  // namespace hopscope::native
