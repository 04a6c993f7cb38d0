/** An alert as others see it: what is on now, what happened to it, and who was told. Plain data, fit for JSON. */
import type { AlertStateName } from '../rules/alert_state.js';
import type { ValueUnit } from '../rules/rule.js';

/** What stays the same through an alert's states. */
export interface AlertIdentity {
  /** The rule's name. */
  readonly rule: string;
  readonly severity: string;
  readonly summary: string;
  /** The rule's `when`, as it was written. */
  readonly expr: string;
  readonly runId: string;
  readonly experiment: string;
  readonly variant: string;
}

/** An alert that is pending or firing. */
export interface ActiveAlert extends AlertIdentity {
  readonly state: 'pending' | 'firing';
  /** Unix ms since when the condition has held. */
  readonly sinceMs: number;
  /** Unix ms; null while it is pending. */
  readonly firingSinceMs: number | null;
  /** At the newest reading, in `unit`; null where there was nothing to judge. Infinity (a share of nothing) is null in JSON. */
  readonly value: number | null;
  readonly unit: ValueUnit;
}

/** An alert that changed its state. */
export interface AlertEvent extends AlertIdentity {
  readonly state: AlertStateName;
  /** Unix ms of the reading that changed it. */
  readonly atMs: number;
  /** Unix ms since when the condition had held. */
  readonly sinceMs: number;
  /** As in ActiveAlert. */
  readonly value: number | null;
  readonly unit: ValueUnit;
  /** Why it changed, in words. */
  readonly reason: string;
}

/** A notification that has been delivered, or was given up. */
export interface NotificationEvent {
  readonly rule: string;
  readonly runId: string;
  readonly state: 'firing' | 'resolved';
  /** `alertmanager http://127.0.0.1:9093`, `webhook http://…`, `command /usr/bin/logger -t hopscope`; without passwords. */
  readonly target: string;
  /** Unix ms when its target had taken it, or when it was given up. */
  readonly atMs: number;
  readonly attempts: number;
  readonly delivered: boolean;
  /** Why it was given up; empty for what was delivered. */
  readonly error: string;
}
