// Names of what has a latency (bpf/records.h): hops, spans, and both together as series.
#pragma once

#include <array>

#include "bpf/records.h"

namespace hopscope::native {

struct Span {
  const char* name;
  hs_hop from, to;
};

inline constexpr std::array kSpans{
#define HS_X(symbol, name, from, to) Span{name, HS_HOP_##from, HS_HOP_##to},
    HS_SPANS(HS_X)
#undef HS_X
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

// Hop from which venue.tx counts in a capsule with these stamps: the last of what the answer waited for.
constexpr unsigned answered_from(unsigned hops) {
  if (hops >> HS_HOP_JOURNAL_DURABLE & 1) return HS_HOP_JOURNAL_DURABLE;
  if (hops >> HS_HOP_JOURNAL_WRITE & 1) return HS_HOP_JOURNAL_WRITE;
  return kHopPredecessors[HS_HOP_VENUE_TX];
}

// By enum hs_series; that of feed.due stays empty, so lists of series begin with kFirstSeries.
inline constexpr std::array<const char*, HS_SERIES_COUNT> kSeriesNames{
#define HS_X(index, symbol, name, before) name,
    HS_HOPS(HS_X)
#undef HS_X
#define HS_X(symbol, name, from, to) name,
        HS_SPANS(HS_X)
#undef HS_X
};
inline constexpr unsigned kFirstSeries = HS_HOP_FEED_TX;

}  // namespace hopscope::native
