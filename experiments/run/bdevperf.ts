/**
 * What a bdev does with nothing around it: SPDK's own bdevperf writes blocks of the journal's size to it, on the CPU and under the scheduler of the venue
 * that writes the journal, with the journal's own configuration and as much memory. Only for bdevs that are nothing but memory: any other would lose what
 * is on it.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../package_root.js';
import { readVolatileBdevs } from '../spec/spdk_config.js';
import type { DeviceWrites } from '../summary.js';
import type { FloorResult } from './fio.js';
import { runPinned, type Pinned } from './pinned_tool.js';

/** bdevperf is missing, must not write, or could not; the message says what to do. */
export class BdevperfError extends Error {
  override readonly name = 'BdevperfError';
}

export interface BdevperfOptions extends Omit<Pinned, 'cpus'> {
  /** That it polls on: the venue's. */
  readonly cpu: number;
  /** For EAL's own threads, which sleep. */
  readonly housekeepingCpu: number;
  /** SPDK's JSON configuration, and the bdev that the journal is on. */
  readonly config: string;
  readonly bdev: string;
  readonly memoryBytes: number;
  readonly hugepages: boolean;
  readonly blockBytes: number;
  readonly depth: number;
}

const SECONDS = 3;
/** SPDK has to start, which takes longest without hugepages. */
const PATIENCE_MS = 30_000;
/** What bdevperf takes beyond what the engine leaves to SPDK: the engine's threads and messages are its own. */
const OWN_MEGABYTES = 128;

/** Where the engine's SPDK has it, as the build found it (engine/journal/spdk.cmake); undefined: nowhere. */
export function findBdevperf(cmakeCache: string): string | undefined {
  const found = /^HOPSCOPE_BDEVPERF:[A-Z]+=(.+)$/m.exec(cmakeCache)?.[1];
  return found === undefined || found.endsWith('-NOTFOUND') ? undefined : found;
}

export function bdevperfArguments({ config, bdev, memoryBytes, hugepages, blockBytes, depth, cpu }: Omit<BdevperfOptions, 'housekeepingCpu' | keyof Pinned>): readonly string[] {
  return [
    '-c', config, '-T', bdev, '-w', 'write', '-o', String(blockBytes), '-q', String(depth), '-t', String(SECONDS), '-l', '-m', `[${cpu}]`,
    '-s', String(Math.ceil(memoryBytes / 2 ** 20) + OWN_MEGABYTES), ...(hugepages ? ['-R'] : ['--no-huge']), '-u',
    '--no-rpc-server', '--disable-cpumask-locks', '--msg-mempool-size', '8191', '--silence-noticelog',
  ];
}

export async function measureBdevperf(options: BdevperfOptions): Promise<FloorResult> {
  const { config, bdev, cpu, housekeepingCpu } = options;
  if (!readVolatileBdevs(config).includes(bdev)) {
    throw new BdevperfError(`reference fio: bdevperf would write over what is on ${bdev}, so it is measured on malloc bdevs alone; write reference: none, or measure it by hand`);
  }
  const executable = findBdevperf(builtWith());
  if (executable === undefined) {
    throw new BdevperfError('reference fio: SPDK\'s bdevperf was not found beside its libraries when the engine was built: make it (docs/spdk.md), then npm run setup, or write reference: none');
  }
  const args = bdevperfArguments(options);
  const libraries = path.join(path.dirname(executable), '../lib');
  const printed = await runPinned([executable, ...args], { ...options, cpus: [housekeepingCpu, cpu] }, PATIENCE_MS, { LD_LIBRARY_PATH: [libraries, process.env.LD_LIBRARY_PATH ?? ''].filter((one) => one !== '').join(':') });
  const writes = bdevperfWrites(printed, options.blockBytes);
  if (writes === undefined) throw new BdevperfError(`reference fio: bdevperf did not write to ${bdev} (${complaintOf(printed)}); raise pipeline.journal.spdk.memory, or write reference: none`);
  return { tool: 'bdevperf', writes, command: `bdevperf ${args.join(' ')}` };
}

function builtWith(): string {
  try {
    return readFileSync(path.join(packageRoot(), 'build', 'CMakeCache.txt'), 'utf8');
  } catch {
    return '';
  }
}

/** Its line of totals (IOPS, MiB/s, failures, timeouts, then µs: average, least, most), and the latency summary that `-l` adds. Undefined where nothing was written. */
export function bdevperfWrites(printed: string, blockBytes: number): DeviceWrites | undefined {
  const totals = /^\s*Total\s*:\s+([0-9.]+)\s+[0-9.]+\s+([0-9.]+)\s+[0-9.]+\s+[0-9.]+\s+[0-9.]+\s+([0-9.]+)\s*$/m.exec(printed)?.slice(1).map(Number);
  const [perSecond = 0, failures = 1, most = 0] = totals ?? [];
  const quantile = (percent: string): number | undefined => {
    const [, us] = new RegExp(`^\\s*${percent.replace('.', '\\.')}%\\s*:\\s+([0-9.]+)us`, 'm').exec(printed) ?? [];
    return us === undefined ? undefined : Math.round(Number(us) * 1000);
  };
  const [p50, p90, p99, p999] = ['50.00000', '90.00000', '99.00000', '99.90000'].map(quantile);
  if (perSecond === 0 || failures > 0 || p50 === undefined || p90 === undefined || p99 === undefined || p999 === undefined) return undefined;
  return { count: Math.round(perSecond * SECONDS), p50, p90, p99, p999, max: Math.round(most * 1000), bytes_per_s: perSecond * blockBytes };
}

function complaintOf(printed: string): string {
  const lines = printed.split('\n').map((one) => one.trim()).filter((one) => one !== '');
  const line = lines.find((one) => one.includes('*ERROR*') || one.includes('error while loading')) ?? lines.at(-1);
  return line?.replace(/^\[[^\]]*\] \S+\s*/, '').replace('*ERROR*: ', '') ?? 'it printed nothing';
}
