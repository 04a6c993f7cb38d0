/**
 * Alert rules as they are understood once parseRules() has checked them: plain data, fit to evaluate here, and to write as PromQL or SQL.
 *
 * Everything is in base units: ns, counts, counts per second, shares of 1. Durations of a rule's own are whole seconds, because readings come
 * once a second.
 */
import type { Comparison } from './comparison.js';
import type { EventName, RuleStatistic } from './subjects.js';

export interface Rule {
  /** Unique among its rules: letters, digits, `-`, `_`, `.`. */
  readonly name: string;
  /** As written. */
  readonly when: string;
  readonly condition: Condition;
  /** How long the condition must hold until the alert fires; 0: at once. */
  readonly forSeconds: number;
  /** The window that rates, statistics of latency, absence and losses look back on, and a burn without windows of its own. */
  readonly overSeconds: number;
  readonly severity: string;
  readonly summary: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly notify: readonly Target[];
  /** Firing ends the run. */
  readonly abort: boolean;
  /** Firing pulls the engine's kill switch. */
  readonly kill: boolean;
  /** The condition's; null where it burns none. */
  readonly budget: Budget | null;
}

export type Condition =
  /** `series` is a hop or span; the limit is in ns, of `count` a count in the window. */
  | { readonly kind: 'latency'; readonly series: string; readonly statistic: RuleStatistic; readonly comparison: Comparison; readonly limit: number }
  /** Growth of a counter: per second over the window, or, where `per` names another one, as a share of that one's growth. */
  | { readonly kind: 'rate'; readonly counter: string; readonly per: string | null; readonly comparison: Comparison; readonly limit: number }
  /** A counter since the run began. */
  | { readonly kind: 'counter'; readonly counter: string; readonly comparison: Comparison; readonly limit: number }
  /** Measuring for a whole window, and nothing of this hop or span was counted in it. */
  | { readonly kind: 'absent'; readonly series: string }
  /** The engine has not published for a whole window. */
  | { readonly kind: 'engine_absent' }
  /** The share of too slow orders in the window over the share that the budget allows. */
  | { readonly kind: 'burn'; readonly series: string; readonly budget: Budget; readonly comparison: Comparison; readonly limit: number }
  /** In one of the budget's entries both windows burn faster than the entry allows. */
  | { readonly kind: 'burn_windows'; readonly series: string; readonly budget: Budget }
  | { readonly kind: 'event'; readonly event: EventName };

/** Of all orders, a share of `target` is to take no longer than `withinNs`; an order that takes longer spends of the rest. */
export interface Budget {
  readonly withinNs: number;
  /** Above 0, below 1: 0.999 leaves one order in a thousand. */
  readonly target: number;
  /** Empty where the rule compares the burn of its one window. */
  readonly windows: readonly BurnWindows[];
}

/** The long window shows that it matters, the short one that it goes on (Google's SRE Workbook, "Alerting on SLOs"). */
export interface BurnWindows {
  readonly longSeconds: number;
  readonly shortSeconds: number;
  /** 1 spends the budget exactly when its period ends. */
  readonly burn: number;
}

export type Target =
  /** The server's base address; the path of its API comes from the sender. */
  | { readonly kind: 'alertmanager'; readonly url: string }
  | { readonly kind: 'webhook'; readonly url: string }
  /** Run without a shell; the first is an absolute path. */
  | { readonly kind: 'command'; readonly argv: readonly string[] };

/** What an evaluation's value counts. `times` is a burn: multiples of what the budget allows. */
export type ValueUnit = 'ns' | 'count' | 'per_second' | 'share' | 'times';

export function unitOf(condition: Condition): ValueUnit {
  switch (condition.kind) {
    case 'latency': return condition.statistic === 'count' ? 'count' : 'ns';
    case 'rate': return condition.per === null ? 'per_second' : 'share';
    case 'counter': case 'absent': case 'event': return 'count';
    case 'engine_absent': return 'ns';
    case 'burn': case 'burn_windows': return 'times';
  }
}
