import type { Reading } from '../live/reading.js';

/** Whether the engine has measured for a whole window: before that, a small count says nothing. */
export class MeasuredTime {
  readonly #seconds: number;
  /** The first reading of this measured phase: its own second may have begun in warm-up. */
  #since: number | null = null;

  constructor(seconds: number) {
    this.#seconds = seconds;
  }

  /** True where this reading and the window before it lie in the measured phase. */
  take({ state, second }: Reading): boolean {
    if (state !== 'measure') {
      this.#since = null;
      return false;
    }
    if (this.#since === null || second < this.#since) this.#since = second;
    return second - this.#since >= this.#seconds;
  }
}
