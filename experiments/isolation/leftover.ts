/**
 * What a run leaves on the machine while it lasts, and how each of it is undone.
 *
 * Everything here is synchronous: it must also work in an exit handler.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { deleteNamespace, namespacesOf, socketFolder, type Link } from '../launch/network.js';
import { isAlive, killAndWait } from '../launch/process_identity.js';
import type { LinkKind } from '../spec/links.js';
import { setAffinity } from './affinity.js';

export const LeftoverSchema = z.discriminatedUnion('kind', [
  /** A file of /proc or /sys whose text was changed. */
  z.object({ kind: z.literal('setting'), path: z.string(), was: z.string() }),
  z.object({ kind: z.literal('process'), pid: z.number(), startTicks: z.number() }),
  /** A task that was kept from some CPUs; `cpus` is the list it had. */
  z.object({ kind: z.literal('affinity'), pid: z.number(), startTicks: z.number(), cpus: z.string() }),
  z.object({ kind: z.literal('namespace'), name: z.string() }),
  /** A file or folder that must not survive the run. */
  z.object({ kind: z.literal('file'), path: z.string() }),
]);

export type Leftover = Readonly<z.output<typeof LeftoverSchema>>;

/** What a run's links put on this machine: to be remembered before they are made. */
export function leftoversOf(links: readonly Link[], tag: string, kind: LinkKind): readonly Leftover[] {
  if (kind === 'virtio_user') return [{ kind: 'file', path: socketFolder(tag) }];
  return namespacesOf(links).map((name) => ({ kind: 'namespace', name }));
}

/** Undoes one of them; returns what was done, or undefined where nothing was left to do. Throws what to do by hand. */
export function undo(leftover: Leftover): string | undefined {
  switch (leftover.kind) {
    case 'setting':
      return restore(leftover.path, leftover.was);
    case 'process':
      if (!isAlive(leftover)) return undefined;
      if (!killAndWait(leftover)) throw new Error(`process ${leftover.pid} does not end; kill -9 ${leftover.pid}`);
      return `ended process ${leftover.pid}`;
    case 'affinity':
      if (!isAlive(leftover)) return undefined;
      setAffinity(leftover.pid, leftover.cpus);
      return `let task ${leftover.pid} on CPUs ${leftover.cpus} again`;
    case 'namespace':
      deleteNamespace(leftover.name);
      return `deleted namespace ${leftover.name}`;
    case 'file':
      rmSync(leftover.path, { recursive: true, force: true });
      return `removed ${leftover.path}`;
  }
}

function restore(path: string, was: string): string | undefined {
  try {
    if (readFileSync(path, 'utf8').trim() === was) return undefined;
    writeFileSync(path, was);
    return `restored ${path} to ${was}`;
  } catch (error) {
    throw new Error(`${path} could not be restored to ${was}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
