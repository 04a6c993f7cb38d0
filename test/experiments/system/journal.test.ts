/** A run that keeps its journal can be replayed: on either build, in either pacing, for one venue and for several, whatever the market. */
import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Commands, ROOT, requireExperiments, type Ended } from './command.js';
import { itchMarket } from './itch_market.js';
import { HOPSCOPE } from '../../hopscope.js';

/** Lockstep has no rate and warms up with a million messages a second of warm-up; an idle device gets 4 KiB an order. */
const KEPT = `
name: journal-replay
pipeline:
  feed: { seed: 7, rate: 5kpps, arrivals: poisson, messages: 1500 }
  oms: { every: 4, limit_percent: 40, cancel_after: 4 }
  journal: { size: 16MiB, keep: true }
repeat: { warmup: 20ms, measure: 300ms, runs: 1 }
vary: { pipeline.build: [dpdk, socket], pacing: [open, lockstep], pipeline.venues: [1, 4] }
`;

/** From a file, to venues of which one has a short queue: what waits when it is full is refused. */
const REPLAYED = (file: string): string => `
name: journal-itch
pipeline:
  venues: [{ name: A }, { name: B, latency: 50us, queue: 2 }]
  feed: { flow: itch, file: ${file} }
  oms: { every: 4, cancel_after: 4 }
  journal: { size: 16MiB, keep: true }
pacing: lockstep
repeat: { warmup: 0s, runs: 1 }
`;

interface Figures {
  readonly file: string;
  readonly end: string;
  readonly types: Readonly<Record<string, number>>;
  readonly replay: { readonly equal: boolean; readonly inputs: number; readonly outputs: number };
}

describe('experiments/system: journal', function () {
  this.timeout(240_000);
  let commands: Commands | undefined;
  let experiment: string;
  let results: string;

  before(async function () {
    requireExperiments(this, ['dpdk', 'socket']);
    commands = new Commands();
    results = path.join(commands.folder, 'results');
    experiment = path.join(commands.folder, 'kept.yaml');
    writeFileSync(experiment, KEPT);
    await hopscope('run', experiment); // a loaded machine may miss packets: the journal is right all the same
  });

  after(() => commands?.close());

  function hopscope(...args: readonly string[]): Promise<Ended> {
    return commands!.start(args).ended;
  }

  async function replayed(...of: readonly string[]): Promise<readonly Figures[]> {
    const json = path.join(commands!.folder, 'replay.json');
    const { code, output } = await hopscope('journal', 'verify', '--replay', ...of, '--json', json);
    expect(code, output).to.equal(0);
    return JSON.parse(readFileSync(json, 'utf8')) as readonly Figures[];
  }

  const journalFolder = (): string => {
    const [folder = ''] = readdirSync(results).filter((name) => name.startsWith('journal-replay-'));
    return path.join(results, folder, 'run-1', 'journal');
  };

  it('replays every run to the same records', async () => {
    const figures = await replayed('last');
    expect(figures).to.have.lengthOf(4 * (1 + 4) + 8); // the venues', and an OMS's each run
    for (const { file, replay } of figures) {
      expect(replay.equal, file).to.equal(true);
      expect(Math.min(replay.inputs, replay.outputs), file).to.be.greaterThan(20);
    }
  });

  it('finds damage in a copy, says it in one line, and finds the plan beside it', async () => {
    const from = journalFolder();
    const copy = mkdtempSync(path.join(commands!.folder, 'copy-'));
    const file = path.join(copy, 'journal-0.hsj');
    const bytes = readFileSync(path.join(from, 'journal-0.hsj'));
    writeFileSync(file, bytes);
    expect((await hopscope('journal', 'verify', '--replay', file)).output).to.match(/there is no plan\.json beside .*; name the run's plan with --plan FILE\n$/);
    writeFileSync(path.join(copy, 'plan.json'), readFileSync(path.join(from, 'plan.json')));
    expect((await hopscope('journal', 'verify', '--replay', file)).output).to.match(/replayed [0-9]+ inputs, [0-9]+ outputs, equal\n$/);

    bytes.writeUInt8(bytes.readUInt8(4096 + 64) ^ 1, 4096 + 64); // the first record
    writeFileSync(file, bytes);
    const { code, output } = await hopscope('journal', 'verify', file);
    expect(code, output).to.equal(1);
    expect(output).to.equal(`${file}: broken: block 1, at byte 4096, is damaged, and good blocks of this run stand behind it; what stands before it (0 records) is whole\n`);
  });

  it('ends a dump quietly when its reader has seen enough', () => {
    const files = readdirSync(journalFolder()).filter((name) => name.endsWith('.hsj')).map((name) => path.join(journalFolder(), name));
    const shell = `set -o pipefail; "$0" ${HOPSCOPE.join(' ')} journal dump ${files.join(' ')} 2>&1 | head -3`;
    const lines = execFileSync('bash', ['-c', shell, process.execPath], { cwd: ROOT, encoding: 'utf8' }).trimEnd().split('\n');
    expect(lines).to.have.lengthOf(3);
    expect(lines[2]).to.match(/^ +2 +0 .* (Accepted|OrderTerms|Rejected) /);
  });

  it('shows the book as it was at a record', async () => {
    const json = path.join(commands!.folder, 'book.json');
    const file = path.join(journalFolder(), 'journal-0.hsj');
    const { code, output } = await hopscope('journal', 'replay', file, '--until', '9', '--plan', path.join(journalFolder(), 'plan.json'), '--levels', '2', '--json', json);
    expect(code, output).to.equal(0);
    expect(output).to.match(/: venue 0 behind record 9, feed message [0-9]+, market time 09:[0-9:.]+\n/).and.match(/\n {6,}[0-9]+ .* [0-9]+\.[0-9]{4} \| [0-9]+\.[0-9]{4} /);
    const [shown] = JSON.parse(readFileSync(json, 'utf8')) as readonly { readonly until: number; readonly books: readonly { readonly bids: readonly { readonly price: number }[] }[] }[];
    expect(shown?.until).to.equal(9);
    for (const { bids } of shown?.books ?? []) expect(bids.map(({ price }) => price)).to.deep.equal(bids.map(({ price }) => price).sort((a, b) => b - a));
  });

  it('replays what an engine that was killed had written', async () => {
    const run = await commands!.measuring(['run', experiment, '--set', 'pipeline.build=dpdk', '--set', 'pacing=open', '--set', 'pipeline.venues=2', '--set', 'pipeline.feed.messages=1000000', '--set', 'repeat.measure=30s']);
    run.child.kill('SIGKILL'); // the engine dies with it
    await run.ended;
    const folder = readdirSync(results).filter((name) => name.startsWith('journal-replay-')).sort().at(-1) ?? '';
    const journals = path.join(results, folder, 'run-1', 'journal');
    const figures = await replayed(...[0, 1].map((venue) => path.join(journals, `journal-${venue}.hsj`)));
    for (const { end, replay } of figures) {
      expect(end).to.be.oneOf(['clean', 'torn']);
      expect(replay.inputs).to.be.greaterThan(10);
    }
  });

  it('replays a market from a file, with a queue that is full now and then', async () => {
    const file = path.join(commands!.folder, 'market.itch');
    const itch = path.join(commands!.folder, 'itch.yaml');
    writeFileSync(file, itchMarket());
    writeFileSync(itch, REPLAYED(file));
    const { code, output } = await hopscope('run', itch);
    expect(code, output).to.equal(0);
    const [direct, queued] = await replayed();
    expect(direct?.types).to.include.keys('Accepted', 'Executed', 'Cancelled');
    expect(queued?.types).to.include.keys('Accepted', 'Executed', 'CancelRejected', 'Rejected');
  });

  it('stops new orders when it is full, ends the run with one line, and has lost nothing', async () => {
    for (const after of ['match', 'durable']) {
      const settings = ['pipeline.build=dpdk', 'pacing=open', 'pipeline.venues=1', 'pipeline.journal.size=1MiB', `pipeline.journal.ack_after=${after}`, 'pipeline.feed.messages=1000000', 'repeat.measure=60s'];
      const { code, output } = await hopscope('run', experiment, ...settings.flatMap((setting) => ['--set', setting]));
      expect(code, output).to.equal(1);
      expect(output).to.match(/^✗ invalid: the engine gave up: journal: .*journal-0\.hsj had no room for more orders after [0-9]+ bytes: new ones were refused and the run ended early, .*; raise journal\.size/m);
      const folder = readdirSync(results).filter((name) => name.startsWith('journal-replay-')).sort().at(-1) ?? '';
      const [full] = await replayed(path.join(results, folder, 'run-1', 'journal', 'journal-0.hsj'));
      expect(full?.end).to.equal('clean');
      expect(full?.types.Accepted).to.be.greaterThan(50);
    }
  });

  it('says how to keep a journal', async () => {
    for (const [setting, remedy] of [['pipeline.journal.keep=false', /did not keep it; .*--set pipeline\.journal\.keep=true\n$/], ['pipeline.journal.device=memory', /was in memory .*--set pipeline\.journal\.device=uring\n$/]] as const) {
      await hopscope('run', experiment, '--set', setting, '--set', 'pipeline.build=dpdk', '--set', 'pacing=lockstep', '--set', 'pipeline.venues=1');
      const { code, output } = await hopscope('journal', 'stat');
      expect(code, output).to.equal(1);
      expect(output).to.match(remedy);
    }
  });
});
