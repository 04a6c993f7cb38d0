/** Kernel events that tell why an order was slow: which of bpf/stalls.bpf.c's tracepoints this kernel has. */
import { note, ok, type Verdict } from './check.js';
import type { Host } from './host.js';

/** Types of everything in the kernel; a tracepoint that a tp_btf program can be attached to has one called btf_trace_<name>. */
const KERNEL_BTF = '/sys/kernel/btf/vmlinux';

/** Without them, nobody sees … */
const TRACEPOINTS: Readonly<Record<string, readonly string[]>> = {
  'who takes the CPU': ['sched_switch'],
  'the wait after a wake-up': ['sched_waking'],
  'moves to another CPU': ['sched_migrate_task'],
  'who stops a thread': ['signal_generate'],
  'device interrupts': ['irq_handler_entry', 'irq_handler_exit'],
  softirqs: ['softirq_entry', 'softirq_exit'],
  'timer ticks': ['local_timer_entry', 'local_timer_exit'],
  'function-call IPIs': ['call_function_entry', 'call_function_exit', 'call_function_single_entry', 'call_function_single_exit'],
  'reschedule IPIs': ['reschedule_entry', 'reschedule_exit'],
  'irq_work IPIs': ['irq_work_entry', 'irq_work_exit'],
  'TLB shootdowns': ['tlb_flush'],
  'page faults': ['page_fault_user'],
  'system calls': ['sys_enter', 'sys_exit'],
  'changes of frequency': ['cpu_frequency'],
};

export const STALL_TRACEPOINTS: readonly string[] = Object.values(TRACEPOINTS).flat();

export function stallCheck(host: Host): Verdict {
  const types = host.readText(KERNEL_BTF); // binary, but its names are zero-terminated ASCII
  if (types === undefined) return note('stall events', `no ${KERNEL_BTF}: slow orders get no cause`, 'boot a kernel with CONFIG_DEBUG_INFO_BTF=y');
  const unseen = Object.entries(TRACEPOINTS).filter(([, names]) => names.some((name) => !types.includes(`\0btf_trace_${name}\0`)));
  if (unseen.length === 0) return ok('stall events', `all ${STALL_TRACEPOINTS.length} tracepoints are there`);
  const what = unseen.map(([seen]) => seen).join(', ');
  return note('stall events', `this kernel does not tell of ${what}: delays by them stay without a cause`, 'boot a kernel that has these tracepoints');
}
