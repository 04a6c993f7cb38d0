/** The machine a summary was measured on. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import os from 'node:os';
import path from 'node:path';
import { reserved } from '../isolation/hugepages.js';
import { builtWithSpdk } from '../doctor/bypass.js';
import { packageRoot } from '../package_root.js';
import type { MachineSummary } from '../summary.js';

export function describeMachine(tscHz: number): MachineSummary {
  const cmakeCache = path.join(packageRoot(), 'build', 'CMakeCache.txt');
  return {
    cpu: `${os.cpus()[0]?.model ?? 'unknown'}, ${os.cpus().length} CPUs`,
    kernel: os.release(),
    tsc_hz: Math.round(tscHz),
    hugepages: reserved(),
    dpdk: packageVersion('libdpdk'),
    spdk: builtWithSpdk(textOf(cmakeCache)) ?? null,
    netmap: existsSync('/dev/netmap') ? 'present' : null,
    id: machineId(),
    build_flags: buildFlags(cmakeCache),
  };
}

/** A hash, because machine-id(5) asks that the id itself is not handed on; of the host's name where a container has none. */
function machineId(): string {
  const id = textOf('/etc/machine-id').trim();
  return createHash('sha256').update(`hopscope ${id === '' ? os.hostname() : id}`).digest('hex').slice(0, 12);
}

/** Build type, compiler and flags; empty where the tree was not built here. */
export function buildFlags(cmakeCache: string): string {
  const entries = new Map([...textOf(cmakeCache).matchAll(/^([A-Z_]+):[A-Z]+=(.*)$/gm)].map(([, key = '', value = '']) => [key, value]));
  const type = entries.get('CMAKE_BUILD_TYPE') ?? '';
  const parts = [type, path.basename(entries.get('CMAKE_CXX_COMPILER') ?? ''), entries.get('CMAKE_CXX_FLAGS'), entries.get(`CMAKE_CXX_FLAGS_${type.toUpperCase()}`)];
  return parts.map((part) => part?.trim() ?? '').filter((part) => part !== '').join(' ');
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function packageVersion(name: string): string | null {
  const asked = spawnSync('pkg-config', ['--modversion', name], { encoding: 'utf8' });
  return asked.status === 0 ? asked.stdout.trim() : null;
}
