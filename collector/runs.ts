/** The table of runs: what was run, with which settings, and what came of it. */
import type { Store } from './store/store.js';

export type RunState = 'running' | 'finished' | 'failed';

export interface RunRecord {
  readonly runId: string;
  readonly experiment: string;
  readonly variant: string;
  readonly started: Date;
  readonly state: RunState;
  readonly valid: boolean;
  readonly invalidBecause: readonly string[];
  /** Every resolved setting, by its dotted path. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** The run's part of summary.json; null while it runs. */
  readonly summary: unknown;
  /** What this kernel or machine could not do, one line each. */
  readonly notes: readonly string[];
}

/** Stores a run, or its new state: `runs` shows what was recorded last. */
export function recordRun(store: Store, run: RunRecord): Promise<void> {
  const revision = Date.now();
  const row = {
    run_id: run.runId,
    revision,
    experiment: run.experiment,
    variant: run.variant,
    started: run.started.toISOString().replace('T', ' ').replace('Z', ''),
    state: run.state,
    valid: run.valid,
    invalid_because: run.invalidBecause,
    settings: JSON.stringify(run.settings),
    summary: run.summary === null ? '' : JSON.stringify(run.summary),
    notes: run.notes,
  };
  return store.insert({
    table: 'run_revisions',
    rows: [Buffer.from(`${JSON.stringify(row)}\n`)],
    format: 'JSONEachRow',
    token: `${run.runId}/run/${revision}`,
  });
}

/** Newest first. */
export async function listRuns(store: Store, limit = 1000): Promise<readonly RunRecord[]> {
  const rows = await store.rows<StoredRun>(
    'SELECT * EXCEPT started, toUnixTimestamp64Milli(started) AS started_ms FROM runs ORDER BY started DESC, run_id LIMIT {limit:UInt32}',
    { limit },
  );
  return rows.map((row) => ({
    runId: row.run_id,
    experiment: row.experiment,
    variant: row.variant,
    started: new Date(row.started_ms),
    state: row.state,
    valid: row.valid,
    invalidBecause: row.invalid_because,
    settings: JSON.parse(row.settings) as Record<string, unknown>,
    summary: row.summary === '' ? null : (JSON.parse(row.summary) as unknown),
    notes: row.notes,
  }));
}

interface StoredRun {
  readonly run_id: string;
  readonly experiment: string;
  readonly variant: string;
  readonly started_ms: number;
  readonly state: RunState;
  readonly valid: boolean;
  readonly invalid_because: readonly string[];
  readonly settings: string;
  readonly summary: string;
  readonly notes: readonly string[];
}
