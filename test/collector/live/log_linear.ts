// What a lane's histogram would show of durations: 32 buckets an octave, as bpf/records.h lays them out, with ticks of 1 ns.
import type { SeriesDelta } from '../../../collector/index.js';

const BITS = 5;

export function logLinear(durationsNs: readonly number[]): SeriesDelta {
  const counts = new Map<number, { highNs: number; count: number }>();
  for (const ns of durationsNs) {
    const width = 2 ** Math.max(Math.floor(Math.log2(Math.max(ns, 1))) - BITS, 0);
    const lowNs = Math.floor(ns / width) * width;
    const bucket = counts.get(lowNs) ?? { highNs: lowNs + width - 1, count: 0 };
    bucket.count += 1;
    counts.set(lowNs, bucket);
  }
  const ascending = [...counts].sort(([a], [b]) => a - b);
  return {
    count: durationsNs.length,
    sumNs: durationsNs.reduce((sum, ns) => sum + ns, 0),
    lowNs: ascending.map(([lowNs]) => lowNs),
    highNs: ascending.map(([, { highNs }]) => highNs),
    counts: ascending.map(([, { count }]) => count),
  };
}
