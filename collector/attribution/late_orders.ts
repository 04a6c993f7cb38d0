/** The orders of a run whose packets the feed sent late, from the store: what backlogs are made of. */
import { CAPSULE_HOPS } from '../catalogue.js';
import type { Store } from '../store/store.js';
import { FEED_TX, type OrderColumns } from './order_columns.js';
import type { RunFacts } from './read.js';

/** As OrderColumns; ascending by dueNs over all pages. */
export type LateOrders = Pick<OrderColumns, 'length' | 'venue' | 'hops' | 'dueNs' | 'offsetNs'>;


const PAGE_ORDERS = 25_000;
/** 25 MB of stamps. Beyond it the least late orders stay in the store. */
const MAX_LATE = 250_000;
const LATE_BY_TYPICAL = 8;
const LEAST_LATE_NS = 2000;

/**
 * Late is what lies far outside the feed's own scatter: 8 × its median, which is well above the p90 of a feed that keeps up (2 to 3 × the
 * median), and at least 2 µs, about one order's way through an engine, so that one order in front is no backlog yet.
 */
export function lateLimitNs(typicalNs: number): number {
  return Math.max(LATE_BY_TYPICAL * typicalNs, LEAST_LATE_NS);
}

export async function* readLateOrders(store: Store, runId: string, { baseNs, typicalNs }: RunFacts, most = MAX_LATE, pageOrders = PAGE_ORDERS): AsyncGenerator<LateOrders> {
  const stamped = (1 << FEED_TX) | 1;
  const lateRows = `FROM traces WHERE run_id = {run:String} AND bitAnd(hops, ${stamped}) = ${stamped} AND feed_tx > {late:UInt64}`;
  const limitNs = Math.ceil(lateLimitNs(typicalNs[FEED_TX] ?? 0));
  const [beyond] = await store.rows<{ ns: number }>(`SELECT feed_tx AS ns ${lateRows} ORDER BY ns DESC LIMIT 1 OFFSET {most:UInt64}`, { run: runId, late: limitNs, most });
  const late = beyond?.ns ?? limitNs;
  const arrays = CAPSULE_HOPS.map((hop) => `groupArray(${hop.column}) AS ${hop.column}`).join(', ');
  let read = 0;
  for (;;) {
    // Late rows are few: sorting them again for each page costs less than it would to hold a place in them.
    const [page] = await store.rows<LatePage>(
      `SELECT groupArray(at) AS due, groupArray(venue) AS venues, groupArray(hops) AS stamped, ${arrays}
       FROM (
         SELECT toUnixTimestamp64Nano(ts) - ${baseNs} AS at, venue, hops, ${CAPSULE_HOPS.map((hop) => hop.column).join(', ')} ${lateRows}
         ORDER BY ts, feed_tx, trace_id LIMIT ${pageOrders} OFFSET {offset:UInt64}
       )`,
      { run: runId, late, offset: read },
    );
    const length = page?.due.length ?? 0;
    if (page === undefined || length === 0) return;
    yield {
      length,
      venue: Uint8Array.from(page.venues),
      hops: Uint16Array.from(page.stamped),
      dueNs: Float64Array.from(page.due),
      offsetNs: CAPSULE_HOPS.map((hop) => Float64Array.from(page[hop.column] ?? [])),
    };
    read += length;
    if (length < pageOrders) return;
  }
}

type LatePage = {
  readonly due: readonly number[];
  readonly venues: readonly number[];
  readonly stamped: readonly number[];
} & Readonly<Record<string, readonly number[]>>;
