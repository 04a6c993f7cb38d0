/**
 * The links between the roles, and, where they run over veth pairs, the pairs and their network namespaces.
 *
 * Each role gets a namespace of the run's own, each link a veth pair between two of them: with both ends in one namespace the kernel would
 * short-cut over loopback. Names carry the run's tag, so that whatever is left behind can be recognised and removed. Neighbours are permanent:
 * no packet of the run ever waits for ARP.
 */
import { spawnSync } from 'node:child_process';
import { isOverVeth, type LinkKind } from '../spec/links.js';

export interface LinkEnd {
  /** Empty where the end is no interface of the kernel. */
  readonly netns: string;
  /** The interface or port, as its driver names it; empty where the build needs no name. */
  readonly ifname: string;
  readonly mac: string;
  readonly ip: string;
  readonly udp_port: number;
}

export interface Link {
  readonly name: string;
  readonly a: LinkEnd;
  readonly b: LinkEnd;
}

/** The kernel would not build the run's network; the message says what to install or allow. */
export class NetworkError extends Error {
  override readonly name = 'NetworkError';
}

const FEED_UDP_PORT = 26_400; // MoldUDP64 market data
const ORDER_UDP_PORT = 26_500;

/** Locally administered (RFC 7042, section 2.1). */
function mac(link: number, end: number): string {
  return `02:68:73:00:${link.toString(16).padStart(2, '0')}:0${end}`;
}

/**
 * @param tag at most 8 characters that tell this run's names from those of all others
 */
export function buildLinks(venues: number, tag: string, kind: LinkKind): readonly Link[] {
  const pairs: (readonly [string, string])[] = [['feed', 'oms']];
  for (let v = 0; v < venues; v++) pairs.push(['feed', `venue${v}`]);
  for (let v = 0; v < venues; v++) pairs.push(['oms', `venue${v}`]);
  return pairs.map(([a, b], link) => {
    const end = (role: string, side: 'a' | 'b'): LinkEnd => ({
      netns: isOverVeth(kind) ? namespaceOf(tag, role) : '',
      ifname: isOverVeth(kind) ? `hs${tag}${link}${side}` : '',
      mac: mac(link, side === 'a' ? 1 : 2),
      ip: `10.77.${link}.${side === 'a' ? 1 : 2}`,
      udp_port: (a === 'feed' ? FEED_UDP_PORT : ORDER_UDP_PORT) + link,
    });
    return { name: `${a}-${b}`, a: end(a, 'a'), b: end(b, 'b') };
  });
}

export function namespaceOf(tag: string, role: string): string {
  return `hopscope-${tag}-${role}`;
}

export function namespacesOf(links: readonly Link[]): readonly string[] {
  return [...new Set(links.flatMap((link) => [link.a.netns, link.b.netns]))].filter((name) => name !== '');
}

/** The `ip` commands that build the links; the namespaces exist already. */
export function linkCommands(links: readonly Link[]): readonly (readonly string[])[] {
  return links.flatMap(({ a, b }) => [
    ['link', 'add', a.ifname, 'netns', a.netns, 'address', a.mac, 'type', 'veth', 'peer', 'name', b.ifname, 'netns', b.netns, 'address', b.mac],
    ...([[a, b], [b, a]] as const).flatMap(([own, peer]) => [
      ['-n', own.netns, 'address', 'add', `${own.ip}/24`, 'dev', own.ifname],
      ['-n', own.netns, 'link', 'set', own.ifname, 'up', 'txqueuelen', '10000'],
      ['-n', own.netns, 'neighbour', 'replace', peer.ip, 'lladdr', peer.mac, 'dev', own.ifname, 'nud', 'permanent'],
    ]),
  ]);
}

/** Makes one namespace, without IPv6: router solicitations are no part of the experiment. */
export function addNamespace(name: string): void {
  ip(['netns', 'add', name]);
  spawnSync('ip', ['netns', 'exec', name, 'sysctl', '-qw', 'net.ipv6.conf.all.disable_ipv6=1', 'net.ipv6.conf.default.disable_ipv6=1'], { stdio: 'ignore' });
}

export function addLinks(links: readonly Link[]): void {
  for (const command of linkCommands(links)) ip(command);
}

/** Deletes a namespace and, with it, its veth pairs. Silent where it is gone already. */
export function deleteNamespace(name: string): void {
  spawnSync('ip', ['netns', 'delete', name], { stdio: 'ignore' });
}

function ip(args: readonly string[]): void {
  const done = spawnSync('ip', args, { encoding: 'utf8' });
  if (done.error !== undefined) throw new NetworkError('network: the command ip is missing; apt install iproute2');
  if (done.status !== 0) {
    const why = done.stderr.trim().split('\n')[0] ?? '';
    throw new NetworkError(`network: ip ${args.join(' ')} failed (${why}); a veth link needs root and a kernel with veth and network namespaces, so run as root or write link: ring`);
  }
}
