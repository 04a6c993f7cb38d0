/**
 * What one engine did in one second, as seen from outside: the one input of alert rules, metrics and the live page.
 *
 * Counters are the run's so far, also what an engine met late counted before; `series` is what was counted since the reading before, or
 * since it was met. Warm-up is in neither.
 */
import type { EngineState } from '../../native/index.js';

/** What a log-linear histogram counted in a while: its buckets that are not empty, ascending; a duration lies in [lowNs, highNs]. */
export interface SeriesDelta {
  readonly count: number;
  readonly sumNs: number;
  readonly lowNs: readonly number[];
  readonly highNs: readonly number[];
  readonly counts: readonly number[];
}

/** Whose reading it is. */
export interface ReadingOf {
  readonly runId: string;
  readonly experiment: string;
  readonly variant: string;
  readonly build: string;
  readonly lane: string;
  readonly pid: number;
}

/** The kernel events of one cause since the run began. */
export interface StallSum {
  readonly count: number;
  readonly totalNs: number;
}

export interface Reading {
  readonly of: ReadingOf;
  /** Unix second whose end brought it; counts of `series` belong to it. One reading a second, the last one of a run maybe sooner. */
  readonly second: number;
  /** Unix ms when it was taken. */
  readonly atMs: number;
  /** Since this engine's reading before, or since it was met. */
  readonly seconds: number;
  readonly state: EngineState;
  /** Since the engine last published; Infinity before the first time. */
  readonly heartbeatAgeMs: number;
  /**
   * Cumulative: the engine's (bpf/records.h, HS_COUNTERS), which stand at 0 until it measures, except `kills`; and the lane's (drained,
   * stored, tail, filtered, lost, journal_*, stalls_*, gaps_*).
   */
  readonly counters: Readonly<Record<string, number>>;
  /** By hop and span; one of which nothing was counted is absent. */
  readonly series: Readonly<Record<string, SeriesDelta>>;
  /** Hops and spans that `series` could hold: of any other, its absence says nothing. */
  readonly countedSeries: readonly string[];
  /** By cause. */
  readonly stalls: Readonly<Record<string, StallSum>>;
  /** The kill switch was pulled: no order passes any more. */
  readonly killed: boolean;
  /** A circuit breaker holds orders back. */
  readonly broken: boolean;
  /** Rows that wait for the store's acknowledgement, and how long the oldest of them has. */
  readonly store: { readonly pendingBytes: number; readonly lagMs: number };
  /** Its last reading: the run is over. */
  readonly last: boolean;
}

/** Takes readings, one after the other, of one engine or of several. Must not throw. */
export interface ReadingSink {
  take(reading: Reading): void;
}
