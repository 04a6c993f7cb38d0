/** Whole experiments with the real engine, addon and store, as a user starts them. */
import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { HOPS, SPANS } from '../../../collector/catalogue.js';
import { identify } from '../../../experiments/launch/process_identity.js';
import type { DetailedRun } from '../../../experiments/run/run_summary.js';
import { Commands, requireExperiments, summaryOf, type Ended, type Started } from './command.js';

const SHORT = `
name: short
pipeline: { feed: { seed: 7, rate: 20kpps }, oms: { every: 4 } }
repeat: { warmup: 100ms, measure: 500ms, runs: 1 }
thresholds: { counters: ["lost == 0"] }
`;

/** What a run may leave nowhere: engines, namespaces, telemetry pages, state files, changed settings. */
function leftovers(): readonly string[] {
  const engines = spawnSync('pgrep', ['-fa', 'hopscope-engine-[a-z]+ --plan .*hopscope-system-'], { encoding: 'utf8' }).stdout.split('\n').filter((line) => line.includes('--plan'));
  const namespaces = spawnSync('ip', ['netns', 'list'], { encoding: 'utf8' }).stdout.split('\n').filter((line) => line.startsWith('hopscope-'));
  const pages = readdirSync('/dev/shm').filter((name) => /^hopscope-(short|lockstep)-/.test(name));
  const state = existsSync('/run/hopscope') ? readdirSync('/run/hopscope') : [];
  return [...engines, ...namespaces, ...pages, ...state];
}

describe('experiments/system', function () {
  this.timeout(120_000);
  let commands: Commands | undefined;
  let folder: string;
  let experiment: string;

  before(function () {
    requireExperiments(this, ['dpdk', 'socket']);
    commands = new Commands();
    folder = commands.folder;
    experiment = path.join(folder, 'short.yaml');
    writeFileSync(experiment, SHORT);
  });

  after(() => commands?.close());

  function hopscope(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Ended> {
    return commands!.start(args, { environment }).ended;
  }

  /** A run that is in its measured phase, and its engine. */
  async function measuring(...args: readonly string[]): Promise<{ readonly run: Started; readonly engine: number }> {
    const run = await commands!.measuring(['run', experiment, '--set', 'repeat.measure=60s', ...args]);
    const engine = Number(spawnSync('pgrep', ['-f', 'hopscope-engine-[a-z]+ --plan .*hopscope-system-'], { encoding: 'utf8' }).stdout.trim().split('\n')[0]);
    return { run, engine };
  }

  it('runs, stores, reports, and the store agrees with the summary', async () => {
    const json = path.join(folder, 'out.json');
    const { code, output } = await hopscope(['run', experiment, '--json', json]);
    expect(code, output).to.equal(0);
    const summary = summaryOf(json);
    const run = summary.variants[0]!.runs[0]!;
    expect(run.counters).to.include({ feed_packets: 10_000, feed_missed: 0, push_failed: 0, lost: 0, traced: run.counters.orders, stored: run.counters.orders });
    expect(Object.keys(run.latency_ns)).to.include.members(['oms.rx', 'venue.match', 'journal.durable', 'tick_to_ack', 'tick_to_ack_response']);
    const named = output.split('\n').map((line) => line.split(' ')[0]);
    expect(named).to.include.members([...HOPS, ...SPANS].map((one) => one.name));
    expect(output).to.match(/report: .*report\.html/);
    const query = await hopscope(['query', `SELECT count() AS n FROM traces WHERE run_id = '${run.run_id}'`, '--format', 'tsv']);
    expect(query.output.trim().split('\n').at(-1)).to.equal(String(run.counters.stored));
    expect((await hopscope(['runs'])).output).to.include(run.run_id.replace(/-1$/, ''));
    const report = await hopscope(['report', 'last', '--out', path.join(folder, 'again.html')]);
    expect(report.code, report.output).to.equal(0);
    expect(readFileSync(path.join(folder, 'again.html'), 'utf8')).to.include('<!doctype html>');
    expect(leftovers()).to.deep.equal([]);
  });

  it('exits 99 where a threshold does not hold', async () => {
    const { code, output } = await hopscope(['run', experiment, '--set', 'thresholds.tick_to_ack=p50 < 1ns']);
    expect(code, output).to.equal(99);
    expect(output).to.match(/✗ tick_to_ack p50 < 1ns: /);
  });

  it('notices the engine\'s death within a second, says so, keeps what was collected, and runs again', async () => {
    const { run, engine } = await measuring();
    await sleep(500);
    process.kill(engine, 'SIGKILL');
    const killedMs = performance.now();
    while (!run.output().includes('has died') && performance.now() - killedMs < 10_000) await sleep(10);
    expect(performance.now() - killedMs).to.be.below(1_000);
    const { code, output } = await run.ended;
    expect(code, output).to.equal(1);
    expect(output).to.match(/invalid: the engine was killed by SIGKILL/);
    const id = /results\/(short-[^/]+)\/report\.html/.exec(output)?.[1] ?? '';
    const counted = await hopscope(['query', `SELECT count() AS n FROM traces WHERE run_id = '${id}-1'`, '--format', 'tsv']);
    expect(Number(counted.output.trim().split('\n').at(-1))).to.be.above(0);
    expect(leftovers()).to.deep.equal([]);
    expect((await hopscope(['run', experiment])).code).to.equal(0);
  });

  it('stops in order on Ctrl-C and leaves nothing', async () => {
    const throttling = readFileSync('/proc/sys/kernel/sched_rt_runtime_us', 'utf8');
    const { run } = await measuring();
    run.child.kill('SIGINT');
    const { code, output } = await run.ended;
    expect(code, output).to.equal(130);
    expect(output).to.match(/invalid: interrupted/);
    expect(leftovers()).to.deep.equal([]);
    expect(readFileSync('/proc/sys/kernel/sched_rt_runtime_us', 'utf8')).to.equal(throttling);
  });

  it('ends as interrupted on Ctrl-C before the engine is ready, too', async () => {
    const results = path.join(folder, 'early');
    const run = commands!.start(['run', experiment], { environment: { HOPSCOPE_RESULTS: results } });
    // Beside the runs' folders stands the store, whose files come and go.
    const folders = (at: string): readonly string[] => (existsSync(at) ? readdirSync(at, { withFileTypes: true }).filter((entry) => entry.isDirectory() && entry.name !== 'store').map(({ name }) => path.join(at, name)) : []);
    const plan = (): boolean => folders(results).flatMap(folders).some((run) => existsSync(path.join(run, 'plan.json')));
    while (!plan() && run.child.exitCode === null) await sleep(5); // the engine starts next, and is ready a good while later
    run.child.kill('SIGINT');
    const { code, output } = await run.ended;
    expect(code, output).to.equal(130);
    expect(output).to.match(/^stopped: interrupted before the engine was ready/m);
    expect(leftovers()).to.deep.equal([]);
  });

  it('is cleaned up by the next command after kill -9, namespaces included', async () => {
    const { run, engine } = await measuring('--set', 'pipeline.build=socket', '--set', 'pipeline.feed.rate=1kpps');
    run.child.kill('SIGKILL');
    await run.ended;
    // It cancels what is open, writes its result, and goes; should that hang, an alarm ends it after 5 s.
    for (let looks = 0; identify(engine) !== undefined && looks < 600; looks += 1) await sleep(10);
    expect(identify(engine), 'the engine goes with its orchestrator').to.equal(undefined);
    expect(leftovers()).to.not.deep.equal([]);
    const { output } = await hopscope(['runs']);
    expect(output).to.match(/cleaned up after short \(process \d+ died in mid-run\): .*deleted namespace/);
    expect(leftovers()).to.deep.equal([]);
  });

  it('degrades lane and hugepages where the kernel has none, and says so', async () => {
    const json = path.join(folder, 'denied.json');
    const capsule = await hopscope(['run', experiment, '--json', json], { HOPSCOPE_DENY: 'user_ringbuf' });
    expect(capsule.code, capsule.output).to.equal(0);
    expect(capsule.output).to.match(/lane stream is not possible here .*this run uses lane capsule/);
    const run = summaryOf(json).variants[0]!.runs[0]!;
    expect(run.lane).to.equal('capsule');
    expect(run.conditions.join()).to.include('lane capsule');
    expect(run.counters.stored).to.equal(run.counters.orders);
    const hops = await hopscope(['run', experiment, '--json', json, '--set', 'probes.lane=hops']);
    expect(hops.code, hops.output).to.equal(0);
    const hopByHop = summaryOf(json).variants[0]!.runs[0]!;
    expect(hopByHop.lane).to.equal('hops');
    expect(hopByHop.counters.stored).to.equal(hopByHop.counters.orders);
    const stamps = await hopscope(['run', experiment, '--json', json], { HOPSCOPE_DENY: 'user_ringbuf,uprobe,hugepages' });
    expect(stamps.code, stamps.output).to.equal(0);
    expect(stamps.output).to.match(/this run uses lane stamps/).and.match(/no hugepages \(hugepages are denied/);
    expect(summaryOf(json).variants[0]!.runs[0]!.latency_ns).to.have.property('tick_to_ack');
  });

  it('answers a machine without chDB, or without the right to write, with one line', async () => {
    const missing = await hopscope(['run', experiment], { HOPSCOPE_DENY: 'chdb', HOPSCOPE_RESULTS: path.join(folder, 'empty') });
    expect(missing.code).to.equal(1);
    expect(missing.output.trim().split('\n').at(-1)).to.match(/^hopscope: the embedded store .*HOPSCOPE_STORE_URL/);
    writeFileSync(path.join(folder, 'plain'), '');
    const unwritable = await hopscope(['run', experiment], { HOPSCOPE_RESULTS: path.join(folder, 'plain', 'results') });
    expect(unwritable.code).to.equal(1);
    expect(unwritable.output).to.match(/^hopscope: .*plain/m);
    const journal = await hopscope(['run', experiment, '--set', `pipeline.journal.directory=${path.join(folder, 'plain', 'journal')}`]);
    expect(journal.code).to.equal(1);
    expect(journal.output.trim().split('\n').at(-1)).to.match(/^hopscope: journal: .*plain.* cannot be made .*pipeline\.journal\.directory/);
    expect(leftovers()).to.deep.equal([]);
  });

  it('gives the same digests twice with four venues in lockstep, each with its own profile, and says what they charged', async () => {
    const file = path.join(folder, 'venues.yaml');
    const venues = '[{ name: A, fees: { make: -0.0020, take: 0.0030 } }, { latency: 20us, queue: 64 }, { fees: { take: 0.0010 } }, {}]';
    writeFileSync(file, `name: venues\npipeline: { venues: ${venues}, feed: { seed: 7, messages: 2k }, journal: { device: memory } }\npacing: lockstep\nrepeat: { warmup: 0s, runs: 2 }\n`);
    const json = path.join(folder, 'venues.json');
    const { code, output } = await hopscope(['run', file, '--json', json]);
    expect(code, output).to.equal(0);
    const [first, second] = summaryOf(json).variants[0]?.runs as unknown as readonly DetailedRun[];
    expect(first?.digest.journal).to.match(/^[0-9a-f]{8,}$/);
    expect(second?.digest).to.deep.equal(first?.digest);
    expect(first?.venues.map(({ name }) => name)).to.deep.equal(['A', 'venue1', 'venue2', 'venue3']);
    const [a, , c] = first?.venues ?? [];
    expect(a?.taken_shares).to.be.greaterThan(0);
    expect(a?.take_fees_micros).to.equal((a?.taken_shares ?? 0) * 3_000);
    expect(a?.make_fees_micros).to.equal((a?.made_shares ?? 0) * -2_000);
    expect(c?.take_fees_micros).to.equal((c?.taken_shares ?? 0) * 1_000);
  });

  it('gives the same digests on every build and journal device in lockstep, and others for another seed', async () => {
    const file = path.join(folder, 'lockstep.yaml');
    writeFileSync(file, 'name: lockstep\npipeline: { feed: { seed: 7, messages: 2k } }\npacing: lockstep\nrepeat: { warmup: 0s }\nvary: { pipeline.build: [dpdk, socket], pipeline.journal.device: [memory, uring] }\n');
    const digests = async (...args: readonly string[]): Promise<readonly { readonly orders: string | null; readonly journal: string | null }[]> => {
      const json = path.join(folder, 'lockstep.json');
      const { code, output } = await hopscope(['run', file, '--json', json, ...args]);
      expect(code, output).to.equal(0);
      return summaryOf(json).variants.flatMap((variant) => variant.runs.map(({ digest: { orders, journal } }) => ({ orders, journal })));
    };
    const seven = await digests();
    expect(seven).to.have.lengthOf(4);
    for (const one of seven) expect(one).to.deep.equal(seven[0]);
    expect(seven[0]?.orders).to.match(/^[0-9a-f]{8,}$/);
    expect(seven[0]?.journal).to.match(/^[0-9a-f]{8,}$/);
    const [eight] = await digests('--set', 'pipeline.feed.seed=8', '--set', 'pipeline.build=dpdk', '--set', 'pipeline.journal.device=memory');
    expect(eight?.orders).to.match(/^[0-9a-f]{8,}$/).and.not.equal(seven[0]?.orders);
    expect(eight?.journal).to.match(/^[0-9a-f]{8,}$/).and.not.equal(seven[0]?.journal);
  });
});
