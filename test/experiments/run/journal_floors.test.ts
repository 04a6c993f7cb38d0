import { expect } from 'chai';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { spawnSync } from 'node:child_process';
import { undo, type Leftover } from '../../../experiments/isolation/leftover.js';
import { FioError, fioArguments, measureFio, writesOf, type FioOptions, type FloorResult } from '../../../experiments/run/fio.js';
import { deviceKey, journalFloorLines, journalFloors, measureJournalFloors, measuring } from '../../../experiments/run/journal_floors.js';
import { judge } from '../../../experiments/run/judge.js';
import { SpecDocument } from '../../../experiments/spec/document.js';
import { readExperiment } from '../../../experiments/spec/load.js';
import type { DeviceWrites } from '../../../experiments/summary.js';
import { skip } from '../../skip.js';
import { latency, run } from './fixtures.js';

const WRITES: DeviceWrites = { count: 9, p50: 40_000, p90: 50_000, p99: 90_000, p999: 100_000, max: 200_000, bytes_per_s: 80e6 };
const RESULT: FloorResult = { tool: 'fio', writes: WRITES, command: 'fio --name=journal' };

const EXPERIMENT = readExperiment(SpecDocument.parse('x.yaml', `
name: a
pipeline: { journal: { block: 4KiB, size: 16MiB } }
vary:
  - { name: memory, pipeline.journal.device: memory }
  - { name: helper, pipeline.journal.submit: helper }
  - { name: helper-rarely, pipeline.journal.submit: helper, pipeline.oms.every: 64 }
  - { name: inline, pipeline.journal.submit: inline }
reference: fio
thresholds: { journal_floor: ["p50_of_floor <= 115%", "p50_of_floor <= 115% or 60us more", "rate_of_floor >= 90%"] }
`));
const { variants, thresholds } = EXPERIMENT;
const keyOf = (name: string): string => deviceKey(variants.find((one) => one.name === name)!.settings);

/** As fio 3.33 prints it, cut down. */
const PRINTED = `fio: this platform does not support process shared mutexes, forcing use of threads.
{
  "fio version" : "fio-3.33",
  "jobs" : [ { "jobname" : "journal", "error" : 0, "write" : { "total_ios" : 60000, "bw_bytes" : 81920000, "lat_ns" : { "min" : 30000, "max" : 900000,
    "percentile" : { "50.000000" : 45824, "90.000000" : 50000, "99.000000" : 99840, "99.900000" : 300000 } } } } ]
}
`;

/** A session that keeps what it should remember, and undoes it. */
class Remembered {
  readonly remembered: Leftover[] = [];
  remember(leftover: Leftover): void {
    this.remembered.push(leftover);
  }
  undo(leftover: Leftover): void {
    undo(leftover);
  }
}

describe('experiments/run/fio', () => {
  const options = (directory: string, session: FioOptions['session'] = new Remembered(), signal = new AbortController().signal): FioOptions =>
    ({ device: 'uring', blockBytes: 4096, depth: 1, flush: false, sizeBytes: 2 ** 20, directory, cpus: [0], scheduler: 'other', tag: 'test', session, signal });

  it('writes to files as the journal does, and into memory by copying', () => {
    const file = fioArguments({ device: 'uring', blockBytes: 8192, depth: 2, flush: true, sizeBytes: 2 ** 20 }, '/x/y');
    expect(file).to.include.members(['--ioengine=io_uring', '--direct=1', '--rw=write', '--bs=8192', '--iodepth=2', '--overwrite=1', '--sync=dsync', '--filename=/x/y']);
    const memory = fioArguments({ device: 'memory', blockBytes: 4096, depth: 1, flush: false, sizeBytes: 2 ** 20 }, '/x/y');
    expect(memory).to.include('--ioengine=mmap').and.not.include('--direct=1');
  });

  it('reads figures behind complaints, and none where nothing was written', () => {
    expect(writesOf(PRINTED)).to.deep.equal({ count: 60_000, p50: 45_824, p90: 50_000, p99: 99_840, p999: 300_000, max: 900_000, bytes_per_s: 81_920_000 });
    expect(writesOf(PRINTED.replace('"total_ios" : 60000', '"total_ios" : 0'))).to.equal(undefined);
    expect(writesOf(PRINTED.replace('"error" : 0', '"error" : 28'))).to.equal(undefined);
    expect(writesOf(PRINTED.slice(0, 200))).to.equal(undefined);
  });

  it('says how to get fio where there is none', async () => {
    const was = process.env.PATH;
    process.env.PATH = '/nonexistent';
    try {
      const error = await measureFio(options('/nonexistent')).catch((thrown: unknown) => thrown);
      expect(error).to.be.instanceOf(FioError);
      expect(String(error)).to.match(/fio is not installed.*apt-get install fio, or write reference: none$/);
    } finally {
      process.env.PATH = was;
    }
  });

  it('measures a real device and leaves no file and no process behind', async function () {
    if (spawnSync('fio', ['--version']).error !== undefined) skip(this, 'fio is not installed');
    this.timeout(60_000);
    const folder = mkdtempSync(path.join(tmpdir(), 'hopscope-fio-'));
    try {
      const session = new Remembered();
      const { writes, command } = await measureFio({ ...options(folder, session), device: 'memory', tag: path.basename(folder) });
      expect(writes.count).to.be.greaterThan(0);
      expect(writes.p50).to.be.greaterThan(0).and.at.most(writes.max);
      expect(command).to.match(/^fio --name=journal --filename=\/dev\/shm\//);
      expect(session.remembered.map(({ kind }) => kind)).to.deep.equal(['file', 'process']);
      const [file] = session.remembered;
      expect(existsSync(file?.kind === 'file' ? file.path : '/')).to.equal(false);
      expect(readdirSync(folder)).to.deep.equal([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('experiments/run/journal_floors', () => {
  const measured = (p50: number, name: string) =>
    ({ name, settings: {}, runs: [run({ latency_ns: { journal_write: latency(p50) }, counters: { ...run().counters, journal_blocks: 35_156.25, journal_bytes: 144e6 } })] });

  it('measures each device once, where its writer runs, and loses one alone', async () => {
    const placements = variants.map(() => ({ lcores: [{ cpu: 1, roles: [] }], housekeepingCpu: 0 }));
    const said: string[] = [];
    const asked: FioOptions[] = [];
    const round = await measureJournalFloors(
      { variants, placements, folder: { directory: '/results', tag: 'a' }, session: new Remembered(), signal: new AbortController().signal, failed: (line) => said.push(line) },
      { ...measuring, fio: (options) => (asked.push(options), options.cpus[0] === 0 ? Promise.reject(new Error('no room')) : Promise.resolve(RESULT)) },
    );
    expect(asked.map(({ device, cpus, blockBytes, sizeBytes, directory }) => [device, ...cpus, blockBytes, sizeBytes, directory])).to.deep.equal([
      ['memory', 1, 4096, 2 ** 24, '/results'], ['uring', 0, 4096, 2 ** 24, '/results'], ['uring', 1, 4096, 2 ** 24, '/results'],
    ]);
    expect([...round.keys()]).to.deep.equal([keyOf('memory'), keyOf('inline')]);
    expect(said).to.deep.equal(['reference fio for helper: no room']);
  });

  it('sets every journal beside its device, before and after', () => {
    const before = new Map([[keyOf('helper'), RESULT]]);
    const after = new Map([[keyOf('helper'), { ...RESULT, writes: { ...WRITES, p50: 60_000 } }]]);
    const floors = journalFloors(variants, [measured(45_000, 'helper'), measured(100_000, 'helper-rarely')], before, after);
    expect(floors).to.have.lengthOf(1);
    expect(floors[0]).to.deep.include({ device: 'uring', submit: 'helper', block_bytes: 4096, tool: 'fio', depth: 1 });
    expect(floors[0]!.journals.map(({ variant, p50_of_floor: share, p50_over_floor_ns: more, mean_block_bytes: bytes }) => [variant, share, more, bytes])).to.deep.equal([['helper', 0.9, -5_000, 4096], ['helper-rarely', 2, 50_000, 4096]]);
    expect(floors[0]!.journals.map(({ bytes_per_s: rate, rate_of_floor: share }) => [rate, share])).to.deep.equal([[72e6, 0.9], [72e6, 0.9]]);
    const [device, journal] = journalFloorLines(floors[0]!).map((line) => line.replace(/\u202f/g, ' '));
    expect(device).to.include('p50 40.0 µs, 60.0 µs; p99 90.0 µs, 90.0 µs');
    expect(journal).to.include('journal of helper: journal_write p50 45.0 µs (0.90 of fio\'s)').and.match(/4\.00 KiB a block on average, 68\.7 MiB\/s \(0\.90 of fio's\)$/);
  });

  it('goes by the measurement that is there, and says which is not', () => {
    const [floor] = journalFloors(variants, [measured(45_000, 'helper')], new Map(), new Map([[keyOf('helper'), RESULT]]));
    expect(floor?.journals[0]?.p50_of_floor).to.equal(1.125);
    expect(journalFloorLines(floor!)[0]).to.include('p50 not measured, 40.0');
  });

  it('tells the throughput of runs whose writes were not timed', () => {
    const both = new Map([[keyOf('helper'), RESULT]]);
    const untimed = { name: 'helper', settings: {}, runs: [run({ latency_ns: {}, counters: { ...run().counters, journal_blocks: 35_156, journal_bytes: 144e6 } })] };
    const [floor] = journalFloors(variants, [untimed], both, both);
    expect(floor?.journals).to.have.lengthOf(1);
    expect(floor?.journals[0]).to.deep.include({ p50: null, p50_of_floor: null, p50_over_floor_ns: null, rate_of_floor: 0.9 });
    expect(journalFloorLines(floor!)[1]).to.include('journal of helper: writes not timed; ');
    const judged = variants.map(({ name }) => ({ name, settings: {}, runs: [] }));
    expect(judge(thresholds, judged, [], [], [floor!]).filter(({ variant }) => variant === 'helper').map(({ value, ok }) => [value, ok])).to.deep.equal([[null, false], [null, false], [0.9, true]]);
  });

  it('judges every variant, and holds for none that was not measured', () => {
    const judged = variants.map(({ name }) => ({ name, settings: {}, runs: [] }));
    const both = new Map([[keyOf('helper'), RESULT]]);
    const floors = journalFloors(variants, [measured(45_000, 'helper'), measured(100_000, 'helper-rarely')], both, both);
    expect(judge(thresholds, judged, [], [], floors).map(({ variant, value, ok }) => [variant, value, ok])).to.deep.equal([
      ['memory', null, false], ['helper', 1.125, true], ['helper-rarely', 2.5, false], ['inline', null, false], // 115%
      ['memory', null, false], ['helper', 1.125, true], ['helper-rarely', 2.5, true], ['inline', null, false], // or 60us more
      ['memory', null, false], ['helper', 0.9, true], ['helper-rarely', 0.9, true], ['inline', null, false], // of its bytes a second
    ]);
  });

  it('writes over no block device, whatever is on it', async () => {
    const raw = readExperiment(SpecDocument.parse('x.yaml', 'name: a\npipeline: { journal: { path: /dev/nvme0n1 } }'));
    const said: string[] = [];
    const nobody = { fio: () => Promise.reject(new Error('was asked')), bdevperf: () => Promise.reject(new Error('was asked')) };
    const round = await measureJournalFloors(
      { variants: raw.variants, placements: [{ lcores: [{ cpu: 1, roles: [] }], housekeepingCpu: 0 }], folder: { directory: '/results', tag: 'a' }, session: new Remembered(), signal: new AbortController().signal, failed: (line) => said.push(line) },
      nobody,
    );
    expect(round.size).to.equal(0);
    expect(said.join()).to.match(/^reference fio: fio would write over \/dev\/nvme0n1, so it is not measured; /);
  });
});
