/**
 * The addon's face: the engine's telemetry page, the lanes that bring its records out, and what this kernel and machine can do.
 *
 * Where to start reading: openLane() in lane.ts, then native/stream_lane.cpp for what happens behind it.
 */
export type { BucketCounts } from './buckets.js';
export { NativeError, type NativeSubject } from './error.js';
export { features, type Feature, type FeatureName } from './features.js';
export {
  openLane,
  type Buckets,
  type Drained,
  type LaneClock,
  type LaneCounts,
  type LaneOptions,
  type LaneSession,
  type Latencies,
  type LiveQuantiles,
  type RecordCounts,
  type SiteState,
  type StampLag,
} from './lane.js';
export { recordLayout, type RecordLayout } from './layout.js';
export { jitter, tsc, type Jitter, type Tsc } from './machine.js';
export {
  openPage,
  type ClockPair,
  type EngineAnswer,
  type EngineCommand,
  type EngineLane,
  type EnginePage,
  type EngineState,
  type KillCause,
  type TripView,
  type PageHistogram,
  type PageQuantiles,
  type PageView,
} from './page.js';
export {
  openStalls,
  type ClockTie,
  type DrainedStalls,
  type StallCounts,
  type StallOptions,
  type StallSession,
  type StallTotal,
} from './stalls.js';
