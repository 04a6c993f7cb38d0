/** A run that keeps its journal can be replayed: on either build, in either pacing, for one venue and for several. */
import { expect } from 'chai';
import { mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Commands, requireExperiments, type Ended } from './command.js';

const KEPT = `
name: journal-replay
pipeline:
  feed: { seed: 7, rate: 5kpps, arrivals: poisson, messages: 1500 }
  oms: { every: 4, limit_percent: 40, cancel_after: 4 }
  journal: { size: 16MiB, keep: true }
repeat: { warmup: 100ms, measure: 300ms, runs: 1 }
vary: { pipeline.build: [dpdk, socket], pacing: [open, lockstep], pipeline.venues: [1, 4] }
`;

interface Figures {
  readonly file: string;
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

  const journalFolder = (): string => {
    const [folder = ''] = readdirSync(results).filter((name) => name.startsWith('journal-replay-'));
    return path.join(results, folder, 'run-1', 'journal');
  };

  it('replays every run to the same records', async () => {
    const json = path.join(commands!.folder, 'replay.json');
    const { code, output } = await hopscope('journal', 'verify', '--replay', 'last', '--json', json);
    expect(code, output).to.equal(0);
    const figures = JSON.parse(readFileSync(json, 'utf8')) as readonly Figures[];
    expect(figures).to.have.lengthOf(4 * (1 + 4));
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

  it('says how to keep a journal', async () => {
    for (const [setting, remedy] of [['pipeline.journal.keep=false', /did not keep it; .*--set pipeline\.journal\.keep=true\n$/], ['pipeline.journal.device=memory', /was in memory .*--set pipeline\.journal\.device=uring\n$/]] as const) {
      await hopscope('run', experiment, '--set', setting, '--set', 'pipeline.build=dpdk', '--set', 'pacing=lockstep', '--set', 'pipeline.venues=1');
      const { code, output } = await hopscope('journal', 'stat');
      expect(code, output).to.equal(1);
      expect(output).to.match(remedy);
    }
  });
});
