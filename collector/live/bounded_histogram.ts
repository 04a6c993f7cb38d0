import type { SeriesDelta } from './reading.js';

/** Durations counted up to fixed bounds, for as long as the process lives: what Prometheus calls a histogram, not cumulated. */
export class BoundedHistogram {
  /** By bound; the last one counts what is longer than all bounds. */
  readonly #counts: Float64Array;
  #sumNs = 0;

  /** @param boundsNs ascending */
  constructor(private readonly boundsNs: readonly number[]) {
    this.#counts = new Float64Array(boundsNs.length + 1);
  }

  /** A bucket counts where its longest duration does, so one that lies across a bound counts at the next one above. */
  add(delta: SeriesDelta): void {
    let bound = 0; // buckets ascend, and so does their place
    delta.highNs.forEach((highNs, index) => {
      while (highNs > (this.boundsNs[bound] ?? Infinity)) bound += 1;
      this.#counts[bound] = (this.#counts[bound] ?? 0) + (delta.counts[index] ?? 0);
    });
    this.#sumNs += delta.sumNs;
  }

  /** How many were counted up to each bound; one more than there are bounds, the last of which is all. */
  cumulative(): readonly number[] {
    let sum = 0;
    return [...this.#counts].map((count) => (sum += count));
  }

  get sumNs(): number {
    return this.#sumNs;
  }
}
