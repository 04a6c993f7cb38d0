/**
 * Tries the kill switch of a running engine, again and again: pulls it, waits until every venue has confirmed that nothing is open, arms it,
 * lets orders flow, pulls it again. The last trip stands, so that the run ends with nothing open.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { EnginePage } from '../../native/index.js';
import type { Settings } from '../spec/schema.js';

export type KillDrillPlan = NonNullable<Settings['kill_drill']>;

/** Longer than any answer takes, a stalled machine included. */
const PATIENCE_MS = 5_000;
const LOOK_EVERY_MS = 1;

export class KillDrill {
  readonly #stopped = new AbortController();
  readonly #done: Promise<string>;

  /** @param page of an engine that measures */
  constructor(private readonly page: Pick<EnginePage, 'read' | 'kill' | 'arm'>, private readonly plan: KillDrillPlan) {
    this.#done = this.#run();
  }

  /** Ends it where it stands. Returns what kept it from its end, or nothing. */
  stop(): Promise<string> {
    this.#stopped.abort();
    return this.#done;
  }

  async #run(): Promise<string> {
    const { trips, pause } = this.plan;
    for (let trip = 1; trip <= trips; ++trip) {
      await this.#sleep((pause / 1e6) * (0.5 + Math.random())); // no trip keeps step with anything of the engine's
      if (this.#isStopped()) return `the kill switch was tried ${trip - 1} of ${trips} times; raise repeat.measure`;
      this.page.kill('drill');
      if (!await this.#until(() => this.page.read().trip?.confirmed === true)) return this.#unconfirmed(trip);
      if (trip === trips) return '';
      this.page.arm();
      if (!await this.#until(() => this.page.read().trip === null)) return `the engine did not take trip ${trip} of the kill switch back in ${PATIENCE_MS / 1000} s; is its CPU taken by another thread?`;
    }
    return '';
  }

  /** The engine reads its page all the time; after the end of its run it does not. */
  async #until(seen: () => boolean): Promise<boolean> {
    const giveUpAtMs = performance.now() + PATIENCE_MS;
    while (!seen()) {
      if (performance.now() > giveUpAtMs || this.#isStopped()) return false;
      await this.#sleep(LOOK_EVERY_MS);
    }
    return true;
  }

  #unconfirmed(trip: number): string {
    const venues = this.page.read().trip?.waitingForVenues ?? [];
    if (venues.length === 0) return `the run ended in the middle of trip ${trip} of ${this.plan.trips} of the kill switch; raise repeat.measure`;
    return `venue ${venues.join(', ')} had not confirmed the mass cancel of trip ${trip} of the kill switch when the drill ended`;
  }

  async #sleep(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#stopped.signal }).catch(() => undefined); // stopped: the caller looks
  }

  #isStopped(): boolean {
    return this.#stopped.signal.aborted;
  }
}
