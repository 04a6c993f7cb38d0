/** The netmap build against the real module, given by NETMAP_KO: pipes, VALE switches, and veth pairs under netmap's emulated adapters. */
import { expect } from 'chai';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { linkCommands, namespacesOf } from '../../experiments/launch/network.js';
import { skip } from '../skip.js';
import { Guest, requireGuest } from './guest.js';
import { executable, prepare, resultOf, ringOnHost, type Lockstep } from './lockstep.js';

const KINDS = ['pipe', 'vale', 'veth'] as const;

/** As experiments/launch/network.ts does it where there is Node. */
function veths({ links }: Lockstep): readonly string[] {
  const namespaces = namespacesOf(links).flatMap((name) => [`ip netns add ${name}`, `ip netns exec ${name} sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1`]);
  return ['modprobe veth', ...namespaces, ...linkCommands(links, 'veth').map((command) => `ip ${command.join(' ')}`)];
}

describe('guest: the netmap build', function () {
  this.timeout(200_000);
  let guest: Guest | undefined;
  let module_: string;

  before(function () {
    requireGuest(this);
    const given = process.env.NETMAP_KO ?? '';
    if (given === '') skip(this, 'no netmap module: NETMAP_KO=/path/netmap.ko npm run test:guest (docs/netmap.md)');
    module_ = path.resolve(given);
    if (!existsSync(module_)) throw new Error(`NETMAP_KO: there is no file ${module_}`);
    if (!existsSync(executable('netmap'))) skip(this, 'the netmap engine is not built');
    guest = new Guest();
  });
  after(() => guest?.close());

  it('has over every link the digests, and the packets, of DPDK\'s rings on the host', () => {
    const { folder } = guest!;
    const runs = KINDS.map((kind) => prepare(kind, folder, '/mnt', false, ['pipeline.build=netmap', `pipeline.link=${kind}`]));
    const console = guest!.run([`insmod ${module_}`, 'ls /dev/netmap', ...runs.flatMap((run) => [...(run.name === 'veth' ? veths(run) : []), run.command])].join('\n'));

    const here = ringOnHost(folder);
    for (const kind of KINDS) {
      const there = resultOf(folder, kind);
      expect(there.digest, `${kind}\n${console}`).to.deep.equal(here.digest);
      expect(there.ports, kind).to.deep.equal(here.ports);
    }
  });
});
