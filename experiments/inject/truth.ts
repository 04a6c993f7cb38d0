/**
 * The truth about outside disturbances: when each of them really was, by the witness that made it (native/disturb), not by what was intended.
 *
 * Intervals are lower bounds: a hog counts only the time in which it read the counter itself, a stop begins when no thread of the engine was
 * seen to run any more and ends before it was continued. So what is found may exceed the truth by some µs an event, and never has to reach
 * for time in which nothing happened.
 */
import { readFileSync } from 'node:fs';
import type { Store } from '../../collector/index.js';

export const DISTURBANCES = ['hog', 'stop', 'timer'] as const;
export type DisturbanceKind = (typeof DISTURBANCES)[number];

/** Readings of the time-stamp counter that the engine stamps with. */
export interface TscInterval {
  readonly fromTsc: bigint;
  readonly toTsc: bigint;
}

export interface Disturbance {
  readonly kind: DisturbanceKind;
  /** Whom the kernel's events should name; empty where nobody is to be named. */
  readonly who: string;
  /** Ascending, none overlaps another. A timer storm is one. */
  readonly intervals: readonly TscInterval[];
  /** Timer: interrupts of that CPU meanwhile by the kernel's own count (/proc/interrupts, LOC), its ordinary tick included. */
  readonly interrupts: number;
}

export interface Truth {
  readonly disturbances: readonly Disturbance[];
  /** One sentence each: what shows that a disturbance took place, and what kept it from being what was asked for. */
  readonly conditions: readonly string[];
}

export const NO_TRUTH: Truth = { disturbances: [], conditions: [] };

/** The tie of the counter to wall time that the run's rows were converted with (native/wall_clock.h). */
export interface RunClock {
  readonly tscMillihertz: bigint;
  readonly tsc: bigint;
  readonly realtimeNs: bigint;
}

/** A disturbance on the rows' time axis: ns since 1970. */
export interface Injection {
  readonly kind: DisturbanceKind;
  readonly who: string;
  readonly fromNs: bigint;
  readonly toNs: bigint;
}

export function wallNs(clock: RunClock, tsc: bigint): bigint {
  const nsPerTick = 1e12 / Number(clock.tscMillihertz);
  return clock.realtimeNs + BigInt(Math.trunc(Number(tsc - clock.tsc) * nsPerTick));
}

export function injectionsOf(truth: Truth, clock: RunClock): readonly Injection[] {
  return truth.disturbances.flatMap(({ kind, who, intervals }) =>
    intervals.map(({ fromTsc, toTsc }) => ({ kind, who, fromNs: wallNs(clock, fromTsc), toNs: wallNs(clock, toTsc) })),
  );
}

/** Rows of table `injections`, so that `hopscope query` can check the instrument too. */
export async function storeInjections(store: Store, runId: string, truth: Truth, clock: RunClock): Promise<void> {
  const injections = injectionsOf(truth, clock);
  if (injections.length === 0) return;
  const rows = injections.map(({ kind, who, fromNs, toNs }) =>
    `${JSON.stringify({ run_id: runId, ts: dateTime64(fromNs), duration_ns: Number(toNs - fromNs), kind, who })}\n`);
  await store.insert({ table: 'injections', rows: [Buffer.from(rows.join(''))], format: 'JSONEachRow', token: `${runId}/injections` });
}

/** Pairs of readings as native/disturb/interval.h lays them out; a last one that a kill cut in two is left out. */
export function readIntervals(file: string): readonly TscInterval[] {
  const bytes = readFileSync(file);
  return Array.from({ length: Math.floor(bytes.length / PAIR_BYTES) }, (_, i) => ({
    fromTsc: bytes.readBigUInt64LE(i * PAIR_BYTES),
    toTsc: bytes.readBigUInt64LE(i * PAIR_BYTES + 8),
  }));
}

const PAIR_BYTES = 16;

/** `2026-03-01 09:30:00.000000001`, UTC: text, because a number of JSON does not hold so many digits. */
function dateTime64(ns: bigint): string {
  const seconds = new Date(Number(ns / 1_000_000_000n) * 1000).toISOString().slice(0, 19).replace('T', ' ');
  return `${seconds}.${String(ns % 1_000_000_000n).padStart(9, '0')}`;
}
