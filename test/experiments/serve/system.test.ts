/** The whole of it: real engines, real runs, one `hopscope serve`. */
import { expect } from 'chai';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openLane, openPage } from '../../../native/index.js';
import { findEngines } from '../../../experiments/serve/find_engines.js';
import { requireExperiments, summaryOf, type Started } from '../system/command.js';
import { loadServe } from './load.js';
import { ServedCommands, saying, type Served } from './served.js';

const SHORT = `
name: served
pipeline: { feed: { seed: 7, rate: 20kpps }, oms: { every: 4 }, journal: { device: memory, size: 64MiB } }
repeat: { warmup: 100ms, measure: 1s, runs: 1 }
`;

describe('experiments/serve: system', function () {
  this.timeout(120_000);
  let served: ServedCommands;
  let experiment: string;
  let serve: Served | undefined;

  before(function () {
    requireExperiments(this, ['dpdk']);
  });

  beforeEach(() => {
    served = new ServedCommands();
    experiment = path.join(served.folder, 'served.yaml');
    writeFileSync(experiment, SHORT);
    serve = undefined;
  });

  afterEach(async () => {
    serve?.child.kill('SIGTERM');
    if (serve !== undefined) await serve.ended;
    await served.close();
  });

  async function measuring(settings: readonly string[] = [], environment: Readonly<Record<string, string>> = {}): Promise<Started> {
    const run = served.run(experiment, settings, environment);
    await saying(run, / measure /);
    return run;
  }

  async function count(sql: string): Promise<number> {
    const { output } = await served.ended(['query', sql, '--format', 'tsv']);
    return Number(output.trim().split('\n').at(-1));
  }

  it('collects three runs after each other, and counts them all', async () => {
    serve = await served.serve();
    let orders = 0;
    for (let run = 1; run <= 3; run++) {
      const json = path.join(served.folder, `${run}.json`);
      const { code, output } = await served.run(experiment, ['--json', json]).ended;
      expect(code, output).to.equal(0);
      expect(output).to.contain(`collected by hopscope serve (process ${serve.pid})`);
      const measured = summaryOf(json).variants[0]!.runs[0]!;
      expect(measured.counters).to.include({ lost: 0, push_failed: 0, stored: measured.counters.orders });
      expect(measured.latency_ns.tick_to_ack?.count).to.equal(measured.counters.orders);
      orders += measured.counters.orders;
      expect(await serve.metric('hopscope_orders_total')).to.equal(orders);
      expect(await serve.metric('hopscope_span_latency_seconds_count{span="tick_to_ack"}')).to.equal(orders);
    }
    expect(await count('SELECT count() FROM traces')).to.equal(orders);
    serve.child.kill('SIGTERM');
    expect((await serve.ended).code).to.equal(0);
    expect(served.holdsSocket).to.equal(false);
  });

  it('ends a run soon and invalid when serve is killed; what was stored stays', async () => {
    serve = await served.serve();
    const run = await measuring(['--set', 'repeat.measure=30s']);
    await sleep(1_500); // batches leave four times a second
    const killedMs = performance.now();
    serve.child.kill('SIGKILL');
    const { code, output } = await run.ended;
    expect(performance.now() - killedMs).to.be.below(15_000);
    expect(code, output).to.equal(1);
    expect(output).to.match(new RegExp(`^invalid: hopscope serve \\(process ${serve.pid}\\) has died .*run it again$`, 'm'));
    expect(await count('SELECT count() FROM traces')).to.be.above(0);
    const next = await served.run(experiment).ended; // a dead serve is in nobody's way
    expect(next.code, next.output).to.equal(0);
    expect(next.output).to.not.contain('collected by');
  });

  it('finishes what a killed run has left, and takes the next', async () => {
    serve = await served.serve();
    const run = await measuring(['--set', 'repeat.measure=30s']);
    await sleep(1_000);
    run.child.kill('SIGKILL');
    await serve.says(/left without an end; what was left is stored, \d+ orders in all/);
    const stored = Number(/stored, (\d+) orders in all/.exec(serve.output())?.[1]);
    expect(stored).to.be.above(0);
    expect(await count('SELECT count() FROM traces')).to.equal(stored);
    const next = await served.run(experiment).ended;
    expect(next.code, next.output).to.equal(0);
    expect(next.output).to.contain(`collected by hopscope serve (process ${serve.pid})`);
  });

  it('ends orderly in mid-run when it is told to stop', async () => {
    serve = await served.serve();
    const run = await measuring(['--set', 'repeat.measure=30s']);
    serve.child.kill('SIGTERM');
    const [ended, { code, output }] = await Promise.all([serve.ended, run.ended]);
    expect(ended.code, ended.output).to.equal(0);
    expect(code, output).to.equal(1);
    expect(output).to.match(/^invalid: hopscope serve \(process \d+\) was told to stop/m);
  });

  it('stops a run, and pulls its kill switch, for whoever has the token', async () => {
    serve = await served.serve();
    const json = path.join(served.folder, 'stopped.json');
    const run = await measuring(['--set', 'repeat.measure=30s', '--json', json]);
    const post = (what: string, token: string): Promise<Response> => fetch(`${serve?.url ?? ''}/api/${what}`, { method: 'POST', headers: { authorization: `Bearer ${token}` } });
    expect((await post('kill', 'wrong')).status).to.equal(401);
    expect((await post('kill', serve.token())).status).to.equal(200);
    await sleep(1_500);
    expect(await serve.metric('hopscope_kill_switch')).to.equal(1);
    expect((await post('abort', serve.token())).status).to.equal(200);
    const { code, output } = await run.ended;
    expect(code, output).to.equal(1);
    expect(output).to.contain('invalid: stopped from the live page');
    expect(summaryOf(json).variants[0]!.runs[0]!.counters.risk_killed).to.be.above(0);
  });

  it('ends a run by an alert that says abort, with and without serve', async () => {
    writeFileSync(experiment, `${SHORT}alerts: [{ name: slow, when: "tick_to_ack.p99 > 1ns", for: 1s, abort: true }]\n`);
    for (const withServe of [false, true]) {
      if (withServe) serve = await served.serve();
      const { code, output } = await served.run(experiment, ['--set', 'repeat.measure=30s']).ended;
      expect(code, output).to.equal(1);
      expect(output).to.match(/^invalid: stopped by the alert slow \(tick_to_ack\.p99 > 1ns\)/m);
      expect(output).to.match(/alert slow .*firing \+/);
      expect(output.includes('collected by hopscope serve')).to.equal(withServe);
    }
  });

  it('only watches what another process collects', async () => {
    serve = await served.serve();
    const elsewhere = path.join(served.folder, 'elsewhere');
    const run = served.run(experiment, ['--set', 'repeat.measure=6s'], { HOPSCOPE_RESULTS: elsewhere });
    await serve.says(/process \d+ collects it: its page is shown/);
    await sleep(2_000);
    expect(await serve.metric('hopscope_orders_total')).to.be.above(0);
    expect(await serve.metric('hopscope_span_latency_seconds_count{span="tick_to_ack"}')).to.be.above(0);
    const { code, output } = await run.ended;
    expect(code, output).to.equal(0);
    expect(output).to.match(/hopscope serve \(process \d+\) stores in .*, this run in .*: it collects for itself/);
    await serve.says(/engine \d+ \(run served-.*\): it (is done|has died)/);
    expect(await count('SELECT count() FROM traces')).to.equal(0);
  });

  it('takes over the rings of an engine that nobody collects', async () => {
    // A plan of a real run, with rings of ours: the engine holds them when we let go.
    const kept = path.join(served.folder, 'plan.json');
    const first = await served.run(experiment).ended;
    expect(first.code, first.output).to.equal(0);
    const results = path.dirname(/report: (\S+)/.exec(first.output)?.[1] ?? '');
    const plan = JSON.parse(readFileSync(path.join(results, 'run-1', 'plan.json'), 'utf8')) as Record<string, unknown> & { feed: object; journal: object; lcores: readonly { cpu: number }[]; housekeeping_cpu: number };
    const page = `/dev/shm/hopscope-orphan-${process.pid}`;
    const lane = openLane({ lane: 'stream', threads: plan.lcores.length, ringBytes: 1 << 24, outputBytes: 1 << 24, sample: 1, runId: 'orphan' });
    const journal = path.join(served.folder, 'journal');
    writeFileSync(kept, JSON.stringify({
      ...plan, run_id: 'orphan', page_path: page, orchestrator_pid: process.pid, ring_map_ids: lane.ringMapIds, scheduler: 'other',
      journal: { ...plan.journal, directory: journal }, result_path: path.join(served.folder, 'engine.json'),
      feed: { ...plan.feed, measure_messages: 160_000 }, // 8 s
    }));
    const engine = spawn('taskset', ['-c', [...plan.lcores.map(({ cpu }) => cpu), plan.housekeeping_cpu].join(','), path.join(import.meta.dirname, '../../../build/engine/hopscope-engine-dpdk'), '--plan', kept], { stdio: 'ignore' });
    const gone = once(engine, 'exit');
    try {
      for (let waited = 0; !existsSync(page) && waited < 10_000; waited += 50) await sleep(50);
      const opened = openPage(page);
      for (let waited = 0; opened.read().state !== 'ready' && waited < 10_000; waited += 50) await sleep(50);
      lane.close();
      opened.command('start');
      serve = await served.serve('--pid', String(engine.pid ?? 0));
      await serve.says(/nobody collects it: its rings are drained from now on, stored as run orphan-serve-\d+/);
      await serve.says(/engine \d+ \(run orphan\): it (is done|has died), \d+ orders stored as run orphan-serve-/);
      const stored = Number(/it (?:is done|has died), (\d+) orders stored/.exec(serve.output())?.[1]);
      expect(stored).to.be.above(0);
      expect(await count("SELECT count() FROM traces WHERE run_id LIKE 'orphan-serve-%'")).to.equal(stored);
      expect(opened.read().collectorPid).to.equal(serve.pid);
      opened.close();
    } finally {
      engine.kill('SIGKILL');
      await gone;
      rmSync(page, { force: true });
    }
  });

  it('probes the sites of an engine that another process collects', async () => {
    const run = await measuring(['--set', 'repeat.measure=40s', '--set', 'pipeline.feed.rate=2kpps']);
    const engine = findEngines().find(({ view }) => view.runId.startsWith('served-'));
    serve = await served.serve('--pid', String(engine?.pid ?? 0), '--lane', 'hops');
    await serve.says(/its sites are probed, as --lane hops asks; stored as run served-.*-serve-\d+/);
    await sleep(3_000);
    run.child.kill('SIGINT');
    await run.ended;
    await serve.says(/it (is done|has died), [1-9]\d* orders stored as run served-.*-serve-\d+/);
    expect(await count("SELECT count() FROM traces WHERE run_id LIKE '%-serve-%' AND bitTest(hops, 12)")).to.be.above(0);
  });

  it('takes 200,000 traced orders a second over three restarts, in the same memory', async function () {
    this.timeout(300_000);
    serve = await served.serve();
    const outcome = await loadServe(served, serve, 4, 5);
    expect(outcome.lost).to.equal(0);
    expect(outcome.tracedPerSecond).to.be.above(199_000);
    expect(outcome.counted).to.equal(outcome.orders);
    const [, warm = NaN, ...later] = outcome.rssByRun;
    expect(Math.max(...later), `RSS by run: ${outcome.rssByRun.join(', ')}`).to.be.at.most(1.05 * warm);
    // Equivalence within 2 % takes the ten minutes of test/long: these seconds have too few pairs of turns. What it can show is a cost far beyond.
    expect(outcome.equivalence?.rounds, JSON.stringify(outcome.equivalence)).to.be.above(0);
    expect(outcome.equivalence?.lowRatio, JSON.stringify(outcome.equivalence)).to.be.at.most(1.06);
    process.stdout.write(`      ${JSON.stringify(outcome.equivalence)}\n`);
  });

  it('refuses what cannot be with one line each', async () => {
    serve = await served.serve();
    const second = await served.ended(['serve', '--port', '0']);
    expect(second).to.deep.equal({ code: 1, output: `hopscope: hopscope serve (process ${serve.pid}) is running already; stop it with kill ${serve.pid}\n` });
    serve.child.kill('SIGINT');
    expect((await serve.ended).code).to.equal(0);
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const address = taken.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const busy = await served.ended(['serve', '--port', String(port)]);
    taken.close();
    expect(busy.code, busy.output).to.equal(1);
    expect(busy.output).to.match(new RegExp(`^hopscope: .*${port}.*--port.*\n$`));
    const stranger = await served.ended(['serve', '--port', '0', '--pid', String(process.pid)]);
    expect(stranger.code, stranger.output).to.equal(1);
    expect(stranger.output).to.match(/^hopscope: serve: process \d+ is no engine of hopscope .*\n$/);
    expect((await served.ended(['serve', '--lane', 'hops'])).output).to.equal('hopscope: serve: --lane is for one engine; name it with --pid N\n');
  });
});
