/**
 * Quantiles of one run, by hop and span: from its stored rows, or from the lane's histograms.
 *
 * Those of the rows are exact order statistics, not sketches: the value at rank floor(level × count), counted from 0, of the sorted
 * durations (as ClickHouse's quantileExact has it), and the last one at level 1. Where every record was stored, no figure has an error of
 * its own beyond the clock's. Where the lane kept a sample only, they are those of the sample (rows kept for their tail left out), and the
 * lane's histograms, which count every record, know the tail better: their figures are upper edges of buckets, at most 1/32 too high.
 */
import { SERIES, seriesByName, type Series } from './durations.js';
import type { Store } from './store/store.js';

/** Of one hop (time since its predecessor) or span, in ns. */
export interface LatencyQuantiles {
  readonly count: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** What a lane counts of one hop or span, read at some levels (LaneSession.latencies). */
export interface LatencyHistogram {
  readonly count: number;
  readonly maxNs: number;
  /** One a level, upper edges of buckets. */
  readonly valuesNs: readonly number[];
}

/** Levels that quantilesOfHistograms() wants of a lane. */
export const QUANTILE_LEVELS: readonly number[] = [0.5, 0.9, 0.99, 0.999];

/** How far above the truth a figure from a histogram may be, relative to it: HS_HISTOGRAM_BITS of bpf/records.h. */
export const BUCKET_RELATIVE_WIDTH = 1 / 32;

/** One percentile curve: `ns[i]` at `percent[i]`, ascending in both. */
export interface Curve {
  readonly count: number;
  readonly percent: readonly number[];
  readonly ns: readonly number[];
}

/** Every percent, then finer and finer towards the tail, where latency is decided; 100 is the maximum. */
export const CURVE_PERCENT: readonly number[] = [
  ...range(0, 99, 1),
  ...range(99.1, 99.9, 0.1),
  ...range(99.91, 99.99, 0.01),
  ...range(99.991, 99.999, 0.001),
  100,
];

/** By name, in the order of SERIES; a hop or span that was never stamped is absent. feed.due counts the orders and lasts 0 ns. */
export async function quantilesOfRun(store: Store, runId: string): Promise<ReadonlyMap<string, LatencyQuantiles>> {
  const found = await exactQuantiles(store, runId, SERIES, [...QUANTILE_LEVELS, 1]);
  return new Map(
    [...found].map(([name, { count, ns }]) => {
      const [p50 = 0, p90 = 0, p99 = 0, p999 = 0, max = 0] = ns;
      return [name, { count, p50, p90, p99, p999, max }];
    }),
  );
}

/**
 * The same of a lane's histograms.
 *
 * @param histograms read at QUANTILE_LEVELS
 */
export function quantilesOfHistograms(histograms: Readonly<Record<string, LatencyHistogram>>): ReadonlyMap<string, LatencyQuantiles> {
  const counted = SERIES.flatMap(({ name }) => {
    const found = histograms[name];
    return found === undefined || found.count === 0 ? [] : [[name, found] as const];
  });
  return new Map(
    counted.map(([name, { count, maxNs, valuesNs }]) => {
      const [p50 = 0, p90 = 0, p99 = 0, p999 = 0] = valuesNs.map((ns) => Math.min(ns, maxNs)); // the last bucket's edge lies above its largest value
      return [name, { count, p50, p90, p99, p999, max: maxNs }];
    }),
  );
}

/** Percentile curves of a lane's histograms; read them at CURVE_PERCENT / 100. */
export function curvesOfHistograms(histograms: Readonly<Record<string, LatencyHistogram>>, names: readonly string[]): ReadonlyMap<string, Curve> {
  return new Map(
    names.flatMap((name) => {
      const found = histograms[name];
      if (found === undefined || found.count === 0) return [];
      return [[name, { count: found.count, percent: CURVE_PERCENT, ns: found.valuesNs.map((ns) => Math.min(ns, found.maxNs)) }] as const];
    }),
  );
}

/**
 * Percentile curves over CURVE_PERCENT, by name, from the stored rows.
 *
 * @param names hops and spans; unknown and unstamped ones are absent from the result
 */
export async function curvesOfRun(store: Store, runId: string, names: readonly string[]): Promise<ReadonlyMap<string, Curve>> {
  const series = names.flatMap((name) => seriesByName(name) ?? []);
  const found = await exactQuantiles(
    store,
    runId,
    series,
    CURVE_PERCENT.map((percent) => percent / 100),
  );
  return new Map([...found].map(([name, { count, ns }]) => [name, { count, percent: CURVE_PERCENT, ns }]));
}

/** Rows kept for their tail would weigh too much. Rows of the journal's branch do not tell why they were kept. */
const SAMPLE_OF: Readonly<Record<Series['table'], string>> = { traces: " AND kept = 'sampled'", journal_traces: '' };

interface Levels {
  readonly count: number;
  readonly ns: readonly number[];
}

async function exactQuantiles(store: Store, runId: string, series: readonly Series[], levels: readonly number[]): Promise<ReadonlyMap<string, Levels>> {
  const found = await Promise.all(series.map((one) => ofSeries(store, runId, one, levels)));
  return new Map(series.flatMap(({ name }, index) => {
    const one = found[index];
    return one === undefined || one.count === 0 ? [] : [[name, one] as const];
  }));
}

/**
 * Durations repeat (the clock ticks in steps of some ns), so the rows are first counted by value: a million of them are a few thousand
 * values, and then 126 levels cost no more than one. Measured on 990 k rows, all series, all levels: 1.7 s, against 4.3 s with
 * quantilesExact and 10 s with one sort a series.
 */
async function ofSeries(store: Store, runId: string, series: Series, levels: readonly number[]): Promise<Levels> {
  const [row] = await store.rows<Levels>(
    `WITH groupArray(ns) AS value, arrayCumSum(groupArray(rows)) AS up_to, toUInt64(up_to[-1]) AS total,
       arrayMap(level -> least(toUInt64(floor(round(level * total, 6))), toUInt64(total - 1)), [${levels.join(', ')}]) AS ranks
     SELECT total AS count, arrayMap(rank -> value[arrayFirstIndex(above -> above > rank, up_to)], ranks) AS ns
     FROM (
       SELECT ${series.ns} AS ns, count() AS rows FROM ${series.table}
       WHERE run_id = {run:String} AND ${series.present}${SAMPLE_OF[series.table]} GROUP BY ns ORDER BY ns
     )`,
    { run: runId },
  );
  return row ?? { count: 0, ns: [] };
}

function range(from: number, to: number, step: number): readonly number[] {
  const count = Math.round((to - from) / step) + 1;
  return Array.from({ length: count }, (_, index) => Number((from + index * step).toFixed(3)));
}
