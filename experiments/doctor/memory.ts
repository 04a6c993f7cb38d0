/** Hugepages and the file systems that DPDK and the tracing tools expect. */
import { note, ok, type Verdict } from './check.js';
import type { Host } from './host.js';
import { mountPointOf, parseHugepages } from './procfs.js';

/** Hugepages of 2 MiB that the runner wants free for one run (experiments/isolation/hugepages.ts). */
const WANTED_MIB = 128;
const RESERVED_BY_REMEDY = 256;

function hugepages(host: Host, deny: readonly string[]): Verdict {
  const remedy = `sysctl -w vm.nr_hugepages=${RESERVED_BY_REMEDY}`;
  if (deny.includes('hugepages')) return note('hugepages', 'denied by the settings', 'take hugepages off the deny list');
  const { total, free, sizeKib } = parseHugepages(host.readText('/proc/meminfo') ?? '');
  if (sizeKib === 0) return note('hugepages', 'this kernel has none: runs do without, with more TLB misses', 'boot a kernel with CONFIG_HUGETLBFS=y');
  const detail = `${free} of ${total} free, ${sizeKib / 1024} MiB each`;
  if (free * sizeKib >= WANTED_MIB * 1024) return ok('hugepages', detail);
  return note('hugepages', `${detail}: a run reserves what is missing, or does without, with more TLB misses`, remedy);
}

function mounted(host: Host, type: string, at: string, without: string): Verdict {
  const found = mountPointOf(host.readText('/proc/mounts') ?? '', type);
  return found === undefined ? note(type, `not mounted: ${without}`, `mkdir -p ${at} && mount -t ${type} ${type} ${at}`) : ok(type, `on ${found}`);
}

export function memoryChecks(host: Host, deny: readonly string[]): readonly Verdict[] {
  return [
    hugepages(host, deny),
    mounted(host, 'hugetlbfs', '/dev/hugepages', 'DPDK finds no hugepages'),
    mounted(host, 'bpf', '/sys/fs/bpf', 'nothing of a run needs it, bpftool does'),
    mounted(host, 'tracefs', '/sys/kernel/tracing', 'bpftrace and perf do not see the hop sites'),
  ];
}
