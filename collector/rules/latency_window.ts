import { quantilesOfDelta } from '../live/buckets.js';
import type { SeriesDelta } from '../live/reading.js';
import { QUANTILE_LEVEL, type RuleStatistic } from './subjects.js';
import { SlotWindow } from './slot_window.js';

/** One histogram: counts by the upper edges of its buckets. */
class Tally {
  count = 0;
  sumNs = 0;
  readonly byHighNs = new Map<number, number>();

  change(highNs: number, by: number): void {
    const left = (this.byHighNs.get(highNs) ?? 0) + by;
    if (left === 0) this.byHighNs.delete(highNs);
    else this.byHighNs.set(highNs, left);
    this.count += by;
  }
}

/**
 * Durations of one hop or span in the last seconds.
 *
 * Statistics are upper edges of buckets, as everywhere: at most 1/32 above the truth and never below it; the mean and the count are exact.
 */
export class LatencyWindow {
  readonly #slots: SlotWindow<Tally>;
  /** The sum of what the slots hold, kept up to date: adding sixty histograms a second would be most of the work. */
  readonly #total = new Tally();

  constructor(seconds: number) {
    this.#slots = new SlotWindow(seconds, () => new Tally(), (left) => {
      for (const [highNs, count] of left.byHighNs) this.#total.change(highNs, -count);
      this.#total.sumNs = this.#total.count === 0 ? 0 : this.#total.sumNs - left.sumNs;
    });
  }

  /** @param delta undefined: nothing was counted in this second */
  take(second: number, delta: SeriesDelta | undefined): void {
    const slot = this.#slots.at(second);
    if (delta === undefined) return;
    for (const tally of [slot, this.#total]) {
      tally.sumNs += delta.sumNs;
      delta.counts.forEach((count, index) => {
        if (count > 0) tally.change(delta.highNs[index] ?? 0, count);
      });
    }
  }

  get count(): number {
    return this.#total.count;
  }

  /** Null where the window holds nothing, except of the count. */
  statistic(name: RuleStatistic): number | null {
    const { count, sumNs } = this.#total;
    if (name === 'count') return count;
    if (count === 0) return null;
    if (name === 'mean') return sumNs / count;
    const edges = [...this.#total.byHighNs].sort(([a], [b]) => a - b);
    const buckets = { count, highNs: edges.map(([highNs]) => highNs), counts: edges.map(([, inIt]) => inIt) };
    const [value = null] = quantilesOfDelta(buckets, [QUANTILE_LEVEL[name] ?? 1]);
    return value;
  }
}
