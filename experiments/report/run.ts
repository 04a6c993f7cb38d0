/** Finding the run behind a detail, and putting several runs of one variant into one row. */
import type { LatencyNs, RunSummary, Summary, VariantSummary } from '../summary.js';
import type { VariantDetail } from './input.js';

/** The run whose orders and curves a detail shows. */
export function runOf(summary: Summary, detail: VariantDetail): RunSummary | undefined {
  const variant = summary.variants.find((candidate) => candidate.name === detail.name);
  return variant?.runs.find((run) => run.run_id === detail.runId) ?? variant?.runs[0];
}

/** Valid runs; where there is none, all of them, so that an invalid experiment can still be looked into. */
export function shownRuns(variant: VariantSummary): readonly RunSummary[] {
  const valid = variant.runs.filter((run) => run.valid);
  return valid.length > 0 ? valid : variant.runs;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

/**
 * The middle run's figure for each quantile, the sum of the counts, the largest maximum and the largest error. The run is the unit:
 * quantiles of pooled events would let one bad run hide in nine good ones.
 */
export function overRuns(runs: readonly RunSummary[], name: string): LatencyNs | null {
  const rows = runs.flatMap((run) => run.latency_ns[name] ?? []).filter((row) => row.count > 0);
  if (rows.length === 0) return null;
  return {
    count: rows.reduce((sum, row) => sum + row.count, 0),
    p50: median(rows.map((row) => row.p50)),
    p90: median(rows.map((row) => row.p90)),
    p99: median(rows.map((row) => row.p99)),
    p999: median(rows.map((row) => row.p999)),
    max: Math.max(...rows.map((row) => row.max)),
    error: Math.max(...rows.map((row) => row.error)),
  };
}
