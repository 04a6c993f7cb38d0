// The real program, on a real CPU, against real processes: it disturbs for half a second at most.
import { expect } from 'chai';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { DisturbError, NAMES, startDisturber, type Inject } from '../../../experiments/inject/disturber.js';
import type { Truth, TscInterval } from '../../../experiments/inject/truth.js';
import { pinToHousekeeping } from '../../../experiments/isolation/policy.js';
import { usableCpus } from '../../../experiments/launch/placement.js';
import { isAlive } from '../../../experiments/launch/process_identity.js';
import { describeAsRoot } from '../../native/as_root.js';

const executable = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../build/native/hopscope-disturb');
const cpus = usableCpus();
const cpu = cpus.at(-1) ?? 0;

function stateOf(pid: number): string {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat[stat.lastIndexOf(')') + 2] ?? '';
}

const ticks = ({ fromTsc, toTsc }: TscInterval): number => Number(toTsc - fromTsc);
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;

describeAsRoot('experiments/inject/disturber', function () {
  this.timeout(10_000);
  let directory: string;
  const children: ChildProcess[] = [];
  before(() => {
    directory = mkdtempSync(path.join(tmpdir(), 'hopscope-disturb-'));
    pinToHousekeeping(process.pid, cpus[0] ?? 0); // where the orchestrator is too: the disturber follows
  });
  after(() => {
    spawnSync('taskset', ['--all-tasks', '--cpu-list', '--pid', cpus.join(','), String(process.pid)]);
    rmSync(directory, { recursive: true, force: true });
  });
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });

  /** A process that polls, as an engine does, ahead of all else that wants its CPU: one that waits for it could not take a signal. */
  function victim(): number {
    const child = spawn('chrt', ['--fifo', '1', 'taskset', '--cpu-list', String(cpu), 'sh', '-c', 'while :; do :; done'], { stdio: 'ignore' });
    children.push(child);
    if (child.pid === undefined) throw new Error('chrt did not start');
    return child.pid;
  }

  /** For so long after the disturber has got going, which takes its time where the machine is busy. */
  async function disturb(kind: 'hog' | 'stop' | 'timer', inject: Inject, milliseconds: number, pid = process.pid, scheduler: 'fifo' | 'other' = 'other'): Promise<Truth> {
    const file = path.join(directory, `${kind}.tsc`);
    rmSync(file, { force: true });
    const disturber = startDisturber(inject, { cpu, pid, scheduler, directory }, executable);
    expect(disturber.processes.every(isAlive)).to.equal(true);
    while (!existsSync(file) || (kind !== 'timer' && statSync(file).size === 0)) await sleep(5);
    await sleep(milliseconds);
    const truth = await disturber.stop();
    expect(disturber.processes.some(isAlive), 'nothing stays behind').to.equal(false);
    return truth;
  }

  it('does nothing where nothing is asked for', async () => {
    const disturber = startDisturber({ name: 'calm' }, { cpu, pid: process.pid, scheduler: 'fifo', directory }, executable);
    expect(disturber.processes).to.deep.equal([]);
    expect(await disturber.stop()).to.deep.equal({ disturbances: [], conditions: [] });
  });

  for (const scheduler of ['fifo', 'other'] as const) {
    it(`takes the CPU as a hog above ${scheduler}, and knows when it ran`, async () => {
      const { disturbances: [hog], conditions } = await disturb('hog', { hog: { on: 1e6, off: 9e6 } }, 400, process.pid, scheduler);
      expect(conditions).to.deep.equal([]);
      expect(hog).to.include({ kind: 'hog', who: 'hopscope-hog' });
      const intervals = hog?.intervals ?? [];
      expect(intervals.length).to.be.greaterThan(10);
      for (const [i, interval] of intervals.entries()) {
        expect(ticks(interval)).to.be.at.least(0);
        expect(Number(interval.fromTsc - (intervals[i - 1]?.toTsc ?? 0n))).to.be.greaterThan(0);
      }
      // 1 ms of 10: less where something took the CPU from it, never more.
      const share = sum(intervals.map(ticks)) / Number((intervals.at(-1)?.toTsc ?? 0n) - (intervals[0]?.fromTsc ?? 0n));
      expect(share).to.be.within(0.02, 0.2);
    });
  }

  it('shows the hog to the kernel under its name', async () => {
    const disturber = startDisturber({ hog: { on: 1e6, off: 9e6 } }, { cpu, pid: process.pid, scheduler: 'other', directory }, executable);
    while (!threadNames(disturber.processes[0]?.pid ?? 0).includes(NAMES.hog)) await sleep(5);
    await disturber.stop();
  });

  it('stops a process and continues it, and knows how long it stood still', async () => {
    const pid = victim();
    const { disturbances: [stop], conditions } = await disturb('stop', { stop: { for: 5e6, every: 25e6 } }, 500, pid);
    expect(stop?.intervals.length ?? 0, conditions.join()).to.be.greaterThan(5);
    expect(stop?.who).to.equal(NAMES.stop);
    // In units of the period, so that the test need not know the counter's frequency.
    const starts = (stop?.intervals ?? []).map(({ fromTsc }) => fromTsc);
    const period = median(starts.slice(1).map((start, i) => Number(start - (starts[i] ?? 0n))));
    expect(median((stop?.intervals ?? []).map(ticks)) / period).to.be.within(0.1, 0.25);
    expect(stateOf(pid)).to.equal('R');
  });

  for (const end of ['SIGTERM', 'SIGKILL'] as const) {
    it(`lets a stopped process go when ${end} ends the disturber`, async () => {
      const pid = victim();
      const disturber = startDisturber({ stop: { for: 4e8, every: 4.1e8 } }, { cpu, pid, scheduler: 'other', directory }, executable);
      while (stateOf(pid) !== 'T') await sleep(5);
      process.kill(disturber.processes[0]?.pid ?? 0, end);
      const truth = await disturber.stop();
      expect(stateOf(pid)).to.equal('R');
      if (end === 'SIGKILL') expect(truth).to.deep.equal({ disturbances: [], conditions: ['inject.stop: hopscope-disturb ended with SIGKILL'] });
    });
  }

  it('kills at once, and lets the process go', async () => {
    const pid = victim();
    const disturber = startDisturber({ stop: { for: 4e8, every: 4.1e8 } }, { cpu, pid, scheduler: 'other', directory }, executable);
    while (stateOf(pid) !== 'T') await sleep(5);
    disturber.kill();
    while (disturber.processes.some(isAlive)) await sleep(5);
    expect(stateOf(pid)).to.equal('R');
  });

  it('brings timer interrupts, as many as the kernel itself counts', async () => {
    const { disturbances: [timer], conditions } = await disturb('timer', { timer: { every: 100_000 } }, 400);
    expect(timer?.intervals).to.have.length(1);
    expect(timer?.interrupts).to.be.within(3_000, 12_000);
    expect(conditions).to.deep.equal([`inject.timer: ${timer?.interrupts} local timer interrupts on CPU ${cpu} while it lasted (/proc/interrupts)`]);
  });

  it('says why it could not, and leaves no truth', async () => {
    expect(await disturbFailing({ timer: { every: 100_000 } })).to.match(/^inject\.timer: timer: perf_event_open refused \(.*\): name a CPU that is online/);
    expect(await disturbFailing({ hog: { on: 1e6, off: 9e6 } })).to.match(/^inject\.hog: placement: CPU 4000 cannot be used/);
    expect(() => startDisturber({ timer: { every: 100_000 } }, { cpu, pid: 1, scheduler: 'fifo', directory }, '/nowhere/hopscope-disturb')).to.throw(DisturbError, /not built .*npm run setup/);
  });

  async function disturbFailing(inject: Inject): Promise<string | undefined> {
    const disturber = startDisturber(inject, { cpu: 4000, pid: process.pid, scheduler: 'other', directory }, executable);
    const truth = await disturber.stop();
    expect(truth.disturbances).to.deep.equal([]);
    return truth.conditions[0];
  }

  it('ends with the process that started it', async () => {
    const script = path.join(directory, 'parent.cjs');
    const args = JSON.stringify(['hog', '--cpu', String(cpu), '--scheduler', 'other', '--on', '100000', '--off', '50000000', '--out', path.join(directory, 'orphan.tsc')]);
    writeFileSync(script, `const c = require('node:child_process').spawn(${JSON.stringify(executable)}, ${args}, { detached: true, stdio: ['pipe', 'inherit', 'inherit'] });
      console.log(c.pid); setInterval(() => {}, 1000);`);
    const parent = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(parent);
    const [chunk] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number.parseInt(chunk.toString('utf8'), 10);
    parent.kill('SIGKILL');
    for (let waitedMs = 0; waitedMs < 3_000 && isProcess(pid); waitedMs += 20) await sleep(20);
    expect(isProcess(pid)).to.equal(false);
  });
});

function isProcess(pid: number): boolean {
  try {
    return stateOf(pid) !== 'Z';
  } catch {
    return false;
  }
}

function threadNames(pid: number): readonly string[] {
  return readdirSync(`/proc/${pid}/task`).map((task) => readFileSync(`/proc/${pid}/task/${task}/comm`, 'utf8').trim());
}
