/**
 * Alerts of engines that are being watched: from readings to states, to the store, to whoever is to be told, and back to the run.
 *
 * take() does no more than compute; what is slow (store, disk, network, commands) happens behind it. Every engine has its own alerts;
 * to Alertmanager the alerts of one experiment's variant are the same, whichever run has them.
 */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { RowSink } from '../batcher.js';
import type { Reading, ReadingOf, ReadingSink } from '../live/reading.js';
import { AlertState, type Transition } from '../rules/alert_state.js';
import { Evaluator, type Evaluation } from '../rules/evaluator.js';
import { unitOf, type Rule } from '../rules/rule.js';
import type { ActiveAlert, AlertEvent, AlertIdentity, NotificationEvent } from './active_alert.js';
import { AlertRows, alertRow, notificationRow } from './alert_rows.js';
import { Delivery } from './delivery.js';
import { notificationOf } from './notification.js';
import { Outbox } from './outbox.js';
import { shownValue } from './shown_value.js';
import { ToldOnce } from './told_once.js';

export interface AlertingOptions {
  readonly rules: readonly Rule[];
  readonly store: RowSink;
  /** Keeps notifications until they are delivered; processes may share it. Made where there is something to notify. */
  readonly outboxDir: string;
  /** A rule with `abort` fires: once a run. The reason says how long it held, and at which value: `held for 5 s, at 132.4 µs`. */
  readonly onAbort: (rule: Rule, reason: string, of: ReadingOf) => void;
  /** A rule with `kill` fires: once a run. */
  readonly onKill: (rule: Rule, reason: string, of: ReadingOf) => void;
  /** One line for people; nothing stops because of it. */
  readonly onTrouble?: (line: string) => void;
  /** An engine that nobody reads for so long has no alerts any more. */
  readonly silentMs?: number;
  readonly now?: () => number;
}

export interface AlertingEnd {
  /** Notifications that stay in the outbox, for the next process. */
  readonly undelivered: number;
  /** Each target that did not take them, and why: one line each. */
  readonly undeliveredBecause: readonly string[];
  /** Rows that the store has never taken. */
  readonly unstored: number;
}

/** Alertmanager forgets an alert that nobody repeats (notification.ts, ALERTMANAGER_PATIENCE_MS). */
const REPEAT_MS = 60_000;
const SILENT_MS = 60_000;
/** Silence is looked for so often in that time: also when no reading comes that could show it. */
const SWEEPS = 6;
const SILENCE = 'nobody reads this engine any more';
const HISTORY = 1000;
/** Runs that are remembered after their silence. */
const MAX_LEFT = 1000;

/** One rule's eye on one engine. */
interface Watch {
  readonly rule: Rule;
  readonly evaluator: Evaluator;
  readonly state: AlertState;
  alert: ActiveAlert | null;
  repeatedMs: number;
  acted: boolean;
}

interface Engine {
  newest: Reading;
  /** performance.now() when it came: no setting of the clock makes an engine silent. */
  takenMs: number;
  readonly watches: readonly Watch[];
}

export class Alerting implements ReadingSink {
  readonly #engines = new Map<string, Engine>();
  /** Runs that fell silent, with their rules that have acted: one that is read again later acts no second time. */
  readonly #left = new Map<string, ReadonlySet<string>>();
  readonly #sweeping: NodeJS.Timeout;
  readonly #silentMs: number;
  readonly #alertRows: AlertRows;
  readonly #notificationRows: AlertRows;
  readonly #delivery: Delivery | null;
  readonly #history: AlertEvent[] = [];
  readonly #notified: NotificationEvent[] = [];
  readonly #now: () => number;
  /** Of a rule and a target. */
  readonly #refused: ToldOnce<string>;
  readonly #tell: (line: string) => void;
  #closed = false;

  /** @throws OutboxError where notifications could not be kept */
  constructor(private readonly options: AlertingOptions) {
    const { store, outboxDir } = options;
    this.#tell = (line) => tellOf(options, line);
    this.#silentMs = options.silentMs ?? SILENT_MS;
    this.#refused = new ToldOnce(this.#tell);
    const token = randomUUID();
    this.#now = options.now ?? Date.now;
    this.#alertRows = new AlertRows(store, 'alerts', token, this.#tell);
    this.#notificationRows = new AlertRows(store, 'alert_notifications', token, this.#tell);
    // Whoever finds an outbox delivers what others have left there.
    const notifies = options.rules.some((rule) => rule.notify.length > 0) || existsSync(outboxDir);
    this.#delivery = notifies ? new Delivery({ outbox: Outbox.open(outboxDir, this.#tell, this.#now), onEnd: (event) => this.#noteNotified(event), now: this.#now }) : null;
    this.#sweeping = setInterval(() => this.#sweep(), this.#silentMs / SWEEPS).unref();
  }

  take(reading: Reading): void {
    if (this.#closed) return;
    const { runId } = reading.of;
    if (reading.last && !this.#engines.has(runId) && this.#left.has(runId)) return; // its alerts have ended already
    const engine = this.#engineOf(reading);
    engine.newest = reading;
    engine.takenMs = performance.now();
    for (const watch of engine.watches) this.#step(watch, reading, watch.evaluator.evaluate(reading));
    if (reading.last) this.#engines.delete(runId);
    for (const other of this.#engines.values()) {
      if (reading.atMs - other.newest.atMs > this.#silentMs) this.#leave(other, SILENCE, reading.atMs);
    }
  }

  #sweep(): void {
    const nowMs = performance.now();
    for (const engine of this.#engines.values()) {
      const silentMs = nowMs - engine.takenMs;
      if (silentMs > this.#silentMs) this.#leave(engine, SILENCE, engine.newest.atMs + Math.round(silentMs));
    }
  }

  /** What is firing, then what is pending. */
  active(): readonly ActiveAlert[] {
    const alerts = [...this.#engines.values()].flatMap((engine) => engine.watches.flatMap((watch) => (watch.alert === null ? [] : [watch.alert])));
    return [...alerts.filter((one) => one.state === 'firing'), ...alerts.filter((one) => one.state === 'pending')];
  }

  /** The newest changes of states, oldest first. */
  history(): readonly AlertEvent[] {
    return [...this.#history];
  }

  /** The newest notifications that came to an end, oldest first. */
  notifications(): readonly NotificationEvent[] {
    return [...this.#notified];
  }

  /** Resolves what still fires, and gives the targets so long to take what waits; the rest stays in the outbox. */
  async close(patienceMs: number): Promise<AlertingEnd> {
    clearInterval(this.#sweeping);
    for (const engine of this.#engines.values()) this.#leave(engine, 'nobody watches any more', this.#now());
    this.#closed = true;
    const { left, because } = (await this.#delivery?.close(patienceMs)) ?? { left: 0, because: [] };
    const unstored = (await this.#alertRows.close()) + (await this.#notificationRows.close());
    return { undelivered: left, undeliveredBecause: because, unstored };
  }

  #engineOf(reading: Reading): Engine {
    const { runId } = reading.of;
    let engine = this.#engines.get(runId);
    if (engine === undefined) {
      const acted = this.#left.get(runId);
      engine = { newest: reading, takenMs: 0, watches: this.options.rules.map((rule) => watchOf(rule, acted?.has(rule.name) ?? false)) };
      this.#engines.set(runId, engine);
      this.#left.delete(runId);
    }
    return engine;
  }

  /** Ends the alerts of an engine that has not said goodbye. */
  #leave(engine: Engine, reason: string, atMs: number): void {
    const farewell: Reading = { ...engine.newest, atMs: Math.max(atMs, engine.newest.atMs), last: true };
    for (const watch of engine.watches) this.#step(watch, farewell, { holds: false, value: null }, reason);
    const { runId } = farewell.of;
    this.#engines.delete(runId);
    this.#left.set(runId, new Set(engine.watches.filter(({ acted }) => acted).map(({ rule }) => rule.name)));
    const [oldest] = this.#left.keys();
    if (this.#left.size > MAX_LEFT && oldest !== undefined) this.#left.delete(oldest);
  }

  #step(watch: Watch, reading: Reading, evaluation: Evaluation, reason?: string): void {
    for (const transition of watch.state.step(reading, evaluation)) this.#change(watch, reason === undefined ? transition : { ...transition, reason });
    if (watch.alert !== null) watch.alert = { ...watch.alert, value: evaluation.value };
    if (watch.alert?.state === 'firing' && reading.atMs - watch.repeatedMs >= REPEAT_MS) this.#repeat(watch, watch.alert, reading.atMs);
  }

  #change(watch: Watch, transition: Transition): void {
    const { rule } = watch;
    const event = eventOf(transition);
    this.#history.push(event);
    if (this.#history.length > HISTORY) this.#history.shift();
    this.#alertRows.add(alertRow(event));
    const firedMs = transition.firingSinceMs ?? event.atMs;
    watch.alert = alertOf(event, firedMs);
    if (event.state !== 'firing' && event.state !== 'resolved') return;
    for (const target of rule.notify) {
      const notification = notificationOf(randomUUID(), rule, target, event, firedMs);
      if (target.kind === 'alertmanager' && event.state === 'resolved' && this.#firesElsewhere(watch, event)) this.#delivery?.withhold(notification);
      else this.#delivery?.push(notification);
    }
    watch.repeatedMs = event.atMs;
    if (event.state === 'firing' && !watch.acted) this.#act(watch, event, transition.of);
  }

  /** Another engine has what is the same alert to Alertmanager: it is not over there before the last one is. */
  #firesElsewhere({ rule }: Watch, { runId, experiment, variant }: AlertEvent): boolean {
    const others = [...this.#engines.values()].filter(({ newest: { of } }) => of.runId !== runId && of.experiment === experiment && of.variant === variant);
    return others.some(({ watches }) => watches.some((other) => other.rule === rule && other.alert?.state === 'firing'));
  }

  #act(watch: Watch, event: AlertEvent, of: ReadingOf): void {
    const { rule } = watch;
    watch.acted = true;
    const { kind } = rule.condition;
    const measured = kind !== 'event' && kind !== 'absent';
    const reason = measured ? `${event.reason}, at ${shownValue(event.value, event.unit)}` : event.reason;
    // The switch first: it stops orders at once, the run's end takes its time.
    if (rule.kill) this.#try(`alert ${rule.name} could not pull the kill switch of run ${of.runId}`, () => this.options.onKill(rule, reason, of));
    if (rule.abort) this.#try(`alert ${rule.name} could not stop run ${of.runId}`, () => this.options.onAbort(rule, reason, of));
  }

  /** What others do may fail; the other rules, and the readings, go on. */
  #try(otherwise: string, act: () => void): void {
    try {
      act();
    } catch (error) {
      this.#tell(`${otherwise}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  #repeat(watch: Watch, alert: ActiveAlert, atMs: number): void {
    watch.repeatedMs = atMs;
    for (const target of watch.rule.notify) {
      if (target.kind !== 'alertmanager') continue; // the others were told, and remember
      this.#delivery?.repeat(notificationOf(randomUUID(), watch.rule, target, { ...alert, atMs, reason: '' }, alert.firingSinceMs ?? atMs));
    }
  }

  #noteNotified(event: NotificationEvent): void {
    this.#notified.push(event);
    if (this.#notified.length > HISTORY) this.#notified.shift();
    this.#notificationRows.add(notificationRow(event));
    const who = `${event.rule}/${event.target}`;
    if (event.delivered) this.#refused.well(who);
    else this.#refused.trouble(who, `${event.target} was not told of alert ${event.rule} (${event.error}): correct the rule's notify`);
  }
}

/** Whoever is told may fail too (a terminal that is gone): Node.js says it then, where it can. */
function tellOf({ onTrouble }: AlertingOptions, line: string): void {
  try {
    onTrouble?.(line);
  } catch (error) {
    process.emitWarning(`${line} (nobody was told: ${error instanceof Error ? error.message : String(error)})`);
  }
}

function watchOf(rule: Rule, acted: boolean): Watch {
  return { rule, evaluator: new Evaluator(rule), state: new AlertState(rule), alert: null, repeatedMs: 0, acted };
}

function identityOf({ rule, of }: Transition): AlertIdentity {
  const { runId, experiment, variant } = of;
  return { rule: rule.name, severity: rule.severity, summary: rule.summary, expr: rule.when, runId, experiment, variant };
}

function eventOf(transition: Transition): AlertEvent {
  const { to, atMs, pendingSinceMs, value, rule, reason } = transition;
  return { ...identityOf(transition), state: to, atMs, sinceMs: pendingSinceMs, value, unit: unitOf(rule.condition), reason };
}

function alertOf(event: AlertEvent, firedMs: number): ActiveAlert | null {
  const { state, rule, severity, summary, expr, runId, experiment, variant, sinceMs, value, unit } = event;
  if (state === 'inactive' || state === 'resolved') return null;
  return { rule, severity, summary, expr, runId, experiment, variant, state, sinceMs, firingSinceMs: state === 'firing' ? firedMs : null, value, unit };
}
