/** build/engine/hopscope-journal: reads journal files. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { packageRoot } from '../package_root.js';
import { EngineError } from './engine_process.js';

/** In the folder of a run's journals: the OMS's; the others are the venues'. */
export const OMS_JOURNAL = 'journal-oms.hsj';

function journalTool(root = packageRoot()): string {
  const file = path.join(root, 'build', 'engine', 'hopscope-journal');
  if (!existsSync(file)) throw new EngineError(`the journal's reader is not built (${file}); npm run setup`);
  return file;
}

/** Writes to this command's own terminal or pipe. Its exit code: 0 all is well, 1 a journal is damaged or its replay differs, 2 a file or the plan cannot be used. */
export function runJournalTool(args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(journalTool(), args, { stdio: ['ignore', 'inherit', 'inherit'] });
    child.on('error', (error) => reject(new EngineError(`the journal's reader could not be started: ${error.message}`)));
    child.on('close', (code, signal) => {
      if (signal === null) resolve(code ?? 1);
      else reject(new EngineError(`the journal's reader was killed by ${signal}`));
    });
  });
}

/** What it prints, line by line as it comes. @throws EngineError with what it says when it cannot use the file */
export async function* journalToolLines(args: readonly string[]): AsyncGenerator<string> {
  const child = spawn(journalTool(), args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const said: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => said.push(text));
  const closed = new Promise<number | null>((resolve, reject) => {
    child.on('error', (error) => reject(new EngineError(`the journal's reader could not be started: ${error.message}`)));
    child.on('close', resolve);
  });
  closed.catch(() => undefined); // it is thrown below
  try {
    yield* createInterface({ input: child.stdout, crlfDelay: Infinity });
    if ((await closed) !== 0) throw new EngineError(said.join('').trim() || "the journal's reader was killed");
  } finally {
    child.kill();
  }
}
