/**
 * The engine as a child process: started, watched, ended.
 *
 * It gets a session of its own, so that the terminal's Ctrl-C reaches only the orchestrator, which then stops it in order. Should
 * the orchestrator die, the kernel tells the engine, which cancels what is open and ends (engine/main.cpp).
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, existsSync } from 'node:fs';
import path from 'node:path';
import { identify, type ProcessIdentity } from './process_identity.js';
import { packageRoot } from '../package_root.js';

/** The engine is not built, refused its plan, or died. The message holds its last words. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
}

const LAST_LINES = 12;

export interface EngineExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export function engineExecutable(build: string, root = packageRoot()): string {
  const file = path.join(root, 'build', 'engine', `hopscope-engine-${build}`);
  if (!existsSync(file)) throw new EngineError(`the engine of build ${build} is not built (${file}); npm run setup`);
  return file;
}

export class EngineProcess {
  readonly exited: Promise<EngineExit>;
  readonly #child: ChildProcess;
  readonly #lines: string[] = [];
  #exit: EngineExit | undefined;

  private constructor(child: ChildProcess, logFile: string) {
    this.#child = child;
    const log = createWriteStream(logFile);
    log.on('error', () => undefined); // a full disk must not end the run: the last lines are kept in memory too
    let partial = '';
    const take = (chunk: Buffer): void => {
      log.write(chunk);
      const lines = (partial + chunk.toString('utf8')).split('\n');
      partial = lines.pop() ?? '';
      this.#lines.push(...lines.filter((line) => line.trim() !== ''));
      this.#lines.splice(0, Math.max(0, this.#lines.length - LAST_LINES));
    };
    child.stdout?.on('data', take);
    child.stderr?.on('data', take);
    this.exited = new Promise((resolve) => {
      child.on('error', (error) => {
        this.#lines.push(error.message);
        this.#exit = { code: null, signal: null };
        resolve(this.#exit);
      });
      // `close` comes after the last line has been read, `exit` may not.
      child.on('close', (code, signal) => {
        if (partial.trim() !== '') this.#lines.push(partial);
        const exit = { code, signal };
        this.#exit = exit;
        log.end(() => resolve(exit));
      });
    });
  }

  /** @param cpus that the engine may use: its lcores and the housekeeping CPU (the orchestrator itself is pinned to the latter) */
  static start(executable: string, planFile: string, logFile: string, cpus: readonly number[]): EngineProcess {
    const child = spawn('taskset', ['--cpu-list', cpus.join(','), executable, '--plan', planFile], {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, GLIBC_TUNABLES: tunables(process.env.GLIBC_TUNABLES) },
    });
    return new EngineProcess(child, logFile);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  identity(): ProcessIdentity | undefined {
    return this.#child.pid === undefined ? undefined : identify(this.#child.pid);
  }

  /** Undefined while it runs. */
  get exit(): EngineExit | undefined {
    return this.#exit;
  }

  /** What it printed last, oldest first. */
  get lastLines(): readonly string[] {
    return this.#lines;
  }

  kill(): void {
    if (this.#exit === undefined) this.#child.kill('SIGKILL');
  }

  /** One line on how it ended. */
  describeExit(): string {
    if (this.#exit === undefined) return 'the engine is running';
    const { code, signal } = this.#exit;
    if (signal !== null) return `the engine was killed by ${signal}`;
    return code === null ? 'the engine could not be started' : `the engine ended with exit code ${code}`;
  }
}

/**
 * The engine's tables on transparent huge pages (malloc asks for them by madvise; glibc >= 2.35 reads this, others do not). On 4 KiB pages
 * every run got another physical layout and with it another latency: docs/decisions.md.
 */
function tunables(given: string | undefined): string {
  const own = 'glibc.malloc.hugetlb=1';
  return given === undefined || given === '' ? own : `${own}:${given}`; // of two, the last one counts
}
