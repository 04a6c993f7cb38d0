import type { SeriesDelta } from './reading.js';

/** What a histogram that only ever grows has counted between one look at it and the next. */
export class BucketGrowth {
  /** Count by lower edge. */
  readonly #seen = new Map<number, number>();
  #sumNs = 0;

  /**
   * @param now all that it has counted so far
   * @returns what is new; the first time, all of it, so whoever meets a histogram late drops that
   */
  since(now: SeriesDelta): SeriesDelta {
    const lowNs: number[] = [];
    const highNs: number[] = [];
    const counts: number[] = [];
    let count = 0;
    now.lowNs.forEach((low, index) => {
      const total = now.counts[index] ?? 0;
      const growth = total - (this.#seen.get(low) ?? 0);
      if (growth <= 0) return;
      this.#seen.set(low, total);
      lowNs.push(low);
      highNs.push(now.highNs[index] ?? low);
      counts.push(growth);
      count += growth;
    });
    const sumNs = Math.max(now.sumNs - this.#sumNs, 0);
    this.#sumNs += sumNs;
    return { count, sumNs, lowNs, highNs, counts };
  }
}
