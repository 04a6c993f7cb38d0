/** What takes the journal long: a hundred runs of it under one command, and devices that it has to wait for until it gives them up. */
import { expect } from 'chai';
import { execFile, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Commands, ROOT, requireExperiments, type Started } from '../experiments/system/command.js';
import { kernelHoldings } from '../experiments/system/kernel_holdings.js';
import { skip } from '../skip.js';

const CYCLES = 34;

const EXPERIMENT = `
name: cycles
pipeline:
  venues: 2
  feed: { seed: 7, messages: 400 }
  oms: { every: 4 }
  journal: { size: 4MiB }
pacing: lockstep
repeat: { warmup: 0s, runs: ${CYCLES} }
vary:
  - { name: memory, pipeline.journal.device: memory }
  - { name: helper, pipeline.journal: { device: uring, submit: helper, size: 4MiB } }
  - { name: inline, pipeline.journal: { device: uring, submit: inline, size: 4MiB } }
`;

interface Holding {
  readonly runs: number;
  readonly descriptors: number;
  readonly threads: number;
  readonly residentMiB: number;
}

/** What the command holds between two of its runs, or in one. */
function holdingOf({ child }: Started, runs: number): Holding {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  const value = (key: string): number => Number(new RegExp(`^${key}:\\s+([0-9]+)`, 'm').exec(status)?.[1]);
  return { runs, descriptors: readdirSync(`/proc/${child.pid}/fd`).length, threads: value('Threads'), residentMiB: value('VmRSS') / 1024 };
}

function files(): readonly string[] {
  const links = spawnSync('ip', ['-brief', 'link'], { encoding: 'utf8' }).stdout.split('\n').map((line) => line.split(' ')[0] ?? '');
  return [...kernelHoldings(), ...readdirSync('/dev/shm').filter((name) => name.startsWith('hopscope')), ...links];
}

/** Some are seen between two runs, most in one: the middle of many is the same at any time, unless each run leaves something behind. */
function usual(held: readonly Holding[], key: 'descriptors' | 'threads' | 'residentMiB'): number {
  const values = held.map((one) => one[key]).sort((a, b) => a - b);
  return values[Math.floor(values.length / 2)] ?? NaN;
}

describe('long: the journal', function () {
  this.timeout(20 * 60_000);

  it(`is opened and closed by ${3 * CYCLES} engines, and nothing of it is left with the command, the kernel or the disk`, async function () {
    requireExperiments(this, ['dpdk']);
    const commands = new Commands();
    try {
      const experiment = path.join(commands.folder, 'cycles.yaml');
      const results = path.join(commands.folder, 'results');
      writeFileSync(experiment, EXPERIMENT);
      const before = files();
      const command = commands.start(['run', experiment]);
      const held: Holding[] = [];
      while (command.child.exitCode === null) {
        const folder = existsSync(results) ? readdirSync(results).find((name) => name.startsWith('cycles-')) : undefined;
        const runs = folder === undefined ? 0 : readdirSync(path.join(results, folder)).filter((name) => name.startsWith('run-')).length;
        if (existsSync(`/proc/${command.child.pid}/fd`)) held.push(holdingOf(command, runs));
        await sleep(100);
      }
      const { code, output } = await command.ended;
      expect(code, output).to.equal(0);
      const warm = held.filter(({ runs }) => runs > 15 && runs <= 40);
      const late = held.filter(({ runs }) => runs > 3 * CYCLES - 25 && runs < 3 * CYCLES); // behind the last run it gives back everything
      const figures = [warm, late].map((some) => ({ descriptors: usual(some, 'descriptors'), threads: usual(some, 'threads'), residentMiB: Math.round(usual(some, 'residentMiB')) }));
      process.stdout.write(`      ${JSON.stringify(figures)}\n`);
      const runsBetween = 3 * CYCLES - 40;
      expect(usual(late, 'descriptors')).to.be.at.most(usual(warm, 'descriptors') + runsBetween / 10);
      expect(usual(late, 'threads')).to.be.at.most(usual(warm, 'threads') + runsBetween / 10);
      expect(usual(late, 'residentMiB')).to.be.at.most(1.15 * usual(warm, 'residentMiB'));

      expect(files()).to.deep.equal(before);
      const [folder = ''] = readdirSync(results).filter((name) => name.startsWith('cycles-'));
      const journals = readdirSync(path.join(results, folder), { recursive: true }).filter((name) => String(name).endsWith('.hsj'));
      expect(journals).to.deep.equal([]);
    } finally {
      await commands.close();
    }
  });

  it('gives up a block device of the kernel\'s that hangs, whoever writes to it', async function () {
    const tests = path.join(ROOT, 'build/engine/hopscope-engine-test');
    if (!existsSync(tests)) skip(this, 'the engine\'s tests are not built');
    const { stdout } = await promisify(execFile)(tests, ['--gtest_filter=*HungDevice*'], { timeout: 120_000, env: { ...process.env, HOPSCOPE_LONG_TESTS: '1' } });
    if (/\[ {2}SKIPPED \]/.test(stdout)) skip(this, 'this machine gives this user no loop device, or does not let it mount one');
    expect(stdout).to.match(/\[ {2}PASSED {2}\] 4 tests/);
  });
});
