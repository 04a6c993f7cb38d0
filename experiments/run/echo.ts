/**
 * What the network layer alone costs: an engine build with no trading logic sends packets over one link and gets them back (engine/echo.h). Run after
 * the experiment, never beside it, on its CPU and under its conditions.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { leftoversOf, type Leftover } from '../isolation/leftover.js';
import type { Session } from '../isolation/session.js';
import { EngineError, EngineProcess, engineExecutable } from '../launch/engine_process.js';
import { addLinks, buildLinks } from '../launch/network.js';
import type { Placement } from '../launch/placement.js';
import { buildPlan, writePlan, type Scheduler } from '../launch/plan.js';
import type { Settings } from '../spec/schema.js';

const EchoSchema = z.object({
  /** From the call that sends a packet to the one that returns it. */
  round_trip_ns: z.object({ count: z.number(), p50: z.number(), p90: z.number(), p99: z.number(), p999: z.number(), max: z.number() }),
  /** Packets received and sent again, by either end, with one burst under way. */
  forwards_per_s: z.number(),
  /** Round trips that never ended. */
  lost: z.number(),
  drops: z.number(),
  conditions: z.string(),
});

export type Echo = Readonly<z.output<typeof EchoSchema>>;

export interface EchoOptions {
  readonly settings: Settings;
  readonly placement: Placement;
  readonly scheduler: Scheduler;
  readonly hugepages: boolean;
  /** At most 8 characters that tell its names from those of all others. */
  readonly tag: string;
  /** Its own folder; it is made. */
  readonly directory: string;
  readonly session: Pick<Session, 'remember' | 'undo'>;
  readonly signal: AbortSignal;
}

const PATIENCE_MS = 20_000;

/** Settings that two variants must share to have the same echo. */
export function echoKey({ pipeline: { build, link, ports, burst, hugepages, xdp, busy_poll: busyPoll }, isolation }: Settings): string {
  return JSON.stringify([build, link, ports, burst, hugepages, xdp, busyPoll, isolation]);
}

/** @throws EngineError with the engine's own words */
export async function measureEcho({ settings, placement, scheduler, hugepages, tag, directory, session, signal }: EchoOptions): Promise<Echo> {
  const { build, link, ports } = settings.pipeline;
  const held: Leftover[] = [];
  const remember = (leftover: Leftover): void => {
    session.remember(leftover);
    held.push(leftover);
  };
  const [lcore] = placement.lcores;
  const links = buildLinks(1, tag, link, ports).slice(0, 1);
  const at = (name: string): string => path.join(directory, name);
  mkdirSync(directory, { recursive: true });
  try {
    for (const leftover of leftoversOf(links, tag, link)) remember(leftover);
    addLinks(links, tag, link);
    const plan = buildPlan(settings, {
      runId: tag, pagePath: '', resultPath: at('echo.json'), journalDirectory: '', placement: { ...placement, lcores: placement.lcores.slice(0, 1) },
      scheduler, hugepages, lane: 'off', ringMapIds: [], stalls: false, links,
    });
    writePlan(at('plan.json'), { ...plan, mode: 'echo', synthetic_rate: 0 });
    const engine = EngineProcess.start(engineExecutable(build), at('plan.json'), at('engine.log'), [lcore?.cpu ?? 0, placement.housekeepingCpu]);
    const identity = engine.identity();
    if (identity !== undefined) remember({ kind: 'process', ...identity });
    const stop = (): void => engine.kill();
    const late = setTimeout(stop, PATIENCE_MS);
    signal.addEventListener('abort', stop, { once: true });
    const { code } = await engine.exited;
    clearTimeout(late);
    signal.removeEventListener('abort', stop);
    if (code !== 0) throw new EngineError(`echo of build ${build}: ${engine.lastLines.at(-1) ?? engine.describeExit()}`);
    return EchoSchema.parse(JSON.parse(readFileSync(at('echo.json'), 'utf8')));
  } finally {
    for (const leftover of held.reverse()) session.undo(leftover);
  }
}
