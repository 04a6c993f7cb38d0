/**
 * One rule's state over time: inactive → pending → firing → resolved, by the seconds of the readings.
 *
 * A clock that is set back begins a pending alert anew, and leaves a firing one firing.
 */
import type { Reading, ReadingOf } from '../live/reading.js';
import type { Evaluation } from './evaluator.js';
import type { Rule } from './rule.js';

export type AlertStateName = 'inactive' | 'pending' | 'firing' | 'resolved';

export interface Transition {
  readonly rule: Rule;
  readonly from: AlertStateName;
  readonly to: AlertStateName;
  /** Unix ms of the reading that brought it. */
  readonly atMs: number;
  readonly second: number;
  /** In the unit of unitOf(rule.condition); null where there was nothing to judge. */
  readonly value: number | null;
  /** Why, in words. */
  readonly reason: string;
  /** The engine that it is about: when another one takes its place, the one before. */
  readonly of: ReadingOf;
  /** Unix ms since when the condition held. */
  readonly pendingSinceMs: number;
  /** Unix ms since when it fires, or fired until it was resolved; null where it never did. */
  readonly firingSinceMs: number | null;
}

interface Held {
  readonly state: 'pending' | 'firing';
  readonly second: number;
  readonly pendingSinceMs: number;
  readonly firingSinceMs: number | null;
}

/** Takes the readings of one engine at a time, each with its evaluation. */
export class AlertState {
  readonly rule: Rule;
  /** What stands while the condition holds; null while it does not. */
  #held: Held | null = null;
  #of: ReadingOf | null = null;
  #resolved = false;

  constructor(rule: Rule) {
    this.rule = rule;
  }

  get name(): AlertStateName {
    return this.#held?.state ?? (this.#resolved ? 'resolved' : 'inactive');
  }

  /**
   * What this reading changed, in order: mostly nothing or one step. Two where an alert without `for` fires in a run's last reading and ends
   * with it, or where another engine takes the place of the one that it is about.
   */
  step(reading: Reading, { holds, value }: Evaluation): readonly Transition[] {
    const transitions: Transition[] = [];
    const record = (transition: Transition | null): void => {
      if (transition !== null) transitions.push(transition);
    };
    if (this.#of !== null && this.#of.runId !== reading.of.runId) record(this.#end(reading, null, 'another engine took its place'));
    this.#of = reading.of;
    if (holds) record(this.#hold(reading, value));
    else record(this.#end(reading, value, value === null ? 'nothing to judge' : 'no longer holds'));
    if (reading.last) record(this.#end(reading, value, 'run ended'));
    return transitions;
  }

  #hold(reading: Reading, value: number | null): Transition | null {
    const from = this.name;
    const { forSeconds } = this.rule;
    const held = this.#held;
    if (held?.state === 'firing') return null;
    if (held !== null && reading.second < held.second) {
      this.#held = { ...held, second: reading.second, pendingSinceMs: reading.atMs };
      return null;
    }
    const second = held?.second ?? reading.second;
    const pendingSinceMs = held?.pendingSinceMs ?? reading.atMs;
    const fires = reading.second - second >= forSeconds;
    if (!fires && held !== null) return null;
    this.#held = { state: fires ? 'firing' : 'pending', second, pendingSinceMs, firingSinceMs: fires ? reading.atMs : null };
    return this.#transition(from, this.#held.state, this.#held, reading, value, fires && forSeconds > 0 ? `held for ${forSeconds} s` : 'holds');
  }

  /** Of a pending alert nobody was told: it goes back to inactive. */
  #end(reading: Reading, value: number | null, reason: string): Transition | null {
    const held = this.#held;
    if (held === null) return null;
    this.#held = null;
    this.#resolved = held.state === 'firing';
    return this.#transition(held.state, this.name, held, reading, value, reason);
  }

  #transition(from: AlertStateName, to: AlertStateName, held: Held, reading: Reading, value: number | null, reason: string): Transition {
    const { rule } = this;
    const { pendingSinceMs, firingSinceMs } = held;
    return { rule, from, to, atMs: reading.atMs, second: reading.second, value, reason, of: this.#of ?? reading.of, pendingSinceMs, firingSinceMs };
  }
}
