/**
 * What the trips of the kill switch of one run came to: how long orders still left, how long everything took to be cancelled, and, from the
 * stored stamps of all orders, whether any left later than it may.
 */
import type { Store } from '../../collector/index.js';
import { wallNs } from '../inject/truth.js';
import type { EngineResult } from './engine_result.js';
import type { RunOutcome } from './one_run.js';

/** No oms.tx may be later than its trip and this. */
export const LATEST_ORDER_NS = 10_000;

/** Over all trips that came so far; ns since the trip. */
export interface TripQuantiles {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

export interface KillFigures {
  readonly trips: number;
  /** Who pulled it, and how often. */
  readonly by: Readonly<Record<string, number>>;
  /** Until the last order left, 0 where it had left before; null where nobody stamped it (lane off). */
  readonly last_order_ns: TripQuantiles | null;
  /** Until the mass cancels had been handed to the ports. */
  readonly asked_ns: TripQuantiles | null;
  /** Until every venue had confirmed. */
  readonly confirmed_ns: TripQuantiles | null;
  /** Trips that some venue had not confirmed when they were taken back or the run ended. */
  readonly unconfirmed: number;
  /** Mass cancels sent, and sent again. */
  readonly requests: number;
  /** Of clients, in the venues' books at the end of the run. */
  readonly open_orders: number;
  /** Orders in the store whose oms.tx lies more than LATEST_ORDER_NS behind a trip and before its arming; null where not all are stored. */
  readonly late_orders: number | null;
  /** Orders in the store whose oms.tx was looked at. */
  readonly checked_orders: number;
}

/** Null where nobody pulled it. @param everyOrderStored the lane records, and nothing was left out of its sample */
export async function killFiguresOf(store: Store, runId: string, { result, clock }: Pick<RunOutcome, 'result' | 'clock'>, everyOrderStored: boolean): Promise<KillFigures | null> {
  const kills = result?.kills ?? [];
  if (kills.length === 0) return null;
  const checked = everyOrderStored ? await lateOrders(store, runId, kills.map((kill) => interval(kill, clock))) : undefined;
  const lastOrders = kills.flatMap(({ last_order_ns: ns }) => (ns === null ? [] : [Math.max(0, ns)]));
  return {
    trips: kills.length,
    by: countBy(kills.map(({ by }) => by)),
    last_order_ns: quantilesOf(lastOrders),
    asked_ns: quantilesOf(kills.flatMap(({ asked_ns: ns }) => ns ?? [])),
    confirmed_ns: quantilesOf(kills.flatMap(({ confirmed_ns: ns }) => ns ?? [])),
    unconfirmed: kills.filter(({ confirmed_ns: ns }) => ns === null).length,
    requests: kills.reduce((sum, { requests }) => sum + requests, 0),
    open_orders: result?.venues.reduce((sum, { open_orders: open }) => sum + open, 0) ?? 0,
    late_orders: checked?.late ?? null,
    checked_orders: checked?.orders ?? 0,
  };
}

interface Interval {
  readonly fromNs: bigint;
  readonly toNs: bigint;
}

const NEVER_NS = 2n ** 62n;

/** In which no order may leave, in wall time as the store has it. */
function interval({ tsc, armed_ns: armed }: EngineResult['kills'][number], clock: RunOutcome['clock']): Interval {
  const tripNs = wallNs(clock, BigInt(tsc));
  return { fromNs: tripNs + BigInt(LATEST_ORDER_NS), toNs: armed === null ? NEVER_NS : tripNs + BigInt(armed) };
}

/** Trips that one statement asks about: it is 256 KiB long at most, and as a parameter in the address they would have room for fewer still. */
const TRIPS_A_STATEMENT = 2_000;

async function lateOrders(store: Store, runId: string, intervals: readonly Interval[]): Promise<{ readonly late: number; readonly orders: number }> {
  let late = 0, orders = 0;
  for (let first = 0; first < intervals.length; first += TRIPS_A_STATEMENT) {
    const some = intervals.slice(first, first + TRIPS_A_STATEMENT);
    const times = (of: (interval: Interval) => bigint): string => `[${some.map((interval) => `toInt64(${of(interval)})`).join(',')}]`;
    const [row] = await store.rows<{ late: number; orders: number }>(
      `SELECT toUInt32(count()) AS orders, toUInt32(countIf(sent > from AND sent < to)) AS late FROM
         (SELECT 1 AS k, toUnixTimestamp64Nano(ts) + oms_tx AS sent FROM traces WHERE run_id = {run:String} AND bitTest(hops, 7)) AS orders
       ASOF LEFT JOIN
         (SELECT 1 AS k, trip.1 AS from, trip.2 AS to FROM (SELECT arrayJoin(arrayZip(${times(({ fromNs }) => fromNs)}, ${times(({ toNs }) => toNs)})) AS trip)) AS trips
       ON orders.k = trips.k AND orders.sent >= trips.from`,
      { run: runId },
    );
    late += row?.late ?? 0;
    orders = row?.orders ?? 0;
  }
  return { late, orders };
}

function countBy(names: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

/** Nearest rank. */
export function quantilesOf(values: readonly number[]): TripQuantiles | null {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  return sorted.length === 0 ? null : { p50: at(0.5), p99: at(0.99), max: at(1) };
}
