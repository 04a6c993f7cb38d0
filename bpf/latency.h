/* SPDX-License-Identifier: MIT */
/*
 * What becomes of a measured record: its durations are counted into the histograms of all records, then sample and thresholds decide
 * whether the record itself goes on. native/live_stats.h and native/record_filter.h do the same for the lanes that BPF only copies for.
 */
#ifndef HOPSCOPE_LATENCY_H
#define HOPSCOPE_LATENCY_H

#include <bpf/bpf_helpers.h>

#include "records.h"

/* By enum hs_series. One copy a CPU: the drain runs wherever its caller is. Two drains at once would be two writers on two CPUs. */
struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, HS_SERIES_COUNT);
  __type(key, hs_u32);
  __type(value, struct hs_histogram);
} latency SEC(".maps");

/* Written by the addon before the first record, and whenever they move. */
struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 1);
  __type(key, hs_u32);
  __type(value, struct hs_thresholds);
} thresholds SEC(".maps");

/*
 * Complements of the trace ids lately kept for being slow: an order's capsule and its journal branch come as two records, and whichever
 * comes second is kept with the first. Direct-mapped: an order of four thousand orders ago may have been overwritten.
 */
#define HS_TAIL_ORDERS 4096
struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, HS_TAIL_ORDERS);
  __type(key, hs_u32);
  __type(value, hs_u64);
} tail_orders SEC(".maps");

/* By the top five bits of 0x07c4acdd times a number whose bits below its first are all set: that first bit's place (de Bruijn). */
const hs_u8 exponent_table[32] = {0, 9,  1,  10, 13, 21, 2,  29, 11, 14, 16, 18, 22, 25, 3, 30,
                                  8, 12, 20, 28, 15, 17, 24, 7,  19, 27, 23, 6,  26, 5,  4, 31};

/*
 * The bucket of bpf/records.h, without a branch: BPF cannot count leading zeros, a branch on a duration's size is badly predicted, and
 * twenty copies with branches have too many paths for the verifier.
 */
static __always_inline hs_u32 bucket_of(hs_u32 ticks) {
  /* Below 2^5 a value is its own bucket. With the bit of 2^5 set beside it, it is counted as its exponent's first octave, 2^5 too high. */
  hs_u64 value = ticks;
  hs_u64 small = (value - (1 << HS_HISTOGRAM_BITS)) >> 63 << HS_HISTOGRAM_BITS;
  value |= small;
  hs_u32 octave = value >> HS_HISTOGRAM_BITS;
  octave |= octave >> 1;
  octave |= octave >> 2;
  octave |= octave >> 4;
  octave |= octave >> 8;
  octave |= octave >> 16;
  hs_u64 shift = exponent_table[octave * 0x07c4acddu >> 27];
  /* (exponent - 4) * 32 + the five bits below the leading one = (exponent - 5) * 32 + all six. */
  return (shift << HS_HISTOGRAM_BITS) + (value >> shift) - small;
}

/* Returns whether it is over its threshold. */
static __always_inline int count_duration(const struct hs_thresholds* limits, hs_u32 series, hs_u32 ticks) {
  hs_u32 key = series; /* a copy: what a helper has seen the address of is no constant to the compiler any more */
  struct hs_histogram* histogram = bpf_map_lookup_elem(&latency, &key);
  if (!histogram) return 0;
  histogram->count++;
  histogram->sum += ticks;
  if (ticks > histogram->max) histogram->max = ticks;
  histogram->bucket[bucket_of(ticks) & (HS_HISTOGRAM_BUCKETS - 1)]++;
  return ticks > limits->ticks[series];
}

/* Two cores' counters may differ by less than a tick: what would be negative counts as 0. */
static __always_inline int count_between(const struct hs_thresholds* limits, const struct hs_capsule* capsule, hs_u32 series, hs_u32 from,
                                         hs_u32 to) {
  if (!(capsule->hops >> from & capsule->hops >> to & 1)) return 0;
  hs_u32 begin = capsule->delta[from], end = capsule->delta[to];
  return count_duration(limits, series, end > begin ? end - begin : 0);
}

/* venue.tx: since the last of what the answer waited for. */
static __always_inline int count_answer(const struct hs_thresholds* limits, const struct hs_capsule* capsule) {
  const hs_u32 both = 1u << HS_HOP_JOURNAL_APPEND | 1u << HS_HOP_VENUE_TX;
  if ((capsule->hops & both) != both) return 0;
  hs_u32 begin = capsule->delta[HS_HOP_JOURNAL_APPEND], end = capsule->delta[HS_HOP_VENUE_TX];
  if (capsule->hops >> HS_HOP_JOURNAL_WRITE & 1) begin = capsule->delta[HS_HOP_JOURNAL_WRITE];
  if (capsule->hops >> HS_HOP_JOURNAL_DURABLE & 1) begin = capsule->delta[HS_HOP_JOURNAL_DURABLE];
  return count_duration(limits, HS_HOP_VENUE_TX, end > begin ? end - begin : 0);
}

/* Returns whether any of its durations is over its threshold. Global functions: the verifier looks at each once, not at every call. */
__noinline int count_capsule(const struct hs_capsule* capsule) {
  hs_u32 zero = 0;
  const struct hs_thresholds* limits = bpf_map_lookup_elem(&thresholds, &zero);
  if (!capsule || !limits) return 0;
  int over = 0;
#define HS_X(index, symbol, name, before)                                                   \
  if ((index) > HS_HOP_FEED_DUE && (index) <= HS_HOP_OMS_ACK && (index) != HS_HOP_VENUE_TX) \
    over |= count_between(limits, capsule, index, before, index);
  HS_HOPS(HS_X)
#undef HS_X
  over |= count_answer(limits, capsule);
#define HS_X(symbol, name, from, to) \
  if (HS_HOP_##to <= HS_HOP_OMS_ACK) over |= count_between(limits, capsule, HS_SERIES_##symbol, HS_HOP_##from, HS_HOP_##to);
  HS_SPANS(HS_X)
#undef HS_X
  return over;
}

__noinline int count_journal(const struct hs_journal_trace* trace) {
  hs_u32 zero = 0;
  const struct hs_thresholds* limits = bpf_map_lookup_elem(&thresholds, &zero);
  if (!trace || !limits) return 0;
  hs_u32 write = trace->write_delta, durable = trace->durable_delta;
  hs_u32 device = durable > write ? durable - write : 0;
  int over = count_duration(limits, HS_HOP_JOURNAL_WRITE, write);
  over |= count_duration(limits, HS_HOP_JOURNAL_DURABLE, device);
  over |= count_duration(limits, HS_SERIES_JOURNAL_COMMIT, durable);
  over |= count_duration(limits, HS_SERIES_JOURNAL_WRITE, device);
  return over;
}

enum keeping { FILTERED, SAMPLED, TAIL };

/* over: of this record, by itself. sample: at least 1. */
static __always_inline enum keeping keeping_of(hs_u64 trace_id, int over, hs_u64 sample) {
  if (trace_id % sample == 0) return SAMPLED;
  /* References of one session are consecutive; 64 apart, those of two sessions do not meet at once. */
  hs_u32 slot = (trace_id + (trace_id >> 32 << 6)) & (HS_TAIL_ORDERS - 1);
  hs_u64* kept = bpf_map_lookup_elem(&tail_orders, &slot);
  if (!kept) return FILTERED; /* cannot happen */
  if (over) {
    *kept = ~trace_id;
    return TAIL;
  }
  return *kept == ~trace_id ? TAIL : FILTERED;
}

#endif
