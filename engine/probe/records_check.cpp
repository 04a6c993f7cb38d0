// The offsets of bpf/records.h, pinned: what another process reads must not move by accident.
#include <cstddef>

#include "bpf/records.h"

static_assert(sizeof(hs_capsule) == 128);
static_assert(offsetof(hs_capsule, trace_id) == 8);
static_assert(offsetof(hs_capsule, base_tsc) == 16);
static_assert(offsetof(hs_capsule, feed_sequence) == 24);
static_assert(offsetof(hs_capsule, market_ns) == 32);
static_assert(offsetof(hs_capsule, delta) == 40);
static_assert(offsetof(hs_capsule, price) == 100);
static_assert(offsetof(hs_capsule, locate) == 112);
static_assert(offsetof(hs_capsule, outcome) == 116);
static_assert(offsetof(hs_capsule, parent) == 120);

static_assert(sizeof(hs_journal_trace) == 64);
static_assert(offsetof(hs_journal_trace, trace_id) == 8);
static_assert(offsetof(hs_journal_trace, append_tsc) == 16);
static_assert(offsetof(hs_journal_trace, block) == 32);

static_assert(sizeof(hs_hop_hit) == 40);
static_assert(offsetof(hs_hop_hit, id) == 8);
static_assert(offsetof(hs_hop_hit, aux) == 32);

static_assert(offsetof(hs_page, state) == 20);
static_assert(offsetof(hs_page, command) == 24);
static_assert(offsetof(hs_page, counters) % 8 == 0);
static_assert(sizeof(hs_page) % 8 == 0);
