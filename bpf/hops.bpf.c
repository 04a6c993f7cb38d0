// SPDX-License-Identifier: MIT
// Lane `hops`: one program on every hop's site. The attach cookie is the hop; the site's three arguments are pinned to registers.
#include <linux/bpf.h>
#include <linux/ptrace.h>

#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "records.h"

struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, 1 << 24); /* bytes; the addon sets it before loading */
} output SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 1);
  __type(key, hs_u32);
  __type(value, hs_u64);
} lost SEC(".maps");

SEC("uprobe")
int hop_hit(struct pt_regs* registers) {
  hs_u64 ktime_ns = bpf_ktime_get_ns(); /* first: everything below would be added to it */
  struct hs_hop_hit* hit = bpf_ringbuf_reserve(&output, sizeof *hit, 0);
  if (!hit) {
    hs_u32 zero = 0;
    hs_u64* count = bpf_map_lookup_elem(&lost, &zero);
    if (count) __sync_fetch_and_add(count, 1);
    return 0;
  }
  hit->kind = HS_KIND_HOP;
  hit->hop = bpf_get_attach_cookie(registers);
  hit->reserved0 = 0;
  hit->tid = (hs_u32)bpf_get_current_pid_tgid();
  hit->id = PT_REGS_PARM1(registers);
  hit->tsc = PT_REGS_PARM2(registers);
  hit->aux = PT_REGS_PARM3(registers);
  hit->ktime_ns = ktime_ns;
  bpf_ringbuf_submit(hit, BPF_RB_NO_WAKEUP);
  return 0;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
