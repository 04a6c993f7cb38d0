/** One order as a sequence of hops: when each began, how long it took, and which one cost most. */
import type { Hop } from '../../collector/catalogue.js';
import type { OrderTrace } from './input.js';
import { stageOf, type Stage } from './stage.js';

export interface HopInterval {
  readonly hop: string;
  readonly stage: Stage;
  /** ns since the order's feed.due. */
  readonly startNs: number;
  readonly endNs: number;
  /** True for what happens beside the way to the acknowledgement: the journal's write and flush, unless it waited for them. */
  readonly aside: boolean;
}

/**
 * The stamped hops in path order. A hop whose predecessor was not stamped begins at the nearest stamped hop before it, so that the
 * intervals of the main path leave no gap; a hop that was not stamped has no interval.
 */
export function intervalsOf(order: OrderTrace, hops: readonly Hop[]): readonly HopInterval[] {
  const byIndex = new Map(hops.map((hop) => [hop.index, hop]));
  const waits = waitsOf(order, hops);
  const intervals: HopInterval[] = [];
  for (const hop of inPathOrder(hops, waits)) {
    const endNs = order.offsetsNs[hop.name];
    if (endNs === undefined || hop.predecessor === null) continue;
    let before = hop.name === ANSWER ? (waits.at(-1) ?? byIndex.get(hop.predecessor)) : byIndex.get(hop.predecessor);
    while (before !== undefined && order.offsetsNs[before.name] === undefined) {
      before = before.predecessor === null ? undefined : byIndex.get(before.predecessor);
    }
    const startNs = before === undefined ? 0 : (order.offsetsNs[before.name] ?? 0);
    intervals.push({ hop: hop.name, stage: stageOf(hop.name), startNs, endNs, aside: hop.table === 'journal_traces' && !waits.includes(hop) });
  }
  return intervals;
}

const ANSWER = 'venue.tx';

/** Hops of the journal's branch that the order's acknowledgement waited for: none, its write, or that and what made it durable. */
function waitsOf({ answeredFrom }: OrderTrace, hops: readonly Hop[]): readonly Hop[] {
  const branch = hops.filter((hop) => hop.table === 'journal_traces');
  return branch.slice(0, branch.findIndex((hop) => hop.name === answeredFrom) + 1);
}

function inPathOrder(hops: readonly Hop[], waits: readonly Hop[]): readonly Hop[] {
  return hops.filter((hop) => !waits.includes(hop)).flatMap((hop) => (hop.name === ANSWER ? [...waits, hop] : [hop]));
}

export function mainPath(intervals: readonly HopInterval[]): readonly HopInterval[] {
  return intervals.filter((interval) => !interval.aside);
}

export function durationNs(interval: HopInterval): number {
  return interval.endNs - interval.startNs;
}

/** From feed.tx to the last stamp on the way to the acknowledgement. */
export function serviceNs(order: OrderTrace, intervals: readonly HopInterval[]): number {
  return responseNs(intervals) - (order.offsetsNs['feed.tx'] ?? 0);
}

/** From feed.due to the last stamp on the way to the acknowledgement. */
export function responseNs(intervals: readonly HopInterval[]): number {
  return mainPath(intervals).reduce((latest, interval) => Math.max(latest, interval.endNs), 0);
}

/** The hop of the service time that took longest; null for an order without one. */
export function longestHop(intervals: readonly HopInterval[]): HopInterval | null {
  const candidates = mainPath(intervals).filter((interval) => interval.hop !== 'feed.tx');
  return candidates.reduce<HopInterval | null>(
    (longest, interval) => (longest === null || durationNs(interval) > durationNs(longest) ? interval : longest),
    null,
  );
}
