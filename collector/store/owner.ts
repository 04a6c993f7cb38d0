/**
 * Who owns a data directory. chDB allows one process a directory and tells the second one nothing, so the owner is named here.
 *
 * The lock is an abstract Unix socket named after the directory: binding it is atomic, and the kernel frees it when the owner dies,
 * kill -9 included. The file `owner.json` beside the data only says whom to talk to; it proves nothing by itself.
 */
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';

export interface Owner {
  readonly pid: number;
  readonly port: number;
  /** Tells this life of the store from an earlier one on the same port. */
  readonly instance: string;
  /** Password of ClickHouse's user `default`: without it any local user could read files through SQL as the store's user. */
  readonly password: string;
}

export const OWNER_FILE = 'owner.json';

export class Ownership {
  private constructor(
    private readonly dir: string,
    private readonly lock: Server,
  ) {}

  /** Takes the directory, which must exist; null where another process has it. */
  static take(dir: string): Promise<Ownership | null> {
    const lock = createServer((socket) => socket.destroy());
    return new Promise((resolve, reject) => {
      lock.once('error', (error: NodeJS.ErrnoException) => {
        if (error.code === 'EADDRINUSE') resolve(null);
        else reject(error);
      });
      lock.listen(lockName(dir), () => resolve(new Ownership(dir, lock)));
    });
  }

  /** Says who owns the directory, to everyone who may read it as this user. */
  announce(port: number): Owner {
    const owner: Owner = { pid: process.pid, port, instance: randomBytes(8).toString('hex'), password: randomBytes(16).toString('hex') };
    const file = join(this.dir, OWNER_FILE);
    const draft = `${file}.${process.pid}`;
    writeFileSync(draft, `${JSON.stringify(owner)}\n`, { mode: 0o600 });
    renameSync(draft, file);
    return owner;
  }

  /** The directory may be gone by now; a file that stays behind misleads nobody. */
  release(): void {
    rmSync(join(this.dir, OWNER_FILE), { force: true });
    this.lock.close();
  }
}

/** The owner that announced itself last, alive or not; null where there is none. */
export function readOwner(dir: string): Owner | null {
  try {
    const owner: unknown = JSON.parse(readFileSync(join(dir, OWNER_FILE), 'utf8'));
    return isOwner(owner) ? owner : null;
  } catch {
    return null; // no file, or one that nobody finished writing: nobody to join
  }
}

function isOwner(value: unknown): value is Owner {
  if (typeof value !== 'object' || value === null) return false;
  const { pid, port, instance, password } = value as Partial<Record<keyof Owner, unknown>>;
  return typeof pid === 'number' && typeof port === 'number' && typeof instance === 'string' && typeof password === 'string';
}

function lockName(dir: string): string {
  return `\0hopscope-store-${createHash('sha256').update(realpathSync(dir)).digest('hex').slice(0, 32)}`;
}
