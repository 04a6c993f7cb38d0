/** Service time over the length of a run, as counts in a grid, with the longest stalls beside it. */
import { seriesByName } from './durations.js';
import type { Store } from './store/store.js';

export interface HeatMapStall {
  /** Seconds since the first order was due. */
  readonly atS: number;
  readonly durationNs: number;
  readonly cause: string;
  readonly who: string;
}

export interface HeatMap {
  /** Length of the time axis, from the first order's feed.due to the last one's. */
  readonly seconds: number;
  readonly columns: number;
  /** Edges of the rows, ascending, one more than there are rows; each is a constant factor above the one before. */
  readonly rowsNs: readonly number[];
  /** Stored orders by row, lowest latency first, then by column. */
  readonly counts: readonly (readonly number[])[];
  /** The longest ones, by time. */
  readonly stalls: readonly HeatMapStall[];
}

/** Rows of an octave: latency over four decades gives about 54 rows. */
const ROWS_PER_OCTAVE = 4;
const STALLS = 200;

/** @returns null for a run without an acknowledged order */
export async function heatMapOf(store: Store, runId: string, columns = 120): Promise<HeatMap | null> {
  const service = seriesByName('tick_to_ack');
  if (service === undefined) throw new RangeError('the catalogue has no span tick_to_ack');
  const [range] = await store.rows<{ count: number; base: string; length: number; low: number; high: number }>(
    `SELECT count() AS count, toString(toUnixTimestamp64Nano(min(ts))) AS base, toUnixTimestamp64Nano(max(ts)) - toUnixTimestamp64Nano(min(ts)) AS length,
       min(${service.ns}) AS low, max(${service.ns}) AS high
     FROM traces WHERE run_id = {run:String} AND ${service.present}`,
    { run: runId },
  );
  if (range === undefined || range.count === 0) return null;
  const first = rowOf(range.low);
  const rows = rowOf(range.high) - first + 1;
  const cells = await store.rows<{ row: number; column: number; count: number }>(
    `SELECT toInt32(floor(log2(greatest(${service.ns}, 1)) * ${ROWS_PER_OCTAVE} + 1e-9)) - {first:Int32} AS row,
       least(toUInt32(intDiv((toUnixTimestamp64Nano(ts) - {base:Int64}) * {columns:UInt32}, {length:Int64})), {columns:UInt32} - 1) AS column, count() AS count
     FROM traces WHERE run_id = {run:String} AND ${service.present} GROUP BY row, column`,
    { run: runId, first, columns, base: range.base, length: Math.max(1, range.length) },
  );
  const counts = Array.from({ length: rows }, () => new Array<number>(columns).fill(0));
  for (const { row, column, count } of cells) {
    const line = counts[Math.min(rows - 1, Math.max(0, row))];
    if (line !== undefined) line[column] = (line[column] ?? 0) + count;
  }
  return {
    seconds: range.length / 1e9,
    columns,
    rowsNs: Array.from({ length: rows + 1 }, (_, row) => 2 ** ((first + row) / ROWS_PER_OCTAVE)),
    counts,
    stalls: await longestStalls(store, runId, range.base, range.length),
  };
}

/** 1e-9: what is meant to be a power of two must not fall below it. */
function rowOf(ns: number): number {
  return Math.floor(Math.log2(Math.max(1, ns)) * ROWS_PER_OCTAVE + 1e-9);
}

async function longestStalls(store: Store, runId: string, baseNs: string, lengthNs: number): Promise<readonly HeatMapStall[]> {
  const found = await store.rows<{ at: number; duration_ns: number; cause: string; who: string }>(
    `SELECT toUnixTimestamp64Nano(ts) - {base:Int64} AS at, duration_ns, cause, who FROM stalls
     WHERE run_id = {run:String} AND duration_ns > 0 AND at BETWEEN 0 AND {length:Int64} ORDER BY duration_ns DESC, ts LIMIT ${STALLS}`,
    { run: runId, base: baseNs, length: lengthNs },
  );
  return found
    .map((stall) => ({ atS: stall.at / 1e9, durationNs: stall.duration_ns, cause: stall.cause, who: stall.who }))
    .sort((a, b) => a.atS - b.atS);
}
