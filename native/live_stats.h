// Histograms of every hop and span over what was stored so far: for the live line and the metrics, while the store is still filling.
#pragma once

#include <array>
#include <memory>

#include "bpf/records.h"
#include "engine/core/histogram.h"

namespace hopscope::native {

struct Span {
  const char* name;
  hs_hop from, to;
};

inline constexpr std::array kSpans{
    Span{"tick_to_order", HS_HOP_OMS_RX, HS_HOP_OMS_TX},
    Span{"order_to_ack", HS_HOP_OMS_TX, HS_HOP_OMS_ACK},
    Span{"tick_to_ack", HS_HOP_FEED_TX, HS_HOP_OMS_ACK},
    Span{"tick_to_ack_response", HS_HOP_FEED_DUE, HS_HOP_OMS_ACK},
    Span{"journal_commit", HS_HOP_JOURNAL_APPEND, HS_HOP_JOURNAL_DURABLE},
    Span{"journal_write", HS_HOP_JOURNAL_WRITE, HS_HOP_JOURNAL_DURABLE},
};

inline constexpr std::array<const char*, HS_HOP_COUNT> kHopNames{
#define HS_X(index, symbol, name, before) name,
    HS_HOPS(HS_X)
#undef HS_X
};

inline constexpr std::array<unsigned, HS_HOP_COUNT> kHopPredecessors{
#define HS_X(index, symbol, name, before) before,
    HS_HOPS(HS_X)
#undef HS_X
};

class LiveStats {
 public:
  // Only between hops that are both stamped. Two cores' counters may differ by less than a tick: what would be negative counts as 0.
  void add(const hs_capsule& capsule) {
    const auto span = [&](hs_histogram& histogram, unsigned from, unsigned to) {
      if (!(capsule.hops >> from & capsule.hops >> to & 1)) return;
      core::record(histogram, capsule.delta[to] > capsule.delta[from] ? capsule.delta[to] - capsule.delta[from] : 0);
    };
    for (unsigned hop = HS_HOP_FEED_TX; hop <= HS_HOP_OMS_ACK; ++hop) span(hops_[hop], kHopPredecessors[hop], hop);
    for (std::size_t s = 0; s < kJournalCommit; ++s) span(spans_[s], kSpans[s].from, kSpans[s].to);
  }

  void add(const hs_journal_trace& trace) {
    const hs_u32 device = trace.durable_delta > trace.write_delta ? trace.durable_delta - trace.write_delta : 0;
    core::record(hops_[HS_HOP_JOURNAL_WRITE], trace.write_delta);
    core::record(hops_[HS_HOP_JOURNAL_DURABLE], device);
    core::record(spans_[kJournalCommit], trace.durable_delta);
    core::record(spans_[kJournalCommit + 1], device);
  }

  // In ticks since the predecessor; that of feed.due stays empty.
  const hs_histogram& hop(std::size_t index) const { return hops_[index]; }
  const hs_histogram& span(std::size_t index) const { return spans_[index]; }

 private:
  static constexpr std::size_t kJournalCommit = 4;
  static_assert(kSpans[kJournalCommit].from == HS_HOP_JOURNAL_APPEND && kSpans.size() == kJournalCommit + 2);
  std::array<hs_histogram, HS_HOP_COUNT> hops_{};
  std::array<hs_histogram, kSpans.size()> spans_{};
};

}  // namespace hopscope::native
