/**
 * chDB, held by this process alone: the only file that knows its API.
 *
 * Each statement runs on a connection of its own (1.6 ms), which gives it its own database, settings and parameters. One more
 * connection stays open for the whole life and keeps the engine in memory.
 */
import type { Session } from 'chdb';
import { StoreError, firstLine } from './error.js';
import { preludeOf, type Statement } from './statement.js';

export interface EngineResult {
  readonly bytes: Uint8Array;
  readonly elapsedNs: number;
  readonly rowsRead: number;
  readonly bytesRead: number;
}

/** Statements at work at the same time; each occupies a thread of libuv's pool. */
const MAX_CONCURRENT = 8;

export class Engine {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  private constructor(
    private readonly dir: string,
    private readonly connect: () => Session,
    private readonly anchor: Session,
  ) {}

  /** @throws StoreError `missing` where chDB does not load, `owner` where another process has the directory */
  static async open(dir: string, deny: readonly string[]): Promise<Engine> {
    const chdb = await loadChdb(deny);
    try {
      const anchor = new chdb.Session(dir);
      return new Engine(dir, () => new chdb.Session(dir), anchor);
    } catch (cause) {
      const why = firstLine(String(cause));
      throw new StoreError('owner', `chDB cannot open ${dir} (${why}): end the other program that uses it, or choose another place with --results DIR`, { cause });
    }
  }

  async run(statement: Statement): Promise<EngineResult> {
    await this.#turn();
    try {
      const session = this.connect();
      try {
        await session.queryAsync(preludeOf(statement));
        const result = await session.queryAsync(statement.sql, { format: statement.format });
        return { bytes: result.bytes(), elapsedNs: Math.round(result.elapsed * 1e9), rowsRead: result.rowsRead, bytesRead: result.bytesRead };
      } finally {
        session.close();
      }
    } finally {
      this.#running -= 1;
      this.#waiting.shift()?.();
    }
  }

  /** Call it when nothing runs any more: chDB does not survive being closed under a query. */
  close(): void {
    this.anchor.close();
  }

  async #turn(): Promise<void> {
    if (this.#running >= MAX_CONCURRENT) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#running += 1;
  }
}

async function loadChdb(deny: readonly string[]): Promise<typeof import('chdb')> {
  try {
    if (deny.includes('chdb')) throw new Error('denied by the settings');
    return await import('chdb');
  } catch (cause) {
    const why = firstLine(cause instanceof Error ? cause.message : String(cause));
    throw new StoreError(
      'missing',
      `the embedded store (chDB) does not load (${why}): run \`npm install\`, or name a ClickHouse server with HOPSCOPE_STORE_URL=http://HOST:8123`,
      { cause },
    );
  }
}
