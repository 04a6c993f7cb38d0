/** Sums and quantiles of log-linear bucket counts. A quantile is its bucket's upper edge: at most 1/32 too high, never too low. */
import type { SeriesDelta } from './reading.js';

/** The counts of all of them together. They share one layout of buckets, so equal lower edges are equal buckets. */
export function sumOfDeltas(deltas: readonly SeriesDelta[]): SeriesDelta {
  const [only] = deltas;
  if (only !== undefined && deltas.length === 1) return only;
  const counts = new Map<number, { highNs: number; count: number }>();
  let [count, sumNs] = [0, 0];
  for (const delta of deltas) {
    count += delta.count;
    sumNs += delta.sumNs;
    delta.lowNs.forEach((lowNs, index) => {
      const more = delta.counts[index] ?? 0;
      const bucket = counts.get(lowNs);
      if (bucket === undefined) counts.set(lowNs, { highNs: delta.highNs[index] ?? lowNs, count: more });
      else bucket.count += more;
    });
  }
  const ascending = [...counts].sort(([a], [b]) => a - b);
  return {
    count,
    sumNs,
    lowNs: ascending.map(([lowNs]) => lowNs),
    highNs: ascending.map(([, bucket]) => bucket.highNs),
    counts: ascending.map(([, bucket]) => bucket.count),
  };
}

/**
 * The value at rank floor(level × count), counted from 0, as everywhere here; at level 1 the longest.
 *
 * @param delta its buckets ascend
 * @param levels ascending, in [0, 1]
 * @returns one a level; 0 where nothing was counted
 */
export function quantilesOfDelta(delta: Pick<SeriesDelta, 'count' | 'highNs' | 'counts'>, levels: readonly number[]): readonly number[] {
  let [bucket, upTo] = [-1, 0];
  return levels.map((level) => {
    const rank = Math.min(Math.floor(Number((level * delta.count).toFixed(6))), delta.count - 1);
    while (upTo <= rank && bucket + 1 < delta.counts.length) {
      bucket += 1;
      upTo += delta.counts[bucket] ?? 0;
    }
    return delta.highNs[bucket] ?? 0;
  });
}
