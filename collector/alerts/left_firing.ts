/**
 * Alerts that a dead process has left firing at their targets: nobody else knows of them, so whoever takes over its outbox resolves them.
 *
 * The last word about an alert is a notification that still waits, or the mark of one that was delivered; where it says firing, the process
 * has not lived to say resolved.
 */
import { randomUUID } from 'node:crypto';
import { alertmanagerLabels, type Notification } from './notification.js';

/** One alert as its target knows it: Alertmanager by its labels, the others by the run. */
export function alertAtTarget(notification: Notification): string {
  const { rule, target, run_id } = notification;
  const who = target.kind === 'alertmanager' ? Object.entries(alertmanagerLabels(notification)).sort(([a], [b]) => (a < b ? -1 : 1)) : run_id;
  return JSON.stringify([rule, target, who]);
}

/** @param said by one process, oldest first. @returns the last word about each alert that still fires */
export function leftFiring(said: readonly Notification[]): readonly Notification[] {
  const last = new Map<string, Notification>();
  for (const notification of said) last.set(alertAtTarget(notification), notification);
  return [...last.values()].filter(({ state }) => state === 'firing');
}

/** @param atMs when it was found out: when the process died, nobody knows */
export function resolvedByDeath(firing: Notification, atMs: number): Notification {
  return { ...firing, id: randomUUID(), state: 'resolved', value: null, reason: 'its process died', at_ms: Math.max(Math.round(atMs), firing.at_ms) };
}
