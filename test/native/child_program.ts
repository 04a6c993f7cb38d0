import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const folder = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../build/native/test');

/** The file of one of native/test's programs. */
export const programFile = (name: string): string => path.join(folder, name);

/** One of native/test's programs: lines in, lines out. */
export class ChildProgram {
  private readonly child: ChildProcess;
  private readonly lines: AsyncIterator<string>;
  private readonly ended: Promise<unknown>;
  readonly file: string;

  constructor(name: string, args: readonly (string | number)[] = [], stderr: 'inherit' | 'ignore' = 'inherit') {
    this.file = programFile(name);
    this.child = spawn(this.file, args.map(String), { stdio: ['pipe', 'pipe', stderr] });
    this.ended = once(this.child, 'exit');
    if (!this.child.stdout) throw new Error(`${name} has no stdout`);
    this.lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error(`${this.file} did not start: build it (npm run setup)`);
    return this.child.pid;
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Sends one line and waits for the answer. */
  async ask(line = ''): Promise<string> {
    this.child.stdin?.write(`${line}\n`);
    return this.line();
  }

  async line(): Promise<string> {
    const next = await this.lines.next();
    if (next.done) throw new Error(`${this.file} ended without another line`);
    return next.value;
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    if (this.running) this.child.kill(signal);
    await this.ended;
  }

  /** Waits for its own end. */
  async end(): Promise<void> {
    this.child.stdin?.end();
    await this.ended;
  }
}
