/**
 * Serve under load: engines one after the other, 200,000 traced orders a second in all, and serve stopped and let go in turns.
 *
 * What serve costs the engine is judged within each run (experiments/run/switchback.ts): it is stopped (SIGSTOP), lets the rings fill, and
 * goes on, off-on-on-off. The rows themselves say how fast the pipeline's own orders were in each turn; made-up orders, which show no
 * pipeline, are left out.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openStore } from '../../../collector/index.js';
import { setAffinity } from '../../../experiments/isolation/affinity.js';
import { fixedInterrupts, housekeepingCpuOf } from '../../../experiments/launch/interrupts.js';
import { usableCpus } from '../../../experiments/launch/placement.js';
import { equivalenceOfRatios, type Equivalence } from '../../../experiments/run/equivalence.js';
import { ratiosOf, type Turn, type TurnFigures } from '../../../experiments/run/switchback.js';
import { summaryOf } from '../system/command.js';
import { rssBytes, type Served, type ServedCommands } from './served.js';

/** 50 k orders of the pipeline's own, an order for every fourth packet, and as many made-up ones as are needed. */
const LOAD = `
name: served-load
pipeline:
  feed: { seed: 7, rate: 200kpps, arrivals: constant, symbols: 16 }
  oms: { every: 4 }
  journal: { device: memory, size: 64MiB }
  synthetic: 150k
probes: { lane: stream, sample: 1/16, ring: 64MiB, output: 64MiB, stalls: false }
`;

const PATTERN = [false, true, true, false] as const;
const TURN_MS = 200;
/** Until what was waiting has been drained, and the change itself is over. */
const SETTLE_NS = 20_000_000n;
/** Session of made-up orders (engine/probe/synthetic_orders.h), in the upper half of a trace id (engine/probe/slots.h). */
const SYNTHETIC = 'bitShiftRight(trace_id, 32) = 255';

export interface LoadOutcome {
  readonly tracedPerSecond: number;
  readonly equivalence: Equivalence | undefined;
  /** RSS of serve in bytes, by run: the median of its readings. */
  readonly rssByRun: readonly number[];
  readonly lost: number;
  /** Orders that serve's metrics have counted, and those that the runs have. */
  readonly counted: number;
  readonly orders: number;
}

export async function loadServe(served: ServedCommands, serve: Served, runs: number, runSeconds: number): Promise<LoadOutcome> {
  const experiment = path.join(served.folder, 'load.yaml');
  writeFileSync(experiment, `${LOAD}repeat: { warmup: 1s, measure: ${runSeconds}s, runs: 1 }\n`);
  const rssByRun: number[] = [];
  const figures: TurnFigures[] = [];
  let [lost, orders, traced] = [0, 0, 0];
  for (let run = 1; run <= runs; run++) {
    const json = path.join(served.folder, `load-${run}.json`);
    const started = served.run(experiment, ['--json', json]);
    const watching = watch(serve.pid, started.ended);
    const { code, output } = await started.ended;
    const { turns, rss } = await watching;
    if (code !== 0) throw new Error(output);
    const measured = summaryOf(json).variants[0]?.runs[0];
    if (measured === undefined) throw new Error(`no run in ${json}`);
    rssByRun.push(median(rss));
    lost += measured.counters.lost + measured.counters.push_failed;
    traced += measured.counters.traced / measured.seconds / runs;
    orders += measured.counters.orders;
    figures.push(...(await figuresOf(served, measured.run_id, turns)));
  }
  return { tracedPerSecond: traced, equivalence: equivalenceOfRatios('stopped', 'serving', ratiosOf(figures)), rssByRun, lost, counted: await serve.metric('hopscope_orders_total'), orders };
}

interface Seen {
  readonly turns: readonly Turn[];
  readonly rss: readonly number[];
}

/** Stops serve and lets it go until the run has ended; its memory is read in each turn. */
async function watch(pid: number, ended: Promise<unknown>): Promise<Seen> {
  let running = true;
  void ended.then(() => (running = false));
  const isRunning = (): boolean => running;
  const turns: Turn[] = [];
  const rss: number[] = [];
  const cpus = usableCpus();
  setAffinity(process.pid, String(housekeepingCpuOf(cpus, fixedInterrupts()) ?? 0)); // on the engine's CPU this process would stand still
  try {
    for (let turn = 0; isRunning(); turn++) {
      const on = PATTERN[turn % PATTERN.length] ?? true;
      process.kill(pid, on ? 'SIGCONT' : 'SIGSTOP');
      const fromNs = wallNs() + SETTLE_NS;
      await sleep(TURN_MS);
      turns.push({ on, fromNs, toNs: wallNs() });
      rss.push(rssBytes(pid));
    }
  } finally {
    setAffinity(process.pid, cpus.join(','));
    process.kill(pid, 'SIGCONT');
  }
  return { turns, rss };
}

async function figuresOf(served: ServedCommands, runId: string, turns: readonly Turn[]): Promise<readonly TurnFigures[]> {
  const store = await openStore({ dir: path.join(served.folder, 'results', 'store') });
  try {
    const figures: TurnFigures[] = [];
    for (const { on, fromNs, toNs } of turns) {
      const [row] = await store.rows<{ orders: number; p50: number }>(
        `SELECT count() AS orders, if(orders = 0, 0, quantileExact(0.5)(oms_ack - feed_tx)) AS p50 FROM traces
         WHERE run_id = {run:String} AND ts BETWEEN fromUnixTimestamp64Nano({from:Int64}) AND fromUnixTimestamp64Nano({to:Int64})
           AND kept = 'sampled' AND NOT (${SYNTHETIC}) AND bitTest(hops, 1) AND bitTest(hops, 12)`,
        { run: runId, from: String(fromNs), to: String(toNs) },
      );
      figures.push({ on, orders: row?.orders ?? 0, p50: row?.p50 ?? 0 });
    }
    return figures;
  } finally {
    await store.close();
  }
}

function wallNs(): bigint {
  return BigInt(Date.now()) * 1_000_000n;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}
