/**
 * Which role runs on which CPU.
 *
 * Two or three CPUs: all roles on one lcore, run to completion, and everything else on another CPU. Four or more: OMS, feed and venues on one
 * lcore each. No two busy-polling threads share a CPU, and one CPU polls nothing: the collector, the store, the journal's helper and the
 * operating system live there, with the interrupts that cannot be moved. A journal with `submit: sqpoll` has the kernel poll for a venue's
 * writes on a CPU that nothing else polls on: the last ones, one a venue.
 */
import { readFileSync } from 'node:fs';
import { housekeepingCpuOf } from './interrupts.js';
import { venueCount, type Settings } from '../spec/schema.js';

export interface LcorePlacement {
  readonly cpu: number;
  readonly roles: readonly string[];
}

export interface Placement {
  readonly lcores: readonly LcorePlacement[];
  readonly housekeepingCpu: number;
  /** Where the kernel polls for the journals' writes, one a venue. With `pipeline.journal.submit: sqpoll` only. */
  readonly sqpollCpus?: readonly number[];
}

/** This machine cannot carry the placement; the message names the setting. */
export class PlacementError extends Error {
  override readonly name = 'PlacementError';
}

/**
 * @param cpus the CPUs that may be used, ascending
 * @param fixed interrupts that cannot be moved, by CPU (interrupts.ts)
 */
export function place(settings: Settings, cpus: readonly number[], fixed: ReadonlyMap<number, number> = new Map()): Placement {
  if (settings.placement !== 'auto') return placeAsTold(settings, settings.placement, cpus);
  const housekeepingCpu = housekeepingCpuOf(cpus, fixed);
  const others = cpus.filter((cpu) => cpu !== housekeepingCpu);
  const sqpoll = cpusForSqpoll(settings, others.slice(1), cpus.length);
  const [first, second, third] = others.filter((cpu) => sqpoll.sqpollCpus?.includes(cpu) !== true);
  if (housekeepingCpu === undefined || first === undefined) {
    throw new PlacementError('placement: this machine has one CPU; the engine polls on one and the operating system needs another, so use a machine with two or more');
  }
  const venues = Array.from({ length: venueCount(settings) }, (_, i) => `venue${i}`);
  if (second === undefined || third === undefined) return { housekeepingCpu, ...sqpoll, lcores: [{ cpu: first, roles: ['feed', 'oms', ...venues] }] };
  const lcores = [{ cpu: first, roles: ['oms'] }, { cpu: second, roles: ['feed'] }, { cpu: third, roles: venues }];
  return { housekeepingCpu, ...sqpoll, lcores };
}

/** @param free CPUs that neither the engine nor the operating system must have, ascending */
function cpusForSqpoll(settings: Settings, free: readonly number[], all: number): Pick<Placement, 'sqpollCpus'> {
  const { device, submit } = settings.pipeline.journal;
  if (device !== 'uring' || submit !== 'sqpoll') return {};
  const venues = venueCount(settings);
  if (free.length < venues) {
    throw new PlacementError(`pipeline.journal.submit: sqpoll has the kernel poll for the journal's writes on a CPU of its own, one a venue: ${venues} needed, ${free.length} of this machine's ${all} free beside the engine and the operating system; use submit: inline or helper`);
  }
  return { sqpollCpus: free.slice(free.length - venues) };
}

function placeAsTold(settings: Settings, placement: Exclude<Settings['placement'], 'auto'>, cpus: readonly number[]): Placement {
  for (const cpu of [placement.housekeeping, ...placement.lcores.map((lcore) => lcore.cpu)]) {
    if (!cpus.includes(cpu)) throw new PlacementError(`placement: there is no CPU ${cpu} on this machine (it has ${cpus.join(', ')}); name one of those, or write placement: auto`);
  }
  const taken = [placement.housekeeping, ...placement.lcores.map((lcore) => lcore.cpu)];
  return { housekeepingCpu: placement.housekeeping, lcores: placement.lcores, ...cpusForSqpoll(settings, cpus.filter((cpu) => !taken.includes(cpu)), cpus.length) };
}

/** CPUs this process may use (online and in its cpuset). Ask before the orchestrator pins itself. */
export function usableCpus(): readonly number[] {
  const allowed = /^Cpus_allowed_list:\s*(\S+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  if (allowed === undefined) throw new PlacementError('placement: /proc/self/status has no Cpus_allowed_list; mount /proc');
  return parseCpuList(allowed);
}

/** `0-1,4` -> [0, 1, 4]: the kernel's way to write a set of CPUs. */
export function parseCpuList(list: string): readonly number[] {
  return list.trim().split(',').filter((part) => part !== '').flatMap((part) => {
    const [from = 0, to = from] = part.split('-').map(Number);
    return Array.from({ length: to - from + 1 }, (_, i) => from + i);
  });
}
