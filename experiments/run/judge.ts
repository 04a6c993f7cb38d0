/**
 * Thresholds against what was measured. The run is the unit: each variant is judged by the median of its valid runs' values, so one disturbed
 * run neither fails nor saves it. Where no run is valid there is nothing to judge, and the threshold does not hold.
 */
import { holds, type Measure, type Threshold } from '../spec/thresholds.js';
import type { RunSummary, ThresholdResult, VariantSummary, Verdict } from '../summary.js';
import { costDifference, quantile, type LaneCost } from './lane_cost.js';

export function judge(thresholds: readonly Threshold[], variants: readonly VariantSummary[], costs: readonly LaneCost[]): readonly ThresholdResult[] {
  return thresholds.flatMap((threshold) => {
    if (threshold.measure.kind === 'lane_cost') {
      return [result(threshold, costDifference(costs, threshold.measure.lane, threshold.measure.over))];
    }
    return variants.map((variant) => ({
      ...result(threshold, medianOf(threshold.measure, variant.runs)),
      ...(variants.length > 1 ? { variant: variant.name } : {}),
    }));
  });
}

export function verdictOf(invalidBecause: readonly string[], thresholds: readonly ThresholdResult[]): Verdict {
  if (invalidBecause.length > 0) return 'invalid';
  return thresholds.every((threshold) => threshold.ok) ? 'pass' : 'fail';
}

/** k6's convention for a failed threshold; 1 for a run that says nothing. */
export function exitCodeOf(verdict: Verdict): number {
  return verdict === 'pass' ? 0 : verdict === 'fail' ? 99 : 1;
}

function result({ metric, expr, comparison, limit }: Threshold, value: number | undefined): ThresholdResult {
  return { metric, expr, value: value ?? null, ok: value !== undefined && holds(value, comparison, limit) };
}

function medianOf(measure: Measure, runs: readonly RunSummary[]): number | undefined {
  const values = runs.filter((run) => run.valid).map((run) => valueOf(measure, run)).filter((value) => value !== undefined);
  return values.length === 0 ? undefined : quantile(values.sort((a, b) => a - b), 0.5);
}

function valueOf(measure: Measure, run: RunSummary): number | undefined {
  switch (measure.kind) {
    case 'latency': {
      const latency = run.latency_ns[measure.name];
      return latency === undefined || (latency.count === 0 && measure.statistic !== 'count') ? undefined : latency[measure.statistic];
    }
    case 'counter':
      return run.counters[measure.name];
    case 'rate':
      return Object.entries(run.rates).find(([name]) => name === measure.name)?.[1] as number | undefined;
    case 'lane_cost':
      return undefined;
  }
}
