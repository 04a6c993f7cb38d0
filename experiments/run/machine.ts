/** The machine a summary was measured on. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import os from 'node:os';
import { reserved } from '../isolation/hugepages.js';
import type { MachineSummary } from '../summary.js';

export function describeMachine(tscHz: number): MachineSummary {
  return {
    cpu: `${os.cpus()[0]?.model ?? 'unknown'}, ${os.cpus().length} CPUs`,
    kernel: os.release(),
    tsc_hz: Math.round(tscHz),
    hugepages: reserved(),
    dpdk: packageVersion('libdpdk'),
    spdk: packageVersion('spdk_nvme'),
    netmap: existsSync('/dev/netmap') ? 'present' : null,
  };
}

function packageVersion(name: string): string | null {
  const asked = spawnSync('pkg-config', ['--modversion', name], { encoding: 'utf8' });
  return asked.status === 0 ? asked.stdout.trim() : null;
}
