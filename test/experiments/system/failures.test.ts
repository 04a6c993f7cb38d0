/** What fails under a run, as its user meets it: the store killed, no room, no root, Ctrl-C with hugepages in use. */
import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readOwner } from '../../../collector/store/owner.js';
import { skip } from '../../skip.js';
import { Commands, ROOT, requireExperiments, summaryOf, type Ended, type Started } from './command.js';
import { kernelHoldings } from './kernel_holdings.js';
import { HOPSCOPE } from '../../hopscope.js';

const NOBODY = 65_534;

const SHORT = `
name: failures
pipeline: { feed: { seed: 7, rate: 20kpps }, oms: { every: 4 }, journal: { device: memory, size: 64MiB } }
repeat: { warmup: 100ms, measure: 500ms, runs: 1 }
`;

describe('experiments/system: failures', function () {
  this.timeout(60_000);
  let commands: Commands | undefined;
  let folder: string;
  let experiment: string;

  before(function () {
    requireExperiments(this, ['dpdk']);
    commands = new Commands();
    folder = commands.folder;
    experiment = path.join(folder, 'failures.yaml');
    writeFileSync(experiment, SHORT);
  });

  after(() => commands?.close());

  function hopscope(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Ended> {
    return commands!.start(args, { environment }).ended;
  }

  function measuring(...args: readonly string[]): Promise<Started> {
    return commands!.measuring(['run', experiment, ...args]);
  }

  it('goes on when the store is killed in mid-run, and loses and doubles nothing', async () => {
    const json = path.join(folder, 'killed.json');
    const storeFolder = path.join(folder, 'results', 'store');
    const run = await measuring('--set', 'repeat.measure=4s', '--json', json);
    await sleep(500); // batches leave four times a second: some have been acknowledged
    const before = readOwner(storeFolder)?.pid ?? 0;
    expect(before).to.be.above(0);
    process.kill(before, 'SIGKILL');
    const { code, output } = await run.ended;
    expect(code, output).to.equal(0);
    expect(readOwner(storeFolder)?.pid).to.not.equal(before);
    const measured = summaryOf(json).variants[0]!.runs[0]!;
    expect(measured.counters).to.include({ lost: 0, push_failed: 0, stored: measured.counters.orders });
    const query = `SELECT count(), uniqExact(trace_id) FROM traces WHERE run_id = '${measured.run_id}'`;
    const counted = await hopscope(['query', query, '--format', 'tsv']);
    expect(counted.output.trim().split('\n').at(-1)).to.equal(`${measured.counters.stored}\t${measured.counters.stored}`);
  });

  it('refuses a results folder on a full disk with one line', async function () {
    const full = path.join(folder, 'full');
    mkdirSync(full);
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', full]).status !== 0) skip(this, 'this machine lets nobody mount a tmpfs');
    try {
      const { code, output } = await hopscope(['run', experiment], { HOPSCOPE_RESULTS: full });
      expect(code, output).to.equal(1);
      expect(output.trim().split('\n').at(-1)).to.match(/^hopscope: the disk that holds .* is full: .*--results DIR$/);
    } finally {
      spawnSync('umount', [full]);
    }
  });

  it('refuses a journal that the disk has no room for with one line, and leaves no file of it', async function () {
    const { bavail, bsize } = statfsSync(folder);
    if (bavail * bsize >= 2 ** 40) skip(this, 'this disk has room for the largest journal, 1 TiB');
    const journal = path.join(folder, 'journal');
    const settings = ['pipeline.journal.device=uring', 'pipeline.journal.size=1024GiB', `pipeline.journal.directory=${journal}`];
    const { code, output } = await hopscope(['run', experiment, ...settings.flatMap((setting) => ['--set', setting])]);
    expect(code, output).to.equal(1);
    expect(output.trim().split('\n').at(-1)).to.match(/^hopscope: journal: no room for 1099511627776 bytes at .*: free some disk space, lower journal\.size/);
    expect(readdirSync(journal)).to.deep.equal([]);
  });

  it('sends whoever is not root to sudo before anything is touched', async function () {
    const may = spawnSync(process.execPath, ['-e', 'require("node:fs").accessSync(process.argv[1])', HOPSCOPE.at(-1) ?? ''], { uid: NOBODY, gid: NOBODY });
    if (may.status !== 0) skip(this, 'user nobody may not read this clone, or not run this Node');
    const results = path.join(tmpdir(), `hopscope-nobody-${process.pid}`);
    const { code, output } = await commands!.start(['run', path.join(ROOT, 'experiments/tick-to-ack.yaml')], { environment: { HOPSCOPE_RESULTS: results }, user: NOBODY }).ended;
    expect(code, output).to.equal(1);
    expect(output).to.match(/^hopscope: hopscope run needs root: .*sudo npx hopscope run …\n$/);
    expect(existsSync(results)).to.equal(false);
  });

  it('gives every hugepage back on Ctrl-C, and leaves no file in hugetlbfs or bpffs', async () => {
    const before = kernelHoldings();
    const run = await measuring('--set', 'repeat.measure=60s');
    expect(kernelHoldings(), 'the engine holds hugepages while it runs').to.not.deep.equal(before);
    run.child.kill('SIGINT');
    const { code, output } = await run.ended;
    expect(code, output).to.equal(130);
    expect(kernelHoldings()).to.deep.equal(before);
  });
});
