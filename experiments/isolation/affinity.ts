/** Which CPUs a task may run on: util-linux's taskset, since Node has no call for it. */
import { spawnSync } from 'node:child_process';

/** @param cpus a list as the kernel writes it: `0-1,4`. Throws what taskset said. */
export function setAffinity(pid: number, cpus: string): void {
  const done = spawnSync('taskset', ['--cpu-list', '--pid', cpus, String(pid)], { encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`task ${pid} cannot be moved to CPUs ${cpus} (${done.error?.message ?? done.stderr.trim()})`);
}
