// What the machine must offer while Hopscope runs: hugepages for DPDK, and the file systems of tracing. None of it survives a reboot.
import { existsSync, readFileSync } from 'node:fs';
import { runAsRoot, step } from './step.js';

const HUGEPAGES = '/proc/sys/vm/nr_hugepages';
const WANTED_HUGEPAGES = 256; // of 2 MiB: engine and testpmd together take less than half

const MOUNTS = [
  { type: 'hugetlbfs', at: '/dev/hugepages' },
  { type: 'bpf', at: '/sys/fs/bpf' },
  { type: 'tracefs', at: '/sys/kernel/tracing' },
];

/** Types of the mounted file systems, from the text of /proc/mounts. */
export const mountedTypes = (text) => new Set(text.split('\n').map((line) => line.split(' ')[2]));

/** Reserves hugepages and mounts what is missing. A refusal is not fatal here: the run and `hopscope doctor` say what is missing and why. */
export function prepareHost() {
  const notes = [];
  const attempt = (name, work) => {
    try {
      step(name, work);
    } catch (error) {
      notes.push(`${name}: ${error.message}`);
    }
  };
  const mounted = mountedTypes(readFileSync('/proc/mounts', 'utf8'));
  for (const { type, at } of MOUNTS) {
    if (mounted.has(type)) continue;
    attempt(`mount ${type} on ${at}`, () => {
      if (!existsSync(at)) runAsRoot('mkdir', ['-p', at]);
      runAsRoot('mount', ['-t', type, type, at]);
    });
  }
  if (existsSync(HUGEPAGES) && Number(readFileSync(HUGEPAGES, 'utf8')) < WANTED_HUGEPAGES)
    attempt(`reserve ${WANTED_HUGEPAGES} hugepages`, () => runAsRoot('sysctl', ['-q', '-w', `vm.nr_hugepages=${WANTED_HUGEPAGES}`]));
  for (const note of notes) process.stderr.write(`~ ${note}\n`);
}
