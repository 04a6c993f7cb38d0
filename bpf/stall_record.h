/* SPDX-License-Identifier: MIT */
/* How bpf/stalls.bpf.c knows whose time it is, and hands a stall over: every one counted, long ones recorded, lost ones counted too. */
#ifndef HOPSCOPE_STALL_RECORD_H
#define HOPSCOPE_STALL_RECORD_H

#include "kernel_types.h"

/* Shorter events are only counted. A poll of a socket takes ~0.3 us, a million times a second: no cause of an outlier. */
static __always_inline hs_u64 floor_ns(hs_u32 cause) { return cause == HS_STALL_SYSCALL ? 1000 : 0; }

struct hs_stall_engine engine SEC(".data.engine") = {};

struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, 1 << 20); /* bytes; the addon sets it before loading */
} output SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, HS_STALL_CAUSE_COUNT);
  __type(key, hs_u32);
  __type(value, struct hs_stall_total);
} totals SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 1);
  __type(key, hs_u32);
  __type(value, hs_u64);
} lost SEC(".maps");

/* Global, so that the verifier sees its loop once and not in every caller. HS_THREADS_MAX: not one of the engine's threads. */
__noinline hs_u32 index_of_tid(hs_u32 tid) {
  for (hs_u32 i = 0; i < HS_THREADS_MAX; i++)
    if (engine.tids[i] == tid) return i;
  return HS_THREADS_MAX;
}

static __always_inline hs_u32 index_of(const struct task_struct* task) {
  return task->tgid == engine.tgid ? index_of_tid(task->pid) : HS_THREADS_MAX;
}

static __always_inline hs_u32 current_index(void) {
  hs_u64 id = bpf_get_current_pid_tgid();
  return id >> 32 == engine.tgid ? index_of_tid((hs_u32)id) : HS_THREADS_MAX;
}

/* Counts it, and returns a record to be completed and submitted, or null: too short, or lost. */
static __always_inline struct hs_stall* begin_stall(hs_u32 cause, hs_u32 index, hs_u32 cpu, hs_u64 start_ns, hs_u64 end_ns) {
  struct hs_stall_total* total = bpf_map_lookup_elem(&totals, &cause);
  if (!total) return 0;
  __sync_fetch_and_add(&total->count, 1);
  __sync_fetch_and_add(&total->total_ns, end_ns - start_ns);
  if (end_ns - start_ns < floor_ns(cause)) {
    __sync_fetch_and_add(&total->short_count, 1);
    return 0;
  }
  struct hs_stall* stall = bpf_ringbuf_reserve(&output, sizeof *stall, 0);
  if (!stall) {
    hs_u32 zero = 0;
    hs_u64* count = bpf_map_lookup_elem(&lost, &zero);
    if (count) __sync_fetch_and_add(count, 1);
    return 0;
  }
  __builtin_memset(stall, 0, sizeof *stall);
  stall->kind = HS_KIND_STALL;
  stall->cause = cause;
  stall->thread = index;
  stall->cpu = cpu;
  stall->start_ns = start_ns;
  stall->end_ns = end_ns;
  return stall;
}

/* The consumer polls on a tick. */
static __always_inline void submit(struct hs_stall* stall) { bpf_ringbuf_submit(stall, BPF_RB_NO_WAKEUP); }

static __always_inline void instant(hs_u32 cause, hs_u32 index, hs_u32 cpu, hs_u64 detail, hs_u8 flags, hs_u64 now_ns) {
  struct hs_stall* stall = begin_stall(cause, index, cpu, now_ns, now_ns);
  if (!stall) return;
  stall->detail = detail;
  stall->flags = flags;
  submit(stall);
}

#endif
