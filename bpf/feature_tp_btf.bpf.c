// SPDX-License-Identifier: MIT
// Does this kernel run BTF-typed programs on tracepoints? (Who interrupted an engine thread is seen there.)
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

SEC("tp_btf/sched_switch")
int on_switch(void* context) { return 0; }

char LICENSE[] SEC("license") = "Dual MIT/GPL";
