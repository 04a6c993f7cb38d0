/** What the embedded store needs, looked at before chDB is loaded: without AVX2, loading it ends in SIGILL. */
import { accessSync, constants, mkdirSync, readFileSync, statfsSync } from 'node:fs';
import { StoreError, diskFull } from './error.js';

/** A run of ten seconds at 25 k orders/s stores about 30 MiB; merges need that twice. */
const NEEDED_BYTES = 128 * 1024 * 1024;

/** Features that `deny` may name, to see how the program fares on a machine without them. */
export type DeniableFeature = 'avx2' | 'chdb';

/** @throws StoreError `cpu` */
export function requireAvx2(deny: readonly string[]): void {
  if (process.arch !== 'x64') return;
  const flags = /^flags\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1] ?? '';
  if (flags.split(' ').includes('avx2') && !deny.includes('avx2')) return;
  throw new StoreError(
    'cpu',
    'the embedded store (chDB) needs a processor with AVX2, and this one has none: name a ClickHouse server with HOPSCOPE_STORE_URL=http://HOST:8123',
  );
}

/**
 * Creates the directory and sees that it can be written and has room.
 *
 * @throws StoreError `unwritable`, `disk-full`
 */
export function requireRoom(dir: string): void {
  try {
    mkdirSync(dir, { recursive: true });
    accessSync(dir, constants.W_OK | constants.X_OK);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'error';
    if (code === 'ENOSPC') throw diskFull(dir, cause);
    throw new StoreError('unwritable', `cannot write the store's directory ${dir} (${code}): make it writable, or choose another with --results DIR`, { cause });
  }
  const { bavail, bsize } = statfsSync(dir);
  if (bavail * bsize < NEEDED_BYTES) throw diskFull(dir);
}
