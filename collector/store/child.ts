/**
 * The store's own process: owns the data directory, serves it on loopback, ends when nobody has asked for a while.
 *
 * It lives apart from the command that started it (own session, so that Ctrl-C does not reach it) and tells that command over the IPC
 * channel, once, whether it is ready. SIGTERM and SIGINT end it after the statements at work.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Engine } from './engine.js';
import { StoreError, type StoreErrorKind } from './error.js';
import { Front } from './front.js';
import { Ownership, type Owner } from './owner.js';
import { requireAvx2, requireRoom } from './preflight.js';

/** What the starter hears. `busy`: another process has the directory, so there is somebody to join. */
export type ChildReport =
  | { readonly state: 'ready'; readonly owner: Owner }
  | { readonly state: 'busy' }
  | { readonly state: 'refused'; readonly kind: StoreErrorKind; readonly message: string };

const IDLE_CHECK_MS = 250;

const { values } = parseArgs({
  options: {
    dir: { type: 'string' },
    port: { type: 'string', default: '0' },
    'idle-ms': { type: 'string', default: '10000' },
    deny: { type: 'string', default: '' },
  },
});

async function main(): Promise<void> {
  const dir = values.dir;
  if (dir === undefined) throw new RangeError('--dir is missing');
  const deny = values.deny.split(',');
  requireAvx2(deny);
  requireRoom(dir);

  const ownership = await Ownership.take(dir);
  if (ownership === null) return report({ state: 'busy' });

  const spoolDir = join(dir, 'spool');
  rmSync(spoolDir, { recursive: true, force: true });
  mkdirSync(spoolDir);
  const engine = await Engine.open(join(dir, 'data'), deny);
  const front = new Front(engine, spoolDir);
  const owner = ownership.announce(await front.listen(Number(values.port)));
  front.admit(owner);

  let stopping = false;
  const stop = async (): Promise<void> => {
    if (stopping) return;
    stopping = true;
    await front.close();
    engine.close();
    ownership.release();
    process.exit(0);
  };
  process.on('SIGTERM', () => void stop());
  process.on('SIGINT', () => void stop());
  setInterval(() => {
    if (front.idleMs() > Number(values['idle-ms'])) void stop();
  }, IDLE_CHECK_MS);
  await report({ state: 'ready', owner });
}

function report(message: ChildReport): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined || !process.connected) {
      resolve(); // the starter has gone, or never was
      return;
    }
    process.send(message, () => {
      if (process.connected) process.disconnect();
      resolve();
    });
  });
}

main().catch(async (error: unknown) => {
  console.error(error);
  const kind = error instanceof StoreError ? error.kind : 'crashed';
  const message = error instanceof Error ? error.message : String(error);
  await report({ state: 'refused', kind, message });
  process.exit(1);
});
