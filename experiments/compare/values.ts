/** The one value that a run gives a metric. */
import type { Metric } from '../spec/metric.js';
import type { LatencyNs } from '../summary.js';

interface TimedRun {
  readonly valid: boolean;
  readonly latency_ns: Readonly<Record<string, LatencyNs>>;
}

/** Undefined where the run did not time it. */
export function valueOf({ latency_ns }: Pick<TimedRun, 'latency_ns'>, { series, statistic }: Metric): number | undefined {
  const latency = latency_ns[series];
  return latency === undefined || latency.count === 0 ? undefined : latency[statistic];
}

/** Of the valid runs. */
export function valuesOf(runs: readonly TimedRun[], metric: Metric): readonly number[] {
  return runs.filter(({ valid }) => valid).map((run) => valueOf(run, metric)).filter((value) => value !== undefined);
}
