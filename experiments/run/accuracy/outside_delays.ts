/**
 * Time that was taken from the engine by a hog or a stop, against what was attributed to them.
 *
 * What an order lost is the overlap of the disturbance with its hops' intervals, on the thread that was disturbed: between two stamps of a
 * thread that runs to completion, time in which it did not run is delay. Only orders under way when it struck count, and only from feed.tx
 * on: what was due meanwhile left late, and that is in the response time before any hop of its own.
 */
import { CAPSULE_HOPS, HOPS, type Store } from '../../../collector/index.js';
import { NAMES } from '../../inject/disturber.js';
import { LEAST_ORDERS, type AccuracyRow, type AccuracyRun } from './row.js';
import { shareOf } from './share.js';

const CAUSE = { hog: 'preempted', stop: 'stopped' } as const;

/** oms.rx to oms.ack: the hops of tick_to_ack. */
const SERVICE_HOPS = HOPS.slice(2, 13);

export interface Interval {
  readonly fromNs: number;
  readonly toNs: number;
}

/** An order's stamps as ns since the same base as the intervals, by hop index; null: not stamped. */
export interface StampedOrder {
  readonly traceId: string;
  readonly venue: number;
  readonly stampsNs: readonly (number | null)[];
}

/** By hop name, what the order lost there to the intervals; hops that lost nothing are absent. */
export function lostByHop(order: StampedOrder, intervals: readonly Interval[], onThread: (hopIndex: number, venue: number) => boolean): ReadonlyMap<string, number> {
  const lost = new Map<string, number>();
  for (const hop of SERVICE_HOPS) {
    const fromNs = order.stampsNs[hop.predecessor ?? hop.index] ?? null;
    const toNs = order.stampsNs[hop.index] ?? null;
    if (fromNs === null || toNs === null || !onThread(hop.index, order.venue)) continue;
    let lostNs = 0;
    for (let i = firstEndingAfter(intervals, fromNs); i < intervals.length; i += 1) {
      const interval = intervals[i];
      if (interval === undefined || interval.fromNs >= toNs) break;
      lostNs += Math.min(interval.toNs, toNs) - Math.max(interval.fromNs, fromNs);
    }
    if (lostNs > 0) lost.set(hop.name, lostNs);
  }
  return lost;
}

export async function outsideAccuracy(store: Store, run: AccuracyRun, what: 'hog' | 'stop'): Promise<AccuracyRow> {
  const cause = CAUSE[what];
  const who = NAMES[what];
  const baseNs = await firstInjection(store, run.runId, what);
  const intervals = baseNs === undefined ? [] : await intervalsOf(store, run.runId, what, baseNs);
  const orders = baseNs === undefined ? [] : await ordersUnderWay(store, run.runId, what, baseNs);
  const onThread = (hop: number, venue: number): boolean => what === 'stop' || run.threadOfHop(hop, venue) === run.disturbedThread;
  const lost = orders.map((order) => ({ traceId: order.traceId, byHop: lostByHop(order, intervals, onThread) })).filter(({ byHop }) => byHop.size > 0);
  const found = await attributed(store, run.runId, lost.map(({ traceId }) => traceId), cause, who);
  const delays = lost.flatMap(({ traceId, byHop }) => [...byHop].map(([hop, injectedNs]) => ({ injectedNs, foundNs: found.byHop.get(`${traceId} ${hop}`) ?? 0 })));
  const share = shareOf(delays, lost.length, LEAST_ORDERS);
  return { what, hop: '', cause, who, ...share, orders: lost.length, unit: 'orders', elsewhereNs: found.totalNs - share.foundNs, directNs: null };
}

/** Intervals ascend and do not overlap. */
function firstEndingAfter(intervals: readonly Interval[], ns: number): number {
  let low = 0;
  let high = intervals.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((intervals[middle]?.toNs ?? 0) > ns) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** ns since 1970 as text: what all times are counted from, so that they are exact as numbers. */
async function firstInjection(store: Store, runId: string, kind: string): Promise<string | undefined> {
  const [row] = await store.rows<{ n: number; base: string }>(
    'SELECT count() AS n, toString(min(toUnixTimestamp64Nano(ts))) AS base FROM injections WHERE run_id = {run:String} AND kind = {kind:String}',
    { run: runId, kind },
  );
  return row === undefined || row.n === 0 ? undefined : row.base;
}

function intervalsOf(store: Store, runId: string, kind: string, baseNs: string): Promise<readonly Interval[]> {
  return store.rows<Interval>(
    `SELECT toUnixTimestamp64Nano(ts) - {base:Int64} AS fromNs, fromNs + toInt64(duration_ns) AS toNs
     FROM injections WHERE run_id = {run:String} AND kind = {kind:String} ORDER BY fromNs`,
    { run: runId, kind, base: baseNs },
  );
}

/** Acknowledged orders with an interval between feed.tx and oms.ack: of the intervals that begin before the end, the last one decides. */
async function ordersUnderWay(store: Store, runId: string, kind: string, baseNs: string): Promise<readonly StampedOrder[]> {
  const columns = CAPSULE_HOPS.map((hop) => hop.column);
  const rows = await store.rows<Readonly<Record<string, number>> & { readonly id: string }>(
    `SELECT toString(trace_id) AS id, venue, hops, due_ns, ${columns.join(', ')}
     FROM (
       SELECT run_id, trace_id, venue, hops, ${columns.join(', ')}, toUnixTimestamp64Nano(ts) - {base:Int64} AS due_ns, due_ns + feed_tx AS from_ns, due_ns + oms_ack AS to_ns
       FROM traces WHERE run_id = {run:String} AND bitAnd(hops, ${ACKNOWLEDGED}) = ${ACKNOWLEDGED}
     ) AS o
     ASOF JOIN (
       SELECT run_id, toUnixTimestamp64Nano(ts) - {base:Int64} AS start_ns, start_ns + toInt64(duration_ns) AS end_ns
       FROM injections WHERE run_id = {run:String} AND kind = {kind:String}
     ) AS i ON o.run_id = i.run_id AND o.to_ns >= i.start_ns
     WHERE i.end_ns > o.from_ns`,
    { run: runId, kind, base: baseNs },
  );
  return rows.map((row) => ({
    traceId: row.id,
    venue: row.venue ?? 0,
    stampsNs: CAPSULE_HOPS.map((hop) => (((row.hops ?? 0) >> hop.index) & 1 ? (row.due_ns ?? 0) + (row[hop.column] ?? 0) : null)),
  }));
}

/** feed.tx and oms.ack are stamped. */
const ACKNOWLEDGED = (1 << 1) | (1 << 12);

interface Attributed {
  /** By `TRACE HOP`: delay with that cause and that name. */
  readonly byHop: ReadonlyMap<string, number>;
  /** Delay of these orders with any cause at any hop. */
  readonly totalNs: number;
}

async function attributed(store: Store, runId: string, traceIds: readonly string[], cause: string, who: string): Promise<Attributed> {
  if (traceIds.length === 0) return { byHop: new Map(), totalNs: 0 };
  const rows = await store.rows<{ id: string; hop: string; found: number; total: number }>(
    `SELECT toString(trace_id) AS id, hop, sumIf(delay_ns, cause = {cause:String} AND who = {who:String}) AS found, sum(delay_ns) AS total
     FROM attributions WHERE run_id = {run:String} AND trace_id IN (${traceIds.join(', ')}) GROUP BY trace_id, hop`,
    { run: runId, cause, who },
  );
  return { byHop: new Map(rows.map((row) => [`${row.id} ${row.hop}`, row.found])), totalNs: rows.reduce((sum, row) => sum + row.total, 0) };
}
