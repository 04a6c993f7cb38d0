// SPDX-License-Identifier: MIT
// Does this kernel have the ring from BPF to user space?
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, 4096);
} ring SEC(".maps");

SEC("syscall")
int write_one(void* context) {
  __u64 one = 1;
  return (int)bpf_ringbuf_output(&ring, &one, sizeof one, BPF_RB_NO_WAKEUP);
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
