/**
 * What the device under a journal does with nothing around it: fio writes blocks of the journal's size, as many at a time as the journal does, on the
 * CPU and under the scheduler of the thread that writes the journal. Before the engine or after it, never beside it.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { Session } from '../isolation/session.js';
import type { DeviceWrites, FloorTool } from '../summary.js';
import { runPinned, type Pinned } from './pinned_tool.js';

/** fio is missing or could not write; the message says what to do. */
export class FioError extends Error {
  override readonly name = 'FioError';
}

export interface FioOptions extends Pinned {
  readonly device: 'memory' | 'uring';
  readonly blockBytes: number;
  readonly depth: number;
  /** Each write behind the device's volatile cache too. */
  readonly flush: boolean;
  /** Of the file that it writes round and round. */
  readonly sizeBytes: number;
  /** Where that file stands for a moment, on the journal's own disk; a journal in memory has none, and /dev/shm is used. */
  readonly directory: string;
  /** Tells the names of this experiment's files from those of all others. */
  readonly tag: string;
  /** Remembers the process and its file, so that the next command removes both should this one be killed. */
  readonly session: Pick<Session, 'remember' | 'undo'>;
}

/** Of one device, measured once. */
export interface FloorResult {
  readonly tool: FloorTool;
  readonly writes: DeviceWrites;
  readonly command: string;
}

const SECONDS = 3;
/** Writing the file for the first time comes on top. */
const PATIENCE_MS = 60_000;

/**
 * `uring`: what the journal asks of the kernel, buffers registered, page cache avoided and with `flush` O_DSYNC, on a file that was written before. `mmap`: a copy into
 * memory that is there already, which is all that a journal in memory is.
 */
export function fioArguments({ device, blockBytes, depth, flush, sizeBytes }: Pick<FioOptions, 'device' | 'blockBytes' | 'depth' | 'flush' | 'sizeBytes'>, file: string): readonly string[] {
  const engine = device === 'memory' ? ['--ioengine=mmap'] : ['--ioengine=io_uring', '--direct=1', '--fixedbufs=1', '--registerfiles=1', ...(flush ? ['--sync=dsync'] : [])];
  return [
    '--name=journal', `--filename=${file}`, ...engine, '--rw=write', `--bs=${blockBytes}`, `--iodepth=${depth}`, `--size=${sizeBytes}`, '--overwrite=1',
    '--thread', '--time_based', `--runtime=${SECONDS}`, '--clat_percentiles=0', '--lat_percentiles=1', '--percentile_list=50:90:99:99.9', '--output-format=json',
  ];
}

export async function measureFio(options: FioOptions): Promise<FloorResult> {
  const { device, directory, tag, session } = options;
  if (spawnSync('fio', ['--version'], { stdio: 'ignore' }).error !== undefined) {
    throw new FioError('reference fio: fio is not installed, so no device\'s own figures stand beside the journal\'s: apt-get install fio, or write reference: none');
  }
  // Not called hopscope-…: what is mapped under such a name is taken for an engine's page (serve/find_engines.ts).
  const file = device === 'memory' ? `/dev/shm/fio-hopscope-${tag}` : path.join(directory, `fio-${tag}.dat`);
  const args = fioArguments(options, file);
  const leftover = { kind: 'file', path: file } as const;
  mkdirSync(path.dirname(file), { recursive: true });
  session.remember(leftover);
  try {
    const printed = await runPinned(['fio', ...args], options, PATIENCE_MS);
    const writes = writesOf(printed);
    if (writes === undefined) throw new FioError(`reference fio: it did not write to ${file} (${complaintOf(printed)}); make room there, or write reference: none`);
    return { tool: 'fio', writes, command: `fio ${args.join(' ')}` };
  } finally {
    session.undo(leftover);
  }
}

/** `lat`: from the call that submits a write until its completion was seen, which is what `journal_write` is. */
const Printed = z.object({
  jobs: z.tuple([z.object({
    error: z.literal(0),
    write: z.object({
      total_ios: z.number().positive(),
      bw_bytes: z.number(),
      lat_ns: z.object({
        max: z.number(),
        percentile: z.object({ '50.000000': z.number(), '90.000000': z.number(), '99.000000': z.number(), '99.900000': z.number() }),
      }),
    }),
  })]),
});

/** Undefined where nothing was written. fio may complain before its JSON. */
export function writesOf(printed: string): DeviceWrites | undefined {
  const [json] = /^\{[\s\S]*^\}/m.exec(printed) ?? [];
  if (json === undefined) return undefined;
  const read = Printed.safeParse(parsed(json));
  if (!read.success) return undefined;
  const [{ write: { total_ios: count, bw_bytes: rate, lat_ns: { max, percentile } } }] = read.data.jobs;
  return { count, p50: percentile['50.000000'], p90: percentile['90.000000'], p99: percentile['99.000000'], p999: percentile['99.900000'], max, bytes_per_s: rate };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined; // cut short
  }
}

function complaintOf(printed: string): string {
  return printed.split('\n').find((line) => line.startsWith('fio:') || line.includes('error'))?.trim() ?? 'it printed nothing';
}
