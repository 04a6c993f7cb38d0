/**
 * The collector's face: from a lane's rows to the store, and from the store to figures.
 *
 * Where to start reading: Collection in collect.ts (rows in), schema.ts (where they stand), quantiles.ts (figures out),
 * attribution/attribute_run.ts (why it was slow); the embedded store is store/store.ts on this side of the process boundary and
 * store/child.ts on the other.
 */
export { attributeRun, type Attribution, type AttributionOptions, type GapTotals } from './attribution/attribute_run.js';
export type { ThreadOfHop } from './attribution/order_columns.js';
export type { SlowSpan } from './attribution/read.js';
export { sentence } from './attribution/sentence.js';
export type { CauseTotal } from './attribution/tally.js';
export { CAPSULE_HOPS, HOPS, SPANS, hopAt, hopByName, spanByName, type Hop, type HopTable, type Span } from './catalogue.js';
export { Collection, type CollectionOptions, type CollectorCpu, type StallSource, type StoredRows, type Tail } from './collect.js';
export { heatMapOf, type HeatMap, type HeatMapStall } from './heat_map.js';
export type { Reading, ReadingOf, ReadingSink, SeriesDelta, StallSum } from './live/reading.js';
export { orderAtQuantile, slowestOrders, type Stamp, type TracedOrder } from './orders.js';
export {
  BUCKET_RELATIVE_WIDTH,
  CURVE_PERCENT,
  QUANTILE_LEVELS,
  curvesOfHistograms,
  curvesOfRun,
  quantilesOfHistograms,
  quantilesOfRun,
  type Curve,
  type LatencyHistogram,
  type LatencyQuantiles,
} from './quantiles.js';
export { editDistance, nearest } from './rules/nearest.js';
export { QuantityError } from './rules/quantity_error.js';
export * from './rules/units.js';
export { listRuns, recordRun, type RunRecord, type RunState } from './runs.js';
export { openStore } from './schema.js';
export { NO_EVENT, STALL_CAUSES, causeByName, type StallCause } from './stall_causes.js';
export { readSteal } from './steal.js';
export { StoreError, type StoreErrorKind } from './store/error.js';
export { requireAvx2 } from './store/preflight.js';
export { Store, type QueryParameters, type StoreOptions, type TextFormat } from './store/store.js';
export { timelineOf, type Timeline, type TimelineEvent } from './timeline.js';
