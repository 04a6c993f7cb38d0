// SPDX-License-Identifier: MIT
// Does this kernel have kprobes?
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

SEC("kprobe/vfs_read")
int on_vfs_read(void* context) { return 0; }

char LICENSE[] SEC("license") = "Dual MIT/GPL";
