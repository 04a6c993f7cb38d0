// SPDX-License-Identifier: MIT
// Lane `capsule`: one program on the engine's site `capsule`, hit when a record is finished. No ring in the engine; one trap a hit.
//
// The site's arguments are the address of the first record, how many stand there one behind the other, and the bytes of each, by which
// capsules and journal traces are told apart. The trap is taken by the engine's own core, so the program only copies: what lane `stream`
// does with a record in BPF (histograms, thresholds, sample) would cost it 0.1 to 0.3 us an order more, and is left to the addon.
#include <linux/bpf.h>
#include <linux/ptrace.h>

#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "records.h"

struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, 1 << 24); /* bytes; the addon sets it before loading */
} output SEC(".maps");

/* One struct hs_drain, of which are counted: capsules.lost, journal.lost, unknown, and in warmup what was lost of it. */
struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 1);
  __type(key, hs_u32);
  __type(value, struct hs_drain);
} counts SEC(".maps");

#define RECORDS_MAX 16 /* of one hit */

static __always_inline void count(hs_u64* counter) { __sync_fetch_and_add(counter, 1); }

/* Records for which there is no room, or which cannot be read. Seldom, so it may look at each again: those of warm-up are no loss. */
static __noinline int give_up(const char* record, hs_u32 records, hs_u32 bytes) {
  hs_u32 zero = 0;
  struct hs_drain* drain = bpf_map_lookup_elem(&counts, &zero);
  if (!drain) return 0;
  hs_u64 measuring_at = bytes == sizeof(struct hs_capsule) ? __builtin_offsetof(struct hs_capsule, measuring)
                                                           : __builtin_offsetof(struct hs_journal_trace, measuring);
  for (hs_u32 i = 0; i < RECORDS_MAX && i < records; ++i, record += bytes) {
    hs_u8 measuring;
    int unreadable = bpf_probe_read_user(&measuring, sizeof measuring, record + measuring_at) != 0;
    if (!unreadable && !measuring)
      count(&drain->warmup);
    else if (bytes == sizeof(struct hs_capsule))
      count(&drain->capsules.lost);
    else
      count(&drain->journal.lost);
  }
  return 0;
}

/*
 * Passes on 1 << power records at once: the ring wants sizes that the compiler knows, and one large copy from user space costs little more
 * than a small one. The consumer polls on a tick: waking it would cost more than the record does.
 */
static __always_inline void pass_on(const char** from, hs_u32 records, hs_u32 bytes, hs_u32 power) {
  hs_u32 part = 1u << power;
  if (!(records & part)) return;
  void* room = bpf_ringbuf_reserve(&output, part * bytes, 0);
  if (!room) {
    give_up(*from, part, bytes);
  } else if (bpf_probe_read_user(room, part * bytes, *from)) {
    bpf_ringbuf_discard(room, BPF_RB_NO_WAKEUP);
    give_up(*from, part, bytes);
  } else {
    bpf_ringbuf_submit(room, BPF_RB_NO_WAKEUP);
  }
  *from += part * bytes;
}

static __always_inline void pass_on_all(const char* from, hs_u32 records, hs_u32 bytes) {
  pass_on(&from, records, bytes, 4);
  pass_on(&from, records, bytes, 3);
  pass_on(&from, records, bytes, 2);
  pass_on(&from, records, bytes, 1);
  pass_on(&from, records, bytes, 0);
}

SEC("uprobe")
int capsule_hit(struct pt_regs* registers) {
  const char* first = (const char*)PT_REGS_PARM1(registers);
  hs_u64 records = PT_REGS_PARM2(registers);
  hs_u64 bytes = PT_REGS_PARM3(registers);
  if (records <= RECORDS_MAX && bytes == sizeof(struct hs_capsule)) {
    pass_on_all(first, records, sizeof(struct hs_capsule));
  } else if (records <= RECORDS_MAX && bytes == sizeof(struct hs_journal_trace)) {
    pass_on_all(first, records, sizeof(struct hs_journal_trace));
  } else {
    hs_u32 zero = 0;
    struct hs_drain* drain = bpf_map_lookup_elem(&counts, &zero);
    if (drain) __sync_fetch_and_add(&drain->unknown, records);
  }
  return 0;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
