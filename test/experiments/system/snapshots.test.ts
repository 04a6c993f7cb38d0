/** A run that takes snapshots is replayed from them as from its beginning; a damaged one is passed over for the one before. */
import { expect } from 'chai';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Commands, requireExperiments, summaryOf, type Ended } from './command.js';

const RUN = `
name: snapshots
pipeline:
  build: socket
  feed: { seed: 7, rate: 20kpps, arrivals: poisson }
  oms: { every: 4, limit_percent: 40, cancel_after: 4 }
  journal: { size: 16MiB, snapshot_every: 1000, keep: true }
pacing: open
repeat: { warmup: 20ms, measure: 1s, runs: 1 }
`;

interface Shown {
  readonly books: readonly unknown[];
  readonly feed_sequence: number;
}

describe('experiments/system: snapshots', function () {
  this.timeout(120_000);
  let commands: Commands | undefined;
  let folder: string;
  let json: string;

  before(async function () {
    requireExperiments(this, ['socket']);
    commands = new Commands();
    const experiment = path.join(commands.folder, 'snapshots.yaml');
    writeFileSync(experiment, RUN);
    json = path.join(commands.folder, 'summary.json');
    await hopscope('run', experiment, '--json', json); // a loaded machine may miss packets: the journal is right all the same
    const results = path.join(commands.folder, 'results');
    const [run = ''] = readdirSync(results).filter((name) => name.startsWith('snapshots-'));
    folder = path.join(results, run);
  });

  after(() => commands?.close());

  function hopscope(...args: readonly string[]): Promise<Ended> {
    return commands!.start(args).ended;
  }

  /** Newest first. */
  function snapshots(): readonly string[] {
    const recordOf = (name: string): number => Number(/^snapshot-0-([0-9]+)\.hss$/.exec(name)?.[1]);
    const journal = path.join(folder, 'run-1', 'journal');
    return readdirSync(journal).filter((name) => name.endsWith('.hss')).sort((a, b) => recordOf(b) - recordOf(a)).map((name) => path.join(journal, name));
  }

  async function books(...more: readonly string[]): Promise<Shown> {
    const file = path.join(commands!.folder, 'books.json');
    const { code, output } = await hopscope('journal', 'replay', 'last', '--json', file, ...more);
    expect(code, output).to.equal(0);
    const [shown] = JSON.parse(readFileSync(file, 'utf8')) as readonly Shown[];
    return shown!;
  }

  it('keeps two of them, and says so in its summary', () => {
    expect(snapshots()).to.have.lengthOf(2);
    expect(summaryOf(json).variants[0]?.runs[0]?.conditions.join('\n')).to.match(/[0-9]+ snapshots of venue 0, the last at record [0-9]+, [0-9.]+ ms the longest; its shadow, beside the collector, came to record [0-9]+/);
  });

  it('comes to the same books and outputs from the newest as from the beginning', async () => {
    expect(await books('--from-snapshot')).to.deep.equal(await books());
    const { code, output } = await hopscope('journal', 'verify', '--replay', '--from-snapshot', 'last');
    expect(code, output).to.equal(0);
    expect(output).to.match(new RegExp(`replayed [0-9]+ inputs, [0-9]+ outputs behind record [0-9]+, from ${snapshots()[0]}, equal\n`));
  });

  it('passes over a damaged one by name', async () => {
    const [newest = '', before = ''] = snapshots();
    const bytes = readFileSync(newest);
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
    writeFileSync(newest, bytes);
    const { code, output } = await hopscope('journal', 'verify', '--replay', '--from-snapshot', 'last');
    expect(code, output).to.equal(0);
    expect(output).to.include(`journal: snapshot ${newest} is passed over: the chunk at byte `).and.to.include(`, from ${before}, equal`);
  });
});
