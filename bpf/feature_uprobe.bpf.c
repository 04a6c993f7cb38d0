// SPDX-License-Identifier: MIT
// Does this kernel run a program on a uprobe, and with an attach cookie? The addon attaches it to a site of its own.
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, __u64);
} last_cookie SEC(".maps");

SEC("uprobe")
int on_uprobe(void* registers) {
  __u32 zero = 0;
  __u64 cookie = bpf_get_attach_cookie(registers);
  bpf_map_update_elem(&last_cookie, &zero, &cookie, BPF_ANY);
  return 0;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
