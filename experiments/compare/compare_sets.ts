/**
 * Sets of runs against the first of them. The run is the unit: each gives one value a metric. Primary metrics are tested, all pairs and metrics
 * as one family; everything else gets an interval, for reading and not for deciding.
 */
import { HOPS, SPANS, TIMED_SERIES } from '../../collector/index.js';
import { hochberg } from '../statistics/hochberg.js';
import { compareSamples, detectable, leastEffect, sampleVerdict, type EffectRules, type SampleDifference } from '../statistics/samples.js';
import type { CompareRules } from '../spec/compare.js';
import { metricName, type ComparedStatistic, type Metric } from '../spec/metric.js';
import { cautions, isOtherLink, refusals } from './cautions.js';
import { written, type ComparedSet, type Comparison, type MetricComparison, type PairComparison } from './comparison.js';
import { hopShares } from './hop_shares.js';
import { remarks } from './remarks.js';
import type { RunSet } from './run_set.js';
import { valuesOf } from './values.js';

/** Intervals for reading: an end moves by 4 % of the width from seed to seed. */
const RESAMPLES_TO_READ = 1_000;

/** Beside the primary ones: the whole way in full, everything else by its middle and its tail. */
const WHOLE_WAY: readonly string[] = ['tick_to_ack', 'tick_to_ack_response'];
const READ: readonly Metric[] = [...WHOLE_WAY, ...[...SPANS, ...HOPS].map(({ name }) => name).filter((name) => TIMED_SERIES.includes(name) && !WHOLE_WAY.includes(name))]
  .flatMap((series) => (WHOLE_WAY.includes(series) ? (['p50', 'p90', 'p99', 'p999'] as const) : (['p50', 'p99'] as const)).map((statistic: ComparedStatistic) => ({ series, statistic })));

interface Measured {
  readonly metric: Metric;
  readonly primary: boolean;
  readonly found: SampleDifference;
}

export function compareSets(sets: readonly RunSet[], rules: CompareRules): Comparison {
  const [base, ...others] = sets;
  if (base === undefined) throw new RangeError('a comparison needs a base');
  const measured = others.map((other) => ({ other, metrics: measure(base, other, rules) }));
  const tested = measured.flatMap(({ metrics }) => metrics.filter(({ primary }) => primary));
  const adjusted = hochberg(tested.map(({ found }) => found.p));
  const adjustedOf = new Map(tested.map((one, i) => [one, adjusted[i] ?? 1]));
  return {
    schema: 1,
    confidence: rules.confidence,
    minimum_effect: { share: rules.leastShare, absolute_ns: rules.leastNs },
    primary: rules.primary.map(metricName),
    sets: sets.map(comparedSet),
    pairs: measured.map(({ other, metrics }) => pairOf(base, other, metrics, adjustedOf, rules)),
    remarks: remarks(sets, rules.primary),
  };
}

function measure(base: RunSet, other: RunSet, { primary, confidence }: CompareRules): readonly Measured[] {
  const names = primary.map(metricName);
  const toRead = READ.filter((metric) => !names.includes(metricName(metric)));
  const measured = (metrics: readonly Metric[], isPrimary: boolean): readonly Measured[] => metrics.flatMap((metric) => {
    const [before, now] = [valuesOf(base.runs, metric), valuesOf(other.runs, metric)];
    if (before.length === 0 || now.length === 0) return [];
    return [{ metric, primary: isPrimary, found: compareSamples(before, now, confidence, ...(isPrimary ? [] : [RESAMPLES_TO_READ])) }];
  });
  return [...measured(primary, true), ...measured(toRead, false)];
}

function pairOf(base: RunSet, other: RunSet, metrics: readonly Measured[], adjustedOf: ReadonlyMap<Measured, number>, rules: CompareRules): PairComparison {
  const missing = rules.primary.filter((metric) => !metrics.some((one) => one.primary && metricName(one.metric) === metricName(metric)));
  const refused = [...refusals([base, other]), ...missing.map((metric) => `${metricName(metric)} was not measured in both`)];
  return {
    base: base.name,
    other: other.name,
    other_link: isOtherLink(base, other),
    refused,
    cautions: cautions(base, other),
    metrics: metrics.map((one) => metricComparison(one, base, other, adjustedOf.get(one), rules, { refused: refused.length > 0, tests: adjustedOf.size })),
  };
}

function metricComparison(
  { metric, primary, found }: Measured, base: RunSet, other: RunSet, adjustedP: number | undefined, rules: CompareRules,
  { refused, tests }: { readonly refused: boolean; readonly tests: number },
): MetricComparison {
  const effects: EffectRules = { confidence: rules.confidence, leastShare: rules.leastShare, least: rules.leastNs };
  const verdict = adjustedP === undefined ? null : refused ? 'unranked' : sampleVerdict(found, adjustedP, effects);
  const smallest = verdict === 'unclear' ? detectable(found, effects, tests) : Infinity;
  const hops = primary || metric.series === 'tick_to_ack' ? hopShares(base, other, metric, rules.confidence) : [];
  const { middle, low, high } = found.difference;
  const per = (ns: number): number => (found.base.middle > 0 ? ns / found.base.middle : 0);
  return {
    metric: metricName(metric),
    primary,
    base: written(found.base),
    other: written(found.other),
    difference: written({ middle, low, high }),
    share: written({ middle: per(middle), low: per(low), high: per(high) }),
    least_effect_ns: leastEffect(found, effects),
    p: adjustedP === undefined ? null : found.p,
    adjusted_p: adjustedP ?? null,
    verdict,
    detectable_ns: Number.isFinite(smallest) ? smallest : null,
    hops,
    rest_ns: hops.length === 0 ? null : middle - hops.reduce((sum, hop) => sum + hop.middle, 0),
  };
}

function comparedSet({ name, experiment, source, started, build, link, runs, machine, floor }: RunSet): ComparedSet {
  return { name, experiment, source, started, build, link, runs: runs.length, valid_runs: runs.filter(({ valid }) => valid).length, machine, floor };
}
