/**
 * Times at which the feed was behind its schedule, and what began them.
 *
 * A period is made of orders alone: late ones whose times from due to sent overlap, or nearly touch. It does not know of stalls, so that it
 * stays where it is when stalls are moved elsewhere (shift.ts). What began it is what explains the first order's lateness.
 */
import { firstAbove, type Coverage } from './coverage.js';
import { type ThreadOfHop, FEED_TX } from './order_columns.js';
import { IntervalReader, type Overheads } from './interval.js';
import type { Kinds } from './stall_columns.js';

/** Ascending. Times are ns since the run's base. */
export interface BacklogPeriods {
  readonly length: number;
  /** Of the first late order: the packet was due, and was sent. */
  readonly firstDueNs: Float64Array;
  readonly firstTxNs: Float64Array;
  /** When the last late packet was sent, and as much longer as one in the same burst, not late itself, may be sent behind it. */
  readonly endNs: Float64Array;
}

/** A late order belongs to a new beginning when it is later than the first one was by this factor: the first's cause cannot be all of it. */
const GROWN_BY = 2;

/** Takes late orders as they were due, one after the other. */
export class PeriodBuilder {
  readonly #firstDueNs: number[] = [];
  readonly #firstTxNs: number[] = [];
  readonly #endNs: number[] = [];

  /** @param rhythmNs from packet to packet: within it of a late one, the feed has not been idle */
  constructor(private readonly rhythmNs: number) {}

  add(dueNs: number, txNs: number): void {
    const last = this.#endNs.length - 1;
    const endNs = this.#endNs[last] ?? -Infinity;
    const firstLateNs = (this.#firstTxNs[last] ?? 0) - (this.#firstDueNs[last] ?? 0);
    if (dueNs <= endNs && txNs - dueNs <= GROWN_BY * firstLateNs) {
      this.#endNs[last] = Math.max(endNs, txNs + this.rhythmNs);
      return;
    }
    this.#firstDueNs.push(dueNs);
    this.#firstTxNs.push(txNs);
    this.#endNs.push(txNs + this.rhythmNs);
  }

  periods(): BacklogPeriods {
    return {
      length: this.#endNs.length,
      firstDueNs: Float64Array.from(this.#firstDueNs),
      firstTxNs: Float64Array.from(this.#firstTxNs),
      endNs: Float64Array.from(this.#endNs),
    };
  }
}

/** The period in which a packet was sent; undefined: the feed kept up. */
export function periodAt(periods: BacklogPeriods, txNs: number): number | undefined {
  const period = periodBefore(periods, txNs);
  return period !== undefined && txNs <= (periods.endNs[period] ?? 0) ? period : undefined;
}

/** The last period that had begun; undefined: none had. */
export function periodBefore({ firstTxNs }: BacklogPeriods, ns: number): number | undefined {
  const period = firstAbove(firstTxNs, ns) - 1;
  return period >= 0 ? period : undefined;
}

export interface Beginning {
  /** Of a Kinds. */
  readonly kind: number;
  /** The one stall of this kind that took most. */
  readonly stall: number;
}

export interface BeginningSearch {
  readonly coverage: Coverage;
  readonly kinds: Kinds;
  readonly overheads: Overheads;
  readonly toleranceNs: number;
  readonly threadOfHop: ThreadOfHop;
  readonly typicalNs: readonly number[];
}

/** Stalls begin a period when they explain at least this much of its first order's lateness, */
const BEGINS_SHARE = 0.5;
/**
 * and leave no more of it than one round of the reactor, which may have been half done: twice what a full burst of 32 takes on a slow core.
 * It keeps a stall of milliseconds from beginning whatever period of milliseconds it happens to overlap.
 */
const MOST_LEFT_NS = 200_000;
const OMS_RX = 2;

/**
 * By period: the kind of stall that took most of the first order's lateness on the feed's thread, or the OMS's; null: unknown.
 *
 * A page fault whose end is not traced begins nothing: one that takes long puts the thread to sleep, and then its end is traced.
 */
export function beginningsOf({ length, firstDueNs, firstTxNs }: BacklogPeriods, search: BeginningSearch): readonly (Beginning | null)[] {
  const { coverage, kinds, overheads, toleranceNs, threadOfHop, typicalNs } = search;
  const reader = new IntervalReader(coverage, kinds, toleranceNs);
  const threads = new Set([threadOfHop(FEED_TX, 0), threadOfHop(OMS_RX, 0)]); // neither hop belongs to a venue
  return Array.from({ length }, (_, period) => {
    const fromNs = firstDueNs[period] ?? 0;
    const toNs = firstTxNs[period] ?? 0;
    const lateNs = toNs - fromNs - (typicalNs[FEED_TX] ?? 0);
    for (const thread of threads) {
      reader.read({ thread, fromNs, toNs, fromIsOwn: false });
      let explainedNs = 0;
      let most: Beginning | null = null;
      let mostNs = 0;
      for (const met of reader.met.slice(0, reader.count)) {
        const takenNs = met.exclusiveNs + met.outermost * (overheads.get(kinds.at(met.kind).cause) ?? 0);
        explainedNs += takenNs;
        if (takenNs <= mostNs) continue;
        most = { kind: met.kind, stall: met.stall };
        mostNs = takenNs;
      }
      if (explainedNs >= BEGINS_SHARE * lateNs && lateNs - explainedNs <= MOST_LEFT_NS) return most;
    }
    return null;
  });
}
