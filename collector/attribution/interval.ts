/**
 * What an engine thread met in an interval, and how the interval's delay is divided among it.
 *
 * The thread reads the clock at the interval's end, and where it also read it at the beginning, it ran at both moments. A stall that
 * says otherwise belongs to another moment, and is left out.
 */
import { causeByName } from '../stall_causes.js';
import { firstAbove, type Coverage, type ThreadCoverage } from './coverage.js';
import type { Kinds } from './stall_columns.js';

export interface Interval {
  readonly thread: number;
  readonly fromNs: number;
  readonly toNs: number;
  /** The beginning was stamped by the same thread. */
  readonly fromIsOwn: boolean;
}

/** One kind of stall in an interval, and its share of the delay. */
export interface Met {
  kind: number;
  /** Time inside the interval that these stalls had to themselves. */
  exclusiveNs: number;
  /** Stalls of this kind that ended here, those within another one not counted. */
  outermost: number;
  /** Page faults whose end is not traced. */
  faults: number;
  /** The stall of this kind that took most of the interval, and how much. */
  stall: number;
  stallNs: number;
  delayNs: number;
}

/** Costs around a stall that no event shows: entry, exit, cold caches. By cause value. */
export type Overheads = ReadonlyMap<number, number>;

export const NO_OVERHEADS: Overheads = new Map();

/** A rest below both is the scatter of the hop itself, and nobody's. */
export const LEAST_REST_NS = 100;
const LEAST_REST_SHARE = 0.05;
/**
 * A fault that puts the thread to sleep has its end traced. The others are done at once: a few µs, in a virtual machine some tens. One that
 * stands in a delay of milliseconds by chance must not explain it.
 */
const FAULT_NS = 50_000;
const PAGE_FAULT = causeByName('page_fault').value;

/** Reused from interval to interval: its fields hold until the next call. */
export class IntervalReader {
  /** The first `count` of these. */
  readonly met: Met[] = [];
  count = 0;
  /** Stalls that ended in the interval, instants included. */
  ended = 0;
  coveredNs = 0;

  constructor(
    private readonly coverage: Coverage,
    private readonly kinds: Kinds,
    /** How far the stalls' clock and the stamps may disagree. */
    private readonly toleranceNs: number,
  ) {}

  /** Gathers what the thread met. */
  read(interval: Interval): void {
    this.count = 0;
    this.ended = 0;
    this.coveredNs = 0;
    const thread = this.coverage.of(interval.thread);
    if (thread === undefined || interval.toNs <= interval.fromNs) return;
    this.#readSegments(thread, interval);
    this.#readInstants(thread, interval);
  }

  /**
   * Divides a delay among what read() found: first the time that stalls had to themselves, then the costs around them, then page faults
   * of which only the beginning shows take what is left, up to FAULT_NS each.
   *
   * @returns what is left for no event
   */
  divide(delayNs: number, overheads: Overheads): number {
    let leftNs = delayNs;
    this.#longestFirst();
    for (let i = 0; i < this.count; i += 1) {
      const met = this.#at(i);
      met.delayNs = Math.min(met.exclusiveNs, leftNs);
      leftNs -= met.delayNs;
    }
    for (let i = 0; i < this.count && leftNs > 0; i += 1) {
      const met = this.#at(i);
      const aroundNs = met.outermost === 0 ? 0 : Math.min(leftNs, met.outermost * (overheads.get(this.kinds.at(met.kind).cause) ?? 0));
      met.delayNs += aroundNs;
      leftNs -= aroundNs;
    }
    for (let i = 0; i < this.count && leftNs > 0; i += 1) {
      const met = this.#at(i);
      const faultsNs = Math.min(leftNs, met.faults * FAULT_NS);
      met.delayNs += faultsNs;
      leftNs -= faultsNs;
    }
    return leftNs;
  }

  #readSegments(thread: ThreadCoverage, { fromNs, toNs, fromIsOwn }: Interval): void {
    const { startNs, endNs, kind } = this.coverage.stalls;
    const earliestNs = fromIsOwn ? fromNs - this.toleranceNs : -Infinity;
    const latestNs = toNs + this.toleranceNs;
    for (let i = firstAbove(thread.segmentEndNs, fromNs); i < thread.segments; i += 1) {
      const segmentFromNs = thread.segmentStartNs[i] ?? 0;
      if (segmentFromNs >= toNs) return;
      const stall = thread.segmentStall[i] ?? 0;
      if ((startNs[stall] ?? 0) < earliestNs || (endNs[stall] ?? 0) > latestNs) continue;
      const takenNs = Math.min(thread.segmentEndNs[i] ?? 0, toNs) - Math.max(segmentFromNs, fromNs);
      const met = this.#metOf(kind[stall] ?? 0);
      met.exclusiveNs += takenNs;
      this.coveredNs += takenNs;
      if (takenNs > met.stallNs) {
        met.stall = stall;
        met.stallNs = takenNs;
      }
      if (this.coverage.lastSegment[stall] !== i) continue;
      this.ended += 1;
      met.outermost += this.coverage.outermost[stall] ?? 0;
    }
  }

  #readInstants(thread: ThreadCoverage, { fromNs, toNs }: Interval): void {
    const { kind } = this.coverage.stalls;
    const latestNs = toNs + this.toleranceNs;
    for (let i = firstAbove(thread.instantNs, fromNs - this.toleranceNs); i < thread.instantNs.length; i += 1) {
      if ((thread.instantNs[i] ?? 0) > latestNs) return;
      const stall = thread.instantStall[i] ?? 0;
      this.ended += 1;
      const id = kind[stall] ?? 0;
      if (this.kinds.at(id).cause !== PAGE_FAULT) continue;
      const met = this.#metOf(id);
      if (met.faults === 0 && met.stallNs === 0) met.stall = stall;
      met.faults += 1;
    }
  }

  #metOf(kind: number): Met {
    for (let i = 0; i < this.count; i += 1) {
      const met = this.#at(i);
      if (met.kind === kind) return met;
    }
    const met = this.#at(this.count);
    this.count += 1;
    met.kind = kind;
    met.exclusiveNs = met.outermost = met.faults = met.stall = met.stallNs = met.delayNs = 0;
    return met;
  }

  #at(index: number): Met {
    return (this.met[index] ??= { kind: 0, exclusiveNs: 0, outermost: 0, faults: 0, stall: 0, stallNs: 0, delayNs: 0 });
  }

  /** Few kinds meet in an interval: insertion sort. */
  #longestFirst(): void {
    for (let i = 1; i < this.count; i += 1) {
      const moving = this.#at(i);
      let to = i;
      for (; to > 0 && this.#at(to - 1).exclusiveNs < moving.exclusiveNs; to -= 1) this.met[to] = this.#at(to - 1);
      this.met[to] = moving;
    }
  }
}

/** Whether what divide() left over says something: more than the hop's own scatter. */
export function isWorthNaming(restNs: number, delayNs: number): boolean {
  return restNs > Math.max(LEAST_REST_NS, LEAST_REST_SHARE * delayNs);
}
