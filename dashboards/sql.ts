/**
 * Parts of the SQL that several panels share.
 *
 * Names in `$__…()` are macros of the ClickHouse plugin, `${…:sqlstring}` are dashboard variables, quoted by Grafana. Quantiles of
 * `latency_buckets` are upper edges of buckets, at most 1/32 too high, and count every measured record; those of `traces` are exact, of
 * the orders that were sampled.
 */
import { HOPS, SPANS, seriesByName, type Series } from '../collector/index.js';

export const RUN = 'run_id = ${run_id:sqlstring}';
export const RUN_A = 'run_id = ${run_a:sqlstring}';
export const RUN_B = 'run_id = ${run_b:sqlstring}';

/** Rows kept for their tail would weigh too much in a figure over all orders. */
export const SAMPLED = "kept = 'sampled'";

/**
 * The same for rows of the journal's branch, which do not say why they were kept: the sample is made by trace id (native/record_filter.h).
 * A run without the setting (an engine that `serve` attached to) was stored whole.
 */
export const IN_SAMPLE = `trace_id % (SELECT greatest(max(JSONExtractUInt(settings, 'probes.sample')), 1) FROM runs WHERE ${RUN}) = 0`;

export interface Level {
  readonly name: string;
  /** Between 0 and 1. */
  readonly level: number;
}

export const LEVELS: readonly Level[] = [
  { name: 'p50', level: 0.5 },
  { name: 'p90', level: 0.9 },
  { name: 'p99', level: 0.99 },
  { name: 'p99.9', level: 0.999 },
];

/** p99 of what the buckets count, and only of those rows where `condition` holds. */
export function bucketQuantile(level: number, condition?: string): string {
  return condition === undefined
    ? `quantileExactWeighted(${level})(high_ns, count)`
    : `quantileExactWeightedIf(${level})(high_ns, count, ${condition})`;
}

/** One column a level: `… AS "p99"`. */
export function bucketQuantiles(levels: readonly Level[] = LEVELS): string {
  return levels.map(({ name, level }) => `${bucketQuantile(level)} AS "${name}"`).join(', ');
}

/** Sorts rows of `column` as everything here is sorted: hops along the path, then spans. */
export function inPathOrder(column: string): string {
  return `indexOf([${[...HOPS, ...SPANS].map(({ name }) => `'${name}'`).join(', ')}], ${column})`;
}

/** @throws RangeError */
export function durationOf(name: string): Series {
  const found = seriesByName(name);
  if (found === undefined) throw new RangeError(`the catalogue has no hop or span ${name}`);
  return found;
}

/**
 * The percentile curve's points, evenly spaced in "nines", where the tail is seen best (as HdrHistogram draws it):
 * 0 is the smallest, 1 is p90, 2 is p99, 3 is p99.9, 4 is p99.99.
 */
export const NINES: readonly number[] = Array.from({ length: 41 }, (_, index) => index / 10);

export const NINES_LEVELS: readonly number[] = NINES.map((nines) => Number((1 - 10 ** -nines).toFixed(8)));
