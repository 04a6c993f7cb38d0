/** The dpdk build over everything that carries its packets on one host: the same run, whatever the link; and nothing left behind. */
import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { LINKS_OF_BUILD } from '../../../experiments/spec/links.js';
import { skip } from '../../skip.js';
import { Commands, requireExperiments, summaryOf } from './command.js';

const LOCKSTEP = `
name: links
pacing: lockstep
pipeline: { feed: { seed: 7, messages: 2k }, journal: { device: memory, size: 64MiB } }
probes: { lane: stamps, stalls: false }
repeat: { warmup: 1ms, runs: 1 }
`;
/** Cards are not there to be taken: test/guest has some. */
const VIRTUAL = LINKS_OF_BUILD.dpdk.filter((link) => link !== 'ring' && link !== 'pci');

/** What a link may leave nowhere. */
function leftovers(): readonly string[] {
  const namespaces = spawnSync('ip', ['netns', 'list'], { encoding: 'utf8' }).stdout.split('\n').filter((line) => line.startsWith('hopscope-'));
  const sockets = readdirSync('/run').filter((name) => name.startsWith('hopscope-'));
  const pinned = existsSync('/sys/fs/bpf/xdp') ? readdirSync('/sys/fs/bpf/xdp') : [];
  const hugepages = existsSync('/dev/hugepages') ? readdirSync('/dev/hugepages') : [];
  return [...namespaces, ...sockets, ...pinned, ...hugepages];
}

/** Why this machine cannot carry a link; undefined where it can. */
function lacks(link: string): string | undefined {
  if (link === 'tap' && !existsSync('/dev/net/tun')) return 'no /dev/net/tun: the kernel has no TAP interfaces';
  const protocols = spawnSync('cat', ['/proc/net/protocols'], { encoding: 'utf8' }).stdout;
  if (link === 'af_xdp' && !/^XDP /m.test(protocols)) return 'this kernel has no AF_XDP';
  if (link === 'af_packet' && !/^PACKET /m.test(protocols)) return 'this kernel has no packet sockets';
  return undefined;
}

describe('experiments/system: links of the dpdk build', function () {
  this.timeout(120_000);
  let commands: Commands | undefined;
  let experiment: string;
  let reference: unknown;

  async function digestOver(link: string): Promise<unknown> {
    const json = `${experiment}.json`;
    const { code, output } = await commands!.start(['run', experiment, '--json', json, '--set', `pipeline.link=${link}`]).ended;
    expect(code, output).to.equal(0);
    const { digest, counters } = summaryOf(json).variants[0]!.runs[0]!;
    return { digest, orders: counters.orders, acks: counters.acks, packets: counters.oms_packets, drops: counters.port_drops, malformed: counters.port_malformed };
  }

  before(async function () {
    requireExperiments(this, ['dpdk']);
    commands = new Commands();
    experiment = path.join(commands.folder, 'links.yaml');
    writeFileSync(experiment, LOCKSTEP);
    reference = await digestOver('ring');
    expect(reference).to.deep.include({ orders: 500, acks: 500, packets: 2000, drops: 0, malformed: 0 });
  });

  after(() => commands?.close());

  for (const link of VIRTUAL) {
    it(`carries a lockstep run over ${link} as over rings, and leaves nothing`, async function () {
      const reason = lacks(link);
      if (reason !== undefined) skip(this, reason);
      expect(await digestOver(link)).to.deep.equal(reference);
      expect(leftovers()).to.deep.equal([]);
    });
  }

  for (const link of ['af_xdp', 'tap', 'virtio_user'] as const) {
    it(`leaves nothing over ${link} after kill -9 and the next command`, async function () {
      const reason = lacks(link);
      if (reason !== undefined) skip(this, reason);
      const open = ['pacing=open', 'pipeline.feed={ seed: 7, rate: 2kpps }', 'repeat.warmup=100ms', 'repeat.measure=60s', `pipeline.link=${link}`];
      const run = await commands!.measuring(['run', experiment, ...open.flatMap((setting) => ['--set', setting])]);
      run.child.kill('SIGKILL');
      await run.ended;
      expect(leftovers()).to.not.deep.equal([]);
      expect((await commands!.start(['runs']).ended).output).to.include('cleaned up after links');
      expect(leftovers()).to.deep.equal([]);
    });
  }
});
