/** Whether the collector does its work, for whoever restarts what does not. */
import { existsSync } from 'node:fs';
import type { BoardSnapshot } from '../live/snapshot.js';

/** The store is asked to take rows every second; so much later something holds it up. */
const STORE_LAG_MAX_MS = 15_000;

export interface Health {
  readonly status: 'ok' | 'unhealthy';
  /** Empty when it is well. */
  readonly because: readonly string[];
  /** Engines that run and are heard. */
  readonly engines: number;
}

/** @param more what else is wrong, found by others */
export function healthOf(snapshot: BoardSnapshot, more: readonly string[]): Health {
  const because = [
    ...snapshot.engines.flatMap(({ phase, pid, runId, ageMs, store }) => {
      // One that died without a word is gone, and no fault of the collector's.
      if (phase === 'silent' && existsSync(`/proc/${pid}`)) return [`no reading of engine ${pid} (run ${runId}) for ${seconds(ageMs)}`];
      if (phase === 'running' && store.lagMs > STORE_LAG_MAX_MS) return [`rows of run ${runId} have waited for the store for ${seconds(store.lagMs)}`];
      return [];
    }),
    ...more,
  ];
  const engines = snapshot.engines.filter(({ phase }) => phase === 'running').length;
  return { status: because.length === 0 ? 'ok' : 'unhealthy', because, engines };
}

function seconds(ms: number): string {
  return `${(ms / 1e3).toFixed(1)} s`;
}
