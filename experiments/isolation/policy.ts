/**
 * Isolation policies: how far a run keeps the rest of the machine away from the engine's CPUs.
 *
 * - `fifo`: engine threads SCHED_FIFO, RT throttling off; interrupts, kernel threads and everything of ours on the housekeeping CPU.
 * - `other`: the same with SCHED_OTHER and throttling left alone.
 * - `none`: threads are pinned, nothing else is touched.
 * - `auto`: fifo for builds that do not need the kernel to move their packets; `other` for the socket build, whose softirqs run on the engine's
 *   own CPU and would starve behind a FIFO thread that never sleeps.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import type { Scheduler } from '../launch/plan.js';
import type { Placement } from '../launch/placement.js';
import type { Settings } from '../spec/schema.js';
import { moveKernelThreads } from './kernel_threads.js';
import type { Session } from './session.js';

export interface Isolation {
  readonly policy: 'fifo' | 'other' | 'none';
  readonly scheduler: Scheduler;
  /** One sentence each: what was done and what could not be. Stored and printed with the run. */
  readonly conditions: readonly string[];
}

const RT_RUNTIME = '/proc/sys/kernel/sched_rt_runtime_us';
const IRQ_ROOT = '/proc/irq';

export function resolvePolicy(settings: Settings): Isolation['policy'] {
  if (settings.isolation.policy !== 'auto') return settings.isolation.policy;
  return settings.pipeline.build === 'socket' ? 'other' : 'fifo';
}

/** Applies the policy of one run; the session undoes it. Applying it twice changes nothing. */
export function isolate(settings: Settings, placement: Placement, session: Session): Isolation {
  const policy = resolvePolicy(settings);
  const cpus = placement.lcores.map((lcore) => lcore.cpu).join(', ');
  const scheduler: Scheduler = policy === 'fifo' ? 'fifo' : 'other';
  if (policy === 'none') return { policy, scheduler, conditions: [`isolation none: engine pinned to CPU ${cpus}, nothing else was changed`] };
  const conditions: string[] = [];
  if (policy === 'fifo') {
    const refused = setThrottling(session);
    conditions.push(`isolation fifo: engine on CPU ${cpus} with SCHED_FIFO, ${refused === undefined ? 'RT throttling off' : `RT throttling could not be switched off (${refused}): expect a pause of 50 ms a second`}`);
  } else {
    const why = settings.pipeline.build === 'socket' ? ' (with SCHED_FIFO the softirqs that move its packets would starve on that CPU)' : '';
    conditions.push(`isolation other: engine pinned to CPU ${cpus} with SCHED_OTHER${why}`);
  }
  conditions.push(moveInterrupts(placement.housekeepingCpu, session), moveKernelThreads(placement.housekeepingCpu, session));
  return { policy, scheduler, conditions };
}

function setThrottling(session: Session): string | undefined {
  try {
    const was = readFileSync(RT_RUNTIME, 'utf8').trim();
    if (was === '-1') return undefined;
    session.remember({ kind: 'setting', path: RT_RUNTIME, was });
    writeFileSync(RT_RUNTIME, '-1');
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function moveInterrupts(cpu: number, session: Session): string {
  const wanted = String(cpu);
  let there = 0;
  let refused = 0;
  for (const irq of readdirSync(IRQ_ROOT).filter((name) => /^[0-9]+$/.test(name))) {
    const path = `${IRQ_ROOT}/${irq}/smp_affinity_list`;
    try {
      const was = readFileSync(path, 'utf8').trim();
      if (was !== wanted) {
        session.remember({ kind: 'setting', path, was });
        writeFileSync(path, wanted);
      }
      there++;
    } catch {
      refused++; // managed and per-CPU interrupts cannot be moved: proc(5)
    }
  }
  return `${there} interrupts on CPU ${cpu}${refused === 0 ? '' : `, ${refused} cannot be moved`}`;
}

/** Moves a process of ours, with all its threads, to the housekeeping CPU. Children that it starts later follow. */
export function pinToHousekeeping(pid: number, cpu: number): string | undefined {
  const done = spawnSync('taskset', ['--all-tasks', '--cpu-list', '--pid', String(cpu), String(pid)], { encoding: 'utf8' });
  if (done.status === 0) return undefined;
  return `process ${pid} could not be pinned to CPU ${cpu} (${done.error?.message ?? done.stderr.trim()})`;
}
