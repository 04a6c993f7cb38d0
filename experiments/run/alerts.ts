/** What became of a run's alert rules: when each was pending, fired, was told to somebody and resolved, from the store's own rows. */
import type { Rule, Store } from '../../collector/index.js';

export interface AlertChange {
  readonly state: string;
  /** Unix ms. */
  readonly atMs: number;
  /** Of the rule's left side at that moment, in its base unit; null where it had none, or where it was infinite (a share of nothing). */
  readonly value: number | null;
  readonly reason: string;
}

export interface AlertDelivery {
  readonly state: string;
  readonly target: string;
  /** Unix ms at which it was delivered, or given up. */
  readonly atMs: number;
  readonly attempts: number;
  readonly delivered: boolean;
  readonly error: string;
}

/** One rule of one run. Times are Unix ms, the first of their kind since the injected breach, if there is one; null: it did not happen. */
export interface AlertRecord {
  readonly rule: string;
  readonly severity: string;
  readonly when: string;
  readonly for_s: number;
  /** When the first order was delayed on purpose, where the run injects a delay: the breach itself. */
  readonly injected_at: number | null;
  readonly pending_at: number | null;
  readonly firing_at: number | null;
  readonly notified_at: number | null;
  readonly resolved_at: number | null;
  readonly firings: number;
  readonly resolutions: number;
  /** From the breach, or where nothing was injected from `pending_at`, until somebody was told. */
  readonly notified_after_ns: number | null;
  readonly changes: readonly AlertChange[];
  readonly deliveries: readonly AlertDelivery[];
}

interface ChangeRow extends Omit<AlertChange, 'atMs'> {
  readonly rule: string;
  readonly at_ms: number;
}

interface DeliveryRow extends Omit<AlertDelivery, 'atMs'> {
  readonly rule: string;
  readonly at_ms: number;
}

/** One entry a rule, in the order of the experiment's file. */
export async function alertsOf(store: Store, runId: string, rules: readonly Rule[]): Promise<readonly AlertRecord[]> {
  if (rules.length === 0) return [];
  const parameters = { run: runId };
  const [injected, changes, deliveries] = await Promise.all([
    store.rows<{ at_ms: number; orders: number }>(
      'SELECT toUnixTimestamp64Nano(min(ts)) / 1e6 AS at_ms, count() AS orders FROM traces WHERE run_id = {run:String} AND injected_hop != 0', parameters),
    store.rows<ChangeRow>(
      'SELECT rule, toString(state) AS state, toUnixTimestamp64Milli(ts) AS at_ms, if(isNaN(value), NULL, value) AS value, reason FROM alerts WHERE run_id = {run:String} ORDER BY ts, state', parameters),
    store.rows<DeliveryRow>(
      'SELECT rule, toString(state) AS state, target, toUnixTimestamp64Milli(ts) AS at_ms, attempts, delivered, error FROM alert_notifications WHERE run_id = {run:String} ORDER BY ts', parameters),
  ]);
  const [first] = injected;
  const injectedAt = first === undefined || first.orders === 0 ? null : first.at_ms;
  return rules.map((rule) => recordOf(rule, injectedAt, changes.filter((row) => row.rule === rule.name), deliveries.filter((row) => row.rule === rule.name)));
}

export function recordOf(rule: Rule, injectedAt: number | null, changes: readonly ChangeRow[], deliveries: readonly DeliveryRow[]): AlertRecord {
  // What came before the breach was another matter: it must not pass for a quick alert.
  const since = injectedAt ?? -Infinity;
  const at = (state: string): number | null => changes.find((change) => change.state === state && change.at_ms >= since)?.at_ms ?? null;
  const notifiedAt = deliveries.find(({ state, delivered, at_ms: atMs }) => delivered && state === 'firing' && atMs >= since)?.at_ms ?? null;
  const begun = injectedAt ?? at('pending');
  return {
    rule: rule.name,
    severity: rule.severity,
    when: rule.when,
    for_s: rule.forSeconds,
    injected_at: injectedAt,
    pending_at: at('pending'),
    firing_at: at('firing'),
    notified_at: notifiedAt,
    resolved_at: at('resolved'),
    firings: changes.filter(({ state }) => state === 'firing').length,
    resolutions: changes.filter(({ state }) => state === 'resolved').length,
    notified_after_ns: notifiedAt === null || begun === null ? null : (notifiedAt - begun) * 1e6,
    changes: changes.map(({ state, at_ms: atMs, value, reason }) => ({ state, atMs, value, reason })),
    deliveries: deliveries.map(({ state, target, at_ms: atMs, attempts, delivered, error }) => ({ state, target, atMs, attempts, delivered, error })),
  };
}

/** `tick_to_ack.p99 > 100us for 2s (rtt-breach): injected 12:00:05.000; pending +0.61 s; …` — times since the breach. */
export function alertLines(alerts: readonly AlertRecord[]): readonly string[] {
  return alerts.map((alert) => {
    const begun = alert.injected_at ?? alert.pending_at;
    const name = `alert ${alert.rule} (${alert.when}${alert.for_s > 0 ? ` for ${alert.for_s}s` : ''})`;
    if (begun === null) return `${name}: never pending`;
    const since = (atMs: number | null): string => (atMs === null ? 'never' : `${atMs >= begun ? '+' : '-'}${(Math.abs(atMs - begun) / 1e3).toFixed(2)} s`);
    const parts = [
      ...(alert.injected_at === null ? [] : [`injected at ${clockTime(alert.injected_at)}`]),
      alert.injected_at === null ? `pending at ${clockTime(begun)}` : `pending ${since(alert.pending_at)}`,
      `firing ${since(alert.firing_at)}`,
      `notified ${since(alert.notified_at)}`,
      `resolved ${since(alert.resolved_at)}`,
    ];
    const undelivered = alert.deliveries.filter(({ delivered }) => !delivered);
    return `${name}: ${parts.join(', ')}${undelivered.map(({ target, error }) => `; not delivered to ${target}: ${error}`).join('')}`;
  });
}

/** UTC, to the millisecond: what ClickHouse and Alertmanager show. */
export function clockTime(atMs: number): string {
  return new Date(atMs).toISOString().slice(11, 23);
}
