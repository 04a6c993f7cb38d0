/** A process, told from a later one with the same pid by the moment it started. */
import { readFileSync } from 'node:fs';

export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks since boot: field 22 of /proc/PID/stat, proc_pid_stat(5). */
  readonly startTicks: number;
}

/** Undefined when there is no such process, or only its zombie. */
export function identify(pid: number): ProcessIdentity | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  // The second field is the command in parentheses and may hold anything, parentheses included.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const startTicks = Number(fields[19]);
  return fields[0] === 'Z' || !Number.isFinite(startTicks) ? undefined : { pid, startTicks };
}

export function isAlive(process: ProcessIdentity): boolean {
  return identify(process.pid)?.startTicks === process.startTicks;
}

/** Kills it with SIGKILL and waits until it is gone, at most `patienceMs`. Does nothing to a stranger who inherited the pid. */
export function killAndWait(target: ProcessIdentity, patienceMs = 2_000): boolean {
  if (!isAlive(target)) return true;
  try {
    process.kill(target.pid, 'SIGKILL');
  } catch {
    return !isAlive(target);
  }
  const pause = new Int32Array(new SharedArrayBuffer(4));
  for (let waited = 0; waited < patienceMs && isAlive(target); waited += 5) Atomics.wait(pause, 0, 0, 5);
  return !isAlive(target);
}
