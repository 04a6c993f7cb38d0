/**
 * The kernel's own threads, kept off the engine's CPUs: RCU's grace-period thread alone took an engine CPU for 20 us up to 125 times a second
 * (DESIGN's "why was it slow", asked of this testbed itself). Threads that belong to one CPU cannot be moved, and stay.
 */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { parseCpuList } from '../launch/placement.js';
import { identify } from '../launch/process_identity.js';
import { setAffinity } from './affinity.js';
import type { Session } from './session.js';

const WORKQUEUES = '/sys/devices/virtual/workqueue/cpumask';
/** Parent of every kernel thread. */
const KTHREADD = 2;

/** @returns one sentence: what was done */
export function moveKernelThreads(cpu: number, session: Session): string {
  const said = SAID.get(session);
  if (said?.cpu === cpu) return said.sentence; // an earlier run of this experiment has moved them
  const sentence = moveAll(cpu, session);
  SAID.set(session, { cpu, sentence });
  return sentence;
}

const SAID = new WeakMap<Session, { readonly cpu: number; readonly sentence: string }>();

function moveAll(cpu: number, session: Session): string {
  let moved = 0;
  let refused = 0;
  for (const { pid, cpus } of kernelThreads()) {
    const list = parseCpuList(cpus);
    if (list.length < 2) continue;
    const identity = identify(pid);
    if (identity === undefined) continue;
    const leftover = { kind: 'affinity', ...identity, cpus } as const;
    session.remember(leftover);
    try {
      setAffinity(pid, String(cpu));
      moved += 1;
    } catch {
      session.forget(leftover); // PF_NO_SETAFFINITY: workers of a workqueue, which follow the mask below
      refused += 1;
    }
  }
  const workqueues = moveWorkqueues(cpu, session);
  return `${moved} kernel threads moved to CPU ${cpu}${refused === 0 ? '' : `, ${refused} cannot be`}${workqueues}`;
}

function moveWorkqueues(cpu: number, session: Session): string {
  try {
    const was = readFileSync(WORKQUEUES, 'utf8').trim();
    const wanted = maskOf(cpu);
    if (BigInt(`0x${was.replaceAll(',', '')}`) !== BigInt(`0x${wanted.replaceAll(',', '')}`)) {
      session.remember({ kind: 'setting', path: WORKQUEUES, was });
      writeFileSync(WORKQUEUES, wanted);
    }
    return ', unbound workqueues too';
  } catch {
    return ', unbound workqueues cannot be'; // no sysfs, or read-only in a container
  }
}

/** A CPU as the kernel writes masks: hexadecimal, in groups of 32 bits. */
export function maskOf(cpu: number): string {
  const digits = (1n << BigInt(cpu)).toString(16);
  const groups: string[] = [];
  for (let end = digits.length; end > 0; end -= 8) groups.unshift(digits.slice(Math.max(0, end - 8), end));
  return groups.join(',');
}

function* kernelThreads(): Iterable<{ readonly pid: number; readonly cpus: string }> {
  for (const name of readdirSync('/proc').filter((entry) => /^[0-9]+$/.test(entry))) {
    let status: string;
    try {
      status = readFileSync(`/proc/${name}/status`, 'utf8');
    } catch {
      continue; // it has ended
    }
    const parent = Number(/^PPid:\s*(\d+)/m.exec(status)?.[1]);
    const cpus = /^Cpus_allowed_list:\s*(\S+)/m.exec(status)?.[1];
    if (parent === KTHREADD && cpus !== undefined) yield { pid: Number(name), cpus };
  }
}
