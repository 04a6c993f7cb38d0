import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { expect } from 'chai';

import {
  features,
  NativeError,
  openLane,
  openPage,
  openStalls,
  type EnginePage,
  type StallOptions,
  type StallSession,
} from '../../native/index.js';
import { skip } from '../skip.js';
import { describeAsRoot } from './as_root.js';
import { ChildProgram, programFile } from './child_program.js';
import { readGaps, readStalls, type GapRow, type StallRow } from './stall_rows.js';

// bpf/records.h, HS_STALL_CAUSES
const PREEMPTED = 1;
const BLOCKED = 2;
const STOPPED = 3;
const WAKEUP = 4;
const MIGRATED = 5;
const TIMER_TICK = 8;
const TLB_SHOOTDOWN = 10;
const PAGE_FAULT = 11;
const SYSCALL = 12;

const MAJOR = 1;
const WRITE = 2;
const ms = 1e6;
const options = { runId: 'r', outputBytes: 4 << 20, syscalls: true } as const satisfies StallOptions;
const cpu = os.cpus().length - 1;
const builtObjects = path.resolve(path.dirname(programFile('stall_target')), '../../bpf');

/** native/test/stall_target.cpp, its page, and its clock. */
class Target {
  private constructor(
    readonly program: ChildProgram,
    readonly page: EnginePage,
    private readonly file: string,
  ) {}

  static async start(name: string, onCpu = cpu): Promise<Target> {
    const file = `/dev/shm/hopscope-${name}-${process.pid}`;
    const program = new ChildProgram('stall_target', [file, onCpu, name]);
    expect(await program.line()).to.equal('ready');
    return new Target(program, openPage(file), file);
  }

  /** Lets it do one thing, and returns between which instants (ns since 1970) it did that. */
  async does(what: string): Promise<{ from: number; to: number }> {
    const [from = '', to = ''] = (await this.program.ask(what)).split(' ');
    return { from: this.wall(BigInt(from)), to: this.wall(BigInt(to)) };
  }

  /** Relative to the target's start, so that a double holds it to the nanosecond. */
  private wall(ticks: bigint): number {
    const { start, tscHz } = this.page.read();
    return (Number(ticks - start.tsc) / tscHz) * 1e9;
  }
  since(row: { readonly ts: bigint }): number {
    return Number(row.ts - this.page.read().start.realtimeNs);
  }

  async end(): Promise<void> {
    this.page.close();
    await this.program.kill();
    rmSync(this.file, { force: true });
  }
}

describeAsRoot('stalls', function () {
  this.timeout(20_000);
  const targets: Target[] = [];
  const sessions: StallSession[] = [];
  const start = async (name: string): Promise<Target> => {
    const target = await Target.start(name);
    targets.push(target);
    return target;
  };
  const watch = (target: Target, changes: Partial<StallOptions> = {}): StallSession => {
    const session = openStalls({ ...options, ...changes });
    sessions.push(session);
    const { pid, tids, start: clock, tscMillihertz } = target.page.read();
    session.setClock({ tscMillihertz, tsc: clock.tsc, realtimeNs: clock.realtimeNs });
    session.attach(pid, tids);
    return session;
  };
  afterEach(async () => {
    for (const session of sessions.splice(0)) session.close();
    for (const target of targets.splice(0)) await target.end();
  });
  const stallsOf = (session: StallSession, target: Target): StallRow[] => readStalls(session.finish(target.page).stalls);
  const of = (rows: readonly StallRow[], cause: number): StallRow[] => rows.filter((row) => row.cause === cause);
  const first = (rows: readonly StallRow[]): StallRow => {
    const [row] = rows;
    if (!row) throw new Error('no such row');
    return row;
  };
  const sum = (rows: readonly StallRow[]): number => rows.reduce((total, row) => total + row.durationNs, 0);

  it('sees the timer tick, for as long as the target spins', async () => {
    const target = await start('spinner');
    const session = watch(target);
    const spun = await target.does('spin 400');
    const rows = stallsOf(session, target);
    expect(rows.length).to.equal(session.counts().recorded);
    const ticks = of(rows, TIMER_TICK).filter((row) => target.since(row) > spun.from && target.since(row) < spun.to);
    expect(ticks.length).to.be.at.least(20); // CONFIG_HZ is 100 or more; other timers of this CPU come with it
    const durations = ticks.map((row) => row.durationNs).sort((a, b) => a - b);
    expect(durations[durations.length >> 1]).to.be.within(100, 100_000);
    for (const tick of ticks) expect(tick).to.deep.include({ runId: 'r', thread: 0, cpu, flags: 0 });
    expect(session.totals().timer_tick?.count).to.be.at.least(ticks.length);
  });

  it('sees a sleep from its beginning to the wake-up, on the clock of the target', async () => {
    const target = await start('sleeper');
    const session = watch(target);
    const slept = await target.does('sleep 20');
    const rows = stallsOf(session, target);
    const inside = of(rows, BLOCKED).filter((row) => target.since(row) > slept.from && target.since(row) < slept.to);
    expect(inside).to.have.length(1);
    expect(inside[0]?.durationNs).to.be.within(19 * ms, 60 * ms);
    expect((inside[0]?.detail ?? 0n) & 1n).to.equal(1n); // TASK_INTERRUPTIBLE
    const wakeups = of(rows, WAKEUP).filter((row) => target.since(row) > slept.from && target.since(row) < slept.to);
    expect(wakeups.length).to.be.greaterThan(0);
    for (const row of wakeups) expect(row.who, 'an idle CPU has nobody to wait behind').to.not.match(/^swapper/);
    // Blocked, then waiting for the CPU, without a hole; all of it within the system call, and that within the target's own readings.
    const asleepUntil = target.since(first(inside)) + first(inside).durationNs;
    expect(target.since(first(wakeups))).to.be.within(asleepUntil - 200, asleepUntil + 200);
    const call = first(of(rows, SYSCALL).filter((row) => row.who.includes('nanosleep') && target.since(row) > slept.from));
    expect(call.durationNs).to.be.at.least(sum(inside) + sum(wakeups));
    expect(target.since(call) + call.durationNs).to.be.at.most(slept.to + 200);
    const { pairs, errorNs, worstNs, checkNs } = session.tie();
    expect(pairs).to.equal(2);
    expect(errorNs).to.be.within(1, 1_000);
    expect(worstNs).to.be.at.least(errorNs);
    expect(checkNs).to.be.at.most(1_000);
  });

  it('names the command that took the CPU, and says for how long', async () => {
    const target = await start('victim');
    const hog = await start('stall-hog');
    const session = watch(target);
    const [spun] = await Promise.all([target.does('spin 200'), hog.does('spin 400')]);
    const rows = of(stallsOf(session, target), PREEMPTED).filter((row) => target.since(row) < spun.to);
    const byHog = rows.filter((row) => row.who === 'stall-hog');
    expect(byHog.length).to.be.greaterThan(0);
    expect(byHog[0]?.pid).to.equal(hog.program.pid);
    // Two equals on one CPU: the hog has about half of it, in whole time slices.
    expect(sum(byHog)).to.be.within(30 * ms, 190 * ms);
    expect(Math.max(...byHog.map((row) => row.durationNs))).to.be.within(0.5 * ms, 100 * ms);
  });

  it('names the command that stopped the target', async () => {
    const target = await start('stopped');
    const session = watch(target);
    const spinning = target.does('spin 300');
    await delay(50);
    process.kill(target.program.pid, 'SIGSTOP');
    await delay(60);
    process.kill(target.program.pid, 'SIGCONT');
    await spinning;
    const stops = of(stallsOf(session, target), STOPPED);
    expect(stops).to.have.length(1);
    expect(stops[0]?.durationNs).to.be.within(55 * ms, 200 * ms);
    expect(stops[0]?.detail).to.equal(19n); // SIGSTOP
    expect(stops[0]?.pid).to.equal(process.pid);
    expect(stops[0]?.who).to.match(/^\S+/);
  });

  it('sees page faults with their addresses', async () => {
    const target = await start('faulter');
    const session = watch(target);
    const faulted = await target.does('faults 100');
    const faults = of(stallsOf(session, target), PAGE_FAULT).filter((row) => target.since(row) > faulted.from && target.since(row) < faulted.to);
    const writes = faults.filter((row) => (row.flags & WRITE) !== 0);
    expect(writes.length).to.be.at.least(100);
    const pages = new Set(writes.map((row) => row.detail >> 12n));
    expect(pages.size).to.be.at.least(100);
    for (const row of writes) expect(row.durationNs).to.equal(0);
  });

  it('sees a page fault that waits for the disk as a major one', async function () {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'hopscope-major-'));
    try {
      const file = path.join(folder, 'page');
      writeFileSync(file, Buffer.alloc(4_096, 1));
      const target = await start('reader');
      const session = watch(target);
      const read = await target.does(`major ${file}`);
      const rows = stallsOf(session, target);
      const major = of(rows, PAGE_FAULT).filter((row) => (row.flags & MAJOR) !== 0);
      if (major.length === 0) skip(this, 'the temporary folder is not on a disk');
      expect(major).to.have.length(1);
      expect(major[0]?.durationNs).to.be.within(1_000, 1_000 * ms);
      expect(target.since(first(major))).to.be.within(read.from, read.to);
      const begun = of(rows, PAGE_FAULT).filter((row) => row.detail === major[0]?.detail && row.durationNs === 0);
      expect(begun).to.have.length(1); // its instant, as of any other
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('sees the long system calls by name, and counts the short ones', async () => {
    const target = await start('caller');
    const session = watch(target);
    await target.does('reads 5');
    await target.does('calls 1000');
    const rows = of(stallsOf(session, target), SYSCALL);
    const reads = rows.filter((row) => row.who === 'read' && row.durationNs > 5_000 && row.detail === 0n);
    expect(reads.length).to.be.at.least(5);
    expect(rows.filter((row) => row.who === 'getppid').length).to.be.lessThan(500);
    expect(session.totals().syscall?.shortCount).to.be.greaterThan(500);
    expect(session.totals().syscall?.count).to.equal(rows.length + (session.totals().syscall?.shortCount ?? 0));
  });

  it("does not take a probe's hit for a system call of the target", async function () {
    if (!features().some((feature) => feature.name === 'usdt_nop5' && feature.ok)) skip(this, 'no probe is a system call on this kernel');
    const target = await start('page-lender');
    const probed = new ChildProgram('hop_producer', [0, 2_000]);
    const lane = openLane({ lane: 'hops', threads: 2, ringBytes: 4_096, outputBytes: 16 << 20, sample: 1, runId: 'r' });
    try {
      const { start: clock, tscMillihertz } = target.page.read();
      lane.setClock({ tscMillihertz, tsc: clock.tsc, realtimeNs: clock.realtimeNs });
      lane.attach(probed.pid, probed.file);
      const session = openStalls(options);
      sessions.push(session);
      session.setClock({ tscMillihertz, tsc: clock.tsc, realtimeNs: clock.realtimeNs });
      session.attach(probed.pid, [probed.pid]);
      await probed.ask();
      expect(lane.drain().hits).to.equal(30_000); // about half of them on the watched thread
      const calls = of(stallsOf(session, target), SYSCALL).filter((row) => row.who !== 'sched_yield'); // how it waits for its other thread
      expect(calls.map((row) => row.detail)).to.not.include(336n);
      expect(calls.length).to.be.lessThan(100);
    } finally {
      lane.close();
      await probed.kill();
    }
  });

  it('leaves system calls alone where it is told to', async () => {
    const target = await start('silent');
    const session = watch(target, { syscalls: false });
    await target.does('reads 5');
    expect(of(stallsOf(session, target), SYSCALL)).to.deep.equal([]);
    expect(session.totals().syscall).to.deep.equal({ count: 0, totalNs: 0, shortCount: 0 });
  });

  it('sees moves between CPUs and TLB shootdowns', async function () {
    if (cpu === 0) skip(this, 'one CPU only');
    const target = await start('mover');
    const session = watch(target);
    await target.does('shootdowns 20000');
    await target.does('move 0');
    const rows = stallsOf(session, target);
    expect(of(rows, MIGRATED).some((row) => row.detail === BigInt(cpu) << 32n)).to.equal(true);
    expect(of(rows, TLB_SHOOTDOWN).length).to.be.greaterThan(10);
    for (const row of of(rows, TLB_SHOOTDOWN)) expect(row).to.deep.include({ who: 'call_function', cpu });
  });

  it('concerns itself with the given threads only', async () => {
    const target = await start('calm');
    const other = await start('noisy');
    const session = watch(target);
    await other.does('faults 500');
    expect(of(stallsOf(session, target), PAGE_FAULT)).to.deep.equal([]);
  });

  it('counts exactly what the ring had no room for', async () => {
    const target = await start('flooder');
    const session = watch(target, { outputBytes: 4_096 });
    await target.does('faults 1000');
    const rows = stallsOf(session, target);
    const { recorded, lost } = session.counts();
    expect(recorded).to.equal(rows.length);
    expect(recorded).to.be.within(1, 64);
    expect(lost).to.be.greaterThan(900);
    const counted = Object.values(session.totals()).reduce((total, cause) => total + cause.count - cause.shortCount, 0);
    expect(recorded + lost).to.be.within(counted - 50, counted); // the target goes to sleep and wakes while the three are read
  });

  it('brings the gaps of the page, and counts the overwritten ones', async () => {
    const target = await start('idler');
    const session = watch(target);
    const read = (): GapRow[] => readGaps(session.drain(target.page).gaps);
    const left = await target.does('gaps 100');
    const first = read();
    expect(first).to.have.length(100);
    const nsPerTick = 1e9 / target.page.read().tscHz;
    for (const [i, row] of first.entries()) {
      expect(row).to.deep.include({ runId: 'r', thread: 0, explainedNs: 0, durationNs: Math.floor((i + 1) * nsPerTick) });
      expect(target.since(row)).to.be.within(left.from - 2, left.to + 2);
    }
    expect(read()).to.deep.equal([]);
    await target.does('gaps 5000');
    expect(read()).to.have.length(4_095); // of 4096 places, the writer may be at work in one
    expect(session.counts()).to.deep.include({ gaps: 100 + 4_095, gapsLost: 5_000 - 4_095 });
    expect(target.page.read()).to.deep.include({ siteNs: 650, threads: 1 });
    expect(target.page.read().idleSeconds[0]).to.be.closeTo(2, 0.01);
    expect(target.page.read().tids).to.deep.equal([target.program.pid]);
  });

  it('still brings the gaps where the kernel shows nothing, and says so', async () => {
    const target = await start('unseen');
    const session = openStalls({ ...options, deny: ['tp_btf'] });
    sessions.push(session);
    const { pid, tids, start: clock, tscMillihertz } = target.page.read();
    session.setClock({ tscMillihertz, tsc: clock.tsc, realtimeNs: clock.realtimeNs });
    expect(session.attach(pid, tids)).to.deep.equal(['stalls: no kernel event can be seen: tp_btf is denied by the settings']);
    await target.does('gaps 3');
    const drained = session.finish(target.page);
    expect(drained).to.deep.include({ stallRows: 0, gapRows: 3 });
    expect(session.counts()).to.deep.equal({ recorded: 0, lost: 0, gaps: 3, gapsLost: 0 });
  });

  it('leaves out what this kernel lacks, by name, and sees the rest', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'hopscope-stalls-'));
    try {
      // The object of a kernel to come: one of its tracepoints is unknown here. Latin-1 keeps every byte.
      const object = readFileSync(path.join(builtObjects, 'stalls.bpf.o')).toString('latin1');
      writeFileSync(path.join(folder, 'stalls.bpf.o'), object.replaceAll('tp_btf/tlb_flush', 'tp_btf/tlb_flusx'), 'latin1');
      const target = await start('partly');
      const session = openStalls({ ...options, objectDir: folder });
      sessions.push(session);
      const { pid, tids, start: clock, tscMillihertz } = target.page.read();
      session.setClock({ tscMillihertz, tsc: clock.tsc, realtimeNs: clock.realtimeNs });
      const missing = session.attach(pid, tids);
      expect(missing).to.have.length(1);
      expect(missing[0]).to.match(/^stalls: TLB shootdowns \(they count as IPIs\) cannot be seen: no tlb_flush \(.+\)$/);
      await target.does('faults 10');
      expect(of(stallsOf(session, target), PAGE_FAULT).length).to.be.at.least(10);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('says once that the programs are not built', async () => {
    const target = await start('unbuilt');
    const session = openStalls({ ...options, objectDir: '/nonexistent' });
    sessions.push(session);
    const { pid, tids } = target.page.read();
    expect(session.attach(pid, tids)).to.deep.equal([
      'stalls: no kernel event can be seen: bpf: /nonexistent/stalls.bpf.o is not built: run `npm run setup`',
    ]);
  });

  it('goes on when the target has died', async () => {
    const target = await start('mortal');
    const session = watch(target);
    await target.does('faults 10');
    await target.program.kill();
    expect(of(stallsOf(session, target), PAGE_FAULT).length).to.be.at.least(10);
  });

  it('refuses what is wrong, in one line', async () => {
    const target = await start('refused');
    const session = openStalls(options);
    sessions.push(session);
    expect(() => openStalls({ ...options, outputBytes: 5_000 })).to.throw(NativeError, 'outputBytes 5000 is no ring size');
    expect(() => session.drain(target.page)).to.throw(NativeError, 'setClock() must be called before the first drain');
    expect(() => session.tie()).to.throw(NativeError, 'no clock is tied yet');
    expect(() => session.attach(process.pid, [])).to.throw(NativeError, 'cannot be watched');
    expect(session.attach(process.pid, [process.pid]).every((sentence) => sentence.startsWith('stalls: '))).to.equal(true);
    expect(() => session.attach(process.pid, [process.pid])).to.throw(NativeError, 'already attached');
    session.close();
    session.close();
    expect(() => session.counts()).to.throw(NativeError, 'closed');
  });
});
