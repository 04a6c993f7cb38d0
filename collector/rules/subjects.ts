/**
 * The names that a condition can ask for, in rules and in thresholds: series, statistics, counters, rates, events.
 *
 * test/experiments/run/counters.test.ts holds the counters and bpf/records.h together.
 */
import { HOPS, SPANS } from '../catalogue.js';
import { nearest } from './nearest.js';
import { QuantityError } from './quantity_error.js';

/** Every hop and span, in the order of tables. */
export const SERIES_NAMES: readonly string[] = [...HOPS, ...SPANS].map((one) => one.name);

/** The first hop: durations count from it, so it has none of its own, and nothing counts it. */
export const FIRST_HOP = 'feed.due';

/** What has durations, and so what can be counted: all hops but the first, and all spans. */
export const TIMED_SERIES: readonly string[] = SERIES_NAMES.filter((name) => name !== FIRST_HOP);

const QUANTILE_NAMES = ['p50', 'p90', 'p99', 'p999'] as const;

/** What a threshold asks of a whole run. */
export const LATENCY_STATISTICS = ['count', ...QUANTILE_NAMES, 'max', 'error'] as const;
export type LatencyStatistic = (typeof LATENCY_STATISTICS)[number];

/** What a rule asks of a window. */
export const RULE_STATISTICS = ['count', ...QUANTILE_NAMES, 'max', 'mean'] as const;
export type RuleStatistic = (typeof RULE_STATISTICS)[number];

/** The level of a statistic that is a quantile. */
export const QUANTILE_LEVEL: Readonly<Partial<Record<RuleStatistic, number>>> = { p50: 0.5, p90: 0.9, p99: 0.99, p999: 0.999 };

/** The counters that every run has, in the order they are printed. */
export const COUNTER_NAMES = [
  'feed_packets',
  'feed_missed',
  'oms_packets',
  'orders',
  'acks',
  'fills',
  'rejects',
  'port_drops',
  'traced',
  'pushed',
  'push_failed',
  'drained',
  'stored',
  'filtered',
  'lost',
] as const;

/** What a run may count beside the fixed ones: the engine's own (`bpf/records.h`, HS_COUNTERS) and those of the journal branch on its way. */
export const FURTHER_COUNTER_NAMES = [
  'feed_messages', 'feed_resent', 'feed_unserved', 'oms_messages', 'oms_gaps', 'oms_recovered', 'oms_requests', 'oms_recoveries',
  'oms_unresolved', 'cancels', 'filled_shares', 'risk_rejects', 'risk_quantity',
  'risk_no_reference', 'risk_notional', 'risk_collar', 'risk_rate', 'risk_killed', 'kills', 'timeouts', 'late_acks', 'session_gaps', 'session_recovered', 'session_requests',
  'port_malformed', 'venue_packets', 'venue_messages', 'venue_gaps', 'venue_recovered', 'venue_requests', 'venue_recoveries', 'impaired_drops',
  'impaired_duplicates', 'impaired_reorders', 'venue_orders', 'journal_stalls', 'journal_records', 'journal_blocks', 'journal_appended_bytes',
  'journal_bytes', 'journal_durable_bytes', 'journal_traced', 'journal_pushed', 'journal_push_failed', 'journal_drained',
  'journal_stored', 'journal_filtered', 'journal_lost', 'tail', 'journal_tail', 'stalls_recorded', 'stalls_lost', 'gaps_recorded', 'gaps_lost',
  'slot_misses', 'loops', 'busy_loops', 'orders_refused', 'answers_duplicate', 'answers_impossible', 'mass_cancels',
  'risk_restricted', 'risk_paused', 'risk_stale_price', 'risk_last_trade', 'risk_band', 'risk_position',
  'risk_gross', 'risk_net', 'risk_credit', 'risk_self_cross', 'risk_duplicate', 'cancels_held', 'breaker_trips', 'breaker_resets',
  'replaces',
] as const;

export const ALL_COUNTER_NAMES: readonly string[] = [...COUNTER_NAMES, ...FURTHER_COUNTER_NAMES];

/** `feed.missed` is the counter `feed_missed`. */
export const COUNTER_GROUPS: readonly string[] = ['feed', 'oms', 'venue', 'port', 'journal'];

/** Each rate's counter: its growth per second. */
export const RATES = { feed_pps: 'feed_packets', oms_pps: 'oms_packets', orders_per_s: 'orders' } as const;
export type RateName = keyof typeof RATES;
export const RATE_NAMES = Object.keys(RATES) as readonly RateName[];

export const EVENT_NAMES = ['losses', 'kill_switch', 'breaker'] as const;
export type EventName = (typeof EVENT_NAMES)[number];

/** Counters of which none may grow: each stands for something that happened and is not in the figures. */
export const LOSS_COUNTERS: readonly string[] = ['lost', 'push_failed', 'journal_lost', 'journal_push_failed', 'stalls_lost', 'gaps_lost', 'feed_missed'];

/** Fails with a QuantityError that says what was meant, or what there is. */
export function oneOf<const Name extends string>(name: string, known: readonly Name[], what: string): Name {
  const found = known.find((one) => one === name);
  if (found !== undefined) return found;
  const meant = nearest(name, known);
  throw new QuantityError(`there is no ${what} called "${name}"; ${meant === undefined ? `write one of ${known.join(', ')}` : `did you mean ${meant}?`}`);
}

/** `p99.9` and `p999` are one. Fails with a QuantityError. */
export function statisticOf<const Name extends string>(name: string, known: readonly Name[]): Name {
  const found = known.find((one) => one === (name === 'p99.9' ? 'p999' : name));
  if (found === undefined) throw new QuantityError(`"${name}" is not a statistic; write ${known.join(', ')}`);
  return found;
}

/** The counter that `feed.missed` or `counters.lost` names. Fails with a QuantityError. */
export function counterOf(group: string, name: string): string {
  if (!/^[a-z_]+$/.test(name)) throw new QuantityError(`"${name}" is not the name of a counter; write for example "missed == 0"`);
  const prefix = group === 'counters' ? '' : `${group}_`;
  const known = ALL_COUNTER_NAMES.filter((one) => one.startsWith(prefix)).map((one) => one.slice(prefix.length));
  return `${prefix}${oneOf(name, known, 'counter')}`;
}
