/** `hopscope serve` as a user starts it, with results and a meeting place of its own. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Commands, type Ended, type Started } from '../system/command.js';

export interface Served extends Started {
  readonly pid: number;
  readonly url: string;
  /** Waits until it has said so. */
  says(pattern: RegExp): Promise<void>;
  metric(name: string): Promise<number>;
  token(): string;
}

export class ServedCommands {
  readonly commands = new Commands();
  readonly folder = this.commands.folder;
  readonly #state = path.join(this.folder, 'state');

  constructor() {
    mkdirSync(this.#state);
  }

  start(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Started {
    return this.commands.start(args, { environment: { HOPSCOPE_STATE_DIR: this.#state, ...environment } });
  }

  run(file: string, settings: readonly string[] = [], environment: Readonly<Record<string, string>> = {}): Started {
    return this.start(['run', file, ...settings], environment);
  }

  async ended(args: readonly string[]): Promise<Ended> {
    return this.start(args).ended;
  }

  async serve(...args: readonly string[]): Promise<Served> {
    const started = this.start(['serve', '--port', '0', ...args]);
    await saying(started, /waiting for engines/);
    const url = /(http:\/\/\S+) shows the live page/.exec(started.output())?.[1] ?? '';
    return {
      ...started,
      pid: started.child.pid ?? 0,
      url,
      says: (pattern) => saying(started, pattern),
      metric: async (name) => {
        const text = await (await fetch(`${url}/metrics`)).text();
        return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? NaN);
      },
      token: () => readFileSync(path.join(this.#state, 'serve.token'), 'utf8').trim(),
    };
  }

  get holdsSocket(): boolean {
    return existsSync(path.join(this.#state, 'serve.sock'));
  }

  async close(): Promise<void> {
    await this.commands.close();
  }
}

export async function saying({ child, output }: Started, pattern: RegExp, withinMs = 30_000): Promise<void> {
  for (let waited = 0; waited < withinMs; waited += 20) {
    if (pattern.test(output())) return;
    if (child.exitCode !== null) throw new Error(`it ended before it said ${String(pattern)}: ${output()}`);
    await sleep(20);
  }
  throw new Error(`it has not said ${String(pattern)}: ${output()}`);
}

export function rssBytes(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? NaN) * 1024;
}
