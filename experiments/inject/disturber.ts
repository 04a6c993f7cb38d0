/**
 * Disturbs a running engine from outside, as `inject: { hog, stop, timer }` asks: one process of build/native/hopscope-disturb for each.
 *
 * They end with their standard input, so with this process too, whatever becomes of it; a stopped engine is continued first.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { identify, isAlive, type ProcessIdentity } from '../launch/process_identity.js';
import type { Scheduler } from '../launch/plan.js';
import { packageRoot } from '../package_root.js';
import type { Settings } from '../spec/schema.js';
import { DISTURBANCES, NO_TRUTH, readIntervals, type Disturbance, type DisturbanceKind, type Truth } from './truth.js';

/** The disturber is not built. */
export class DisturbError extends Error {
  override readonly name = 'DisturbError';
}

export type Inject = Settings['inject'];

export interface Victim {
  /** The engine's CPU: what hog and timer disturb. */
  readonly cpu: number;
  /** The engine: what stop stops. */
  readonly pid: number;
  /** The engine's: a hog has a higher priority. */
  readonly scheduler: Scheduler;
  /** Where the truth is written: `hog.tsc`, `stop.tsc`, `timer.tsc`. */
  readonly directory: string;
}

export interface Disturber {
  /** What must not outlive the run. */
  readonly processes: readonly ProcessIdentity[];
  /** Ends the disturbances and says when they were. Never rejects: what went wrong is one of the truth's conditions. */
  stop(): Promise<Truth>;
  /** Ends them at once, without the truth. Safe at any time. */
  kill(): void;
}

/** Whom kernel events name, by disturbance: native/disturb/hog.h, stop.h. Timer interrupts are nobody's. */
export const NAMES: Readonly<Record<DisturbanceKind, string>> = { hog: 'hopscope-hog', stop: 'hopscope-stop', timer: '' };
const PATIENCE_MS = 3_000;

/** Starts what the settings ask for; nothing where they ask for nothing. @throws DisturbError */
export function startDisturber(inject: Inject, victim: Victim, executable = disturberExecutable()): Disturber {
  const runs = DISTURBANCES.flatMap((kind) => {
    const options = optionsOf(kind, inject, victim);
    return options === undefined ? [] : [new DisturberProcess(kind, options, victim, executable)];
  });
  return {
    processes: runs.flatMap((run) => run.identity ?? []),
    async stop() {
      const truths = await Promise.all(runs.map((run) => run.stop()));
      return truths.length === 0 ? NO_TRUTH : { disturbances: truths.flatMap((truth) => truth.disturbances), conditions: truths.flatMap((truth) => truth.conditions) };
    },
    kill() {
      for (const run of runs) run.kill();
    },
  };
}

function disturberExecutable(): string {
  return path.join(packageRoot(), 'build', 'native', 'hopscope-disturb');
}

function optionsOf(kind: DisturbanceKind, { hog, stop, timer }: Inject, { cpu, pid, scheduler }: Victim): readonly (string | number)[] | undefined {
  switch (kind) {
    case 'hog': return hog && ['--cpu', cpu, '--scheduler', scheduler, '--on', hog.on, '--off', hog.off];
    case 'stop': return stop && ['--pid', pid, '--for', stop.for, '--every', stop.every];
    case 'timer': return timer && ['--cpu', cpu, '--every', timer.every];
  }
}

const Outcome = z.object({ intervals: z.number(), lost: z.number(), unseen: z.number(), interrupts: z.number() });

class DisturberProcess {
  readonly identity: ProcessIdentity | undefined;
  readonly #kind: DisturbanceKind;
  readonly #cpu: number;
  readonly #file: string;
  readonly #engine: ProcessIdentity | undefined;
  readonly #child: ChildProcess;
  readonly #ended: Promise<string>;
  #output = '';
  #complaint = '';
  #running = true;

  constructor(kind: DisturbanceKind, options: readonly (string | number)[], victim: Victim, executable: string) {
    if (!existsSync(executable)) throw new DisturbError(`the program that disturbs the engine is not built (${executable}); npm run setup`);
    this.#kind = kind;
    this.#cpu = victim.cpu;
    this.#file = path.join(victim.directory, `${kind}.tsc`);
    this.#engine = identify(victim.pid);
    // Detached: the terminal's Ctrl-C reaches only the orchestrator, which then ends it in order.
    this.#child = spawn(executable, [kind, ...options.map(String), '--out', this.#file], { detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
    this.identity = this.#child.pid === undefined ? undefined : identify(this.#child.pid);
    this.#child.stdin?.on('error', () => undefined); // it has ended by itself
    this.#child.stdout?.on('data', (chunk: Buffer) => (this.#output += chunk.toString('utf8')));
    this.#child.stderr?.on('data', (chunk: Buffer) => (this.#complaint += chunk.toString('utf8')));
    this.#ended = new Promise((resolve) => {
      this.#child.on('error', (error) => this.#end(error.message, resolve));
      this.#child.on('close', (code, signal) => this.#end(code === 0 ? '' : (this.#complaint.trim().split('\n')[0] ?? '') || `hopscope-disturb ended with ${signal ?? `exit code ${code ?? 0}`}`, resolve));
    });
  }

  async stop(): Promise<Truth> {
    this.#child.stdin?.end();
    const tooLate = setTimeout(() => this.kill(), PATIENCE_MS);
    const why = await this.#ended;
    clearTimeout(tooLate);
    if (why !== '') return this.#failed(why);
    try {
      return this.#truth();
    } catch (error) {
      return this.#failed(error instanceof Error ? error.message : String(error));
    }
  }

  kill(): void {
    if (!this.#running) return;
    this.#child.kill('SIGKILL');
    this.#letEngineGo();
  }

  /** @param why it ended before it was told to; empty where it did not */
  #end(why: string, resolve: (why: string) => void): void {
    this.#running = false;
    if (why !== '') this.#letEngineGo();
    resolve(why);
  }

  /** A disturber that did not end in order may have left the engine stopped. */
  #letEngineGo(): void {
    if (this.#kind !== 'stop' || this.#engine === undefined || !isAlive(this.#engine)) return;
    try {
      process.kill(this.#engine.pid, 'SIGCONT');
    } catch {
      // It ended in this very moment.
    }
  }

  #truth(): Truth {
    const last = this.#output.trim().split('\n').at(-1) ?? '';
    const { lost, unseen, interrupts } = Outcome.parse(JSON.parse(last));
    const intervals = readIntervals(this.#file);
    const conditions = [
      ...(interrupts > 0 ? [`${interrupts} local timer interrupts on CPU ${this.#cpu} while it lasted (/proc/interrupts)`] : []),
      ...(intervals.length === 0 ? ['it did nothing while the run was measured; raise repeat.measure, or disturb more often'] : []),
      ...(lost > 0 ? [`${lost} of its intervals are missing; disturb less often`] : []),
      ...(unseen > 0 ? [`${unseen} times the engine was not seen to stand still before it was continued, and no truth is known; raise inject.stop.for`] : []),
    ];
    const disturbance: Disturbance = { kind: this.#kind, who: NAMES[this.#kind], intervals, interrupts };
    return { disturbances: intervals.length === 0 ? [] : [disturbance], conditions: conditions.map((one) => this.#sentence(one)) };
  }

  #failed(why: string): Truth {
    return { disturbances: [], conditions: [this.#sentence(why.replace(/^hopscope-disturb: /, ''))] };
  }

  #sentence(text: string): string {
    return `inject.${this.#kind}: ${text}`;
  }
}
