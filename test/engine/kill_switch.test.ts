// The kill switch of a whole engine, pulled from outside through its telemetry page. What the gate does with it is tested in engine/test.
import { expect } from 'chai';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildLinks } from '../../experiments/launch/network.js';
import { place } from '../../experiments/launch/placement.js';
import { buildPlan, writePlan } from '../../experiments/launch/plan.js';
import { SpecDocument } from '../../experiments/spec/document.js';
import { readExperiment } from '../../experiments/spec/load.js';
import { venueCount } from '../../experiments/spec/schema.js';
import { NativeError, openPage, type EnginePage, type EngineState } from '../../native/index.js';
import { describeAsRoot } from '../native/as_root.js';
import { skip } from '../skip.js';

const executable = join(import.meta.dirname, '../../build/engine/hopscope-engine-dpdk');
const SETTINGS = ['pipeline.feed.rate=20kpps', 'pipeline.oms.every=2', 'pipeline.oms.limit_percent=50', 'repeat.warmup=100ms', 'repeat.measure=1m', 'probes.lane=stamps', 'probes.stalls=false'];

describeAsRoot('the kill switch', function () {
  const folder = mkdtempSync(join(tmpdir(), 'hopscope-kill-'));
  const pagePath = `/dev/shm/hopscope-kill-test-${process.pid}`;
  let engine: ChildProcess | undefined;
  let page: EnginePage | undefined;

  function start(): ChildProcess {
    const settings = readExperiment(SpecDocument.parse('x.yaml', 'name: kill', SETTINGS)).variants[0]?.settings;
    if (settings === undefined) throw new Error('the experiment has no variant');
    const file = join(folder, 'plan.json');
    writePlan(file, buildPlan(settings, {
      runId: 'kill-1', pagePath, resultPath: join(folder, 'engine.json'), journalDirectory: folder, placement: place(settings, [0, 1]),
      scheduler: 'other', hugepages: false, lane: 'stamps', ringMapIds: [], stalls: false, links: buildLinks(venueCount(settings), 'kill', 'ring'),
    }));
    return spawn(executable, ['--plan', file], { stdio: ['ignore', 'ignore', 'inherit'] });
  }
  async function until(seen: () => boolean): Promise<void> {
    while (!seen()) {
      if (engine?.exitCode !== null) throw new Error(`the engine ended: ${page?.read().error ?? 'without a page'}`);
      await sleep(5); // the test's own time limit ends it
    }
  }
  function opened(): boolean {
    try {
      page = openPage(pagePath);
      return true;
    } catch (error) {
      if (error instanceof NativeError) return false;
      throw error;
    }
  }
  const state = (wanted: EngineState) => () => page?.read().state === wanted;
  const counter = (name: string): number => page?.read().counters[name] ?? 0;

  after(async () => {
    page?.close();
    if (engine?.exitCode === null && engine.kill('SIGKILL')) await once(engine, 'exit');
    rmSync(pagePath, { force: true });
    rmSync(folder, { recursive: true });
  });

  it('stops every new order of a running engine at once, and lets it end well', async function () {
    this.timeout(60_000);
    if (!existsSync(executable)) return skip(this, 'the dpdk engine is not built');
    engine = start();
    await until(opened);
    await until(state('ready'));
    expect(page?.read()).to.deep.include({ runId: 'kill-1', lane: 'stamps', ringMapIds: [], killed: false });
    page?.command('start');
    await until(state('measure')); // warm-up's counts are taken back
    await until(() => counter('orders') > 500);
    expect(counter('kills')).to.equal(0);

    page?.kill('command');
    await until(() => page?.read().killed === true);
    await until(() => counter('risk_killed') > 500); // published once a millisecond; each decision cancels one order that rests
    const { orders = 0, cancels = 0, risk_killed: killed = 0 } = page?.read().counters ?? {};
    await until(() => counter('risk_killed') > killed + 500);
    expect(counter('orders')).to.equal(orders);
    expect(counter('cancels')).to.equal(cancels); // those that rested were cancelled by then
    expect(counter('risk_rejects')).to.equal(counter('risk_killed'));

    page?.command('stop');
    await until(state('done'));
    expect(page?.read().counters).to.include({ kills: 1, orders });
    expect(counter('acks') + counter('rejects') + counter('timeouts')).to.equal(orders);
    expect(counter('journal_durable_bytes')).to.equal(counter('journal_appended_bytes')).and.above(0);
  });
});
