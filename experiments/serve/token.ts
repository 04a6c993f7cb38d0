/** The secret that changes of state need: new at every start, in a file that only root reads. */
import { randomBytes } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { ServeError } from './serve_error.js';

const TOKEN_BYTES = 32;

export function newToken(file: string): string {
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  try {
    rmSync(file, { force: true }); // an old file would keep its mode
    writeFileSync(file, `${token}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    throw new ServeError(`serve: ${file} cannot be written (${error instanceof Error ? error.message : String(error)}); run as root, or name another folder with HOPSCOPE_STATE_DIR`);
  }
  return token;
}
