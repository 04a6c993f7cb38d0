// SPDX-License-Identifier: MIT
// Does this kernel have the ring from user space to BPF (Linux >= 6.1)?
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

struct {
  __uint(type, BPF_MAP_TYPE_USER_RINGBUF);
  __uint(max_entries, 4096);
} ring SEC(".maps");

static long ignore(struct bpf_dynptr* sample, void* context) { return 0; }

SEC("syscall")
int drain_none(void* context) { return (int)bpf_user_ringbuf_drain(&ring, ignore, 0, 0); }

char LICENSE[] SEC("license") = "Dual MIT/GPL";
