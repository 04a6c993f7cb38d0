/** Stalls and orders made up in memory, as the attribution's core wants them. */
import { Backlog, type LateRun } from '../../../collector/attribution/backlog.js';
import { PeriodBuilder, type BeginningSearch } from '../../../collector/attribution/backlog_periods.js';
import { type OrderColumns, type ThreadOfHop, FEED_TX } from '../../../collector/attribution/order_columns.js';
import { lateLimitNs } from '../../../collector/attribution/late_orders.js';
import { Kinds, StallColumnsBuilder, type StallColumns } from '../../../collector/attribution/stall_columns.js';
import { WorkSeen } from '../../../collector/attribution/work_seen.js';
import { CAPSULE_HOPS, HOPS, VENUE_TX } from '../../../collector/catalogue.js';
import { causeByName } from '../../../collector/stall_causes.js';

export interface MadeStall {
  readonly cause: string;
  readonly fromNs: number;
  readonly toNs: number;
  readonly who?: string;
  readonly thread?: number;
}

export interface MadeStalls {
  readonly stalls: StallColumns;
  readonly kinds: Kinds;
}

export function makeStalls(made: readonly MadeStall[]): MadeStalls {
  const kinds = new Kinds();
  const builder = new StallColumnsBuilder();
  for (const { cause, fromNs, toNs, who = '', thread = 0 } of made) builder.add(thread, fromNs, toNs, kinds.idOf(causeByName(cause).value, who));
  return { stalls: builder.columns(), kinds };
}

export interface MadeOrder {
  readonly dueNs: number;
  /** Durations of hops 1 to 12; a hop without one takes STEP_NS. */
  readonly durationsNs?: Readonly<Record<number, number>>;
  readonly venue?: number;
  readonly slow?: boolean;
  /** Its acknowledgement waited for the journal: durations of journal.write and journal.durable, between journal.append and venue.tx. */
  readonly waitedNs?: readonly [write: number, durable: number];
  /** Bitmap of the stamps; default: all. */
  readonly hops?: number;
}

/** What every hop of a made order takes unless it is said otherwise. */
export const STEP_NS = 200;
export const TYPICAL_NS: readonly number[] = HOPS.map((hop) => (hop.predecessor === null ? 0 : STEP_NS));

export function makeOrders(made: readonly MadeOrder[]): OrderColumns {
  const offsets = made.map(({ durationsNs = {}, waitedNs }) => {
    let at = 0;
    const stamps = HOPS.map(() => 0);
    for (const { index, predecessor } of CAPSULE_HOPS) {
      if (index === VENUE_TX && waitedNs !== undefined) [13, 14].forEach((hop, i) => (stamps[hop] = at += waitedNs[i] ?? 0));
      stamps[index] = predecessor === null ? 0 : (at += durationsNs[index] ?? STEP_NS);
    }
    return stamps;
  });
  return {
    length: made.length,
    traceId: Float64Array.from(made, (_, index) => index),
    venue: Uint8Array.from(made, (order) => order.venue ?? 0),
    hops: Uint16Array.from(made, (order) => order.hops ?? (order.waitedNs === undefined ? 0x1fff : 0x7fff)),
    dueNs: Float64Array.from(made, (order) => order.dueNs),
    offsetNs: HOPS.map((hop) => Float64Array.from(offsets, (one) => one[hop.index] ?? 0)),
    tickToAckNs: Float64Array.from(offsets, (one) => (one[12] ?? 0) - (one[1] ?? 0)),
    slow: Uint8Array.from(made, (order) => (order.slow === false ? 0 : 1)),
  };
}

/** What attribute_run.ts makes of the late ones among orders that are sorted by when they were due. */
export function makeLateRun(orders: OrderColumns, threadOfHop: ThreadOfHop, rhythmNs = 0, unseenNs: ReadonlyMap<number, number> = new Map()): LateRun {
  const builder = new PeriodBuilder(rhythmNs);
  const work = new WorkSeen(threadOfHop);
  const lateness = orders.offsetNs[FEED_TX] ?? new Float64Array();
  const late = [...lateness.keys()].filter((order) => (lateness[order] ?? 0) > lateLimitNs(STEP_NS) && ((orders.hops[order] ?? 0) & 3) === 3);
  for (const order of late) builder.add(orders.dueNs[order] ?? 0, (orders.dueNs[order] ?? 0) + (lateness[order] ?? 0));
  work.add({
    length: late.length,
    venue: Uint8Array.from(late, (order) => orders.venue[order] ?? 0),
    hops: Uint16Array.from(late, (order) => orders.hops[order] ?? 0),
    dueNs: Float64Array.from(late, (order) => orders.dueNs[order] ?? 0),
    offsetNs: orders.offsetNs.map((offsets) => Float64Array.from(late, (order) => offsets[order] ?? 0)),
  });
  return { periods: builder.periods(), work, unseenNs };
}

export function makeBacklog(orders: OrderColumns, search: BeginningSearch, rhythmNs = 0, unseenNs: ReadonlyMap<number, number> = new Map()): Backlog {
  return new Backlog(makeLateRun(orders, search.threadOfHop, rhythmNs, unseenNs), search);
}
