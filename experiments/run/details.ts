/**
 * What a report shows of each variant, fetched from the store: percentile curves, the median and the p99 order, the slowest orders with
 * what the kernel did meanwhile, latency over time, why orders went where they went.
 */
import { HOPS, SPANS, curvesOfRun, heatMapOf, orderAtQuantile, slowestOrders, timelineOf, whyVenueOf, type Curve, type Store, type TracedOrder } from '../../collector/index.js';
import type { OrderDelay, OrderTimeline, OrderTrace, VariantDetail } from '../report/input.js';
import type { DetailedRun, DetailedVariant } from './run_summary.js';

/**
 * Of the variant's first valid run: quantiles of different runs are never mixed.
 *
 * @param curves by run id: curves over all measured records, from the lane's histograms, of runs that did not store them all
 */
export async function detailOf(store: Store, variant: DetailedVariant, curves?: ReadonlyMap<string, ReadonlyMap<string, Curve>>): Promise<VariantDetail | undefined> {
  const run: DetailedRun | undefined = variant.runs.find((one) => one.valid) ?? variant.runs[0];
  if (run === undefined) return undefined;
  const { run_id: runId, attribution, own_error: ownError } = run;
  const [byName, medianOrder, p99Order, slowest, heatMap, whyVenue] = await Promise.all([
    curves?.get(runId) ?? curvesOfRun(store, runId, [...HOPS, ...SPANS].map((one) => one.name)),
    orderAtQuantile(store, runId, 0.5),
    orderAtQuantile(store, runId, 0.99),
    slowestOrders(store, runId),
    heatMapOf(store, runId),
    whyVenueOf(store, runId),
  ]);
  return {
    name: variant.name,
    runId,
    lane: run.lane,
    curves: Object.fromEntries([...byName].map(([name, { percent, ns }]) => [name, percent.map((at, i) => ({ q: at / 100, ns: ns[i] ?? 0 }))])),
    medianOrder: medianOrder === null ? null : traceOf(medianOrder),
    p99Order: p99Order === null ? null : traceOf(p99Order),
    slowest: slowest.map(traceOf),
    ...(attribution === null ? {} : { timelines: await Promise.all(slowest.map((order) => orderTimeline(store, runId, order))) }),
    attribution,
    heatMap,
    whyVenue,
    ownError,
    durableKind: run.durable_kind,
  };
}

async function orderTimeline(store: Store, runId: string, order: TracedOrder): Promise<OrderTimeline> {
  const [timeline, delays] = await Promise.all([timelineOf(store, runId, order), delaysOf(store, runId, order)]);
  return { ...timeline, delays };
}

async function delaysOf(store: Store, runId: string, { due, traceId, venue }: TracedOrder): Promise<readonly OrderDelay[]> {
  const rows = await store.rows<{ hop: string; cause: string; who: string; delay_ns: number }>(
    `SELECT hop, cause, who, delay_ns FROM attributions
     WHERE run_id = {run:String} AND ts = toDateTime64({due:String}, 9, 'UTC') AND trace_id = {trace:UInt64} AND venue = {venue:UInt8} ORDER BY delay_ns DESC`,
    { run: runId, due, trace: traceId, venue },
  );
  return rows.map(({ hop, cause, who, delay_ns }) => ({ hop, cause, who, delayNs: delay_ns }));
}

function traceOf(order: TracedOrder): OrderTrace {
  const { marketNs, venue, locate, side, orderType, outcome, price, quantity, filled, stamps, answeredFrom } = order;
  return {
    traceId: String(order.traceId),
    feedSequence: String(order.feedSequence),
    marketNs, venue, locate, side, orderType, outcome, price, quantity, filled,
    offsetsNs: Object.fromEntries(stamps.map(({ hop, offsetNs }) => [hop, offsetNs])),
    answeredFrom,
  };
}
