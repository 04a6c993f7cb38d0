/** What lies between the roles: part of every figure that crosses it. */

/** `auto` is the build's own: a ring in memory for dpdk, a veth pair for what goes through the kernel. */
export function linkOf(build: string, link: string): string {
  if (link !== 'auto') return link;
  return build === 'dpdk' ? 'ring' : 'veth';
}
