/** The kernel's side of the made-up run: what delayed its orders, and what the collector would make of it. */
import type { Attribution } from '../../../collector/attribution/attribute_run.js';
import type { CauseTotal } from '../../../collector/attribution/tally.js';
import type { HeatMap } from '../../../collector/heat_map.js';
import type { TimelineEvent } from '../../../collector/timeline.js';
import type { OrderTimeline, OrderTrace } from '../../../experiments/report/input.js';
import type { OwnError } from '../../../experiments/run/own_error.js';

export const SAMPLE_SECONDS = 10;

export interface Disturbance {
  readonly delayNs: number;
  readonly events: readonly TimelineEvent[];
}

interface Kind {
  readonly cause: string;
  readonly who: string;
  readonly weight: number;
  readonly fromNs: number;
  readonly toNs: number;
}

const KINDS: readonly Kind[] = [
  { cause: 'timer_tick', who: '', weight: 0.52, fromNs: 9_000, toNs: 24_000 },
  { cause: 'preempted', who: 'ksoftirqd/0', weight: 0.13, fromNs: 30_000, toNs: 190_000 },
  { cause: 'hypervisor', who: '', weight: 0.1, fromNs: 14_000, toNs: 96_000 },
  { cause: 'page_fault', who: '', weight: 0.09, fromNs: 900, toNs: 4_000 },
  { cause: 'ipi', who: 'call_function', weight: 0.08, fromNs: 2_000, toNs: 6_000 },
  { cause: 'none', who: '', weight: 0.06, fromNs: 4_000, toNs: 50_000 },
  { cause: 'preempted', who: 'hopscope-hog', weight: 0.02, fromNs: 900_000, toNs: 4_800_000 },
];

function event(cause: string, who: string, startNs: number, endNs: number): TimelineEvent {
  return { startNs: Math.round(startNs), endNs: Math.round(endNs), cause, who, detail: 0, flags: 0, thread: 0 };
}

/** What happens to a thread at `atNs`, ns since the order's feed.due. */
export function disturb(atNs: number, random: () => number): Disturbance {
  let left = random();
  const kind = KINDS.find(({ weight }) => (left -= weight) < 0) ?? { cause: 'hypervisor', who: '', fromNs: 20_000, toNs: 80_000 };
  const delayNs = kind.fromNs * (kind.toNs / kind.fromNs) ** random();
  const [from, to] = [atNs + 20, atNs + delayNs - 30];
  if (kind.cause === 'none') return { delayNs, events: [] };
  if (kind.cause === 'page_fault') return { delayNs, events: [event('page_fault', '', from, from)] };
  if (kind.cause === 'timer_tick') return { delayNs, events: [event('timer_tick', '', from, to), event('softirq', 'TIMER', from + 0.4 * delayNs, from + 0.8 * delayNs)] };
  if (kind.who === '' || delayNs < 100_000) return { delayNs, events: [event(kind.cause, kind.who, from, to)] };
  const ticks = Array.from({ length: Math.min(3, Math.ceil(delayNs / 600_000)) }, (_, index) => event('timer_tick', '', from + 4_000 + index * 600_000, from + 15_000 + index * 600_000));
  return { delayNs, events: [event(kind.cause, kind.who, from, to), ...ticks] };
}

export interface SampledOrder {
  readonly order: OrderTrace;
  readonly timeline: OrderTimeline;
}

function lengthOf({ startNs, endNs }: TimelineEvent): number {
  return endNs > startNs ? endNs - startNs : 1_800;
}

/** As the collector would attribute them, without its care: events are taken as they are. */
export function sampleAttribution(slow: readonly SampledOrder[], serviceNs: (order: OrderTrace) => number, typicalNs: number): Attribution {
  const delays = new Map<string, { cause: string; who: string; ns: number[]; dominant: number }>();
  const add = (cause: string, who: string, ns: number, dominant: boolean): void => {
    const found = delays.get(`${cause} ${who}`) ?? { cause, who, ns: [], dominant: 0 };
    delays.set(`${cause} ${who}`, { ...found, ns: [...found.ns, ns], dominant: found.dominant + (dominant ? 1 : 0) });
  };
  for (const { order, timeline } of slow) {
    const longest = timeline.events.reduce<TimelineEvent | null>((most, one) => (most === null || lengthOf(one) > lengthOf(most) ? one : most), null);
    for (const one of timeline.events) add(one.cause, one.who, lengthOf(one), one === longest);
    if (longest === null) add('none', '', serviceNs(order) - typicalNs, true);
  }
  const delayNs = Math.max([...delays.values()].reduce((sum, { ns }) => sum + ns.reduce((a, b) => a + b, 0), 0), 1);
  const causes = [...delays.values()].map(({ cause, who, ns, dominant }): CauseTotal => {
    const sum = ns.reduce((a, b) => a + b, 0);
    const sorted = [...ns].sort((a, b) => a - b);
    return { cause, who, orders: ns.length, dominantOrders: dominant, delayNs: sum, medianNs: sorted[Math.floor(sorted.length / 2)] ?? 0, share: sum / delayNs };
  });
  const withoutEvent = slow.filter(({ timeline }) => timeline.events.length === 0).length;
  return {
    slowNs: Math.min(...slow.map(({ order }) => serviceNs(order))),
    slowBy: 'tick_to_ack',
    orders: slow.length,
    medianNs: typicalNs,
    delayNs,
    causes: causes.sort((a, b) => b.delayNs - a.delayNs),
    withCause: slow.length - withoutEvent,
    withoutEvent,
    expectedHypervisor: 4.2,
    explainedShare: 1 - (causes.find(({ cause }) => cause === 'none')?.share ?? 0),
    shiftedShare: 0.018,
    overheadNs: { timer_tick: 1_240, softirq: 310, ipi: 420, page_fault: 0, preempted: 2_050 },
    gaps: { count: 11_408, totalNs: 96_300_000, explainedNs: 71_200_000, explainedByCause: { timer_tick: 64_100_000, softirq: 7_100_000 }, unexplained: 4_120, unexplainedPerSecond: 412 },
    stallsLeftOut: 0,
  };
}

/** Four rows an octave. */
export function sampleHeatMap(orders: readonly SampledOrder[], serviceNs: (order: OrderTrace) => number, columns = 120): HeatMap {
  const durations = orders.map(({ order }) => serviceNs(order));
  const lowest = Math.floor(4 * Math.log2(Math.min(...durations)));
  const highest = Math.ceil(4 * Math.log2(Math.max(...durations) + 1));
  const rowsNs = Array.from({ length: highest - lowest + 1 }, (_, row) => Math.round(2 ** ((lowest + row) / 4)));
  const counts = Array.from({ length: rowsNs.length - 1 }, () => new Array<number>(columns).fill(0));
  durations.forEach((ns, index) => {
    const line = counts[Math.min(Math.max(Math.floor(4 * Math.log2(ns)) - lowest, 0), counts.length - 1)]!;
    const column = Math.floor((columns * index) / orders.length);
    line[column] = (line[column] ?? 0) + 1;
  });
  const stalls = orders.flatMap(({ timeline }, index) =>
    timeline.events.filter((one) => one.endNs > one.startNs).map((one) => ({ atS: (SAMPLE_SECONDS * index) / orders.length, durationNs: one.endNs - one.startNs, cause: one.cause, who: one.who })),
  );
  return { seconds: SAMPLE_SECONDS, columns, rowsNs, counts, stalls: stalls.sort((a, b) => b.durationNs - a.durationNs).slice(0, 200) };
}

export const SAMPLE_OWN_ERROR: OwnError = {
  ...{ tscHz: 2_596_103_441, driftPpm: 0.212, resolutionNs: 10.02, stampNs: 9.8, pushNs: 21.4, siteNs: 612 },
  sites: [{ hop: 'oms.rx', sites: 2, optimised: true }, { hop: 'oms.book', sites: 3, optimised: false }],
  tie: { errorNs: 41, worstNs: 260, checkNs: 0, pairs: 2_004 },
  ...{ collectorCpu: 0.142, drainNsPerRecord: 287, stealMs: { '0': 1.2, '1': 3.4 } },
};
