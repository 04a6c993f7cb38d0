/** What a report shows of each variant, fetched from the store: percentile curves, the median and the p99 order, the slowest orders. */
import { HOPS, SPANS, curvesOfRun, orderAtQuantile, slowestOrders, type Store, type TracedOrder } from '../../collector/index.js';
import type { OrderTrace, VariantDetail } from '../report/input.js';
import type { DetailedVariant } from './run_summary.js';

/** Of the variant's first valid run: quantiles of different runs are never mixed. */
export async function detailOf(store: Store, variant: DetailedVariant): Promise<VariantDetail | undefined> {
  const run = variant.runs.find((one) => one.valid) ?? variant.runs[0];
  if (run === undefined) return undefined;
  const names = [...HOPS, ...SPANS].map((one) => one.name);
  const [curves, medianOrder, p99Order, slowest] = await Promise.all([
    curvesOfRun(store, run.run_id, names),
    orderAtQuantile(store, run.run_id, 0.5),
    orderAtQuantile(store, run.run_id, 0.99),
    slowestOrders(store, run.run_id),
  ]);
  return {
    name: variant.name,
    runId: run.run_id,
    lane: run.lane,
    curves: Object.fromEntries([...curves].map(([name, { percent, ns }]) => [name, percent.map((at, i) => ({ q: at / 100, ns: ns[i] ?? 0 }))])),
    medianOrder: medianOrder === null ? null : traceOf(medianOrder),
    p99Order: p99Order === null ? null : traceOf(p99Order),
    slowest: slowest.map(traceOf),
    durableKind: run.durable_kind,
  };
}

function traceOf(order: TracedOrder): OrderTrace {
  const { marketNs, venue, locate, side, orderType, outcome, price, quantity, filled, stamps } = order;
  return {
    traceId: String(order.traceId),
    feedSequence: String(order.feedSequence),
    marketNs, venue, locate, side, orderType, outcome, price, quantity, filled,
    offsetsNs: Object.fromEntries(stamps.map(({ hop, offsetNs }) => [hop, offsetNs])),
  };
}
