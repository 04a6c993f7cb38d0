/** The command `hopscope` as a user starts it, with a results folder of its own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { usableCpus } from '../../../experiments/launch/placement.js';
import type { ExperimentSummary } from '../../../experiments/run/summarise.js';
import { HOPSCOPE } from '../../hopscope.js';
import { skip } from '../../skip.js';

export const ROOT = path.join(import.meta.dirname, '../../..');

export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Both streams, so far. */
  readonly output: () => string;
}

export interface StartOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** User and group id; the tests' own by default. */
  readonly user?: number;
}

/** Skips where whole experiments are impossible. */
export function requireExperiments(context: Mocha.Context, builds: readonly string[]): void {
  if (process.getuid?.() !== 0) skip(context, 'running the engine needs root');
  if (usableCpus().length < 2) skip(context, 'running the engine needs two CPUs');
  for (const needed of [...builds.map((build) => `engine/hopscope-engine-${build}`), 'native/hopscope.node']) {
    if (!existsSync(path.join(ROOT, 'build', needed))) skip(context, `${needed} is not built`);
  }
}

/** A scratch folder, and the commands that keep their results in it. */
export class Commands {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'hopscope-system-'));
  readonly #children: ChildProcess[] = [];

  start(args: readonly string[], { environment = {}, user }: StartOptions = {}): Started {
    const env = { ...process.env, HOPSCOPE_RESULTS: path.join(this.folder, 'results'), HOPSCOPE_DENY: '', HOPSCOPE_STORE_URL: '', ...environment };
    const as = user === undefined ? {} : { uid: user, gid: user };
    const child = spawn(process.execPath, [...HOPSCOPE, ...args], { env, cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'], ...as });
    this.#children.push(child);
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, output }));
    return { child, ended, output: () => output };
  }

  /** Waits until the run is in its measured phase. */
  async measuring(args: readonly string[]): Promise<Started> {
    const run = this.start(args);
    for (let i = 0; i < 600 && !run.output().includes(' measure '); i++) {
      if (run.child.exitCode !== null) throw new Error(`the run ended too early: ${run.output()}`);
      await sleep(50);
    }
    return run;
  }

  /** Ends what still runs, and removes the folder. */
  async close(): Promise<void> {
    const alive = this.#children.filter((child) => child.exitCode === null && child.signalCode === null);
    await Promise.all(alive.map((child) => (child.kill('SIGKILL'), once(child, 'close'))));
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export function summaryOf(file: string): ExperimentSummary {
  return JSON.parse(readFileSync(file, 'utf8')) as ExperimentSummary;
}
