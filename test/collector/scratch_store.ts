/** An embedded store of a test file's own: real chDB in a real child process, gone when the tests are. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Store, StoreOptions } from '../../collector/store/store.js';
import { openStore } from '../../collector/schema.js';

export interface ScratchStore {
  readonly dir: string;
  readonly store: Store;
  remove(): Promise<void>;
}

export async function scratchStore(options: Partial<StoreOptions> = {}): Promise<ScratchStore> {
  const dir = mkdtempSync(join(tmpdir(), 'hopscope-store-'));
  const store = await openStore({ dir, ...options });
  return {
    dir,
    store,
    async remove() {
      const { pid } = store;
      await store.close();
      if (pid !== null) await end(pid);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Asks the process to end and waits until it has. */
export async function end(pid: number): Promise<void> {
  if (isAlive(pid)) process.kill(pid, 'SIGTERM');
  await untilDead(pid);
}

export async function untilDead(pid: number, withinMs = 10_000): Promise<void> {
  const giveUpMs = Date.now() + withinMs;
  while (isAlive(pid)) {
    await sleep(20);
    if (Date.now() > giveUpMs) throw new Error(`process ${pid} is still alive after ${withinMs} ms`);
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
