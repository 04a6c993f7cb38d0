/**
 * `repeat.until`: are the primary metrics known well enough? Asked after each round, once the runs that are made in any case are done.
 *
 * It is the width of the intervals that ends the experiment, never a p-value: who stops as soon as a difference is significant finds one
 * sooner or later where there is none. (A fixed-width stop leaves coverage nearly as it is: Chow and Robbins 1965.)
 */
import { valuesOf } from '../compare/values.js';
import { LEAST_RUNS, compareSamples } from '../statistics/samples.js';
import type { CompareRules } from '../spec/compare.js';
import type { RunSummary } from '../summary.js';

const RESAMPLES = 2_000;

/**
 * @param variants the runs of each, the base first
 * @param intervalShare how far an interval may reach from its middle, as a share of the base's figure
 */
export function isKnown(variants: readonly (readonly RunSummary[])[], { primary, confidence }: CompareRules, intervalShare: number): boolean {
  const [base = [], ...others] = variants;
  return primary.every((metric) => {
    const before = valuesOf(base, metric);
    // Equal values make an interval of no width, however few they are.
    if (variants.some((runs) => valuesOf(runs, metric).length < LEAST_RUNS)) return false;
    // Of one variant alone there is no difference to know: its own figure must be known.
    const intervals = others.length === 0
      ? [compareSamples(before, before, confidence, RESAMPLES).base]
      : others.map((other) => compareSamples(before, valuesOf(other, metric), confidence, RESAMPLES)).map(({ base: { middle }, difference }) => ({ ...difference, of: middle }));
    return intervals.every((interval) => {
      const { middle, low, high } = interval;
      const reach = Math.max(high - middle, middle - low);
      return reach <= intervalShare * ('of' in interval ? interval.of : middle);
    });
  });
}
