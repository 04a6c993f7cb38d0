/** What a check of accuracy is about, and what it comes to. */
import type { Inject } from '../../inject/disturber.js';
import type { Truth } from '../../inject/truth.js';

export interface AccuracyRow {
  readonly what: 'busy' | 'faults' | 'hog' | 'stop' | 'timer';
  /** Where it must be found; empty: wherever it struck. */
  readonly hop: string;
  /** What it must be put down to. */
  readonly cause: string;
  /** Whom it must name; empty: nobody. */
  readonly who: string;
  readonly injectedNs: number;
  readonly foundNs: number;
  /** In [0, 1]; null where there is too little to judge. */
  readonly share: number | null;
  /** Orders that were delayed, or slices of the run in which gaps were compared. */
  readonly orders: number;
  readonly unit: 'orders' | 'gaps';
  /** Orders: delay of the same orders at other hops or with other causes. They had it anyway, or it was put in a wrong place. */
  readonly elsewhereNs: number;
  /** Gaps: found by the length of events alone, without the estimated cost around them. */
  readonly directNs: number | null;
}

export interface AccuracyRun {
  readonly runId: string;
  readonly inject: Inject;
  readonly truth: Truth;
  /** Engine thread on the CPU that hog and timer disturbed. */
  readonly disturbedThread: number;
  readonly threadOfHop: (hopIndex: number, venue: number) => number;
  /** A run of the same experiment in which nothing was injected; undefined where there was none before this one. */
  readonly calmRunId: string | undefined;
}

/** Fewer delayed orders say little about the next one. */
export const LEAST_ORDERS = 10;
