/**
 * A run that takes snapshots is replayed from them as from its beginning; a damaged one is passed over for the one before. Where the journals'
 * space is used again, it is replayed from them alone.
 */
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
  journal: { size: 64MiB, snapshot_every: 1000, keep: true }
pacing: open
repeat: { warmup: 20ms, measure: 1s, runs: 1 }
`;

/** Each journal writes its 4 MiB several times over. */
const RING = `
name: ring
pipeline:
  build: socket
  feed: { seed: 7, rate: 4kpps }
  oms: { every: 4, limit_percent: 40, cancel_after: 4 }
  journal: { size: 4MiB, block: 4KiB, segments: 8, snapshot_every: 1000, keep: true }
repeat: { warmup: 20ms, measure: 3s, runs: 1 }
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
    return readdirSync(journal).filter((name) => /^snapshot-0-.*\.hss$/.test(name)).sort((a, b) => recordOf(b) - recordOf(a)).map((name) => path.join(journal, name));
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
    const conditions = summaryOf(json).variants[0]?.runs[0]?.conditions.join('\n');
    expect(conditions, conditions).to.match(/[0-9]+ snapshots of venue 0, the last at record [0-9]+, [0-9.]+ ms the longest; its shadow, beside the collector, came to record [0-9]+/);
  });

  it('comes to the same books and outputs from the newest as from the beginning', async () => {
    expect(await books('--from-snapshot')).to.deep.equal(await books());
    const { code, output } = await hopscope('journal', 'verify', '--replay', '--from-snapshot', 'last');
    expect(code, output).to.equal(0);
    expect(output).to.match(new RegExp(`replayed [0-9]+ inputs, [0-9]+ outputs behind record [0-9]+, from ${snapshots()[0]}, equal\n`));
  });

  it('has the OMS\'s too: rebuilt from the newest it is the one that is rebuilt from the beginning', async () => {
    const rebuilt = async (...more: readonly string[]): Promise<unknown> => {
      const file = path.join(commands!.folder, 'positions.json');
      const { code, output } = await hopscope('journal', 'positions', 'last', '--json', file, ...more);
      expect(code, output).to.equal(0);
      return JSON.parse(readFileSync(file, 'utf8'));
    };
    expect(readdirSync(path.join(folder, 'run-1', 'journal')).filter((name) => /^snapshot-oms-[0-9]+\.hss$/.test(name))).to.have.lengthOf(2);
    expect(await rebuilt('--from-snapshot')).to.deep.equal(await rebuilt());
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

  it('stands in for what the journals no longer have, the OMS\'s too', async () => {
    const experiment = path.join(commands!.folder, 'ring.yaml');
    writeFileSync(experiment, RING);
    await hopscope('run', experiment);
    const { code, output } = await hopscope('journal', 'stat', 'last');
    expect(code, output).to.equal(0);
    expect(output.match(/begins {3}with record [0-9]{2,}/g), output).to.have.lengthOf(2);
    const verified = await hopscope('journal', 'verify', '--replay', 'last');
    expect(verified.code, verified.output).to.equal(0);
    const positions = await hopscope('journal', 'positions', 'last');
    expect(positions.code, positions.output).to.equal(0);
  });
});
