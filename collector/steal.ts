/** Steal time: what the hypervisor ran instead of this machine's CPUs, as it tells the guest itself. */
import { readFileSync } from 'node:fs';

/** The kernel shows ticks of USER_HZ, which is 100 on every architecture this runs on (Documentation/filesystems/proc.rst, 1.7). */
const MS_PER_TICK = 10;
/** Field of a `cpuN` line, its name counted as 0. */
const STEAL_FIELD = 8;

/**
 * Steal time of these CPUs since boot, in ms by CPU; read it before and after a run. A hypervisor that does not tell leaves 0.
 * CPUs that are not there are absent.
 */
export function readSteal(cpus: readonly number[], path = '/proc/stat'): Readonly<Record<number, number>> {
  const lines = readFileSync(path, 'utf8').split('\n').map((line) => line.split(/ +/));
  const byName = new Map(lines.map((fields) => [fields[0] ?? '', fields]));
  return Object.fromEntries(
    cpus.flatMap((cpu) => {
      const fields = byName.get(`cpu${cpu}`);
      return fields === undefined ? [] : [[cpu, Number(fields[STEAL_FIELD] ?? 0) * MS_PER_TICK] as const];
    }),
  );
}
