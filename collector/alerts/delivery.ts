/**
 * Notifications on their way: one queue for each rule and target, so that a resolved alert never overtakes the firing one, and a target
 * that does not answer delays nobody else.
 */
import type { NotificationEvent } from './active_alert.js';
import { shownTarget, type Notification } from './notification.js';
import type { Letter, Outbox } from './outbox.js';
import { Queue } from './queue.js';
import { NOT_TRIED, send, type Outcome } from './send.js';

export interface DeliveryOptions {
  readonly outbox: Outbox;
  /** Delivered, or given up. */
  readonly onEnd: (event: NotificationEvent) => void;
  readonly now: () => number;
}

export interface DeliveryEnd {
  /** Notifications that stay. */
  readonly left: number;
  /** Each target that did not take them, and what its newest attempt failed with. */
  readonly because: readonly string[];
}

/** How often the outbox is searched for what dead processes have left. */
const CLAIM_EVERY_MS = 30_000;

export class Delivery {
  readonly #queues = new Map<string, Queue>();
  readonly #end = new AbortController();
  readonly #claiming: NodeJS.Timeout;

  constructor(private readonly options: DeliveryOptions) {
    this.#claim();
    this.#claiming = setInterval(() => this.#claim(), CLAIM_EVERY_MS).unref();
  }

  /** Notifications that nobody has taken yet. */
  get waiting(): number {
    let sum = 0;
    for (const queue of this.#queues.values()) sum += queue.length;
    return sum;
  }

  /** Never waits. */
  push(notification: Notification): void {
    this.#add(this.options.outbox.keep(notification));
  }

  /** Of an alert that is over, and whose target is not to hear of it. */
  withhold(notification: Notification): void {
    this.options.outbox.settle(notification);
  }

  /** Says once more that an alert fires, unless something about it is on its way; a failure is not worth a second attempt. */
  repeat(notification: Notification): void {
    this.#queueOf(notification).repeat(() => this.#send(notification));
  }

  /** Tries at once whatever waits for its next attempt, and waits for the queues to empty; what stays is in the outbox. */
  async close(patienceMs: number): Promise<DeliveryEnd> {
    clearInterval(this.#claiming);
    const queues = [...this.#queues.values()];
    for (const queue of queues) queue.hurry();
    const patience = setTimeout(() => this.#end.abort(), patienceMs);
    await Promise.all(queues.map((queue) => queue.idle()));
    clearTimeout(patience);
    const left = this.waiting;
    const because = new Set(queues.flatMap((queue) => (queue.length === 0 ? [] : [`${queue.target}: ${queue.failure ?? NOT_TRIED}`])));
    await this.options.outbox.release();
    return { left, because: [...because] };
  }

  #claim(): void {
    for (const letter of this.options.outbox.claim()) this.#add(letter);
  }

  #add(letter: Letter): void {
    this.#queueOf(letter.notification).add(letter);
  }

  #queueOf({ rule, target }: Notification): Queue {
    const key = JSON.stringify([rule, target]);
    let queue = this.#queues.get(key);
    if (queue === undefined) {
      queue = new Queue({
        target: shownTarget(target),
        end: this.#end.signal,
        send: (letter) => this.#send(letter.notification),
        onEnd: (letter, attempts, error) => this.#ended(letter, attempts, error),
      });
      this.#queues.set(key, queue);
    }
    return queue;
  }

  #send(notification: Notification): Promise<Outcome> {
    return send(notification, { nowMs: this.options.now(), signal: this.#end.signal });
  }

  async #ended(letter: Letter, attempts: number, error: string | null): Promise<void> {
    const { rule, run_id, state, target } = letter.notification;
    await this.options.outbox.forget(letter);
    const atMs = this.options.now();
    this.options.onEnd({ rule, runId: run_id, state, target: shownTarget(target), atMs, attempts, delivered: error === null, error: error ?? '' });
  }
}
