/**
 * The collector's face: from a lane's rows to the store, and from the store to figures.
 *
 * Where to start reading: Collection in collect.ts (rows in), schema.ts (where they stand), quantiles.ts (figures out); the embedded
 * store is store/store.ts on this side of the process boundary and store/child.ts on the other.
 */
export { CAPSULE_HOPS, HOPS, SPANS, hopAt, hopByName, spanByName, type Hop, type HopTable, type Span } from './catalogue.js';
export { Collection, type CollectionOptions, type StoredRows } from './collect.js';
export { orderAtQuantile, slowestOrders, type Stamp, type TracedOrder } from './orders.js';
export { CURVE_PERCENT, curvesOfRun, quantilesOfRun, type Curve, type LatencyQuantiles } from './quantiles.js';
export { listRuns, recordRun, type RunRecord, type RunState } from './runs.js';
export { openStore } from './schema.js';
export { StoreError, type StoreErrorKind } from './store/error.js';
export { requireAvx2 } from './store/preflight.js';
export { Store, type QueryParameters, type StoreOptions, type TextFormat } from './store/store.js';
