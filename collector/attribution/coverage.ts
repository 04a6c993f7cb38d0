/**
 * Which stall a thread was in at any time.
 *
 * Stalls nest: a timer tick comes in the middle of a system call, an interrupt while the thread is off its CPU. The innermost one, which
 * is the one that began last, has the time to itself, so that no nanosecond is counted twice. Each thread's stalls are cut into such
 * segments once; an interval then finds its own by binary search.
 */
import type { StallColumns } from './stall_columns.js';

/** Disjoint and ascending. */
export interface ThreadCoverage {
  readonly segments: number;
  readonly segmentStartNs: Float64Array;
  readonly segmentEndNs: Float64Array;
  /** Index of the stall that has the segment. */
  readonly segmentStall: Uint32Array;
  /** Stalls without a duration, ascending. */
  readonly instantNs: Float64Array;
  readonly instantStall: Uint32Array;
}

export class Coverage {
  /** By stall: 1 where it began while its thread was in no other one. */
  readonly outermost: Uint8Array;
  /** By stall: the last of its thread's segments that it has. One that never was innermost has none, and 0 here. */
  readonly lastSegment: Uint32Array;
  readonly #threads = new Map<number, ThreadCoverage>();

  constructor(readonly stalls: StallColumns) {
    this.outermost = new Uint8Array(stalls.length);
    this.lastSegment = new Uint32Array(stalls.length);
    for (const [thread, order] of byThread(stalls)) this.#threads.set(thread, this.#cut(order));
  }

  of(thread: number): ThreadCoverage | undefined {
    return this.#threads.get(thread);
  }

  /** @param order one thread's stalls by their start; of those that start together the longest first */
  #cut(order: Uint32Array): ThreadCoverage {
    const { startNs, endNs } = this.stalls;
    const start = (stall: number): number => startNs[stall] ?? 0;
    const end = (stall: number): number => endNs[stall] ?? 0;
    const instants = order.filter((stall) => end(stall) <= start(stall));
    const segmentStartNs = new Float64Array(2 * order.length);
    const segmentEndNs = new Float64Array(2 * order.length);
    const segmentStall = new Uint32Array(2 * order.length);
    let segments = 0;
    let atNs = -Infinity;
    const open: number[] = [];
    // Hands the time up to `untilNs` to whoever is innermost until then.
    const advance = (untilNs: number): void => {
      for (let top = open.at(-1); top !== undefined && atNs < untilNs; top = open.at(-1)) {
        const toNs = Math.min(end(top), untilNs);
        if (toNs > atNs) {
          segmentStartNs[segments] = atNs;
          segmentEndNs[segments] = toNs;
          segmentStall[segments] = top;
          this.lastSegment[top] = segments;
          segments += 1;
          atNs = toNs;
        }
        if (end(top) > untilNs) break;
        open.pop();
      }
      while (open.length > 0 && end(open.at(-1) ?? 0) <= untilNs) open.pop();
      atNs = untilNs;
    };
    for (const stall of order) {
      if (end(stall) <= start(stall)) continue;
      advance(start(stall));
      this.outermost[stall] = open.length === 0 ? 1 : 0;
      open.push(stall);
    }
    advance(Infinity);
    return {
      segments,
      segmentStartNs: segmentStartNs.slice(0, segments),
      segmentEndNs: segmentEndNs.slice(0, segments),
      segmentStall: segmentStall.slice(0, segments),
      instantNs: Float64Array.from(instants, start),
      instantStall: instants,
    };
  }
}

/** Index of the first value above `limit` in an ascending array. */
export function firstAbove(values: Float64Array, limit: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((values[middle] ?? 0) > limit) high = middle;
    else low = middle + 1;
  }
  return low;
}

function byThread({ length, thread, startNs, endNs }: StallColumns): ReadonlyMap<number, Uint32Array> {
  const counts = new Map<number, number>();
  for (const one of thread) counts.set(one, (counts.get(one) ?? 0) + 1);
  const orders = new Map([...counts].map(([one, count]) => [one, new Uint32Array(count)] as const));
  const filled = new Map<number, number>();
  for (let stall = 0; stall < length; stall += 1) {
    const one = thread[stall] ?? 0;
    const at = filled.get(one) ?? 0;
    const order = orders.get(one);
    if (order !== undefined) order[at] = stall;
    filled.set(one, at + 1);
  }
  const before = (a: number, b: number): number => (startNs[a] ?? 0) - (startNs[b] ?? 0) || (endNs[b] ?? 0) - (endNs[a] ?? 0) || a - b;
  return new Map([...orders].map(([one, order]) => [one, order.sort(before)]));
}
