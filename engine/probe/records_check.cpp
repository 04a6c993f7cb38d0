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
static_assert(offsetof(hs_capsule, injected_hop) == 119);
static_assert(offsetof(hs_capsule, parent) == 120);
static_assert(offsetof(hs_capsule, injected_ticks) == 124);

static_assert(sizeof(hs_journal_trace) == 64);
static_assert(offsetof(hs_journal_trace, trace_id) == 8);
static_assert(offsetof(hs_journal_trace, append_tsc) == 16);
static_assert(offsetof(hs_journal_trace, block) == 32);

static_assert(sizeof(hs_hop_hit) == 40);
static_assert(offsetof(hs_hop_hit, id) == 8);
static_assert(offsetof(hs_hop_hit, aux) == 32);

static_assert(sizeof(hs_stall) == 56);
static_assert(offsetof(hs_stall, cause) == 2);
static_assert(offsetof(hs_stall, thread) == 4);
static_assert(offsetof(hs_stall, start_ns) == 8);
static_assert(offsetof(hs_stall, detail) == 24);
static_assert(offsetof(hs_stall, pid) == 32);
static_assert(offsetof(hs_stall, who) == 40);

// The series of one number: hops by their index, then the spans.
static_assert(int{HS_SERIES_FIRST_SPAN} == int{HS_HOP_COUNT} && HS_SERIES_TICK_TO_ORDER == HS_SERIES_FIRST_SPAN);
static_assert(HS_SERIES_JOURNAL_WRITE == HS_SERIES_COUNT - 1 && HS_SERIES_COUNT == 21);
static_assert(HS_STALL_HYPERVISOR == HS_STALL_CAUSE_COUNT - 1);
static_assert(sizeof(hs_thresholds) == 4ul * HS_SERIES_COUNT);
static_assert(sizeof(hs_drain_counts) == 40);
static_assert(sizeof(hs_drain) == 40 + 2 * sizeof(hs_drain_counts));

static_assert(sizeof(hs_gap) == 16);
static_assert(offsetof(hs_gap_ring, idle_ticks) == 8);
static_assert(offsetof(hs_gap_ring, gap) == 16);
static_assert(sizeof(hs_gap_ring) == 16 + HS_GAPS * sizeof(hs_gap));

static_assert(offsetof(hs_page, state) == 20);
static_assert(offsetof(hs_page, command) == 24);
static_assert(offsetof(hs_page, heartbeat_tsc) == 32);
static_assert(offsetof(hs_page, site_picoseconds) == 144);
static_assert(offsetof(hs_page, gap_floor_ticks) == 152);
static_assert(offsetof(hs_page, tids) == 160);
static_assert(offsetof(hs_page, ring_map_ids) == 224);
static_assert(offsetof(hs_page, run_id) == 288);
static_assert(offsetof(hs_page, lane) == 368);
static_assert(offsetof(hs_page, collector_pid) == 372);
static_assert(offsetof(hs_page, kill) == 384 && offsetof(hs_page, kill) % 64 == 0);
static_assert(sizeof(hs_kill_switch) == 64);
static_assert(offsetof(hs_page, killed) == 448);
static_assert(offsetof(hs_page, orchestrator_tsc) == 504);
static_assert(offsetof(hs_page, counters) == 512);
static_assert(offsetof(hs_page, gaps) % 8 == 0);
static_assert(offsetof(hs_page, mailbox) == offsetof(hs_page, gaps) + HS_THREADS_MAX * sizeof(hs_gap_ring));
static_assert(offsetof(hs_mailbox, text) == 32 && sizeof(hs_mailbox) == 32 + 2 * HS_MAIL_BYTES);
static_assert(sizeof(hs_page) == (offsetof(hs_page, mailbox) + sizeof(hs_mailbox) + 63) / 64 * 64);
static_assert(sizeof(hs_page) % 8 == 0);
