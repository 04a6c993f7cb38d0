import type { SeriesDelta } from '../live/reading.js';
import type { Budget } from './rule.js';
import { SlotWindow } from './slot_window.js';

interface Spent {
  orders: number;
  slow: number;
}

/**
 * How fast an error budget burns in the last seconds: the share of orders that took too long, over the share that may.
 *
 * Slow is a bucket whose upper edge lies above `withinNs`: an order within 1/32 below it may count as slow, none above it as fast. A window that
 * has not been watched for its whole length yet judges by what it saw.
 */
export class BurnWindow {
  readonly #budget: Budget;
  readonly #slots: SlotWindow<Spent>;

  constructor(seconds: number, budget: Budget) {
    this.#budget = budget;
    this.#slots = new SlotWindow(seconds, () => ({ orders: 0, slow: 0 }));
  }

  /** @param delta undefined: nothing was counted in this second */
  take(second: number, delta: SeriesDelta | undefined): void {
    const spent = this.#slots.at(second);
    if (delta === undefined) return;
    delta.counts.forEach((count, index) => {
      spent.orders += count;
      if ((delta.highNs[index] ?? 0) > this.#budget.withinNs) spent.slow += count;
    });
  }

  /** Null where the window holds no order. */
  get burn(): number | null {
    const contents = this.#slots.contents();
    const orders = contents.reduce((sum, one) => sum + one.orders, 0);
    const slow = contents.reduce((sum, one) => sum + one.slow, 0);
    return orders === 0 ? null : slow / orders / (1 - this.#budget.target);
  }
}
