// Other processes that use an outbox.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface OtherProcess {
  readonly child: ChildProcess;
  /** The next line that it prints. */
  line(): Promise<string>;
  kill9(): Promise<void>;
}

export function startProcess(script: 'leave_behind' | 'claim', args: readonly string[]): OtherProcess {
  const file = fileURLToPath(new URL(`./${script}.ts`, import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', file, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines: AsyncIterator<string, unknown> = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    child,
    async line() {
      const next = await lines.next();
      if (next.done === true) throw new Error(`${script} has ended`);
      return next.value;
    },
    async kill9() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}
