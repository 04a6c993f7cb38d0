/** Another tool's run on CPUs of its own under the journal's scheduler. Remembered, so that the next command ends it should this one be killed. */
import { spawn } from 'node:child_process';
import type { Session } from '../isolation/session.js';
import type { Scheduler } from '../launch/plan.js';
import { identify } from '../launch/process_identity.js';

export interface Pinned {
  /** That it may use. One that polls, under `fifo`, would keep its own helpers from a single one for good. */
  readonly cpus: readonly number[];
  readonly scheduler: Scheduler;
  readonly session: Pick<Session, 'remember'>;
  readonly signal: AbortSignal;
}

/** What both print, in the order of its coming. Killed after `patienceMs`. A tool that cannot be started prints nothing. */
export async function runPinned(
  command: readonly string[], { cpus, scheduler, session, signal }: Pinned, patienceMs: number, environment: Readonly<Record<string, string>> = {},
): Promise<string> {
  const child = spawn('taskset', ['--cpu-list', cpus.join(','), ...(scheduler === 'fifo' ? ['chrt', '--fifo', '80'] : []), ...command], {
    stdio: ['ignore', 'pipe', 'pipe'], detached: true, env: { ...process.env, ...environment },
  });
  const identity = child.pid === undefined ? undefined : identify(child.pid); // taskset and chrt become the tool: same pid, same start
  if (identity !== undefined) session.remember({ kind: 'process', ...identity });
  const interrupt = (): void => void child.kill('SIGINT');
  signal.addEventListener('abort', interrupt, { once: true });
  const late = setTimeout(() => child.kill('SIGKILL'), patienceMs);
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString('utf8')));
  child.stderr.on('data', (chunk: Buffer) => (printed += chunk.toString('utf8')));
  await new Promise<void>((resolve) => {
    child.on('error', () => resolve());
    child.on('close', () => resolve());
  });
  clearTimeout(late);
  signal.removeEventListener('abort', interrupt);
  return printed;
}
