/**
 * What the live page is told once a second, as JSON. It imports nothing: the page's modules, compiled for a browser, use these types too.
 *
 * Numbers are rounded to what a screen can show; null stands for "not known", never for zero.
 */

/** Upper edges of buckets: at most 1/32 too high, never too low. */
export interface Spread {
  readonly count: number;
  readonly p50Ns: number;
  readonly p99Ns: number;
  readonly p999Ns: number;
  readonly maxNs: number;
}

export interface SeriesView {
  readonly name: string;
  readonly kind: 'hop' | 'span';
  readonly description: string;
  /** null: nothing was counted. */
  readonly second: Spread | null;
  readonly window: Spread | null;
  /** Of the window, at the snapshot's `curveLevels`; empty where nothing was counted. */
  readonly curveNs: readonly number[];
}

/** One value a second, oldest first; null where the collector heard nothing. */
export interface HistoryView {
  readonly seconds: readonly number[];
  readonly feedPps: readonly (number | null)[];
  readonly ordersPerSecond: readonly (number | null)[];
  /** Of tick_to_ack. */
  readonly p50Ns: readonly (number | null)[];
  readonly p99Ns: readonly (number | null)[];
  readonly p999Ns: readonly (number | null)[];
}

/** Something that must stay zero. */
export interface LossView {
  readonly counter: string;
  readonly total: number;
  readonly inWindow: number;
}

export interface StallView {
  readonly cause: string;
  readonly count: number;
  readonly totalNs: number;
  /** Over the window. */
  readonly perSecond: number;
  /** Of the window's time. */
  readonly share: number;
}

/** `silent`: no reading for some seconds though nobody said that it ended. */
export type Phase = 'running' | 'silent' | 'ended';

export interface EngineView {
  /** Tells engines apart, restarts of one run's engine too. */
  readonly key: string;
  readonly runId: string;
  readonly experiment: string;
  readonly variant: string;
  readonly build: string;
  readonly lane: string;
  readonly pid: number;
  readonly state: string;
  readonly phase: Phase;
  /** Since its last reading. */
  readonly ageMs: number;
  /** null: it never published. */
  readonly heartbeatAgeMs: number | null;
  readonly killed: boolean;
  readonly broken: boolean;
  readonly store: { readonly pendingBytes: number; readonly lagMs: number };
  /** How many seconds the window holds: up to ten. */
  readonly windowSeconds: number;
  readonly orders: number;
  readonly fills: number;
  readonly rejects: number;
  readonly riskRejects: number;
  readonly history: HistoryView;
  /** In the order of the catalogue; only what was ever counted. */
  readonly series: readonly SeriesView[];
  readonly losses: readonly LossView[];
  readonly stalls: readonly StallView[];
}

export interface BoardSnapshot {
  readonly atMs: number;
  /** Newest first. */
  readonly engines: readonly EngineView[];
  /** Shares of all orders, ascending: finer and finer towards the tail. */
  readonly curveLevels: readonly number[];
}

/** What the page shows of an alert (collector/alerts/active_alert.ts knows more). */
interface AlertView {
  readonly rule: string;
  readonly severity: string;
  readonly summary: string;
  /** The rule's `when`, as it was written. */
  readonly expr: string;
  readonly runId: string;
  /** Unix ms since when the condition has held. */
  readonly sinceMs: number;
  /** In `unit`; null where there was nothing to judge, or, while it is pending or firing, infinite (a share of nothing). */
  readonly value: number | null;
  readonly unit: string;
}

export interface ActiveAlertView extends AlertView {
  readonly state: 'pending' | 'firing';
  /** Unix ms; null while it is pending. */
  readonly firingSinceMs: number | null;
}

/** An alert that changed its state. */
export interface AlertEventView extends AlertView {
  readonly state: 'inactive' | 'pending' | 'firing' | 'resolved';
  readonly atMs: number;
  readonly reason: string;
}

/** One message of /live. */
export interface LiveMessage extends BoardSnapshot {
  readonly alerts: { readonly active: readonly ActiveAlertView[]; readonly history: readonly AlertEventView[] };
}
