/** Single orders of a run, stamp by stamp: the slowest ones, and those that stand for the median and for the tail. */
import { CAPSULE_HOPS, HOPS, answeredFrom, hopAt } from './catalogue.js';
import { seriesByName } from './durations.js';
import type { Store } from './store/store.js';

export interface Stamp {
  readonly hop: string;
  /** Time since feed.due. */
  readonly offsetNs: number;
}

export interface TracedOrder {
  /** OUCH session index << 32 | UserRefNum. */
  readonly traceId: number;
  readonly feedSequence: number;
  /** ns since midnight of market time. */
  readonly marketNs: number;
  /** feed.due in UTC, to the ns: `2026-03-01 09:30:00.000000001`. */
  readonly due: string;
  readonly venue: number;
  readonly locate: number;
  readonly side: 'B' | 'S';
  readonly orderType: 'L' | 'M' | 'I';
  readonly outcome: string;
  /** 4 decimals; 0 for a market order. */
  readonly price: number;
  readonly quantity: number;
  readonly filled: number;
  /** Service time, feed.tx to oms.ack. */
  readonly tickToAckNs: number;
  /** Response time, feed.due to oms.ack. */
  readonly tickToAckResponseNs: number;
  /** Those that exist, in path order; the journal's branch last. */
  readonly stamps: readonly Stamp[];
  /** The hop after which its acknowledgement could leave: journal.append, or what of the journal it waited for. */
  readonly answeredFrom: string;
}

const SERVICE = seriesOrThrow('tick_to_ack');
const RESPONSE = seriesOrThrow('tick_to_ack_response');

/** By service time, slowest first. */
export function slowestOrders(store: Store, runId: string, limit = 10): Promise<readonly TracedOrder[]> {
  return orders(store, runId, 'ORDER BY service_ns DESC, trace_id', limit);
}

/**
 * The order whose service time is nearest to that quantile: its stamps are a real order's, not a stack of unrelated medians.
 *
 * @param level 0.5 for the median order, 0.99 for the p99 order
 * @returns null where no order was acknowledged
 */
export async function orderAtQuantile(store: Store, runId: string, level: number): Promise<TracedOrder | null> {
  const [order] = await orders(
    store,
    runId,
    // Of equally near ones prefer the one with most stamps: it explains more.
    `ORDER BY abs(toInt64(service_ns) -
       (SELECT toInt64(quantileExact({level:Float64})(${SERVICE.ns})) FROM traces WHERE run_id = {run:String} AND ${SERVICE.present} AND kept = 'sampled')),
       bitCount(hops) DESC, trace_id`,
    1,
    level,
  );
  return order ?? null;
}

async function orders(store: Store, runId: string, ordering: string, limit: number, level = 0): Promise<readonly TracedOrder[]> {
  const rows = await store.rows<OrderRow>(
    `SELECT trace_id, feed_sequence, market_ns, toString(ts) AS due, venue, locate, side, order_type, outcome, price, quantity, filled, hops,
       ${SERVICE.ns} AS service_ns, ${RESPONSE.ns} AS response_ns, ${CAPSULE_HOPS.map((hop) => hop.column).join(', ')}
     FROM traces WHERE run_id = {run:String} AND ${SERVICE.present} ${ordering} LIMIT {limit:UInt32}`,
    { run: runId, limit, ...(ordering.includes('{level:') ? { level } : {}) },
  );
  if (rows.length === 0) return [];
  const branches = await store.rows<BranchRow>(
    `SELECT trace_id, write_ns, durable_ns FROM journal_traces WHERE run_id = {run:String} AND trace_id IN (${rows.map((row) => row.trace_id).join(', ')})`,
    { run: runId },
  );
  const branchOf = new Map(branches.map((branch) => [branch.trace_id, branch]));
  return rows.map((row) => tracedOrder(row, branchOf.get(row.trace_id)));
}

function tracedOrder(row: OrderRow, branch: BranchRow | undefined): TracedOrder {
  return {
    traceId: row.trace_id,
    feedSequence: row.feed_sequence,
    marketNs: row.market_ns,
    due: row.due,
    venue: row.venue,
    locate: row.locate,
    side: row.side,
    orderType: row.order_type,
    outcome: row.outcome,
    price: row.price,
    quantity: row.quantity,
    filled: row.filled,
    tickToAckNs: row.service_ns,
    tickToAckResponseNs: row.response_ns,
    stamps: stampsOf(row, branch),
    answeredFrom: hopAt(answeredFrom(row.hops)).name,
  };
}

function stampsOf(row: OrderRow, branch: BranchRow | undefined): readonly Stamp[] {
  const stamped = (index: number): boolean => (row.hops & (1 << index)) !== 0;
  return HOPS.flatMap((hop): readonly Stamp[] => {
    if (hop.table === 'traces') return stamped(hop.index) ? [{ hop: hop.name, offsetNs: Number(row[hop.column]) }] : [];
    // The branch counts from journal.append: without that stamp it has no place on this order's line.
    if (branch === undefined || !stamped(10)) return [];
    const since = hop.column === 'write_ns' ? branch.write_ns : branch.durable_ns;
    return [{ hop: hop.name, offsetNs: Number(row.journal_append) + since }];
  });
}

function seriesOrThrow(name: string): { readonly ns: string; readonly present: string } {
  const series = seriesByName(name);
  if (series === undefined) throw new RangeError(`the catalogue has no span ${name}`);
  return series;
}

interface BranchRow {
  readonly trace_id: number;
  readonly write_ns: number;
  readonly durable_ns: number;
}

interface OrderRow {
  readonly trace_id: number;
  readonly feed_sequence: number;
  readonly market_ns: number;
  readonly due: string;
  readonly venue: number;
  readonly locate: number;
  readonly side: 'B' | 'S';
  readonly order_type: 'L' | 'M' | 'I';
  readonly outcome: string;
  readonly price: number;
  readonly quantity: number;
  readonly filled: number;
  readonly hops: number;
  readonly service_ns: number;
  readonly response_ns: number;
  readonly [column: string]: number | string;
}
