/** The notifications of one rule for one target: sent in order, each again and again until it is delivered or refused. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Letter } from './outbox.js';
import type { Outcome } from './send.js';

export interface QueueOptions {
  /** For people. */
  readonly target: string;
  /** Once it aborts nothing more is sent; what waits stays. */
  readonly end: AbortSignal;
  readonly send: (letter: Letter) => Promise<Outcome>;
  /** @param error why it was given up; null where it was delivered */
  readonly onEnd: (letter: Letter, attempts: number, error: string | null) => Promise<void>;
}

const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 30_000;
/** A rule that flaps while its target is away for days must not fill the disk. */
export const MAX_WAITING = 1000;

export class Queue {
  readonly #letters: Letter[] = [];
  #attempts = 0; // of the first letter
  #failures = 0; // of them those that the next pause counts
  #working: Promise<void> | null = null;
  #pause: AbortController | null = null;
  #hurried = false;
  #failure: string | null = null;

  constructor(private readonly options: QueueOptions) {}

  get target(): string {
    return this.options.target;
  }

  get length(): number {
    return this.#letters.length;
  }

  /** Why the newest attempt failed that was not cut short; null after one that did not fail. */
  get failure(): string | null {
    return this.#failure;
  }

  /** By its name: what another process has left is older than what is here, though it comes later. */
  add(letter: Letter): void {
    const busy = this.#working === null ? 0 : 1; // the first one is on its way and stays the first
    let at = this.#letters.length;
    while (at > busy && (this.#letters[at - 1]?.name ?? '') > letter.name) at -= 1;
    this.#letters.splice(at, 0, letter);
    this.#start();
  }

  /** Sends something that is worth one attempt, if nothing waits; what comes meanwhile waits for its end. */
  repeat(send: () => Promise<Outcome>): void {
    if (this.#working !== null || this.options.end.aborted) return;
    this.#work(async () => {
      await attempt(send);
    });
  }

  /** Ends the pause before the next attempt; the pauses after it begin short again. */
  hurry(): void {
    this.#hurried = true;
    this.#failures = 0;
    this.#pause?.abort();
  }

  /** When nothing waits any more, or the end has come. */
  async idle(): Promise<void> {
    while (this.#working !== null) await this.#working;
  }

  #start(): void {
    if (this.#working === null && this.#letters.length > 0 && !this.options.end.aborted) this.#work(() => this.#sendAll());
  }

  #work(task: () => Promise<void>): void {
    const over = (): void => {
      this.#working = null;
      this.#start();
    };
    // What task() does not catch, its letter's end has thrown; the letter is off the queue, and the next ones have their turn.
    this.#working = task().then(over, (error: unknown) => {
      this.#failure = messageOf(error);
      over();
    });
  }

  async #sendAll(): Promise<void> {
    for (;;) {
      const letter = this.#letters[0];
      if (letter === undefined || this.options.end.aborted) return;
      while (this.#letters.length > MAX_WAITING) await this.#giveUpSecond();
      await letter.kept;
      this.#attempts += 1;
      const outcome = await attempt(() => this.options.send(letter));
      this.#note(outcome);
      if (outcome.kind === 'delivered') await this.#done(letter, null);
      else if (!outcome.again) await this.#done(letter, outcome.error);
      else await this.#wait();
    }
  }

  /** Cut short by the end, an attempt says nothing of its target: what failed before it does. */
  #note(outcome: Outcome): void {
    if (outcome.kind === 'delivered') this.#failure = null;
    else if (!this.options.end.aborted || this.#failure === null) this.#failure = outcome.error;
  }

  async #done(letter: Letter, error: string | null): Promise<void> {
    try {
      await this.options.onEnd(letter, this.#attempts, error);
    } finally {
      this.#letters.shift();
      this.#attempts = 0;
      this.#failures = 0;
    }
  }

  /** The first one may have reached its target; the second one is the oldest that surely has not. */
  async #giveUpSecond(): Promise<void> {
    const [letter] = this.#letters.splice(1, 1);
    if (letter === undefined) return;
    await letter.kept;
    await this.options.onEnd(letter, 0, `more than ${MAX_WAITING} notifications waited for this target`);
  }

  /** 0.5 s, 1 s, 2 s … 30 s. */
  async #wait(): Promise<void> {
    const ms = Math.min(FIRST_RETRY_MS * 2 ** Math.min(this.#failures, 10), LAST_RETRY_MS);
    this.#failures += 1;
    if (!this.#hurried) {
      this.#pause = new AbortController();
      await pauseOf(ms, AbortSignal.any([this.#pause.signal, this.options.end]));
      this.#pause = null;
    }
    this.#hurried = false;
  }
}

/** A letter that cannot even be written for its target (a file may hold anything) would throw for ever: it is given up. */
async function attempt(send: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await send();
  } catch (error) {
    return { kind: 'failed', error: `cannot be sent: ${messageOf(error)}`, again: false };
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** As long, or until the signal. */
async function pauseOf(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
