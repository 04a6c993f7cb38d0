/** Made-up machines for the doctor's tests: a good one, and whatever a test takes away from it. */
import type { Feature, Jitter, Tsc } from '../../../native/index.js';
import type { Instruments } from '../../../experiments/doctor/doctor.js';
import type { Host } from '../../../experiments/doctor/host.js';
import { STALL_TRACEPOINTS } from '../../../experiments/doctor/stalls.js';

/** The string section of a kernel's BTF that knows these tracepoints. */
export const btfWith = (tracepoints: readonly string[]): string => `\0int\0${tracepoints.map((name) => `btf_trace_${name}\0`).join('')}`;

export const GOOD_FILES: Readonly<Record<string, string>> = {
  '/proc/cpuinfo': 'processor\t: 0\nmodel name\t: AMD EPYC 9B14\nflags\t\t: fpu tsc constant_tsc nonstop_tsc avx2 \n\nprocessor\t: 1\n',
  '/proc/meminfo': 'MemTotal:       24684084 kB\nHugePages_Total:     256\nHugePages_Free:      250\nHugepagesize:       2048 kB\n',
  '/proc/mounts': 'none /dev/hugepages hugetlbfs rw 0 0\nbpf /sys/fs/bpf bpf rw 0 0\ntracefs /sys/kernel/tracing tracefs rw 0 0\n',
  '/proc/net/protocols': 'protocol  size sockets  memory press maxhdr  slab module\nXDP       1024      0      -1   NI       0   no   kernel\nUDP       1344      2      10   NI       0   yes  kernel\n',
  '/proc/sys/kernel/io_uring_disabled': '0\n',
  '/proc/sys/kernel/sched_rt_runtime_us': '950000\n',
  '/proc/version': 'Linux version 6.18.2 (gcc) #1 SMP PREEMPT_DYNAMIC\n',
  '/etc/os-release': 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\nVERSION_ID="12"\n',
  '/sys/devices/system/cpu/online': '0-1\n',
  '/sys/devices/system/cpu/isolated': '1\n',
  '/sys/devices/system/cpu/nohz_full': '1\n',
  '/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor': 'performance\n',
  '/sys/devices/system/cpu/cpu1/cpufreq/scaling_governor': 'performance\n',
  '/sys/devices/system/clocksource/clocksource0/current_clocksource': 'tsc\n',
  '/sys/kernel/btf/vmlinux': btfWith(STALL_TRACEPOINTS),
  '/sys/kernel/realtime': '1\n',
  '/dev/netmap': '',
  '/opt/hopscope/build/CMakeCache.txt': 'CMAKE_BUILD_TYPE:STRING=RelWithDebInfo\nHOPSCOPE_SPDK_VERSION:INTERNAL=26.05\n',
};

export interface Change extends Partial<Omit<Host, 'readText'>> {
  /** Texts to put in place of the good machine's; undefined removes the file. */
  readonly files?: Readonly<Record<string, string | undefined>>;
}

export function machine({ files = {}, ...change }: Change = {}): Host {
  const texts: Readonly<Record<string, string | undefined>> = { ...GOOD_FILES, ...files };
  return {
    isRoot: true,
    arch: 'x64',
    release: '6.18.2-amd64',
    packageRoot: '/opt/hopscope',
    readText: (file) => texts[file],
    exists: (file) => file.startsWith('/opt/hopscope/build/') || texts[file] !== undefined,
    writeFault: () => '',
    directFault: () => '',
    freeBytes: () => 50 * 2 ** 30,
    firstLineOf: (_command, args) => (args.includes('libdpdk') ? '22.11.11' : '24.09'),
    hasPackage: () => true,
    ...change,
  };
}

const FEATURE_NAMES = ['btf', 'uprobe', 'usdt_nop5', 'ringbuf', 'user_ringbuf', 'tp_btf', 'fentry', 'kprobe'] as const;

export function featuresWithout(...missing: readonly Feature['name'][]): readonly Feature[] {
  return FEATURE_NAMES.map((name) =>
    missing.includes(name) ? { name, ok: false, detail: 'EPERM', remedy: `boot a kernel with ${name}` } : { name, ok: true, detail: 'loads and runs', remedy: '' },
  );
}

export const GOOD_TSC: Tsc = { hz: 2_596_103_441, resolutionNs: 10.02, invariant: true };
export const QUIET: Jitter = { windows: 1_000, p50: 0, p99: 120, p999: 4_000, max: 9_000 };

export function instruments(change: Partial<Instruments> = {}): Instruments {
  return { tsc: GOOD_TSC, features: featuresWithout(), jitter: () => Promise.resolve(QUIET), ...change };
}
