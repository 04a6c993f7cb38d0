/**
 * An interrupt storm (inject.timer), against the events that explain it.
 *
 * Its truth is the time missing in idle rounds, which the engine's thread sees by the counter alone, less what is missing without the storm.
 * The hypervisor takes time in both runs, unevenly: the run is cut into slices, and the median slice speaks for each run, so that a burst of
 * foreign time in some slices is no part of the storm. Found is the part of the gaps with interrupts in them that attribution explains.
 */
import type { Store } from '../../../collector/index.js';
import type { AccuracyRow, AccuracyRun } from './row.js';
import { quantile } from '../lane_cost.js';

const SLICE_NS = 100_000_000;
const LEAST_SLICES = 10;
/** A storm that adds less to the calm run's gaps cannot be told from their scatter. */
const LEAST_RISE = 0.2;
/** What a timer brings about: its interrupt, and the softirq that may follow. */
const CAUSES = "('timer_tick', 'softirq', 'hard_irq')";

/** Idle time of one slice of the run. */
export interface Slice {
  /** Missing altogether. */
  readonly gapNs: number;
  /** Of it, explained in gaps with an interrupt. */
  readonly explainedNs: number;
  /** Of it, covered by the interrupts themselves. */
  readonly directNs: number;
}

/** What the storm added to the median slice, and how much of that was found. */
export function compareSlices(storm: readonly Slice[], calm: readonly Slice[]): Pick<AccuracyRow, 'injectedNs' | 'foundNs' | 'directNs' | 'share' | 'orders'> {
  const added = (of: (slice: Slice) => number): number => Math.max(0, median(storm.map(of)) - median(calm.map(of)));
  const injectedNs = added((slice) => slice.gapNs);
  const foundNs = added((slice) => slice.explainedNs);
  const enough = storm.length >= LEAST_SLICES && calm.length >= LEAST_SLICES && injectedNs > LEAST_RISE * median(calm.map((slice) => slice.gapNs));
  return {
    injectedNs: injectedNs * storm.length,
    foundNs: foundNs * storm.length,
    directNs: added((slice) => slice.directNs) * storm.length,
    share: enough ? Math.min(1, foundNs / injectedNs) : null,
    orders: storm.length,
  };
}

export async function stormAccuracy(store: Store, run: AccuracyRun): Promise<AccuracyRow> {
  const happened = run.truth.disturbances.some(({ kind }) => kind === 'timer');
  const storm = happened ? await slicesOf(store, run.runId, run.disturbedThread, true) : [];
  const calm = run.calmRunId === undefined ? [] : await slicesOf(store, run.calmRunId, run.disturbedThread, false);
  return { what: 'timer', hop: '', cause: 'timer_tick', who: '', ...compareSlices(storm, calm), unit: 'gaps', elsewhereNs: 0 };
}

/** Slices of the measured phase that lie within it, and within the storm; one in which no gap was seen counts too. */
async function slicesOf(store: Store, runId: string, thread: number, withinStorm: boolean): Promise<readonly Slice[]> {
  const [range] = await store.rows<{ orders: number; first: number; last: number }>(
    `SELECT count() AS orders, intDiv(min(toUnixTimestamp64Nano(ts)), ${SLICE_NS}) + 1 AS first, intDiv(max(toUnixTimestamp64Nano(ts)), ${SLICE_NS}) AS last
     FROM traces WHERE run_id = {run:String}`,
    { run: runId },
  );
  const [storm] = withinStorm ? await store.rows<{ first: number; last: number }>(
    `SELECT intDiv(min(toUnixTimestamp64Nano(ts)), ${SLICE_NS}) + 1 AS first, intDiv(max(toUnixTimestamp64Nano(ts) + toInt64(duration_ns)), ${SLICE_NS}) AS last
     FROM injections WHERE run_id = {run:String} AND kind = 'timer'`,
    { run: runId },
  ) : [];
  if (range === undefined || range.orders === 0) return [];
  const first = Math.max(range.first, storm?.first ?? 0);
  const last = Math.min(range.last, storm?.last ?? Infinity);
  const rows = await store.rows<{ slice: number; gap: number; explained: number; direct: number }>(
    `SELECT slice, sum(gap_ns) AS gap, sum(if(covered_ns > 0, explained, 0)) AS explained, sum(least(covered_ns, gap_ns)) AS direct
     FROM (
       SELECT intDiv(start_ns, ${SLICE_NS}) AS slice, duration_ns AS gap_ns, explained_ns AS explained, start_ns
       FROM (SELECT toUnixTimestamp64Nano(ts) AS start_ns, duration_ns, explained_ns FROM gaps WHERE run_id = {run:String} AND thread = {thread:UInt16})
     ) AS g
     LEFT JOIN (
       SELECT gap_start_ns, sum(least(gap_end_ns, end_ns) - greatest(gap_start_ns, start_ns)) AS covered_ns
       FROM (
         SELECT run_id, toUnixTimestamp64Nano(ts) AS start_ns, start_ns + toInt64(duration_ns) AS end_ns
         FROM stalls WHERE run_id = {run:String} AND thread = {thread:UInt16} AND cause IN ${CAUSES}
       ) AS s
       ASOF JOIN (
         SELECT run_id, toUnixTimestamp64Nano(ts) AS gap_start_ns, gap_start_ns + toInt64(duration_ns) AS gap_end_ns
         FROM gaps WHERE run_id = {run:String} AND thread = {thread:UInt16}
       ) AS b ON s.run_id = b.run_id AND s.end_ns >= b.gap_start_ns
       WHERE b.gap_end_ns > s.start_ns GROUP BY gap_start_ns
     ) AS c ON g.start_ns = c.gap_start_ns
     GROUP BY slice HAVING slice BETWEEN {first:Int64} AND {last:Int64} - 1`,
    { run: runId, thread, first, last },
  );
  const bySlice = new Map(rows.map((row) => [row.slice, { gapNs: row.gap, explainedNs: row.explained, directNs: row.direct }] as const));
  return Array.from({ length: Math.max(0, last - first) }, (_, i) => bySlice.get(first + i) ?? { gapNs: 0, explainedNs: 0, directNs: 0 });
}

function median(values: readonly number[]): number {
  return values.length === 0 ? 0 : quantile([...values].sort((a, b) => a - b), 0.5);
}
