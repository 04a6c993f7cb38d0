#include "native/hop_assembler.h"

#include <algorithm>

#include "engine/probe/stamp.h"

namespace hopscope::native {

namespace {

constexpr hs_u16 bit(hs_hop hop) { return static_cast<hs_u16>(1u << hop); }

bool answered(const hs_capsule& capsule) { return capsule.outcome == HS_OUTCOME_ACCEPTED || capsule.outcome == HS_OUTCOME_REJECTED; }

constexpr hs_u64 bits(hs_u64 aux, unsigned from, unsigned count) { return aux >> from & ((hs_u64{1} << count) - 1); }

}  // namespace

void HopAssembler::add(const hs_hop_hit& hit) {
  if (hit.hop <= HS_HOP_OMS_BOOK) {
    on_packet(hit);
  } else if (hit.hop <= HS_HOP_OMS_ACK) {
    on_order(hit);
  } else if (hit.hop < HS_HOP_COUNT) {
    on_block(hit);
  }
}

void HopAssembler::on_packet(const hs_hop_hit& hit) {
  Packet& packet = packets_[hit.id & (kPackets - 1)];
  if (packet.sequence != hit.id) packet = {.sequence = hit.id};
  packet.tsc[hit.hop] = hit.tsc;
  packet.hops = static_cast<hs_u16>(packet.hops | 1u << hit.hop);
}

void HopAssembler::on_order(const hs_hop_hit& hit) {
  if (hit.hop == HS_HOP_JOURNAL_APPEND) on_append(hit);
  if (hit.hop == HS_HOP_OMS_DECIDE) {
    Order order;
    order.capsule.kind = HS_KIND_CAPSULE;
    order.capsule.trace_id = hit.id;
    order.capsule.measuring = (hit.aux & HS_AUX_MEASURING) != 0;
    order.capsule.feed_sequence = hit.aux & ~HS_AUX_MEASURING;
    add_packet(order);
    orders_.insert_or_assign(hit.id, order);
  }
  const auto found = orders_.find(hit.id);
  if (found == orders_.end()) return;  // decided before the sites were attached
  Order& order = found->second;
  hs_capsule& capsule = order.capsule;
  bool stamped = true;
  switch (hit.hop) {
    case HS_HOP_ROUTER_PICK:
      capsule.venue = static_cast<hs_u8>(bits(hit.aux, 0, 8));
      capsule.side = static_cast<hs_u8>(bits(hit.aux, 8, 8));
      capsule.order_type = static_cast<hs_u8>(bits(hit.aux, 16, 8));
      capsule.locate = static_cast<hs_u16>(bits(hit.aux, 24, 16));
      break;
    case HS_HOP_RISK_PASS:
      capsule.quantity = static_cast<hs_u32>(bits(hit.aux, 0, 31));
      capsule.price = static_cast<hs_u32>(bits(hit.aux, 31, 31));
      break;
    case HS_HOP_OMS_ACK:
      capsule.outcome = static_cast<hs_u8>(bits(hit.aux, 0, 8));
      capsule.filled = static_cast<hs_u32>(bits(hit.aux, 8, 32));
      capsule.thread = thread_of(hit.tid);
      order.closed = true;
      stamped = answered(capsule);  // the site also closes orders that never got an answer: nothing was decoded then
      break;
    case HS_HOP_VENUE_TX:
      add_waits(order, hit);
      break;
    default:
      break;
  }
  if (stamped) {
    order.tsc[hit.hop] = hit.tsc;
    capsule.hops = static_cast<hs_u16>(capsule.hops | 1u << hit.hop);
  }
  constexpr hs_u16 kHandOvers = bit(HS_HOP_OMS_TX) | bit(HS_HOP_VENUE_TX);
  if (order.closed && (!answered(capsule) || (capsule.hops & kHandOvers) == kHandOvers)) {
    complete(order);
    orders_.erase(found);
  }
}

// What the answer waited for stands in the hit of venue.tx: those of the block itself may be seen later than the order's last one.
void HopAssembler::add_waits(Order& order, const hs_hop_hit& hit) {
  const auto add = [&](hs_hop hop, hs_u64 ticks_and_one) {
    if (ticks_and_one == 0) return;
    order.tsc[hop] = hit.tsc - (ticks_and_one - 1);
    order.capsule.hops = static_cast<hs_u16>(order.capsule.hops | bit(hop));
  };
  add(HS_HOP_JOURNAL_WRITE, hit.aux & HS_AUX_WAITED_MASK);
  add(HS_HOP_JOURNAL_DURABLE, hit.aux >> HS_AUX_DURABLE_SHIFT & HS_AUX_WAITED_MASK);
}

void HopAssembler::on_append(const hs_hop_hit& hit) {
  hs_journal_trace trace{};
  trace.kind = HS_KIND_JOURNAL;
  trace.thread = thread_of(hit.tid);
  trace.measuring = (hit.aux & HS_AUX_MEASURING) != 0;
  trace.venue = static_cast<hs_u8>(bits(hit.aux, 48, 8));
  trace.block = bits(hit.aux, 0, 48);
  trace.trace_id = hit.id;
  trace.append_tsc = hit.tsc;
  blocks_[hit.aux & ~HS_AUX_MEASURING].traces.push_back(trace);
}

void HopAssembler::on_block(const hs_hop_hit& hit) {
  const auto found = blocks_.find(hit.id);
  if (found == blocks_.end()) return;  // no order of ours in it
  Block& block = found->second;
  if (hit.hop == HS_HOP_JOURNAL_WRITE) {
    block.write_tsc = hit.tsc;
    return;
  }
  for (hs_journal_trace& trace : block.traces) {
    trace.write_delta = block.write_tsc ? probe::saturating_delta(trace.append_tsc, block.write_tsc) : 0;
    trace.durable_delta = probe::saturating_delta(trace.append_tsc, hit.tsc);
    if (trace.measuring)
      output_.traces.push_back(trace);
    else
      ++output_.warmup;
  }
  blocks_.erase(found);
}

// Done at the decision, before the packet's slot can be taken over, and again at the end: the feed's own sites may be hit after the
// packet has left.
void HopAssembler::add_packet(Order& order) const {
  const Packet& packet = packets_[order.capsule.feed_sequence & (kPackets - 1)];
  if (packet.sequence != order.capsule.feed_sequence) return;
  std::copy(std::begin(packet.tsc), std::end(packet.tsc), order.tsc);
  order.capsule.hops = static_cast<hs_u16>(order.capsule.hops | packet.hops);
}

void HopAssembler::complete(Order& order) {
  hs_capsule& capsule = order.capsule;
  if (!capsule.measuring) {
    ++output_.warmup;
    return;
  }
  add_packet(order);
  // Without feed.due (its hit was lost, or the sites were attached after it) the order's own decision is all there is to count from.
  const bool due_known = capsule.hops >> HS_HOP_FEED_DUE & 1;
  if (!due_known) capsule.hops = static_cast<hs_u16>(capsule.hops & ~0xfu);
  capsule.base_tsc = order.tsc[due_known ? HS_HOP_FEED_DUE : HS_HOP_OMS_DECIDE];
  for (unsigned hop = 0; hop < HS_HOP_COUNT; ++hop)
    if (capsule.hops >> hop & 1) capsule.delta[hop] = probe::saturating_delta(capsule.base_tsc, order.tsc[hop]);
  output_.capsules.push_back(capsule);
}

void HopAssembler::finish() {
  for (auto& [trace_id, order] : orders_) {
    if (!order.closed) order.capsule.outcome = order.capsule.hops & bit(HS_HOP_RISK_PASS) ? HS_OUTCOME_RUN_ENDED : HS_OUTCOME_RISK_BLOCKED;
    complete(order);
  }
  orders_.clear();
  blocks_.clear();
}

// The engine numbers its threads; a hit brings the kernel's id. Numbered here by first appearance.
hs_u16 HopAssembler::thread_of(hs_u32 tid) {
  const auto found = std::find(tids_.begin(), tids_.end(), tid);
  if (found != tids_.end()) return static_cast<hs_u16>(found - tids_.begin());
  tids_.push_back(tid);
  return static_cast<hs_u16>(tids_.size() - 1);
}

}  // namespace hopscope::native
