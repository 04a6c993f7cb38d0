/**
 * The collector's face: from a lane's rows to the store, and from the store to figures.
 *
 * Where to start reading: Collection in collect.ts (rows in), schema.ts (where they stand), quantiles.ts (figures out),
 * attribution/attribute_run.ts (why it was slow); the embedded store is store/store.ts on this side of the process boundary and
 * store/child.ts on the other.
 */
export type { ActiveAlert, AlertEvent, NotificationEvent } from './alerts/active_alert.js';
export { Alerting, type AlertingEnd, type AlertingOptions } from './alerts/alerting.js';
export { OutboxError } from './alerts/outbox_error.js';
export { shownValue } from './alerts/shown_value.js';
export { attributeRun, type Attribution, type AttributionOptions, type GapTotals } from './attribution/attribute_run.js';
export type { ThreadOfHop } from './attribution/order_columns.js';
export type { SlowSpan } from './attribution/read.js';
export { sentence } from './attribution/sentence.js';
export type { CauseTotal } from './attribution/tally.js';
export { breakdownsOfRun, type Breakdown, type SpanBreakdown } from './breakdown.js';
export { CAPSULE_HOPS, HOPS, SPANS, hopAt, hopByName, spanByName, type Hop, type HopTable, type Span } from './catalogue.js';
export { Collection, type CollectionOptions, type StallSource, type StoreLag, type StoredRows, type Tail } from './collect.js';
export type { CollectorCpu } from './cpu_meter.js';
export { seriesByName, type Series } from './durations.js';
export { heatMapOf, type HeatMap, type HeatMapStall } from './heat_map.js';
export { Board } from './live/board.js';
export { everySecond } from './live/every_second.js';
export { laneCounters, type RecordedCounts } from './live/lane_counters.js';
export type { Reading, ReadingOf, ReadingSink, SeriesDelta, StallSum } from './live/reading.js';
export { Readings, type ReadingsOptions } from './live/readings.js';
export { Totals } from './live/totals.js';
export { LATENCY_BOUNDS_NS, METRICS, boundLabel, metricByName, type Metric, type MetricType } from './metrics/catalogue.js';
export { counterSelector, type CounterSelector } from './metrics/counters.js';
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
export { DecisionWriter, type RoutingDecision } from './routing/decision_rows.js';
export { MARGIN_TERMS, whyVenueOf, type MarginTerms, type ShownDecision, type VenueOverVenue, type VenueScore, type WhyVenue } from './routing/why_venue.js';
export { AlertState, type AlertStateName, type Transition } from './rules/alert_state.js';
export { COMPARISONS, holds, type Comparison } from './rules/comparison.js';
export { Evaluator, type Evaluation } from './rules/evaluator.js';
export { RuleError, type RuleFault, type RulePath } from './rules/faults.js';
export { editDistance, nearest } from './rules/nearest.js';
export { ALERTMANAGER_VARIABLE } from './rules/parse_notify.js';
export { parseRules } from './rules/parse_rules.js';
export { QuantityError } from './rules/quantity_error.js';
export { unitOf, type Budget, type BurnWindows, type Condition, type Rule, type Target, type ValueUnit } from './rules/rule.js';
export { parseRuleText, readRuleFile } from './rules/rule_file.js';
export { secondsShown } from './rules/seconds.js';
export * from './rules/subjects.js';
export * from './rules/units.js';
export { writtenRule } from './rules/written.js';
export { listRuns, recordRun, type RunRecord, type RunState } from './runs.js';
export { openStore } from './schema.js';
export { NO_EVENT, STALL_CAUSES, causeByName, type StallCause } from './stall_causes.js';
export { readSteal } from './steal.js';
export { StoreError, type StoreErrorKind } from './store/error.js';
export { requireAvx2 } from './store/preflight.js';
export { Store, type QueryParameters, type StoreOptions, type TextFormat } from './store/store.js';
export { timelineOf, type Timeline, type TimelineEvent } from './timeline.js';
