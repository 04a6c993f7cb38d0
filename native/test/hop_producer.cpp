// Hits every hop's site as an engine with two threads does: hop_producer WARMUP MEASURED
//
// For i = 1 .. WARMUP + MEASURED one feed packet of sequence i and one order of trace id i, the first WARMUP not measured. The venue's hops
// and the journal's are hit by a second thread. Every hop lies kStepTicks after the one before, from the feed packet's due time on. Behind
// the last hop each order is handed over at lane capsule's site as well, capsule first, then its journal trace. Each line on stdin runs it
// once and prints "done"; ends with stdin.
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "engine/core/clock.h"
#include "engine/core/spsc_ring.h"
#include "engine/probe/site.h"
#include "engine/probe/stamp.h"

namespace {

using namespace hopscope;
using probe::site;

constexpr core::Ticks kStepTicks = 1'000;
constexpr std::uint64_t kVenue = 1;

struct Message {
  std::uint64_t trace_id;
  std::uint64_t due;
  std::uint64_t measuring;
};

// Blocks of one record, so that every order has one of its own. As in the engine, the site of venue.tx is hit behind the hand-over, and the
// acknowledgement leaves before the block is durable.
template <class HandOver>
void venue(const Message& order, HandOver&& hand_over) {
  const auto at = [&](unsigned hop) { return order.due + hop * kStepTicks; };
  const std::uint64_t block = kVenue << 48 | order.trace_id;
  site<HS_HOP_VENUE_RX>(order.trace_id, at(8), 0);
  site<HS_HOP_VENUE_MATCH>(order.trace_id, at(9), 0);
  site<HS_HOP_JOURNAL_APPEND>(order.trace_id, at(10), order.measuring | block);
  site<HS_HOP_JOURNAL_WRITE>(block, at(13), 0);
  hand_over();
  site<HS_HOP_VENUE_TX>(order.trace_id, at(11), 0);
  site<HS_HOP_JOURNAL_DURABLE>(block, at(14), 0);
}

template <class Record>
void hand_over(const Record& record) {
  __asm__ volatile("" : : "r"(&record) : "memory");  // it stands in memory before a probe reads it
  HOPSCOPE_SITE_NAMED("capsule", reinterpret_cast<std::uint64_t>(&record), 1, sizeof record);
}

void hand_over(const Message& order) {
  hs_capsule capsule{};
  capsule.kind = HS_KIND_CAPSULE;
  capsule.trace_id = capsule.feed_sequence = order.trace_id;
  capsule.base_tsc = order.due;
  for (unsigned hop = 0; hop <= HS_HOP_OMS_ACK; ++hop) probe::stamp(capsule, static_cast<hs_hop>(hop), order.due + hop * kStepTicks);
  capsule.venue = kVenue;
  capsule.outcome = HS_OUTCOME_ACCEPTED;
  capsule.measuring = order.measuring != 0;
  hand_over(capsule);
  hs_journal_trace trace{};
  trace.kind = HS_KIND_JOURNAL;
  trace.venue = kVenue;
  trace.measuring = capsule.measuring;
  trace.trace_id = trace.block = order.trace_id;
  trace.append_tsc = order.due + HS_HOP_JOURNAL_APPEND * kStepTicks;
  trace.write_delta = 3 * kStepTicks;
  trace.durable_delta = 4 * kStepTicks;
  trace.block_records = 1;
  trace.block_bytes = 4096;
  hand_over(trace);
}

void run(std::uint64_t warmup, std::uint64_t measured) {
  core::SpscRing<Message> orders(64), acks(64);
  std::thread venue_thread([&] {
    for (std::uint64_t handled = 0; handled < warmup + measured;) {
      Message order;
      if (!orders.pop(order)) {
        std::this_thread::yield();
        continue;
      }
      venue(order, [&] { acks.push(order); });
      ++handled;
    }
  });
  for (std::uint64_t i = 1; i <= warmup + measured; ++i) {
    Message order{i, core::now_ticks(), i > warmup ? HS_AUX_MEASURING : 0};
    const auto at = [&](unsigned hop) { return order.due + hop * kStepTicks; };
    site<HS_HOP_FEED_DUE>(i, at(0), 0);
    site<HS_HOP_FEED_TX>(i, at(1), 0);
    site<HS_HOP_OMS_RX>(i, at(2), 0);
    site<HS_HOP_OMS_BOOK>(i, at(3), 0);
    site<HS_HOP_OMS_DECIDE>(i, at(4), order.measuring | i);
    site<HS_HOP_ROUTER_PICK>(i, at(5), kVenue | std::uint64_t{'S'} << 8 | std::uint64_t{'I'} << 16 | std::uint64_t{300} << 24);
    site<HS_HOP_RISK_PASS>(i, at(6), std::uint64_t{1'234'500} << 31 | 200);
    orders.push(order);
    site<HS_HOP_OMS_TX>(i, at(7), 0);
    Message ack;
    while (!acks.pop(ack)) std::this_thread::yield();
    site<HS_HOP_OMS_ACK>(i, at(12), order.measuring | HS_OUTCOME_ACCEPTED | std::uint64_t{150} << 8);
    hand_over(order);
  }
  venue_thread.join();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return std::fprintf(stderr, "hop_producer WARMUP MEASURED\n"), 2;
  for (int c; (c = std::getchar()) != EOF;) {
    if (c != '\n') continue;
    run(std::strtoull(argv[1], nullptr, 10), std::strtoull(argv[2], nullptr, 10));
    std::puts("done");
    std::fflush(stdout);
  }
}
