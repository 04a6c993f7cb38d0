/** Links that lose, double and reorder packets: the same books, the same orders, and in lockstep the same journal. */
import { expect } from 'chai';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ExperimentSummary } from '../../../experiments/run/summarise.js';
import { Commands, ROOT, requireExperiments, summaryOf } from './command.js';

const SHORT = ['pipeline.feed.rate=20kpps', 'repeat.warmup=100ms', 'repeat.measure=500ms'];

const LOCKSTEP = `
name: lockstep-recovery
pipeline: { feed: { seed: 7, messages: 3000 }, venues: 2, journal: { device: memory, size: 64MiB } }
pacing: lockstep
probes: { lane: stamps }
repeat: { warmup: 1ms }
vary:
  pipeline.impair: [{ name: lossless }, { name: impaired, links: all, drop: 2%, duplicate: 1%, reorder: 1% }]
thresholds: { digests: { equal: [books, orders, journal] }, oms: ["gaps == 0"] }
`;

const SEEDS = `
name: two-seeds
pipeline: { feed: { messages: 3000 }, journal: { device: memory, size: 64MiB } }
pacing: lockstep
probes: { lane: stamps }
repeat: { warmup: 1ms }
vary: { pipeline.feed.seed: [1, 2] }
thresholds: { digests: { equal: [books] } }
`;

describe('experiments/system: recovery of what links lose', function () {
  this.timeout(90_000);
  let commands: Commands | undefined;

  before(function () {
    requireExperiments(this, ['dpdk', 'socket']);
    commands = new Commands();
  });

  after(() => commands?.close());

  async function run(file: string, settings: readonly string[] = []): Promise<{ readonly code: number | null; readonly output: string; readonly summary: ExperimentSummary }> {
    if (commands === undefined) throw new Error('no commands');
    const json = path.join(commands.folder, 'summary.json');
    const ended = await commands.start(['run', file, '--json', json, ...settings.flatMap((setting) => ['--set', setting])]).ended;
    return { ...ended, summary: summaryOf(json) };
  }

  function written(name: string, text: string): string {
    const file = path.join(commands?.folder ?? '', name);
    writeFileSync(file, text);
    return file;
  }

  for (const build of ['dpdk', 'socket']) {
    it(`ends with the lossless run's books on the ${build} build, and says what that cost`, async () => {
      const { code, output, summary } = await run(path.join(ROOT, 'experiments/gap-recovery.yaml'), [...SHORT, `pipeline.build=${build}`]);
      expect(code, output).to.equal(0);
      const [lossless, impaired] = summary.variants.map(({ runs }) => runs[0]);
      expect(impaired?.digest.books).to.equal(lossless?.digest.books).and.to.match(/^[0-9a-f]{16}$/);
      expect(impaired?.digest.orders).to.equal(lossless?.digest.orders);
      for (const counter of ['impaired_drops', 'impaired_duplicates', 'impaired_reorders', 'oms_recovered', 'oms_recoveries', 'venue_recovered', 'feed_resent', 'session_recovered', 'session_requests']) {
        expect(impaired?.counters[counter], counter).to.be.greaterThan(0);
        expect(lossless?.counters[counter], counter).to.equal(0);
      }
      expect(impaired?.recovery_ns?.count).to.be.greaterThan(0);
      expect(lossless?.recovery_ns).to.equal(null);
      expect(output).to.match(/recovery: OMS .*delay p50/).and.to.match(/recovery of order entry: [1-9][^\n]*, 0 messages given up/);
    });
  }

  it('makes the run invalid where messages had to be given up', async () => {
    const { code, output } = await run(path.join(ROOT, 'experiments/gap-recovery.yaml'), [...SHORT, 'pipeline.feed.history=1', 'pipeline.recovery.timeout=10us', 'pipeline.recovery.tries=1']);
    expect(code, output).to.equal(1);
    expect(output).to.match(/invalid: .*oms_gaps \d+/);
  });

  it('gives the same journal in lockstep', async () => {
    const { code, output, summary } = await run(written('lockstep.yaml', LOCKSTEP));
    expect(code, output).to.equal(0);
    const [lossless, impaired] = summary.variants.map(({ runs }) => runs[0]);
    expect(impaired?.counters.oms_recovered).to.be.greaterThan(0);
    expect(impaired?.positions, 'to the share and to the millionth').to.deep.equal(lossless?.positions);
    expect(impaired?.positions?.total.bought).to.be.greaterThan(0);
  });

  it('fails an experiment whose digests differ', async () => {
    const { code, output } = await run(written('seeds.yaml', SEEDS));
    expect(code, output).to.equal(99);
    expect(output).to.match(/✗ digests different books == 1: 2/);
  });
});
