import type { Reading } from '../live/reading.js';
import { SlotWindow } from './slot_window.js';

interface Grown {
  seconds: number;
  /** By the counters' order. */
  readonly by: number[];
}

/** How much counters grew in the last seconds. A counter that falls has begun anew, from 0. */
export class GrowthWindow {
  readonly #counters: readonly string[];
  readonly #slots: SlotWindow<Grown>;
  /** The counters of the reading before; null: the next reading is only where growth is counted from. */
  #before: readonly number[] | null;

  /** @param before where growth is counted from; null: from the first reading */
  constructor(seconds: number, counters: readonly string[], before: readonly number[] | null) {
    this.#counters = counters;
    this.#before = before;
    this.#slots = new SlotWindow(seconds, () => ({ seconds: 0, by: counters.map(() => 0) }));
  }

  /** Missing counters stand at 0. */
  take(reading: Reading): void {
    const grown = this.#slots.at(reading.second);
    const now = this.#counters.map((name) => reading.counters[name] ?? 0);
    const before = this.#before;
    this.#before = now;
    if (before === null) return;
    grown.seconds += reading.seconds;
    now.forEach((value, index) => {
      const from = before[index] ?? 0;
      grown.by[index] = (grown.by[index] ?? 0) + (value < from ? value : value - from);
    });
  }

  /** Time that the window saw. */
  get seconds(): number {
    return this.#slots.contents().reduce((sum, one) => sum + one.seconds, 0);
  }

  /** By the counters' order. */
  get growth(): readonly number[] {
    const contents = this.#slots.contents();
    return this.#counters.map((_, index) => contents.reduce((sum, one) => sum + (one.by[index] ?? 0), 0));
  }
}
