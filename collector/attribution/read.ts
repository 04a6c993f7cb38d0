/**
 * What an attribution needs of a run, from the store, page by page.
 *
 * A page is one row of arrays: a million values cross the client in a tenth of the time that a million row objects would take.
 */
import { STAMP_COLUMNS } from '../catalogue.js';
import { HOPS_OF_PATH, seriesByName } from '../durations.js';
import { causeByName } from '../stall_causes.js';
import type { Store } from '../store/store.js';
import type { GapColumns } from './gaps.js';
import type { OrderColumns } from './order_columns.js';
import { StallColumnsBuilder, type Kinds, type StallColumns } from './stall_columns.js';

/** Which duration of an order is judged: service time or response time. */
export type SlowSpan = 'tick_to_ack' | 'tick_to_ack_response';

export interface RunFacts {
  /** Rows of `traces`. */
  readonly rows: number;
  /** First feed.due, ns since 1970: all other times are relative to it. */
  readonly baseNs: bigint;
  /** To the last acknowledgement. */
  readonly lengthNs: number;
  /** Median of the span. */
  readonly medianNs: number;
  /** Medians by hop index. */
  readonly typicalNs: readonly number[];
  /** From one packet of the feed to the next, on average, with or without an order; 0: not known. */
  readonly rhythmNs: number;
}

const PAGE_ORDERS = 25_000;
const PAGE_STALLS = 250_000;
/** 96 MB of columns. Beyond it the shortest stalls stay in the store. */
export const MAX_STALLS = 4_000_000;
const HYPERVISOR = causeByName('hypervisor').value;
const PAGE_FAULT = causeByName('page_fault').value;

/** @returns null for a run without a row */
export async function readFacts(store: Store, runId: string, span: SlowSpan): Promise<RunFacts | null> {
  // Rows kept for their tail would raise the medians: they are taken over the sample, where there is one.
  const [row] = await store.rows<{ rows: number; base: string; length: number; median: number; typical: readonly number[]; rhythm: number }>(
    `WITH kept = 'sampled' OR (SELECT countIf(kept = 'sampled') FROM traces WHERE run_id = {run:String}) = 0 AS counts
     SELECT count() AS rows, toString(toUnixTimestamp64Nano(min(ts))) AS base,
       max(toUnixTimestamp64Nano(ts) + oms_ack) - toUnixTimestamp64Nano(min(ts)) AS length,
       ${medianSql(seriesOf(span))} AS median, [${HOPS_OF_PATH.map(medianSql).join(', ')}] AS typical,
       (toUnixTimestamp64Nano(max(ts)) - toUnixTimestamp64Nano(min(ts))) / greatest(max(feed_sequence) - min(feed_sequence), 1) AS rhythm
     FROM traces WHERE run_id = {run:String}`,
    { run: runId },
  );
  if (row === undefined || row.rows === 0) return null;
  return { rows: row.rows, baseNs: BigInt(row.base), lengthNs: row.length, medianNs: row.median, typicalNs: row.typical, rhythmNs: row.rhythm };
}

/** @returns the limit above which the `count` slowest orders lie; fewer rows than that: 0 */
export async function limitOfSlowest(store: Store, runId: string, span: SlowSpan, count: number): Promise<number> {
  const { ns, present } = seriesOf(span);
  const [row] = await store.rows<{ ns: number }>(
    `SELECT ${ns} AS ns FROM traces WHERE run_id = {run:String} AND ${present} ORDER BY ns DESC LIMIT 1 OFFSET {skip:UInt64}`,
    { run: runId, skip: count - 1 },
  );
  return row === undefined ? 0 : Math.max(0, row.ns - 1);
}

/** Orders above the limit, and those into which a delay was injected, in pages by time. */
export async function* readOrders(store: Store, runId: string, span: SlowSpan, slowNs: number, { baseNs }: RunFacts): AsyncGenerator<OrderColumns> {
  const { ns, present } = seriesOf(span);
  const at = `(toUnixTimestamp64Nano(ts) - ${baseNs})`;
  const arrays = STAMP_COLUMNS.map((column) => `groupArray(${column}) AS ${column}`).join(', ');
  let after = { at: -1, id: 0 };
  for (;;) {
    const [page] = await store.rows<OrderPage>(
      `SELECT groupArray(at) AS due, groupArray(trace_id) AS ids, groupArray(venue) AS venues, groupArray(hops) AS stamped,
         groupArray(service) AS tick_to_ack, groupArray(toUInt8(is_slow)) AS slow, ${arrays}
       FROM (
         SELECT ${at} AS at, trace_id, venue, hops, ${seriesOf('tick_to_ack').ns} AS service, ${present} AND ${ns} > {slow:UInt64} AS is_slow,
           ${STAMP_COLUMNS.join(', ')}
         FROM traces WHERE run_id = {run:String} AND (is_slow OR injected_hop != 0) AND (at, trace_id) > ({at:Int64}, {id:UInt64})
         ORDER BY at, trace_id LIMIT ${PAGE_ORDERS}
       )`,
      { run: runId, slow: slowNs, ...after },
    );
    if (page === undefined || page.ids.length === 0) return;
    yield {
      length: page.ids.length,
      traceId: Float64Array.from(page.ids),
      venue: Uint8Array.from(page.venues),
      hops: Uint16Array.from(page.stamped),
      dueNs: Float64Array.from(page.due),
      offsetNs: STAMP_COLUMNS.map((column) => Float64Array.from(page[column] ?? [])),
      tickToAckNs: Float64Array.from(page.tick_to_ack),
      slow: Uint8Array.from(page.slow),
    };
    if (page.ids.length < PAGE_ORDERS) return;
    after = page.ids.reduce((last, id, i) => later(last, { at: page.due[i] ?? 0, id }), after);
  }
}

export interface ReadStalls {
  readonly stalls: StallColumns;
  /** Stays open: what an idle gap reveals is added to it. */
  readonly builder: StallColumnsBuilder;
  /** The shortest ones of a run with more than MAX_STALLS. */
  readonly leftOut: number;
  /** CPU of each thread's stalls. */
  readonly cpuOf: ReadonlyMap<number, number>;
}

/** All that was recorded; what an earlier attribution concluded (`hypervisor`) is no record. */
export async function readStalls(store: Store, runId: string, { baseNs }: RunFacts, kinds: Kinds, most = MAX_STALLS): Promise<ReadStalls> {
  const recorded = `FROM stalls WHERE run_id = {run:String} AND toInt8(cause) != ${HYPERVISOR}`;
  const cpus = await store.rows<{ thread: number; cpu: number; count: number }>(
    `SELECT thread, topK(1)(cpu)[1] AS cpu, count() AS count ${recorded} GROUP BY thread`,
    { run: runId },
  );
  const count = cpus.reduce((sum, row) => sum + row.count, 0);
  const shortestNs = count <= most ? 0 : await durationAt(store, runId, recorded, most);
  const builder = new StallColumnsBuilder();
  let read = 0;
  for (let offset = 0; ; offset += PAGE_STALLS) {
    const [page] = await store.rows<StallPage>(
      `SELECT groupArray(at) AS starts, groupArray(duration_ns) AS durations, groupArray(number) AS causes,
         groupArray(thread) AS threads, groupArray(who) AS whos
       FROM (
         SELECT toUnixTimestamp64Nano(ts) - ${baseNs} AS at, duration_ns, toInt8(cause) AS number, thread, who ${recorded}
           AND (duration_ns >= {shortest:UInt64} OR number = ${PAGE_FAULT})
         ORDER BY ts, thread, cause, duration_ns, who, detail LIMIT ${PAGE_STALLS} OFFSET {offset:UInt64}
       )`,
      { run: runId, shortest: shortestNs, offset },
    );
    const found = page?.starts.length ?? 0;
    for (let i = 0; i < found; i += 1) {
      const startNs = page?.starts[i] ?? 0;
      builder.add(page?.threads[i] ?? 0, startNs, startNs + (page?.durations[i] ?? 0), kinds.idOf(page?.causes[i] ?? 0, page?.whos[i] ?? ''));
    }
    read += found;
    if (found < PAGE_STALLS) break;
  }
  return { stalls: builder.columns(), builder, leftOut: count - read, cpuOf: new Map(cpus.map((row) => [row.thread, row.cpu])) };
}

export async function readGaps(store: Store, runId: string, { baseNs }: RunFacts): Promise<GapColumns> {
  const [page] = await store.rows<{ starts: readonly number[]; durations: readonly number[]; threads: readonly number[] }>(
    `SELECT groupArray(at) AS starts, groupArray(duration_ns) AS durations, groupArray(thread) AS threads
     FROM (SELECT toUnixTimestamp64Nano(ts) - ${baseNs} AS at, duration_ns, thread FROM gaps WHERE run_id = {run:String} ORDER BY ts, thread)`,
    { run: runId },
  );
  return {
    length: page?.starts.length ?? 0,
    startNs: Float64Array.from(page?.starts ?? []),
    durationNs: Float64Array.from(page?.durations ?? []),
    thread: Uint16Array.from(page?.threads ?? []),
  };
}

async function durationAt(store: Store, runId: string, recorded: string, rank: number): Promise<number> {
  const [row] = await store.rows<{ ns: number }>(`SELECT duration_ns AS ns ${recorded} ORDER BY ns DESC LIMIT 1 OFFSET {rank:UInt64}`, { run: runId, rank });
  return (row?.ns ?? 0) + 1; // those of equal length all stay out: the bound is a bound
}

function medianSql({ ns, present }: Readonly<Record<'ns' | 'present', string>>): string {
  return `quantileExactIf(0.5)(${ns}, counts AND ${present})`;
}

function seriesOf(name: string): { readonly ns: string; readonly present: string } {
  const series = seriesByName(name);
  if (series === undefined) throw new RangeError(`the catalogue has no hop or span ${name}`);
  return series;
}

interface Place {
  readonly at: number;
  readonly id: number;
}

function later(a: Place, b: Place): Place {
  return b.at > a.at || (b.at === a.at && b.id > a.id) ? b : a;
}

type OrderPage = {
  readonly due: readonly number[];
  readonly ids: readonly number[];
  readonly venues: readonly number[];
  readonly stamped: readonly number[];
  readonly tick_to_ack: readonly number[];
  readonly slow: readonly number[];
} & Readonly<Record<string, readonly number[]>>;

interface StallPage {
  readonly starts: readonly number[];
  readonly durations: readonly number[];
  readonly causes: readonly number[];
  readonly threads: readonly number[];
  readonly whos: readonly string[];
}
