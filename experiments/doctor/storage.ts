/** The embedded store, and the places a run writes to. */
import path from 'node:path';

import { bad, note, ok, type Verdict } from './check.js';
import type { Host } from './host.js';
import { parseCpuInfo } from './procfs.js';

const MIB = 2 ** 20;
/** The journal's file (1 GiB, preallocated) and what the store needs to start. */
const WANTED_BYTES = 1024 * MIB + 128 * MIB;
const SHARED_MEMORY = '/dev/shm';

export interface StorageOptions {
  readonly resultsDirectory: string;
  /** A ClickHouse server to use instead of the embedded store. */
  readonly storeUrl?: string | undefined;
  readonly deny: readonly string[];
}

function embeddedStore(host: Host, { storeUrl, deny }: StorageOptions): readonly Verdict[] {
  const elsewhere = 'export HOPSCOPE_STORE_URL=http://HOST:8123 (a ClickHouse server)';
  const missing = storeUrl === undefined ? bad : note;
  const hasAvx2 = host.arch !== 'x64' || (parseCpuInfo(host.readText('/proc/cpuinfo') ?? '').flags.has('avx2') && !deny.includes('avx2'));
  const hasChdb = host.hasPackage('chdb') && !deny.includes('chdb');
  return [
    hasAvx2 ? ok('AVX2', host.arch === 'x64' ? 'the embedded store can run' : 'not needed on this architecture') : missing('AVX2', 'the processor has none, the embedded store needs it', elsewhere),
    hasChdb ? ok('chDB', 'installed') : missing('chDB', 'the package chdb is not installed', 'npm install'),
    ...(storeUrl === undefined ? [] : [ok('store', `the server at ${withoutPassword(storeUrl)} is used instead of the embedded one`)]),
  ];
}

function withoutPassword(url: string): string {
  return url.replace(/\/\/[^/@]*@/, '//');
}

/** Creating the directory is part of the answer: it is what the run would do. */
function results(host: Host, { resultsDirectory }: StorageOptions): readonly Verdict[] {
  const shown = path.resolve(resultsDirectory);
  const fault = host.writeFault(shown);
  if (fault !== '') return [bad('write access', `${shown}: ${fault}`, `make it writable (chmod u+rwx ${shown}), or choose another with --results DIR`)];
  const free = host.freeBytes(shown) ?? 0;
  const space = `${(free / MIB / 1024).toFixed(1)} GiB free`;
  const direct = host.directFault(shown);
  return [
    ok('write access', shown),
    free >= WANTED_BYTES ? ok('disk space', space) : bad('disk space', `${space} in ${shown}; a run with a journal on disk wants ${WANTED_BYTES / MIB} MiB`, 'free some, or choose another disk with --results DIR'),
    direct === ''
      ? ok('O_DIRECT', 'the file system of the results takes it')
      : bad('O_DIRECT', `the file system of ${shown} refuses it (${direct}), the journal needs it`, 'choose another disk with --results DIR, or run with --set pipeline.journal.device=memory'),
  ];
}

function sharedMemory(host: Host): Verdict {
  const fault = host.writeFault(SHARED_MEMORY);
  if (fault === '') return ok('shared memory', `${SHARED_MEMORY} is writable`);
  return bad('shared memory', `${SHARED_MEMORY}: ${fault}`, `mkdir -p ${SHARED_MEMORY} && mount -t tmpfs tmpfs ${SHARED_MEMORY}`);
}

export function storageChecks(host: Host, options: StorageOptions): readonly Verdict[] {
  return [...embeddedStore(host, options), ...results(host, options), sharedMemory(host)];
}
