/**
 * `hopscope kill`: pulls the kill switch of running engines, or takes that back. It writes to the engine's own page in memory and asks nobody:
 * neither the orchestrator, nor the collector, nor the store has to be well.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { openPage, type EnginePage, type TripView } from '../../native/index.js';
import { formatNs } from '../report/quantity.js';
import { writeJson } from '../run/results.js';
import { requireRoot } from '../run/runner.js';
import { findEngines } from '../serve/find_engines.js';
import { ServeError } from '../serve/serve_error.js';

export interface KillCommandOptions {
  readonly arm: boolean;
  readonly force: boolean;
  readonly json?: string;
}

/** What became of one engine's switch. */
export interface KilledEngine {
  readonly run_id: string;
  readonly pid: number;
  readonly killed: boolean;
  /** Null: armed. */
  readonly by: string | null;
  /** ns since the trip; null: not yet, or not known. */
  readonly last_order_ns: number | null;
  readonly asked_ns: number | null;
  readonly confirmed_ns: number | null;
  /** Venues that have not confirmed, by index. */
  readonly waiting_for_venues: readonly number[];
}

interface Switch {
  readonly runId: string;
  readonly pid: number;
  readonly page: EnginePage;
}

/** How long venues may take to confirm, and an engine to take a trip back. */
const PATIENCE_MS = 2_000;
const LOOK_EVERY_MS = 2;

/** @param runId undefined: of every engine on this machine. Returns 1 where not everything that was asked for happened. */
export async function killCommand(runId: string | undefined, options: KillCommandOptions): Promise<number> {
  requireRoot(process.getuid?.(), 'hopscope kill', 'it writes to the memory of engines');
  const switches = openSwitches(runId);
  try {
    if (!options.arm) for (const { page } of switches) page.kill('command'); // all of them before anything is waited for
    const done = await Promise.all(switches.map((one) => (options.arm ? arm(one, options.force) : settle(one))));
    if (options.json !== undefined) writeJson(options.json, done.map(({ engine }) => engine));
    for (const { line } of done) process.stdout.write(`${line}\n`);
    return done.every(({ ok }) => ok) ? 0 : 1;
  } finally {
    for (const { page } of switches) page.close();
  }
}

interface Done {
  readonly ok: boolean;
  readonly line: string;
  readonly engine: KilledEngine;
}

function openSwitches(runId: string | undefined): readonly Switch[] {
  const found = findEngines();
  const chosen = runId === undefined ? found : found.filter(({ view }) => view.runId === runId);
  if (chosen.length === 0) {
    const there = found.map(({ view }) => view.runId).join(', ');
    throw new ServeError(runId === undefined ? 'no engine runs on this machine' : `no engine runs ${runId}${there === '' ? '' : `; there is ${there}`}`);
  }
  return chosen.map(({ pid, page, view }) => ({ runId: view.runId, pid, page: openPage(page) }));
}

async function settle(one: Switch): Promise<Done> {
  const ok = await until(() => one.page.read().trip?.confirmed !== false);
  const { trip } = one.page.read();
  if (trip === null) return { ok: false, line: `${one.runId}: the kill switch was pulled, and armed again by somebody else`, engine: engineOf(one, trip) };
  const stopped = `${one.runId}: the kill switch is pulled (${trip.by}); ${lastOrder(trip)}`;
  return { ok, line: ok ? `${stopped}; every venue has confirmed ${since(trip.confirmedAfterNs)} that nothing is open` : `${stopped}; ${waiting(trip)}`, engine: engineOf(one, trip) };
}

async function arm(one: Switch, force: boolean): Promise<Done> {
  const { trip } = one.page.read();
  if (trip === null) return { ok: true, line: `${one.runId}: the kill switch was armed already`, engine: engineOf(one, trip) };
  if (!trip.confirmed && !force) {
    return { ok: false, line: `${one.runId}: not armed: ${waiting(trip)}; --force arms it all the same, and what is open there stays open`, engine: engineOf(one, trip) };
  }
  one.page.arm();
  const ok = await until(() => one.page.read().trip?.tsc !== trip.tsc);
  const now = one.page.read().trip;
  if (now === null) return { ok: true, line: `${one.runId}: the kill switch (${trip.by}) is armed again: orders may leave`, engine: engineOf(one, now) };
  return { ok: false, line: ok ? `${one.runId}: not armed: it was pulled again meanwhile (${now.by})` : `${one.runId}: not armed: the engine does not look; is it stopped?`, engine: engineOf(one, now) };
}

function lastOrder({ seen, lastOrderAfterNs: ns }: TripView): string {
  if (!seen) return 'no order passes its gate, but its OMS has not come by yet';
  return ns === null || ns <= 0 ? 'no order left after it' : `the last order left ${formatNs(ns)} after it`;
}

function waiting({ seen, waitingForVenues: venues }: TripView): string {
  if (!seen) return 'its OMS has not seen the trip; is the engine stopped?';
  return `venue ${venues.join(', ')} ${venues.length === 1 ? 'has' : 'have'} not confirmed yet that nothing is open; the engine goes on asking`;
}

function since(ns: number | null): string {
  return ns === null ? '' : `within ${formatNs(ns)}`;
}

function engineOf({ runId, pid }: Switch, trip: TripView | null): KilledEngine {
  return {
    run_id: runId, pid, killed: trip !== null, by: trip?.by ?? null,
    last_order_ns: trip?.lastOrderAfterNs ?? null, asked_ns: trip?.askedAfterNs ?? null, confirmed_ns: trip?.confirmedAfterNs ?? null,
    waiting_for_venues: trip?.waitingForVenues ?? [],
  };
}

async function until(seen: () => boolean): Promise<boolean> {
  const giveUpAtMs = performance.now() + PATIENCE_MS;
  while (!seen()) {
    if (performance.now() > giveUpAtMs) return false;
    await sleep(LOOK_EVERY_MS);
  }
  return true;
}
