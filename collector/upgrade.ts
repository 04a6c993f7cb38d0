/**
 * What an earlier version left in a store, brought to the layout of schema.ts before that is applied.
 *
 * The first version counted `latency_buckets` from the stored traces, by materialized views and bucket numbers. They are dropped: what
 * they held can be computed from `traces` again.
 *
 * Before acknowledgements could wait for the journal, `traces` had no stamps of it.
 */
import type { Store } from './store/store.js';

export async function upgrade(store: Store): Promise<void> {
  const old = await store.rows<{ readonly table: string }>(
    "SELECT table FROM system.columns WHERE database = currentDatabase() AND table = 'latency_buckets' AND name = 'bucket'",
  );
  if (old.length > 0) for (const statement of FROM_FIRST_VERSION) await store.command(statement);
  const [traces] = await store.rows<{ readonly columns: number; readonly waits: number }>(
    "SELECT count() AS columns, countIf(name = 'journal_write') AS waits FROM system.columns WHERE database = currentDatabase() AND table = 'traces'",
  );
  if (traces !== undefined && traces.columns > 0 && traces.waits === 0) for (const statement of FROM_BEFORE_WAITS) await store.command(statement);
}

const FROM_BEFORE_WAITS: readonly string[] = [
  'ALTER TABLE traces ADD COLUMN IF NOT EXISTS journal_durable UInt32 AFTER oms_ack',
  'ALTER TABLE traces ADD COLUMN IF NOT EXISTS journal_write UInt32 AFTER oms_ack', // last: it tells that both are there
];

const FROM_FIRST_VERSION: readonly string[] = [
  'DROP VIEW IF EXISTS traces_to_buckets',
  'DROP VIEW IF EXISTS journal_traces_to_buckets',
  "ALTER TABLE traces ADD COLUMN IF NOT EXISTS kept Enum8('sampled' = 1, 'tail' = 2)",
  'ALTER TABLE traces ADD COLUMN IF NOT EXISTS injected_hop UInt8',
  'ALTER TABLE traces ADD COLUMN IF NOT EXISTS injected_ns UInt32',
  'DROP TABLE IF EXISTS latency_buckets', // last: its columns tell that the rest is done
];
