/** The builds that go through the kernel's interfaces: the same orders as on every other, and nothing left behind. */
import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { skip } from '../../skip.js';
import { Commands, requireExperiments, summaryOf } from './command.js';

const SHORT = `
name: networks
pipeline: { feed: { seed: 7, rate: 5kpps, messages: 2k }, oms: { every: 4 }, journal: { device: memory, size: 64MiB } }
probes: { lane: stamps, stalls: false }
repeat: { warmup: 100ms, measure: 400ms, runs: 1 }
`;

const ip = (...args: readonly string[]): string => spawnSync('ip', args, { encoding: 'utf8' }).stdout;
const namespaces = (): readonly string[] => ip('netns', 'list').split('\n').map((line) => line.split(' ')[0] ?? '').filter((name) => name.startsWith('hopscope-'));
/** XDP programs on the interfaces of the run's namespaces. */
const programs = (): number => namespaces().reduce((sum, name) => sum + (ip('-n', name, 'link').match(/prog\/xdp/g) ?? []).length, 0);

describe('experiments/system: networks', function () {
  this.timeout(120_000);
  let commands: Commands | undefined;
  let experiment: string;

  before(function () {
    requireExperiments(this, ['dpdk', 'afxdp', 'socket']);
    commands = new Commands();
    experiment = path.join(commands.folder, 'networks.yaml');
    writeFileSync(experiment, SHORT);
  });

  after(() => commands?.close());

  const set = (...settings: readonly string[]): readonly string[] => settings.flatMap((setting) => ['--set', setting]);

  async function run(...settings: readonly string[]): Promise<{ readonly output: string; readonly runs: readonly { readonly orders: string | null; readonly journal: string | null }[] }> {
    const json = `${experiment}.json`;
    const { code, output } = await commands!.start(['run', experiment, '--json', json, ...set(...settings)]).ended;
    expect(code, output).to.equal(0);
    return { output, runs: summaryOf(json).variants.flatMap(({ runs }) => runs.map(({ digest: { orders, journal } }) => ({ orders, journal }))) };
  }

  it('give the same orders and the same journal in lockstep, in every mode of AF_XDP', async () => {
    const { runs } = await run('pacing=lockstep', 'vary={ pipeline.build: [dpdk, afxdp, socket] }');
    const { runs: generic, output } = await run('pacing=lockstep', 'pipeline.build=afxdp', 'pipeline.xdp={ mode: generic, need_wakeup: false }', 'pipeline.busy_poll.for=20us');
    expect(output).to.include('AF_XDP sockets work in mode generic copy');
    const all = [...runs, ...generic];
    expect(all).to.have.lengthOf(4);
    for (const one of all) {
      expect(one.journal).to.match(/^[0-9a-f]{16}$/);
      expect(one).to.deep.equal(all[0]);
    }
  });

  it('give the same orders at a rate', async () => {
    const { runs, output } = await run('vary={ pipeline.build: [dpdk, afxdp, socket] }');
    expect(new Set(runs.map(({ orders }) => orders)).size).to.equal(1);
    expect(output).to.match(/AF_XDP sockets work in mode (zero-copy|native copy|generic copy)/);
  });

  it('refuse zero-copy where the driver has none, in one line', async function () {
    const { code, output } = await commands!.start(['run', experiment, ...set('pipeline.build=afxdp', 'pipeline.xdp.mode=zerocopy')]).ended;
    if (code === 0) skip(this, 'the veth driver of this kernel has zero-copy');
    expect(code).to.equal(1);
    expect(output).to.match(/^hopscope: .*AF_XDP on \S+ is refused \(zero-copy: .*\).*pipeline\.xdp\.mode=auto/m);
    expect(namespaces()).to.deep.equal([]);
  });

  it('take their XDP programs with them when they are killed, and the next command takes the rest', async () => {
    const running = await commands!.measuring(['run', experiment, ...set('pipeline.build=afxdp', 'pipeline.feed.messages=10M', 'repeat.measure=60s')]);
    expect(programs()).to.equal(6); // both ends of three links
    running.child.kill('SIGKILL');
    await running.ended;
    for (let i = 0; i < 50 && programs() > 0; i++) await sleep(20);
    expect(programs()).to.equal(0);
    expect(namespaces()).to.not.deep.equal([]);
    await commands!.start(['runs']).ended;
    expect(namespaces()).to.deep.equal([]);
  });

  it('leave nothing after Ctrl-C', async () => {
    const running = await commands!.measuring(['run', experiment, ...set('pipeline.build=afxdp', 'pipeline.feed.messages=10M', 'repeat.measure=60s')]);
    running.child.kill('SIGINT');
    expect((await running.ended).code).to.equal(130);
    expect(namespaces()).to.deep.equal([]);
  });

  it('skip netmap by name where there is none, and run the rest', async function () {
    if (existsSync('/dev/netmap')) skip(this, 'this machine has netmap');
    const { output, runs } = await run('vary={ pipeline.build: [dpdk, netmap] }');
    expect(output).to.match(/^variant netmap is skipped: netmap: \/dev\/netmap is missing: docs\/netmap\.md$/m);
    expect(runs).to.have.lengthOf(1);
    const alone = await commands!.start(['run', experiment, ...set('pipeline.build=netmap')]).ended;
    expect(alone.code).to.equal(1);
    expect(alone.output.trim().split('\n').at(-1)).to.equal('hopscope: netmap: /dev/netmap is missing: docs/netmap.md');
  });
});
