/**
 * Which hops make a difference of a span's quantile: how much longer each hop is for the orders that stand near that quantile
 * (collector/breakdown.ts). Each hop's figure is the pseudomedian over runs, like the span's own, so one disturbed run spoils neither; what they
 * leave of the span's difference (the width of the band, and that pseudomedians do not add up exactly) is given as the rest.
 */
import { compareSamples } from '../statistics/samples.js';
import { written, type HopShare } from './comparison.js';
import { validRuns, type RunSet } from './run_set.js';
import type { Metric } from '../spec/metric.js';

/** An end of a hop's interval need not be as steady as a verdict's. */
const RESAMPLES = 1_000;

/** Empty where either set has no run that recorded its orders. */
export function hopShares(base: RunSet, other: RunSet, { series, statistic }: Metric, confidence: number): readonly HopShare[] {
  const divided = (set: RunSet): readonly Readonly<Record<string, number>>[] =>
    validRuns(set).map(({ breakdown }) => breakdown[series]?.[statistic]?.hops_ns).filter((hops) => hops !== undefined);
  const [ofBase, ofOther] = [divided(base), divided(other)];
  if (ofBase.length === 0 || ofOther.length === 0) return [];
  // Those of the journal stand in runs alone whose acknowledgements waited for it.
  const hops = new Set([...ofBase, ...ofOther].flatMap((run) => Object.keys(run)));
  return [...hops].map((hop) => {
    const found = compareSamples(ofBase.map((run) => run[hop] ?? 0), ofOther.map((run) => run[hop] ?? 0), confidence, RESAMPLES);
    return { hop, ...written(found.difference) };
  });
}
