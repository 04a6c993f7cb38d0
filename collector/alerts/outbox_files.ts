/** How the outbox reads and writes: whole files or none, and nothing said of what is already gone. */
import { closeSync, fsyncSync, openSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';

const DRAFT_SUFFIX = '.part';

/** Synced, and there under its name only when it is whole. */
export async function writeWhole(file: string, text: string): Promise<void> {
  const draft = `${file}${DRAFT_SUFFIX}`;
  try {
    const handle = await open(draft, 'w', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined); // the first failure is the one to tell
    throw error;
  }
}

/** As writeWhole(); a draft that fails is removed with its folder. */
export function writeWholeSync(file: string, text: string): void {
  const draft = `${file}${DRAFT_SUFFIX}`;
  writeFileSync(draft, text, { mode: 0o600, flush: true });
  renameSync(draft, file);
}

export function removeDrafts(folder: string): void {
  for (const file of filesIn(folder, DRAFT_SUFFIX)) rmSync(`${folder}/${file}`, { force: true });
}

export function foldersIn(dir: string): readonly string[] {
  return readdirSync(dir, { withFileTypes: true }).filter((one) => one.isDirectory()).map((one) => one.name);
}

/** Sorted; none where the folder itself is gone. */
export function filesIn(folder: string, suffix: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith(suffix)).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** @returns whether it was there */
export function renameIfThere(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

export async function syncFolder(dir: string): Promise<void> {
  const handle = await open(dir, 'r');
  await handle.sync().finally(() => handle.close());
}

export function syncFolderSync(dir: string): void {
  const handle = openSync(dir, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
