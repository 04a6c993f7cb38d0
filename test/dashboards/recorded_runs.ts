/** Runs as `run` leaves them in the store, small and made up: two that count, of variants a and b, and one that does not. */
import { SERIES_NAMES } from '../../collector/index.js';
import { recordRun, type RunRecord } from '../../collector/runs.js';
import type { Store } from '../../collector/store/store.js';
import { OPENING_NS, evenStamps, gapRow, journalRow, stallRow, traceRow } from '../collector/rows.js';

export const RUN_A = "run-a'1";
export const RUN_B = 'run-b';
export const STARTED_MS = Number(OPENING_NS / 1_000_000n);
export const SECONDS = 10;

const ORDERS_A_SECOND = 20;
/** Every third order is sampled. Of the others the tail is kept, with these times in the journal, far from those of the sample. */
export const SAMPLE = 3;
export const TAIL_NS = 50_000_000;
/** Orders that risk control stopped come as far as router.pick, slowly. */
const STOPPED_AT_HOP = 5;
const STOPPED_STEP_NS = 1_000_000;
const NS_PER_S = 1_000_000_000n;

export async function insertRecordedRuns(store: Store): Promise<void> {
  for (const [runId, build, step] of [[RUN_A, 'dpdk', 500], [RUN_B, 'socket', 900]] as const) {
    await recordRun(store, finished(runId, build));
    await insertRows(store, runId, step);
  }
  await recordRun(store, { ...finished('run-lossy', 'dpdk'), valid: false, invalidBecause: ['3 records were lost'] });
  await insertAlerts(store);
}

function finished(runId: string, build: string): RunRecord {
  return {
    runId, experiment: 'tick-to-ack', variant: build, started: new Date(STARTED_MS), state: 'finished', valid: true, invalidBecause: [],
    settings: { 'pipeline.build': build, 'pipeline.venues': 2, 'probes.sample': SAMPLE }, summary: null, notes: ['no kprobes'],
  };
}

async function insertRows(store: Store, runId: string, stepNs: number): Promise<void> {
  const orders = Array.from({ length: SECONDS * ORDERS_A_SECOND }, (_, n) => ({ id: BigInt(n + 1), dueNs: OPENING_NS + (BigInt(n) * NS_PER_S) / BigInt(ORDERS_A_SECOND), stepNs: stepNs + 10 * n }));
  const traces = orders.map(({ id, dueNs, stepNs: ns }) => {
    const stopped = id % 10n === 0n;
    return traceRow({
      runId, traceId: id, dueNs, stampsNs: stopped ? stampsUntil(STOPPED_AT_HOP, STOPPED_STEP_NS) : evenStamps(ns), venue: Number(id % 2n), outcome: stopped ? 5 : 1,
      kept: sampled(id) ? 'sampled' : 'tail',
    });
  });
  const journal = orders.map(({ id, dueNs, stepNs: ns }) => {
    const [writeNs, durableNs] = sampled(id) ? [ns, 3 * ns] : [TAIL_NS, 3 * TAIL_NS];
    return journalRow({ runId, traceId: id, appendNs: dueNs, writeNs, durableNs });
  });
  const stalls = ['timer_tick', 'preempted'].flatMap((cause) => orders.map(({ dueNs }) => stallRow({ runId, startNs: dueNs, durationNs: 4000, cause, who: 'ksoftirqd/0' })));
  const gaps = orders.map(({ dueNs }) => gapRow({ runId, startNs: dueNs, durationNs: 5000 }));
  await insert(store, 'traces', runId, traces);
  await insert(store, 'journal_traces', runId, journal);
  await insert(store, 'stalls', runId, stalls);
  await insert(store, 'gap_revisions', runId, gaps);
  const ts = (ns: bigint): string => `${new Date(Number(ns / 1_000_000n)).toISOString().slice(0, 19).replace('T', ' ')}.000000000`;
  await insertJson(store, 'attributions', runId, orders.slice(0, 40).map(({ id, dueNs }) => ({
    run_id: runId, ts: ts(dueNs), trace_id: Number(id), venue: 1, hop: 'oms.rx', cause: id % 2n === 0n ? 'timer_tick' : 'none', who: '', thread: 0, delay_ns: 9000, stall_ts: ts(dueNs), stall_ns: 4000, order_ns: 100_000,
  })));
  await insertJson(store, 'injections', runId, [{ run_id: runId, ts: ts(OPENING_NS), duration_ns: 1_000_000, kind: 'hog', who: 'burn' }]);
  await insertJson(store, 'latency_buckets', runId, Array.from({ length: SECONDS }, (_, second) => SERIES_NAMES.flatMap((name) =>
    [[stepNs, 30], [4 * stepNs, 5], [300 * stepNs, 1]].map(([low = 0, count = 0]) => ({
      run_id: runId, second: STARTED_MS / 1000 + second, name, low_ns: low, high_ns: Math.floor((low * 33) / 32), count,
    })))).flat());
}

function sampled(id: bigint): boolean {
  return id % BigInt(SAMPLE) === 0n;
}

function stampsUntil(hop: number, stepNs: number): Readonly<Record<number, number>> {
  return Object.fromEntries(Object.entries(evenStamps(stepNs)).filter(([at]) => Number(at) <= hop));
}

async function insertAlerts(store: Store): Promise<void> {
  const ts = new Date(STARTED_MS + 3000).toISOString().replace('T', ' ').replace('Z', '');
  await insertJson(store, 'alerts', 'all', [
    { run_id: RUN_A, ts, rule: 'rtt-breach', severity: 'page', state: 'firing', value: 123_000, unit: 'ns', expr: 'tick_to_ack.p99 > 100us', reason: 'held for 5 s', summary: 'slow' },
  ]);
  await insertJson(store, 'alert_notifications', 'all', [
    { run_id: RUN_A, ts, rule: 'rtt-breach', state: 'firing', target: 'webhook http://127.0.0.1:9000/', attempts: 2, delivered: true, error: '' },
  ]);
}

function insert(store: Store, table: string, token: string, rows: readonly Buffer[]): Promise<void> {
  return store.insert({ table, rows: [...rows], format: 'RowBinary', token });
}

function insertJson(store: Store, table: string, token: string, rows: readonly Readonly<Record<string, unknown>>[]): Promise<void> {
  return store.insert({ table, rows: rows.map((row) => Buffer.from(`${JSON.stringify(row)}\n`)), format: 'JSONEachRow', token });
}
