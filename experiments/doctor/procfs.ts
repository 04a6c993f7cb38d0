/** Readers of the kernel's text files. Each takes the file's text, so that it can be tested with samples of other machines. */

/** /proc/cpuinfo of the first processor. aarch64 has no model name, and calls its flags Features. */
export function parseCpuInfo(text: string): { readonly model: string; readonly flags: ReadonlySet<string> } {
  const field = (key: string): string => new RegExp(`^${key}\\s*:\\s*(.*)$`, 'm').exec(text)?.[1]?.trim() ?? '';
  const flags = field('flags') || field('Features');
  return { model: field('model name') || 'unknown model', flags: new Set(flags.split(/\s+/).filter((flag) => flag !== '')) };
}

/** Of /proc/meminfo, what concerns hugepages of the default size. */
export interface Hugepages {
  readonly total: number;
  readonly free: number;
  readonly sizeKib: number;
}

export function parseHugepages(meminfo: string): Hugepages {
  const field = (key: string): number => Number(new RegExp(`^${key}:\\s+(\\d+)`, 'm').exec(meminfo)?.[1] ?? 0);
  return { total: field('HugePages_Total'), free: field('HugePages_Free'), sizeKib: field('Hugepagesize') };
}

/** Where a file system of this type is mounted, from the text of /proc/mounts; undefined where it is not. */
export function mountPointOf(mounts: string, type: string): string | undefined {
  for (const line of mounts.split('\n')) {
    const [, at, mountedType] = line.split(' ');
    // The kernel writes a blank in a path as \040.
    if (mountedType === type && at !== undefined) return at.replace(/\\040/g, ' ');
  }
  return undefined;
}

export interface KernelVersion {
  readonly major: number;
  readonly minor: number;
}

/** The release of uname, "6.18.2-rt1-amd64"; undefined for anything that does not begin like one. */
export function parseKernelRelease(release: string): KernelVersion | undefined {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(release.trim()) ?? [];
  return major === undefined || minor === undefined ? undefined : { major: Number(major), minor: Number(minor) };
}

export function isAtLeast(version: KernelVersion, major: number, minor: number): boolean {
  return version.major > major || (version.major === major && version.minor >= minor);
}

/** Protocol families of /proc/net/protocols; "XDP" among them means that AF_XDP sockets can be opened. */
export function parseProtocols(text: string): ReadonlySet<string> {
  const names = text
    .split('\n')
    .slice(1)
    .map((line) => line.split(/\s+/)[0] ?? '');
  return new Set(names.filter((name) => name !== ''));
}

/** ID of /etc/os-release ("debian", "ubuntu"); empty where it has none. */
export function parseOsId(osRelease: string): string {
  return /^ID="?([^"\n]*)"?$/m.exec(osRelease)?.[1] ?? '';
}
