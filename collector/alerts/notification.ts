/**
 * What a target is told: that an alert fires, or that it is resolved.
 *
 * A notification waits as a file until it is delivered, maybe by a later process, so it holds everything that its target wants to know.
 */
import { z } from 'zod';
import type { AlertEvent } from './active_alert.js';
import type { Rule, Target } from '../rules/rule.js';
import { shownUrl } from '../store/endpoint.js';
import { shownValue } from './shown_value.js';

const TARGET = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('alertmanager'), url: z.url() }),
  z.object({ kind: z.literal('webhook'), url: z.url() }),
  z.object({ kind: z.literal('command'), argv: z.array(z.string()).min(1) }),
]);

/** Unix ms that a Date can hold (ECMA-262, 21.4.1.1): a file may say anything. */
const UNIX_MS = z.number().int().min(0).max(8.64e15);

export const NOTIFICATION = z.object({
  version: z.literal(1),
  /** The same whenever this notification is sent, so that its target can tell a repetition. */
  id: z.string(),
  target: TARGET,
  state: z.enum(['firing', 'resolved']),
  rule: z.string(),
  severity: z.string(),
  summary: z.string(),
  expr: z.string(),
  labels: z.record(z.string(), z.string()),
  run_id: z.string(),
  experiment: z.string(),
  variant: z.string(),
  /** Null: nothing to judge, or, while it fires, infinite (a share of nothing), which JSON does not know. */
  value: z.number().nullable(),
  unit: z.enum(['ns', 'count', 'per_second', 'share', 'times']),
  reason: z.string(),
  /** Unix ms since when the condition had held. */
  since_ms: UNIX_MS,
  /** Unix ms when it fired: of a resolved alert too. */
  fired_ms: UNIX_MS,
  /** Unix ms of the reading that changed the state. */
  at_ms: UNIX_MS,
});

export type Notification = Readonly<z.infer<typeof NOTIFICATION>>;

/** Alertmanager resolves by itself what nobody repeats for so long: nobody is left who could resolve it. */
export const ALERTMANAGER_PATIENCE_MS = 5 * 60_000;

export function notificationOf(id: string, rule: Rule, target: Target, event: AlertEvent, firedMs: number): Notification {
  return {
    version: 1,
    id,
    target: target.kind === 'command' ? { kind: 'command', argv: [...target.argv] } : { kind: target.kind, url: target.url },
    state: event.state === 'resolved' ? 'resolved' : 'firing',
    rule: rule.name,
    severity: rule.severity,
    summary: rule.summary,
    expr: rule.when,
    labels: { ...rule.labels },
    run_id: event.runId,
    experiment: event.experiment,
    variant: event.variant,
    value: event.value !== null && Number.isFinite(event.value) ? event.value : null,
    unit: event.unit,
    reason: event.reason,
    since_ms: event.sinceMs,
    fired_ms: firedMs,
    at_ms: event.atMs,
  };
}

/** They make the alert's identity: the run is not among them, so that an engine that was started again has the same alert. */
export function alertmanagerLabels({ rule, severity, experiment, variant, labels }: Notification): Readonly<Record<string, string>> {
  return { ...labels, alertname: rule, severity, experiment, variant };
}

/** The body of Alertmanager's POST /api/v2/alerts. */
export function alertmanagerBody(notification: Notification, nowMs: number): string {
  const { fired_ms, at_ms, state } = notification;
  const endsMs = state === 'firing' ? Math.max(nowMs, fired_ms) + ALERTMANAGER_PATIENCE_MS : Math.max(at_ms, fired_ms);
  const alert = {
    labels: alertmanagerLabels(notification),
    annotations: {
      summary: notification.summary,
      value: shownValue(state === 'firing' ? notification.value ?? Infinity : notification.value, notification.unit),
      expr: notification.expr,
      run_id: notification.run_id,
    },
    startsAt: new Date(fired_ms).toISOString(),
    endsAt: new Date(endsMs).toISOString(),
  };
  return JSON.stringify([alert]);
}

/** What a webhook receives, and a command on its standard input. */
export function webhookBody(notification: Notification): string {
  const { version, id, rule, state, severity, value, unit, expr, labels, summary, reason, run_id, experiment, variant } = notification;
  const since = new Date(notification.since_ms).toISOString();
  const at = new Date(notification.at_ms).toISOString();
  return JSON.stringify({ version, id, rule, state, severity, value, unit, expr, since, at, run_id, experiment, variant, labels, summary, reason });
}

/** A target for people and for the store: without passwords and queries, which often hold a key. */
export function shownTarget(target: Notification['target']): string {
  if (target.kind === 'command') return `command ${target.argv.join(' ')}`;
  return `${target.kind} ${shownUrl(target.url).replace(/\?.*$/, '?…')}`;
}
