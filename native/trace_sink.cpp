#include "native/trace_sink.h"

namespace hopscope::native {

bool TraceSink::add(const hs_capsule& capsule, Kept kept) {
  const bool known = (capsule.side == 'B' || capsule.side == 'S') && capsule.outcome <= HS_OUTCOME_RISK_BLOCKED &&
                     (capsule.order_type == 'L' || capsule.order_type == 'M' || capsule.order_type == 'I') &&
                     capsule.injected_hop < HS_HOP_COUNT;
  if (!known) return false;
  TraceRow row{
      .ts = clock_.realtime_ns(capsule.base_tsc),
      .trace_id = capsule.trace_id,
      .feed_sequence = capsule.feed_sequence,
      .market_ns = capsule.market_ns,
      .thread = capsule.thread,
      .venue = capsule.venue,
      .locate = capsule.locate,
      .side = capsule.side,
      .order_type = capsule.order_type,
      .outcome = capsule.outcome,
      .parent = capsule.parent,
      .price = capsule.price,
      .quantity = capsule.quantity,
      .filled = capsule.filled,
      .hops = capsule.hops,
      .hop_ns = {},
      .kept = kept,
      .injected_hop = capsule.injected_hop,
      .injected_ns = clock_.delta_ns(capsule.injected_ticks),
  };
  for (unsigned hop = 0; hop < kTraceHops; ++hop) row.hop_ns[hop] = capsule.hops >> hop & 1 ? clock_.delta_ns(capsule.delta[hop]) : 0;
  traces_.append(row);
  ++stored_capsules_;
  return true;
}

void TraceSink::add(const hs_journal_trace& trace) {
  journal_.append(JournalRow{
      .ts = clock_.realtime_ns(trace.append_tsc),
      .trace_id = trace.trace_id,
      .venue = trace.venue,
      .block = trace.block,
      .block_records = trace.block_records,
      .block_bytes = trace.block_bytes,
      .write_ns = clock_.delta_ns(trace.write_delta),
      .durable_ns = clock_.delta_ns(trace.durable_delta),
  });
  ++stored_journal_;
}

}  // namespace hopscope::native
