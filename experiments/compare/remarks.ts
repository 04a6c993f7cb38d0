/** Runs that stand out and figures that wander while an experiment goes on. They stay in every figure; here they are named. */
import { formatPercent } from '../report/quantity.js';
import { metricName, type Metric } from '../spec/metric.js';
import { driftOf } from '../statistics/drift.js';
import { median } from '../statistics/location.js';
import { outliersOf } from '../statistics/outliers.js';
import { validRuns, type ComparedRun, type RunSet } from './run_set.js';
import { valueOf } from './values.js';

/** Drift is looked for in every primary metric of every source: a rarer level than 5 % keeps it from crying wolf. */
const DRIFT_LEVEL = 0.01;

export function remarks(sets: readonly RunSet[], metrics: readonly Metric[]): readonly string[] {
  return [...sets.flatMap((set) => metrics.flatMap((metric) => outlierRemarks(set, metric))), ...driftRemarks(sets, metrics)];
}

function outlierRemarks(set: RunSet, metric: Metric): readonly string[] {
  const runs = timedRuns(set, metric);
  const middle = median(runs.map(({ ns }) => ns));
  return outliersOf(runs.map(({ ns }) => ns)).flatMap(({ index, z }) => {
    const found = runs[index];
    if (found === undefined) return [];
    return [`outlier, kept: ${found.run.run_id} (${set.name}) has ${(found.ns / middle).toFixed(2)} times the median ${metricName(metric)} of its kind (robust z ${z.toFixed(1)})`];
  });
}

/** All sets of a source together, each run over the median of its set: a wandering machine moves them all. */
function driftRemarks(sets: readonly RunSet[], metrics: readonly Metric[]): readonly string[] {
  const sources = new Map<string, RunSet[]>();
  for (const set of sets) sources.set(set.source, [...(sources.get(set.source) ?? []), set]);
  return [...sources].flatMap(([source, together]) => metrics.flatMap((metric) => {
    const relative = together.flatMap((set) => {
      const runs = timedRuns(set, metric);
      const middle = median(runs.map(({ ns }) => ns));
      return runs.map(({ run: { order }, ns }) => ({ order, share: ns / middle }));
    });
    const drift = driftOf(relative.sort((a, b) => a.order - b.order).map(({ share }) => share));
    if (drift === undefined || drift.p >= DRIFT_LEVEL) return [];
    const climb = `${drift.share < 0 ? 'fell' : 'rose'} by ${formatPercent(Math.abs(drift.share))}`;
    return [`drift: ${metricName(metric)} ${climb} from the first run of ${source} to the last (Kendall's τ ${drift.tau.toFixed(2)}, p ${drift.p.toFixed(4)}); runs in turns spread it over all variants, and intervals are wider for it`];
  }));
}

function timedRuns(set: RunSet, metric: Metric): readonly { readonly run: ComparedRun; readonly ns: number }[] {
  return validRuns(set).flatMap((run) => {
    const ns = valueOf(run, metric);
    return ns === undefined ? [] : [{ run, ns }];
  });
}
