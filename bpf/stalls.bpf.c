// SPDX-License-Identifier: MIT
// What took an engine thread's time: one program a tracepoint, each attached on its own (native/stall_programs.cpp).
//
// Every program leaves at once when the event concerns no engine thread. Interrupts count while an engine thread is the current task; while
// it is off its CPU, whoever ran there does, one event an occupant. Nested events are all recorded: the collector untangles them.
#include <linux/bpf.h>
#include <stdbool.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "kernel_types.h"
#include "records.h"
#include "stall_record.h"

#define CPUS 1024 /* on a CPU beyond, an engine thread's absence is one event, whoever ran there */

/* What can be entered and left; each at most once at a time on one thread. */
enum entered { IN_HARD_IRQ, IN_SOFTIRQ, IN_TIMER_TICK, IN_IPI, IN_SYSCALL, ENTERED_COUNT };

struct thread {
  hs_u64 entered_ns[ENTERED_COUNT]; /* 0: not in it */
  hs_u64 off_ns;                    /* off its CPU, and accounted for until then; 0: it runs */
  hs_u64 off_detail;
  hs_u64 fault_ns; /* the last page fault */
  hs_u64 fault_address;
  hs_u64 fault_counts; /* the task's completed faults when that one began */
  hs_u64 syscall;      /* its number */
  hs_u64 tlb_pages;
  hs_u32 cpu;
  hs_u8 off_cause;
  hs_u8 fault_flags;
  hs_u8 major;       /* that page fault put it to sleep */
  hs_u8 tlb_flushed; /* in this IPI */
};
static struct thread threads[HS_THREADS_MAX];

/* By CPU: the threads that could run there, if nobody else did. One writer a byte. */
static union {
  hs_u8 thread[HS_THREADS_MAX];
  hs_u64 any[HS_THREADS_MAX / 8];
} waiting[CPUS];

/* Who sent the last stop signal to the engine. */
static struct {
  hs_u32 pid;
  hs_u32 signal;
  char comm[16];
} stopper;

/* ---- off its CPU -------------------------------------------------------------------------------------------------------------- */

static __always_inline void wait_on(hs_u32 cpu, hs_u32 index, hs_u8 waits) {
  if (cpu < CPUS && index < HS_THREADS_MAX) waiting[cpu].thread[index] = waits;
}

/* Ends the stretch of its absence that began at off_ns; occupant: who ran there, null if unknown. */
static __always_inline void account(hs_u32 index, struct thread* thread, const struct task_struct* occupant, hs_u64 now_ns) {
  hs_u64 from_ns = thread->off_ns;
  thread->off_ns = now_ns;
  if (!from_ns || now_ns <= from_ns) return; /* ended on another CPU a moment ago */
  hs_u32 cause = thread->off_cause;
  if (cause == HS_STALL_PAGE_FAULT) return; /* recorded as a whole when it runs again */
  struct hs_stall* stall = begin_stall(cause, index, thread->cpu, from_ns, now_ns);
  if (!stall) return;
  stall->detail = thread->off_detail;
  if (cause == HS_STALL_STOPPED && stall->detail) {
    stall->pid = stopper.pid;
    __builtin_memcpy(stall->who, stopper.comm, sizeof stall->who);
  } else if (occupant && occupant->pid && (cause == HS_STALL_PREEMPTED || cause == HS_STALL_WAKEUP)) { /* an idle task is nobody */
    stall->pid = occupant->pid;
    bpf_probe_read_kernel(stall->who, sizeof stall->who, occupant->comm);
  }
  submit(stall);
}

static __always_inline void goes_off(hs_u32 index, struct thread* thread, struct task_struct* task, bool runnable, hs_u32 state, hs_u32 cpu,
                                     hs_u64 now_ns) {
  thread->cpu = cpu;
  thread->off_ns = now_ns;
  thread->off_detail = 0;
  if (runnable) {
    thread->off_cause = HS_STALL_PREEMPTED;
    wait_on(cpu, index, 1);
  } else if (state & TASK_STATE_DEAD) {
    thread->off_ns = 0;
  } else if (state & (TASK_STATE_STOPPED | TASK_STATE_TRACED)) {
    thread->off_cause = HS_STALL_STOPPED;
    if (state & TASK_STATE_STOPPED) thread->off_detail = stopper.signal; /* a tracer needs none */
  } else {
    thread->off_cause = HS_STALL_BLOCKED;
    thread->off_detail = state;
    /* orig_ax is -1 but in a system call: a sleep there is a page fault's, if the last fault is not completed yet. */
    struct pt_regs* registers = (struct pt_regs*)bpf_task_pt_regs(task);
    if ((long)registers->orig_ax < 0 && thread->fault_ns && thread->fault_counts == task->min_flt + task->maj_flt) {
      thread->off_cause = HS_STALL_PAGE_FAULT;
      thread->major = 1;
    }
  }
}

static __always_inline void comes_back(hs_u32 index, struct thread* thread, const struct task_struct* before, hs_u32 cpu, hs_u64 now_ns) {
  account(index, thread, before, now_ns);
  if (thread->major) {
    struct hs_stall* stall = begin_stall(HS_STALL_PAGE_FAULT, index, cpu, thread->fault_ns, now_ns);
    if (stall) {
      stall->detail = thread->fault_address;
      stall->flags = thread->fault_flags | HS_STALL_FLAG_MAJOR;
      submit(stall);
    }
    thread->major = 0;
  }
  wait_on(thread->cpu, index, 0);
  wait_on(cpu, index, 0);
  thread->cpu = cpu;
  thread->off_ns = 0;
}

SEC("tp_btf/sched_switch")
int BPF_PROG(on_sched_switch, bool preempt, struct task_struct* prev, struct task_struct* next, unsigned int prev_state) {
  hs_u32 cpu = bpf_get_smp_processor_id();
  bool others = cpu < CPUS && (waiting[cpu].any[0] | waiting[cpu].any[1]);
  if (prev->tgid != engine.tgid && next->tgid != engine.tgid && !others) return 0;
  hs_u64 now_ns = bpf_ktime_get_ns();
  hs_u32 comes = index_of(next);
  if (others)
    for (hs_u32 i = 0; i < HS_THREADS_MAX; i++)
      if (waiting[cpu].thread[i] && i != comes) account(i, &threads[i], prev, now_ns);
  if (comes < HS_THREADS_MAX) comes_back(comes, &threads[comes], prev, cpu, now_ns);
  hs_u32 goes = index_of(prev);
  if (goes < HS_THREADS_MAX) goes_off(goes, &threads[goes], prev, preempt || !prev_state, prev_state, cpu, now_ns);
  return 0;
}

SEC("tp_btf/sched_waking")
int BPF_PROG(on_sched_waking, struct task_struct* task) {
  hs_u32 index = index_of(task);
  if (index >= HS_THREADS_MAX) return 0;
  struct thread* thread = &threads[index];
  if (!thread->off_ns || thread->off_cause == HS_STALL_PREEMPTED || thread->off_cause == HS_STALL_WAKEUP) return 0;
  account(index, thread, 0, bpf_ktime_get_ns());
  thread->off_cause = HS_STALL_WAKEUP;
  thread->off_detail = 0;
  wait_on(thread->cpu, index, 1);
  return 0;
}

SEC("tp_btf/sched_migrate_task")
int BPF_PROG(on_sched_migrate_task, struct task_struct* task, int to_cpu) {
  hs_u32 index = index_of(task);
  if (index >= HS_THREADS_MAX) return 0;
  struct thread* thread = &threads[index];
  hs_u64 now_ns = bpf_ktime_get_ns();
  hs_u32 from_cpu = task->thread_info.cpu;
  instant(HS_STALL_MIGRATED, index, from_cpu, (hs_u64)from_cpu << 32 | (hs_u32)to_cpu, 0, now_ns);
  if (thread->off_ns && thread->off_cause == HS_STALL_PREEMPTED) /* moved by whom it waits for, or pulled from afar */
    account(index, thread, bpf_get_smp_processor_id() == from_cpu ? bpf_get_current_task_btf() : 0, now_ns);
  wait_on(from_cpu, index, 0);
  thread->cpu = to_cpu;
  if (thread->off_ns && (thread->off_cause == HS_STALL_PREEMPTED || thread->off_cause == HS_STALL_WAKEUP)) wait_on(to_cpu, index, 1);
  return 0;
}

SEC("tp_btf/signal_generate")
int BPF_PROG(on_signal_generate, int signal, void* info, struct task_struct* task) {
  if (signal < FIRST_STOP_SIGNAL || signal > LAST_STOP_SIGNAL || task->tgid != engine.tgid) return 0;
  stopper.pid = bpf_get_current_pid_tgid() >> 32;
  stopper.signal = signal;
  bpf_get_current_comm(stopper.comm, sizeof stopper.comm);
  return 0;
}

/* ---- on its CPU, but not its own master ------------------------------------------------------------------------------------------ */

static __always_inline hs_u32 enter(enum entered what) {
  hs_u32 index = current_index();
  if (index < HS_THREADS_MAX) {
    threads[index].cpu = bpf_get_smp_processor_id();
    threads[index].entered_ns[what] = bpf_ktime_get_ns();
  }
  return index;
}

/* Null also where the entry was not seen: the programs attach one after the other. */
static __always_inline struct hs_stall* leave(enum entered what, hs_u32 cause, hs_u32 index) {
  if (index >= HS_THREADS_MAX) return 0;
  struct thread* thread = &threads[index];
  hs_u64 entered_ns = thread->entered_ns[what];
  if (!entered_ns) return 0;
  thread->entered_ns[what] = 0;
  return begin_stall(cause, index, bpf_get_smp_processor_id(), entered_ns, bpf_ktime_get_ns());
}

SEC("tp_btf/irq_handler_entry")
int BPF_PROG(on_irq_handler_entry) {
  enter(IN_HARD_IRQ);
  return 0;
}

SEC("tp_btf/irq_handler_exit")
int BPF_PROG(on_irq_handler_exit, int irq, struct irqaction* action) {
  struct hs_stall* stall = leave(IN_HARD_IRQ, HS_STALL_HARD_IRQ, current_index());
  if (!stall) return 0;
  stall->detail = irq;
  bpf_probe_read_kernel_str(stall->who, sizeof stall->who, action->name);
  submit(stall);
  return 0;
}

SEC("tp_btf/softirq_entry")
int BPF_PROG(on_softirq_entry) {
  enter(IN_SOFTIRQ);
  return 0;
}

SEC("tp_btf/softirq_exit")
int BPF_PROG(on_softirq_exit, unsigned int vector) {
  struct hs_stall* stall = leave(IN_SOFTIRQ, HS_STALL_SOFTIRQ, current_index());
  if (!stall) return 0;
  stall->detail = vector;
  submit(stall);
  return 0;
}

SEC("tp_btf/local_timer_entry")
int BPF_PROG(on_local_timer_entry) {
  enter(IN_TIMER_TICK);
  return 0;
}

SEC("tp_btf/local_timer_exit")
int BPF_PROG(on_local_timer_exit, int vector) {
  struct hs_stall* stall = leave(IN_TIMER_TICK, HS_STALL_TIMER_TICK, current_index());
  if (!stall) return 0;
  stall->detail = vector;
  submit(stall);
  return 0;
}

static __always_inline int enter_ipi(void) {
  hs_u32 index = enter(IN_IPI);
  if (index < HS_THREADS_MAX) threads[index].tlb_flushed = 0;
  return 0;
}

static __always_inline int leave_ipi(const char who[16], int vector) {
  hs_u32 index = current_index();
  if (index >= HS_THREADS_MAX) return 0;
  bool flushed = threads[index].tlb_flushed;
  struct hs_stall* stall = leave(IN_IPI, flushed ? HS_STALL_TLB_SHOOTDOWN : HS_STALL_IPI, index);
  if (!stall) return 0;
  stall->detail = flushed ? threads[index].tlb_pages : (hs_u64)vector;
  __builtin_memcpy(stall->who, who, sizeof stall->who);
  submit(stall);
  return 0;
}

#define IPI(tracepoint, who)                                    \
  SEC("tp_btf/" #tracepoint "_entry")                           \
  int BPF_PROG(on_##tracepoint##_entry) { return enter_ipi(); } \
  SEC("tp_btf/" #tracepoint "_exit")                            \
  int BPF_PROG(on_##tracepoint##_exit, int vector) {            \
    const char name[16] = who;                                  \
    return leave_ipi(name, vector);                             \
  }
IPI(call_function, "call_function")
IPI(call_function_single, "call_function")
IPI(reschedule, "reschedule")
IPI(irq_work, "irq_work")

SEC("tp_btf/tlb_flush")
int BPF_PROG(on_tlb_flush, int reason, unsigned long pages) {
  hs_u32 index = reason == TLB_REMOTE_SHOOTDOWN ? current_index() : HS_THREADS_MAX;
  if (index < HS_THREADS_MAX && threads[index].entered_ns[IN_IPI]) {
    threads[index].tlb_flushed = 1;
    threads[index].tlb_pages = pages; /* all ones: the whole TLB */
  }
  return 0;
}

/* ---- on its own account ---------------------------------------------------------------------------------------------------------- */

SEC("tp_btf/page_fault_user")
int BPF_PROG(on_page_fault_user, unsigned long address, void* registers, unsigned long error_code) {
  hs_u32 index = current_index();
  if (index >= HS_THREADS_MAX) return 0;
  struct thread* thread = &threads[index];
  struct task_struct* task = bpf_get_current_task_btf();
  thread->fault_ns = bpf_ktime_get_ns();
  thread->fault_address = address;
  thread->fault_counts = task->min_flt + task->maj_flt;
  thread->fault_flags = error_code & PAGE_FAULT_BY_WRITE ? HS_STALL_FLAG_WRITE : 0;
  instant(HS_STALL_PAGE_FAULT, index, bpf_get_smp_processor_id(), address, thread->fault_flags, thread->fault_ns);
  return 0;
}

SEC("tp_btf/sys_enter")
int BPF_PROG(on_sys_enter, void* registers, long number) {
  if (number == UPROBE_SYSCALL) return 0;
  hs_u32 index = enter(IN_SYSCALL);
  if (index < HS_THREADS_MAX) threads[index].syscall = number;
  return 0;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(on_sys_exit) {
  hs_u32 index = current_index();
  if (index >= HS_THREADS_MAX) return 0;
  hs_u64 number = threads[index].syscall;
  struct hs_stall* stall = leave(IN_SYSCALL, HS_STALL_SYSCALL, index);
  if (!stall) return 0;
  stall->detail = number;
  submit(stall);
  return 0;
}

SEC("tp_btf/cpu_frequency")
int BPF_PROG(on_cpu_frequency, unsigned int khz, unsigned int cpu) {
  for (hs_u32 i = 0; i < HS_THREADS_MAX; i++)
    if (engine.tids[i] && threads[i].cpu == cpu) instant(HS_STALL_FREQUENCY, i, cpu, khz, 0, bpf_ktime_get_ns());
  return 0;
}

/* For the addon: does it read the same clock as these programs? */
SEC("syscall")
int read_clock(hs_u64* now_ns) {
  *now_ns = bpf_ktime_get_ns();
  return 0;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
