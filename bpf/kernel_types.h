/* SPDX-License-Identifier: MIT */
/* What bpf/stalls.bpf.c reads of the kernel's own structures (CO-RE: libbpf finds the offsets in the running kernel's BTF) and constants.
 */
#ifndef HOPSCOPE_KERNEL_TYPES_H
#define HOPSCOPE_KERNEL_TYPES_H

#include "records.h"

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct thread_info {
  hs_u32 cpu;
};
struct task_struct {
  struct thread_info thread_info;
  hs_u32 pid;
  hs_u32 tgid;
  unsigned long min_flt;
  unsigned long maj_flt;
  char comm[16];
};
struct pt_regs {
  unsigned long orig_ax;
};
struct irqaction {
  const char* name;
};
#pragma clang attribute pop

/* include/linux/sched.h */
#define TASK_STATE_STOPPED 0x04
#define TASK_STATE_TRACED 0x08
#define TASK_STATE_DEAD 0x80
/* include/linux/mm_types.h, enum tlb_flush_reason: on behalf of another CPU */
#define TLB_REMOTE_SHOOTDOWN 1
/* arch/x86/include/asm/trap_pf.h */
#define PAGE_FAULT_BY_WRITE 0x2
/* uapi/asm-generic/signal.h: SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU are neighbours */
#define FIRST_STOP_SIGNAL 19
#define LAST_STOP_SIGNAL 22
/* arch/x86/entry/syscalls/syscall_64.tbl: an optimised uprobe's hit (Linux >= 6.18) is a system call of the probe, not of the engine */
#define UPROBE_SYSCALL 336

#endif
