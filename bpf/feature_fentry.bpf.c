// SPDX-License-Identifier: MIT
// Does this kernel run programs at the entry of its own functions through ftrace?
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

SEC("fentry/vfs_read")
int on_vfs_read(void* context) { return 0; }

char LICENSE[] SEC("license") = "Dual MIT/GPL";
