/** The links between the roles: their names, what carries their packets, and which build can use what. */

/**
 * ring: memory of one process. pipe, vale: netmap's memory paths. veth: a pair of kernel interfaces; af_packet and af_xdp are DPDK's drivers over
 * the same pair. tap, virtio_user, memif: DPDK's other virtual devices. pci: network cards.
 */
export const LINKS = ['ring', 'veth', 'pipe', 'vale', 'af_packet', 'af_xdp', 'tap', 'virtio_user', 'memif', 'pci'] as const;
export type LinkKind = (typeof LINKS)[number];

/** What each build carries, its default first. */
export const LINKS_OF_BUILD = {
  dpdk: ['ring', 'af_packet', 'af_xdp', 'tap', 'virtio_user', 'memif', 'pci'],
  netmap: ['pipe', 'vale', 'veth'],
  afxdp: ['veth'],
  socket: ['veth'],
} as const satisfies Readonly<Record<Build, readonly [LinkKind, ...LinkKind[]]>>;

export const BUILDS = ['dpdk', 'netmap', 'afxdp', 'socket'] as const;
export type Build = (typeof BUILDS)[number];

/** The link a run uses: the given one, or its build's default. */
export function resolveLink(build: Build, link: LinkKind | 'auto'): LinkKind {
  return link === 'auto' ? LINKS_OF_BUILD[build][0] : link;
}

export function carries(build: Build, link: LinkKind): boolean {
  const links: readonly LinkKind[] = LINKS_OF_BUILD[build];
  return links.includes(link);
}

/** Links of which each end is an interface of the kernel, in a network namespace of its own. */
export function isOverVeth(link: LinkKind): boolean {
  return link === 'veth' || link === 'af_packet' || link === 'af_xdp';
}

/** What the packets cross: several drivers share one kind of it. */
export function carrierOf(link: LinkKind): LinkKind {
  return isOverVeth(link) ? 'veth' : link;
}

/** Links over which the kernel's own UDP speaks, so that the interfaces need addresses. */
export function hasKernelAddresses(link: LinkKind): boolean {
  return link === 'veth';
}

/** Names of links, in the order in which they are numbered. */
export function linkNames(venues: number): readonly string[] {
  const each = Array.from({ length: venues }, (_, v) => `venue${v}`);
  return ['feed-oms', ...each.map((venue) => `feed-${venue}`), ...each.map((venue) => `oms-${venue}`)];
}
