/** Finds the embedded store of a data directory, or starts it. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, statSync } from 'node:fs';
import { get } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { ChildReport } from './child.js';
import { StoreError } from './error.js';
import { INSTANCE_HEADER } from './front.js';
import { readOwner, type Owner } from './owner.js';
import { requireRoom } from './preflight.js';

export interface EmbeddedOptions {
  /** Holds `owner.json`, `store.log`, `data/` and `spool/`. */
  readonly dir: string;
  /** 0 or absent: any free port. */
  readonly port?: number;
  /** CPUs the store may use, as `taskset -c` writes them: keeps it off the engine's core. */
  readonly cpus?: string;
  /** The store ends when nobody has asked it anything for so long. */
  readonly idleMs?: number;
  /** How long to wait for an owner that holds the directory without answering: one that is just starting, or just ending. */
  readonly busyTimeoutMs?: number;
  /** Features to do without, as on a machine that lacks them: `avx2`, `chdb`. */
  readonly deny?: readonly string[];
}

/** Loading chDB takes 0.2–0.6 s; a machine at work on something else may need far longer. */
const START_TIMEOUT_MS = 60_000;
const PING_TIMEOUT_MS = 2_000;
const BUSY_TIMEOUT_MS = 20_000;
const BUSY_POLL_MS = 100;
const LOG_LIMIT_BYTES = 1024 * 1024;

/**
 * Joins the directory's owner, or becomes the parent of a new one.
 *
 * @throws StoreError with every reason for which there can be none
 */
export async function findOrStart(options: EmbeddedOptions): Promise<Owner> {
  requireRoom(options.dir);
  const giveUpMs = Date.now() + (options.busyTimeoutMs ?? BUSY_TIMEOUT_MS);
  for (;;) {
    const owner = readOwner(options.dir);
    if (owner !== null && (await answers(owner))) {
      if (options.cpus !== undefined) repin(owner.pid, options.cpus);
      return owner;
    }
    const report = await start(options);
    if (report.state === 'ready') return report.owner;
    if (report.state === 'refused') throw new StoreError(report.kind, report.message);
    if (Date.now() > giveUpMs) throw silentOwner(options.dir);
    await sleep(BUSY_POLL_MS);
  }
}

/** Whether this very owner is alive, not a stranger who got its port. */
export function answers(owner: Owner): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get({ host: '127.0.0.1', port: owner.port, path: '/ping', agent: false, timeout: PING_TIMEOUT_MS }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.headers[INSTANCE_HEADER] === owner.instance));
      response.on('error', () => resolve(false));
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(false));
  });
}

function start(options: EmbeddedOptions): Promise<ChildReport> {
  const node = [
    process.execPath,
    ...childProgram(),
    `--dir=${options.dir}`,
    `--port=${options.port ?? 0}`,
    ...(options.idleMs === undefined ? [] : [`--idle-ms=${options.idleMs}`]),
    `--deny=${(options.deny ?? []).join(',')}`,
  ];
  const [command = process.execPath, ...args] = options.cpus === undefined ? node : ['taskset', '-c', options.cpus, ...node];
  const log = openLog(options.dir);
  const child = spawn(command, args, {
    detached: true, // setsid: the terminal's Ctrl-C must not reach it
    stdio: ['ignore', log, log, 'ipc'],
    // Statements wait in libuv's pool while their rows are being spooled: four threads would be few.
    env: { ...process.env, UV_THREADPOOL_SIZE: '16', NODE_OPTIONS: '' },
  });
  closeSync(log);
  return firstReport(child, options.dir).finally(() => {
    if (child.connected) child.disconnect();
    child.unref();
  });
}

function firstReport(child: ChildProcess, dir: string): Promise<ChildReport> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new StoreError('crashed', `the embedded store did not start within ${START_TIMEOUT_MS / 1000} s: see ${join(dir, 'store.log')}`));
    }, START_TIMEOUT_MS);
    const settle = (then: () => void): void => {
      clearTimeout(timer);
      child.removeAllListeners(); // it will end one day, which is nobody's business here
      then();
    };
    child.once('message', (message) => settle(() => resolve(message as ChildReport)));
    child.once('error', (cause) => settle(() => reject(unstartable(cause))));
    child.once('exit', (code, signal) => settle(() => reject(died(dir, signal ?? `exit code ${code ?? 0}`))));
  });
}

/** The same program as this one: compiled beside its compiled caller, TypeScript through tsx beside a TypeScript one. */
function childProgram(): readonly string[] {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const program = fileURLToPath(new URL(`./child.${extension}`, import.meta.url));
  if (extension === 'js') return [program];
  const tsx = createRequire(import.meta.url).resolve('tsx');
  return ['--import', pathToFileURL(tsx).href, program];
}

function openLog(dir: string): number {
  const file = join(dir, 'store.log');
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  return openSync(file, size > LOG_LIMIT_BYTES ? 'w' : 'a', 0o600);
}

/** A store that an earlier command started may sit on the core that the engine wants now. Every thread of it moves. */
function repin(pid: number, cpus: string): void {
  const { status, error, stderr } = spawnSync('taskset', ['-a', '-p', '-c', cpus, String(pid)], { encoding: 'utf8' });
  if (status === 0) return;
  const why = error?.message ?? stderr.trim();
  throw new StoreError('owner', `cannot move the store (process ${pid}) to CPUs ${cpus} (${why}): end it with \`kill ${pid}\` and try again`);
}

function silentOwner(dir: string): StoreError {
  const owner = readOwner(dir);
  const who = owner === null ? 'a process that has not said its name' : `process ${owner.pid}`;
  const remedy = owner === null ? 'end it' : `end it with \`kill ${owner.pid}\``;
  return new StoreError('owner', `the store in ${dir} is held by ${who}, which does not answer: ${remedy}, or choose another place with --results DIR`);
}

function unstartable(cause: Error): StoreError {
  return new StoreError('crashed', `cannot start the embedded store (${cause.message}): install Node.js and util-linux (taskset)`, { cause });
}

function died(dir: string, how: string): StoreError {
  const log = join(dir, 'store.log');
  const last = existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n').at(-1) : '';
  return new StoreError('crashed', `the embedded store died while starting (${how})${last === undefined || last === '' ? '' : `: ${last}`}: see ${log}`);
}
