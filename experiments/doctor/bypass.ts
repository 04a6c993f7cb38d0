/** The ways around the kernel: DPDK, SPDK, netmap, AF_XDP, io_uring. */
import path from 'node:path';

import { bad, note, ok, type Verdict } from './check.js';
import type { Host } from './host.js';
import { parseProtocols } from './procfs.js';

const URING_SETTING = '/proc/sys/kernel/io_uring_disabled';

function dpdk(host: Host): Verdict {
  const version = host.firstLineOf('pkg-config', ['--modversion', 'libdpdk']);
  if (version === undefined) return bad('DPDK', 'libdpdk is not known to pkg-config', 'apt-get install -y pkg-config libdpdk-dev dpdk');
  return ok('DPDK', version);
}

/** The version of SPDK in the dpdk engine, from the text of its CMakeCache.txt; undefined: it was built without. */
export function builtWithSpdk(cmakeCache: string): string | undefined {
  return /^HOPSCOPE_SPDK_VERSION:INTERNAL=(.+)$/m.exec(cmakeCache)?.[1];
}

function spdk(host: Host): Verdict {
  const built = builtWithSpdk(host.readText(path.join(host.packageRoot, 'build', 'CMakeCache.txt')) ?? '');
  if (built !== undefined) return ok('SPDK', `${built}, in the dpdk engine`);
  if (host.firstLineOf('pkg-config', ['--modversion', 'spdk_bdev']) !== undefined) {
    return note('SPDK', 'pkg-config knows it, but the engine was built without it', 'npm run setup, with an SPDK that was built for this DPDK (docs/spdk.md)');
  }
  return note('SPDK', 'not found: the journal uses io_uring or memory', 'build it for this DPDK (docs/spdk.md), export PKG_CONFIG_PATH=/usr/local/lib/pkgconfig, npm run setup');
}

function netmap(host: Host): Verdict {
  if (host.exists('/dev/netmap')) return ok('netmap', '/dev/netmap');
  const remedy = host.exists('/proc/modules') ? `build netmap's module for ${host.release}, then: modprobe netmap (docs/netmap.md)` : 'boot a kernel with CONFIG_MODULES=y: this one loads no modules (docs/netmap.md)';
  return note('netmap', 'no /dev/netmap', remedy);
}

function afXdp(host: Host): Verdict {
  if (parseProtocols(host.readText('/proc/net/protocols') ?? '').has('XDP')) return ok('AF_XDP', 'the kernel offers the socket family');
  return note('AF_XDP', 'the kernel does not offer the socket family', 'boot a kernel with CONFIG_XDP_SOCKETS=y');
}

/** kernel.io_uring_disabled (since 6.6): 0 everybody, 1 privileged processes only, 2 nobody. */
function ioUring(host: Host): Verdict {
  const setting = host.readText(URING_SETTING)?.trim();
  const blocked = setting === '2' || (setting === '1' && !host.isRoot);
  if (blocked) return bad('io_uring', `switched off (kernel.io_uring_disabled = ${setting})`, 'sysctl -w kernel.io_uring_disabled=0');
  if (setting !== undefined) return ok('io_uring', 'allowed');
  if (/ \w*sys_io_uring_setup$/m.test(host.readText('/proc/kallsyms') ?? '')) return ok('io_uring', 'the kernel has it');
  return bad('io_uring', 'the kernel does not have it: the journal can only be kept in memory', 'boot a kernel with CONFIG_IO_URING=y, or run with --set pipeline.journal.device=memory');
}

export function bypassChecks(host: Host): readonly Verdict[] {
  return [dpdk(host), spdk(host), netmap(host), afXdp(host), ioUring(host)];
}
