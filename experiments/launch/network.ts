/**
 * The links between the roles, and what they need of the kernel: veth pairs or TAP interfaces, and network namespaces for them.
 *
 * Over veth pairs each role gets a namespace of the run's own, each link a pair between two of them: with both ends in one namespace the
 * kernel would short-cut over loopback. Neighbours are permanent: no packet of the run ever waits for ARP. TAP interfaces stand in one
 * namespace, two and a bridge a link. Names carry the run's tag, so that whatever is left behind can be recognised and removed.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { hasKernelAddresses, isOverVeth, linkNames, type LinkKind } from '../spec/links.js';

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

/** PCI addresses of the two cards that carry a link, by its name; links that are not named run over rings. */
export type Cards = Readonly<Record<string, readonly [string, string]>>;

/** @param tag at most 8 characters that tell this run's names from those of all others */
export function buildLinks(venues: number, tag: string, kind: LinkKind, cards: Cards = {}): readonly Link[] {
  return linkNames(venues).map((name, link) => {
    const [left = '', right = ''] = name.split('-');
    const end = (role: string, side: 'a' | 'b'): LinkEnd => ({
      ...attachment(kind, tag, role, `${link}`, side),
      ...(kind === 'pci' ? { ifname: cards[name]?.[side === 'a' ? 0 : 1] ?? '' } : {}),
      mac: mac(link, side === 'a' ? 1 : 2),
      ip: `10.77.${link}.${side === 'a' ? 1 : 2}`,
      udp_port: (left === 'feed' ? FEED_UDP_PORT : ORDER_UDP_PORT) + link,
    });
    return { name, a: end(left, 'a'), b: end(right, 'b') };
  });
}

/** Where the end of a link is, and what its driver calls it. */
function attachment(kind: LinkKind, tag: string, role: string, link: string, side: 'a' | 'b'): Pick<LinkEnd, 'netns' | 'ifname'> {
  if (isOverVeth(kind)) return { netns: namespaceOf(tag, role), ifname: `hs${tag}${link}${side}` };
  if (kind === 'tap') return { netns: namespaceOf(tag, 'tap'), ifname: `hs${tag}${link}${side}` };
  if (kind === 'pipe') return { netns: '', ifname: `hs${tag}${link}${side === 'a' ? '{' : '}'}0` }; // the two ends of one of netmap's pipes
  if (kind === 'vale') return { netns: '', ifname: `valehs${tag}${link}:${side}` }; // two ports of a netmap switch
  if (kind === 'virtio_user') return { netns: '', ifname: `${socketFolder(tag)}/${link}` };
  if (kind === 'memif') return { netns: '', ifname: `hopscope-${tag}-${link}` }; // an abstract socket: no file
  return { netns: '', ifname: '' };
}

/** Where the two ends of virtio_user links meet. */
export function socketFolder(tag: string): string {
  return `/run/hopscope-${tag}-vhost`;
}

export function namespaceOf(tag: string, role: string): string {
  return `hopscope-${tag}-${role}`;
}

export function namespacesOf(links: readonly Link[]): readonly string[] {
  return [...new Set(links.flatMap((link) => [link.a.netns, link.b.netns]))].filter((name) => name !== '');
}

/** The `ip` commands that build the links; the namespaces exist already. */
export function linkCommands(links: readonly Link[], kind: LinkKind): readonly (readonly string[])[] {
  if (kind === 'tap') return links.flatMap(tapCommands);
  return isOverVeth(kind) ? links.flatMap((link) => vethCommands(link, hasKernelAddresses(kind))) : [];
}

/** Without addresses the kernel drops what it is given beside the driver, instead of answering that the port is closed. */
function vethCommands({ a, b }: Link, addresses: boolean): readonly (readonly string[])[] {
  return [
    ['link', 'add', a.ifname, 'netns', a.netns, 'address', a.mac, 'type', 'veth', 'peer', 'name', b.ifname, 'netns', b.netns, 'address', b.mac],
    ...([[a, b], [b, a]] as const).flatMap(([own, peer]) => [
      ...(addresses ? [['-n', own.netns, 'address', 'add', `${own.ip}/24`, 'dev', own.ifname]] : []),
      ['-n', own.netns, 'link', 'set', own.ifname, 'up', 'txqueuelen', '10000'],
      ...(addresses ? [['-n', own.netns, 'neighbour', 'replace', peer.ip, 'lladdr', peer.mac, 'dev', own.ifname, 'nud', 'permanent']] : []),
    ]),
  ];
}

/** Persistent TAP interfaces, which the engine then opens, and a bridge that floods from one to the other. */
function tapCommands({ a, b }: Link): readonly (readonly string[])[] {
  const bridge = a.ifname.slice(0, -1);
  return [
    ['-n', a.netns, 'link', 'add', bridge, 'type', 'bridge', 'mcast_snooping', '0'], // else it joins groups, and says so on the link
    ...[a, b].flatMap(({ netns, ifname }) => [
      ['-n', netns, 'tuntap', 'add', 'dev', ifname, 'mode', 'tap', 'multi_queue'],
      ['-n', netns, 'link', 'set', ifname, 'master', bridge, 'up'],
    ]),
    ['-n', a.netns, 'link', 'set', bridge, 'up'],
  ];
}

/** Makes one namespace, without IPv6: router solicitations are no part of the experiment. */
function addNamespace(name: string): void {
  ip(['netns', 'add', name]);
  spawnSync('ip', ['netns', 'exec', name, 'sysctl', '-qw', 'net.ipv6.conf.all.disable_ipv6=1', 'net.ipv6.conf.default.disable_ipv6=1'], { stdio: 'ignore' });
}

/** Makes what the links run over. */
export function addLinks(links: readonly Link[], tag: string, kind: LinkKind): void {
  for (const name of namespacesOf(links)) addNamespace(name);
  if (kind === 'virtio_user') mkdirSync(socketFolder(tag), { mode: 0o700 });
  for (const command of linkCommands(links, kind)) ip(command);
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
    throw new NetworkError(`network: ip ${args.join(' ')} failed (${why}); this link needs root and a kernel with network namespaces, veth or TAP, so run as root or write link: ring`);
  }
}
