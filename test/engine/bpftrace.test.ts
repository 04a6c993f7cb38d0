// bpftrace finds the engine's sites by name, and the scripts of bpf/scripts run as they are on a live process that hits those sites.
import { expect } from 'chai';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { HOPS } from '../../collector/catalogue.js';
import { describeAsRoot } from '../native/as_root.js';
import { ChildProgram } from '../native/child_program.js';
import { skip } from '../skip.js';

const execute = promisify(execFile);
const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const folder = join('bpf', 'scripts');
const SCRIPTS = ['capsules', 'hop_latency', 'journal_blocks', 'slow_orders', 'who_took_the_core'] as const;
type Script = (typeof SCRIPTS)[number];

async function requireBpftrace(context: Mocha.Context): Promise<void> {
  await execute('bpftrace', ['--version']).catch(() => skip(context, 'bpftrace is not installed'));
}

for (const build of ['dpdk', 'socket']) {
  describe(`bpftrace -l on the ${build} build`, () => {
    it('lists every hop, and the site that hands capsules over', async function () {
      await requireBpftrace(this);
      const path = join(root, 'build', 'engine', `hopscope-engine-${build}`);
      expect(existsSync(path), `${path} is built by npm test`).to.equal(true);
      const { stdout } = await execute('bpftrace', ['-l', `usdt:${path}:hopscope:*`]);
      const listed = new Set(stdout.trim().split('\n').map((line) => line.replace(/^.*:hopscope:/, '')));
      expect([...listed].sort()).to.deep.equal([...HOPS.map(({ name }) => name), 'capsule'].sort());
    });
  });
}

const page = readFileSync(join(root, 'docs', 'probes.md'), 'utf8');

describe('docs/probes.md', () => {
  it('has every site, and every cause of a stall', () => {
    const header = readFileSync(join(root, 'bpf', 'records.h'), 'utf8');
    const causes = [...header.matchAll(/^ {2}X\(\d+, [A-Z_]+, "([a-z_]+)"\)/gm)].map(([, name = '']) => name);
    expect(causes).to.include.members(['preempted', 'hypervisor']);
    for (const cause of causes) expect(page).to.contain(`| \`${cause}\` |`);
    for (const { name } of HOPS) expect(page).to.contain(`\`${name}\``);
    expect(page).to.contain('| `capsule` | address of the first record |');
  });
});

describe('scripts for bpftrace', () => {
  it('say in their first lines how they are run, and stand in docs/probes.md', () => {
    expect(readdirSync(join(root, folder)).sort()).to.deep.equal(SCRIPTS.map((name) => `${name}.bt`));
    for (const name of SCRIPTS) {
      expect(readFileSync(join(root, folder, `${name}.bt`), 'utf8')).to.match(new RegExp(`^ \\*   bpftrace (-p PID )?${folder}/${name}\\.bt`, 'm'));
      expect(page).to.contain(`\`${name}.bt\``);
    }
  });
});

/** One script on one process, until that process ends. */
class Trace {
  private readonly child: ChildProcess;
  private readonly exit: Promise<unknown>;
  private readonly attaching: Promise<unknown>;
  private readonly output: Promise<string>;
  private readonly errors: Promise<string>;

  constructor(script: Script, pid: number) {
    const file = join(folder, `${script}.bt`);
    // A limit of 1 us: every order of hop_producer is over it.
    const args = script === 'who_took_the_core' ? [file, String(pid)] : ['-p', String(pid), file, '1'];
    this.child = spawn('bpftrace', args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    const { stdout, stderr } = this.child;
    if (stdout === null || stderr === null) throw new Error('bpftrace has no output');
    this.exit = once(this.child, 'exit');
    this.attaching = Promise.race([once(stdout, 'data'), this.exit]);
    this.output = text(stdout);
    this.errors = text(stderr);
  }

  /** It has compiled its script, and attaches its probes now. */
  async started(): Promise<void> {
    await this.attaching;
  }

  /** What it printed. */
  async ended(): Promise<string> {
    const [output, errors] = await Promise.all([this.output, this.errors, this.exit]);
    expect(this.child.exitCode, errors).to.equal(0);
    expect(errors).not.to.contain('WARNING');
    return output;
  }

  kill(): void {
    if (this.child.exitCode === null) this.child.kill('SIGKILL');
  }
}

describeAsRoot('scripts on a live process', function () {
  this.timeout(60_000);
  const printed = new Map<Script, string>();
  let target: ChildProgram | undefined;
  const traces: Trace[] = [];

  before(async function () {
    await requireBpftrace(this);
    const program = new ChildProgram('hop_producer', [0, 20]);
    target = program;
    traces.push(...SCRIPTS.map((script) => new Trace(script, program.pid)));
    await Promise.all(traces.map((trace) => trace.started()));
    const until = Date.now() + 5_000; // attaching takes a moment, and the first second of orders ties the clocks
    while (Date.now() < until) {
      await program.ask();
      await wait(20);
    }
    await program.end();
    for (const [i, script] of SCRIPTS.entries()) printed.set(script, (await traces[i]?.ended()) ?? '');
  });

  after(async () => {
    for (const trace of traces) trace.kill();
    await target?.kill();
  });

  it('hop_latency.bt has a histogram for every hop between oms.rx and oms.ack', () => {
    const hops = HOPS.slice(3, 13).map(({ name }, i) => `@ns_${String(i + 3).padStart(2, '0')}_${name.replace('.', '_')}`);
    const found = (printed.get('hop_latency') ?? '').match(/^@ns_\w+(?=: \n\[)/gm);
    expect(found).to.deep.equal([...hops, '@ns_rx_to_ack']);
  });

  it('slow_orders.bt prints an order over the limit with its hops', () => {
    const rows = [...(printed.get('slow_orders') ?? '').matchAll(/^\d\d:\d\d:\d\d +0:\d+ +1 +300 +(\d+) \|([\d |]+)$/gm)];
    expect(rows).not.to.have.length(0);
    for (const [, total, hops = ''] of rows.slice(0, 100)) {
      const ns = [...hops.matchAll(/\d+/g)].map(Number);
      expect(ns).to.have.length(10);
      // hop_producer's hops are all of one length. The last two are one where the acknowledgement was seen first.
      const expected = Number(total) / 10;
      for (const each of ns.slice(0, -2)) expect(each).to.be.closeTo(expected, 1);
      expect((ns[8] ?? 0) + (ns[9] ?? 0)).to.be.closeTo(2 * expected, 2);
    }
  });

  it('journal_blocks.bt knows the size of a block, and the time of its write', () => {
    expect(printed.get('journal_blocks')).to.match(/^@orders_a_block: \n\[1\] +[1-9]/m).and.to.match(/^@ns_write_by_venue\[1\]: count [1-9]/m);
  });

  it('capsules.bt reads what the engine hands over, by bpf/records.h', () => {
    const output = printed.get('capsules');
    expect(output).to.match(/^@orders\[1, 1\]: [1-9]/m).and.to.match(/^@longest_hop_ns\[oms\.rx\]: count [1-9]/m);
    expect(output).to.match(/^@block_bytes: \n\[4K, 8K\) +[1-9]/m).and.to.match(/^@tick_to_ack_response_ns: \n\[/m);
  });

  it('who_took_the_core.bt sees tasks and interrupts come between', () => {
    expect(printed.get('who_took_the_core')).to.match(/^@(task|timer_tick|softirq|hard_irq)_ns\[hop_producer\b.*: count [1-9]/m);
  });
});
