/** Delays that the engine put into its own hops (inject.busy, inject.faults), against what was attributed at that hop of those orders. */
import { hopByName, type Store } from '../../../collector/index.js';
import { LEAST_ORDERS, type AccuracyRow } from './row.js';

interface Sums {
  readonly orders: number;
  readonly injected: number;
  readonly found: number;
  readonly matched: number;
  readonly total: number;
}

export async function ownAccuracy(
  store: Store, runId: string, { what, hop, cause }: Pick<AccuracyRow, 'what' | 'hop' | 'cause'>,
): Promise<AccuracyRow> {
  const [sums] = await store.rows<Sums>(
    `SELECT count() AS orders, sum(injected_ns) AS injected, sum(found_ns) AS found, sum(least(found_ns, injected_ns)) AS matched, sum(total_ns) AS total
     FROM (SELECT trace_id, toUInt64(injected_ns) AS injected_ns FROM traces WHERE run_id = {run:String} AND injected_hop = {index:UInt8}) AS injected
     LEFT JOIN (
       SELECT trace_id, sumIf(delay_ns, hop = {hop:String} AND cause = {cause:String}) AS found_ns, sum(delay_ns) AS total_ns
       FROM attributions WHERE run_id = {run:String} GROUP BY trace_id
     ) AS found USING trace_id`,
    { run: runId, index: hopByName(hop)?.index ?? 0, hop, cause },
  );
  const { orders = 0, injected = 0, found = 0, matched = 0, total = 0 } = sums ?? {};
  return {
    what, hop, cause, who: '',
    injectedNs: injected, foundNs: found,
    share: orders < LEAST_ORDERS || injected === 0 ? null : matched / injected,
    orders, unit: 'orders', elsewhereNs: total - found, directNs: null,
  };
}
