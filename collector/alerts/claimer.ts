/**
 * Which process a folder of the outbox belongs to: its name says so, and /proc whether that process lives.
 *
 * A pid alone is used again; with the time of its start, in clock ticks since this boot, it is not.
 */
import { readFileSync } from 'node:fs';

/** `BOOT.PID.START` of this process. */
export function thisClaimer(): string {
  const start = startTicks(process.pid);
  if (start === null) throw new Error(`/proc/${process.pid}/stat cannot be read: mount /proc`);
  return `${bootId()}.${process.pid}.${start}`;
}

export function isClaimerAlive(claimer: string): boolean {
  const [boot, pid, start] = claimer.split('.');
  return boot === bootId() && start !== undefined && startTicks(Number(pid)) === start;
}

function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').slice(0, 8);
}

/** Null where there is no such process, or only its zombie. */
function startTicks(pid: number): string | null {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ESRCH') return null;
    throw error;
  }
  // proc(5): the name, in parentheses, may hold anything; state is the 1st field behind it, starttime the 20th.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' ? null : (fields[19] ?? null);
}
