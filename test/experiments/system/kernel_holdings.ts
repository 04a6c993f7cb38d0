import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

/** Memory and names that an engine could leave in the kernel: hugepages in use, files of hugetlbfs, pins of bpffs, EAL's runtime folders. */
export function kernelHoldings(): readonly string[] {
  const meminfo = readFileSync('/proc/meminfo', 'utf8');
  const pages = (key: string): number => Number(new RegExp(`^${key}:\\s+([0-9]+)`, 'm').exec(meminfo)?.[1] ?? 0);
  const mounts = readFileSync('/proc/mounts', 'utf8').split('\n').map((line) => line.split(' '));
  const folders = [...mounts.filter(([, , type]) => type === 'hugetlbfs' || type === 'bpf').flatMap(([, at]) => at ?? []), '/var/run/dpdk'];
  const files = folders.filter((folder) => existsSync(folder)).flatMap((folder) => readdirSync(folder).map((name) => path.join(folder, name)));
  return [`${pages('HugePages_Total') - pages('HugePages_Free')} hugepages in use`, ...files.sort()];
}
