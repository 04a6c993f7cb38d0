// SPDX-License-Identifier: MIT
// Lane `stream`: takes finished records out of one engine thread's user ring buffer, counts all of them into the histograms of latency.h,
// and passes on the sampled ones and the slow ones.
//
// One instance of this object is loaded for each engine thread (libbpf's producer is not thread-safe: one map a thread); all instances
// share the maps of latency.h. The addon runs drain_records by BPF_PROG_TEST_RUN on its tick, never more records at once than the output
// ring holds.
#include <linux/bpf.h>

#include "latency.h"

struct {
  __uint(type, BPF_MAP_TYPE_USER_RINGBUF);
  __uint(max_entries, 1 << 20); /* bytes; the addon sets it before loading */
} engine_ring SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, 1 << 20); /* bytes; the addon sets it before loading */
} output SEC(".maps");

/* The consumer polls on a tick: waking it would cost the caller more than the record does. */
static __always_inline void pass_on(struct hs_drain_counts* counts, void* record, hs_u64 bytes, enum keeping keeping) {
  counts->drained++;
  if (keeping == FILTERED) {
    counts->filtered++;
  } else if (bpf_ringbuf_output(&output, record, bytes, BPF_RB_NO_WAKEUP)) {
    counts->lost++;
  } else {
    counts->kept++;
    if (keeping == TAIL) counts->tail++;
  }
}

static long take(struct bpf_dynptr* sample, void* context) {
  struct hs_drain* drain = context;
  drain->taken++;
  /* A slice is null where the sample is shorter: a capsule is the longer of the two records. */
  struct hs_capsule* capsule = bpf_dynptr_data(sample, 0, sizeof(struct hs_capsule));
  if (capsule && capsule->kind == HS_KIND_CAPSULE) {
    if (capsule->measuring)
      pass_on(&drain->capsules, capsule, sizeof *capsule, keeping_of(capsule->trace_id, count_capsule(capsule), drain->sample));
    else
      drain->warmup++;
  } else {
    struct hs_journal_trace* trace = bpf_dynptr_data(sample, 0, sizeof(struct hs_journal_trace));
    if (!trace || trace->kind != HS_KIND_JOURNAL)
      drain->unknown++;
    else if (trace->measuring)
      pass_on(&drain->journal, trace, sizeof *trace, keeping_of(trace->trace_id, count_journal(trace), drain->sample));
    else
      drain->warmup++;
  }
  return drain->taken >= drain->budget; /* 1 ends the run */
}

SEC("syscall")
int drain_records(struct hs_drain* request) {
  /* On the stack: the context is not memory that a callback may be given. */
  struct hs_drain drain = {.sample = request->sample, .budget = request->budget};
  if (!drain.sample) drain.sample = 1;
  long taken = bpf_user_ringbuf_drain(&engine_ring, take, &drain, 0);
  request->taken = drain.taken;
  request->warmup = drain.warmup;
  request->unknown = drain.unknown;
  request->capsules = drain.capsules;
  request->journal = drain.journal;
  return taken < 0 ? (int)taken : 0;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
