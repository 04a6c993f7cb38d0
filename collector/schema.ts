/**
 * The tables, for the embedded store and for a server alike.
 *
 * - `traces`: one row a child order, one column a hop
 * - `journal_traces`: the side branch of an order to the journal's device, joined by (run_id, trace_id)
 * - `latency_buckets`: per run, hop or span, and second, a log-linear histogram of all measured records, stored or not
 * - `hop_ns`: both tables of traces unfolded to (trace, hop, ns since the predecessor)
 * - `stalls`: what took an engine thread's time
 * - `gaps`: time missing between two idle rounds of a reactor, and how much of it kernel events explain
 * - `attributions`: the delay of slow orders, by order, hop and cause
 * - `routing_decisions`: what the router had of each venue when it chose, one row a decision and venue
 * - `injections`: disturbances made on purpose, as their maker saw them
 * - `alerts`: every change of an alert's state, and `alert_notifications`: who was told of it
 * - `runs`: one row a run, its newest state
 *
 * A batch that is sent twice is stored once: MergeTree remembers the tokens of its last DEDUPLICATED_BATCHES insertions.
 */
import { STAMP_COLUMNS, type HopTable } from './catalogue.js';
import { seriesOfTable } from './durations.js';
import { FATES } from './routing/decision_rows.js';
import { STALL_CAUSES } from './stall_causes.js';
import { Store, type StoreOptions } from './store/store.js';
import { upgrade } from './upgrade.js';

/** One name and ClickHouse type a column, in the order of the RowBinary rows that the addon writes. */
export type Column = readonly [name: string, type: string];

export const TRACE_COLUMNS: readonly Column[] = [
  ['run_id', 'LowCardinality(String)'],
  ['ts', "DateTime64(9, 'UTC')"], // feed.due
  ['trace_id', 'UInt64'],
  ['feed_sequence', 'UInt64'],
  ['market_ns', 'UInt64'], // since midnight
  ['thread', 'UInt16'],
  ['venue', 'UInt8'],
  ['locate', 'UInt16'],
  ['side', "Enum8('B' = 66, 'S' = 83)"],
  ['order_type', "Enum8('I' = 73, 'L' = 76, 'M' = 77)"],
  ['outcome', "Enum8('open' = 0, 'accepted' = 1, 'rejected' = 2, 'timed_out' = 3, 'run_ended' = 4, 'risk_blocked' = 5)"],
  ['parent', 'UInt32'],
  ['price', 'UInt32'], // 4 decimals; 0 for a market order
  ['quantity', 'UInt32'],
  ['filled', 'UInt32'],
  ['hops', 'UInt16'], // bit h: hop h was stamped
  ...STAMP_COLUMNS.map((column): Column => [column, 'UInt32']), // ns since feed.due, 0 where not stamped
  ['kept', "Enum8('sampled' = 1, 'tail' = 2)"], // tail: outside the sample, but a duration was above its threshold
  ['injected_hop', 'UInt8'], // hop at which the plan delayed this order; 0: none
  ['injected_ns', 'UInt32'],
];

export const JOURNAL_COLUMNS: readonly Column[] = [
  ['run_id', 'LowCardinality(String)'],
  ['ts', "DateTime64(9, 'UTC')"], // journal.append
  ['trace_id', 'UInt64'],
  ['venue', 'UInt8'],
  ['block', 'UInt64'],
  ['block_records', 'UInt32'],
  ['block_bytes', 'UInt32'],
  ['write_ns', 'UInt32'], // since journal.append
  ['durable_ns', 'UInt32'], // since journal.append
];

export const BUCKET_COLUMNS: readonly Column[] = [
  ['run_id', 'LowCardinality(String)'],
  ['second', "DateTime('UTC')"], // in which they were counted
  ['name', 'LowCardinality(String)'], // hop or span
  ['low_ns', 'UInt64'],
  ['high_ns', 'UInt64'],
  ['count', 'UInt64'],
];

export const STALL_COLUMNS: readonly Column[] = [
  ['run_id', 'LowCardinality(String)'],
  ['ts', "DateTime64(9, 'UTC')"],
  ['duration_ns', 'UInt64'], // 0 for what is an instant
  ['cause', `Enum8(${STALL_CAUSES.map(({ name, value }) => `'${name}' = ${value}`).join(', ')})`],
  ['thread', 'UInt16'],
  ['cpu', 'UInt16'],
  ['detail', 'UInt64'], // by cause: bpf/records.h, HS_STALL_CAUSES
  ['pid', 'UInt32'], // of `who`, where it is a task
  ['who', 'String'],
  ['flags', 'UInt8'], // HS_STALL_FLAG_*
];

export const GAP_COLUMNS: readonly Column[] = [
  ['run_id', 'LowCardinality(String)'],
  ['ts', "DateTime64(9, 'UTC')"],
  ['duration_ns', 'UInt64'],
  ['thread', 'UInt16'],
  ['explained_ns', 'UInt64'], // by kernel events, costs around them included; 0 until the run is attributed
];

export const ATTRIBUTION_COLUMNS: readonly Column[] = [
  ['run_id', 'LowCardinality(String)'],
  ['ts', "DateTime64(9, 'UTC')"], // the order's feed.due
  ['trace_id', 'UInt64'],
  ['venue', 'UInt8'],
  ['hop', 'LowCardinality(String)'],
  ['cause', 'LowCardinality(String)'], // as in `stalls`, `backlog` or `none`
  ['who', 'String'], // of a backlog: cause and who that began it
  ['thread', 'UInt16'], // that stamped the hop
  ['delay_ns', 'UInt64'],
  ['stall_ts', "DateTime64(9, 'UTC')"], // the one stall that took most, or began the backlog; the order's ts where there is none
  ['stall_ns', 'UInt64'],
  ['order_ns', 'UInt32'], // its tick_to_ack
];

/** Prices have 4 decimals; terms and score are millionths of the currency a share, lower is better (docs/routing.md). */
export const ROUTING_COLUMNS: readonly Column[] = [
  ['run_id', 'LowCardinality(String)'],
  ['decision', 'UInt64'], // in the OMS's journal, from 1
  ['market_ns', 'UInt64'], // since midnight
  ['feed_sequence', 'UInt64'],
  ['symbol', 'LowCardinality(String)'],
  ['locate', 'UInt16'],
  ['side', "Enum8('B' = 66, 'S' = 83)"],
  ['order_type', "Enum8('I' = 73, 'L' = 76, 'M' = 77)"],
  ['rule', 'LowCardinality(String)'],
  ['takes', 'Bool'], // else it is to rest
  ['quantity', 'UInt32'], // of the whole order
  ['limit_price', 'UInt32'], // of the whole order; 0: any price
  ['venue', 'UInt8'],
  ['venue_name', 'LowCardinality(String)'],
  ['shown', 'Bool'], // false: nothing to be had there, or it was taken out
  ['price', 'UInt32'], // its touch, on the side that the order looks at
  ['shares', 'UInt32'], // there; 0 with rules that do not look at them
  ['depth', 'UInt64'], // shares at all the prices that were looked at
  ['fee', 'Int32'],
  ['fill', 'Int32'],
  ['latency', 'Int32'],
  ['rejects', 'Int32'],
  ['score', 'Int64'],
  ['rank', 'UInt8'], // by score, from 1; 0: nothing there within the order's limit
  ['picked', 'Bool'], // it got a part of the order
  ['probe', 'Bool'], // to see whether it answers
  ['fate', `Enum8(${Object.entries(FATES).map(([name, value]) => `'${name}' = ${value}`).join(', ')})`], // of that part
  ['trace_id', 'UInt64'], // of that part, as in `traces`; 0: none
  ['part_quantity', 'UInt32'],
  ['part_limit', 'UInt32'], // 0: any price
];

export const INJECTION_COLUMNS: readonly Column[] = [
  ['run_id', 'LowCardinality(String)'],
  ['ts', "DateTime64(9, 'UTC')"],
  ['duration_ns', 'UInt64'],
  ['kind', 'LowCardinality(String)'], // hog, stop, timer
  ['who', 'String'],
];

export const ALERT_COLUMNS: readonly Column[] = [
  ['run_id', 'LowCardinality(String)'],
  ['ts', "DateTime64(3, 'UTC')"], // the reading that changed it
  ['rule', 'LowCardinality(String)'],
  ['severity', 'LowCardinality(String)'],
  ['state', "Enum8('inactive' = 0, 'pending' = 1, 'firing' = 2, 'resolved' = 3)"],
  ['value', 'Float64'], // NaN where there was nothing to judge
  ['unit', 'LowCardinality(String)'], // ns, count, per_second, share, times
  ['expr', 'String'],
  ['reason', 'String'],
  ['summary', 'String'],
];

export const ALERT_NOTIFICATION_COLUMNS: readonly Column[] = [
  ['run_id', 'LowCardinality(String)'],
  ['ts', "DateTime64(3, 'UTC')"], // its target had taken it, or it was given up
  ['rule', 'LowCardinality(String)'],
  ['state', "Enum8('firing' = 2, 'resolved' = 3)"], // as in `alerts`
  ['target', 'String'],
  ['attempts', 'UInt16'],
  ['delivered', 'Bool'],
  ['error', 'String'],
];

const RUN_COLUMNS: readonly Column[] = [
  ['run_id', 'String'],
  ['revision', 'UInt64'], // Unix time in ms: the highest one counts
  ['experiment', 'String'],
  ['variant', 'String'],
  ['started', "DateTime64(3, 'UTC')"],
  ['state', "Enum8('running' = 0, 'finished' = 1, 'failed' = 2)"],
  ['valid', 'Bool'],
  ['invalid_because', 'Array(String)'],
  ['settings', 'String'], // JSON
  ['summary', 'String'], // JSON of the run's part of summary.json; empty while it runs
  ['notes', 'Array(String)'], // what this kernel or machine could not do
];

/** Batches of four a second for half an hour, far longer than any batch is sent again. */
const DEDUPLICATED_BATCHES = 10_000;

/**
 * Opens the store and creates the tables that are not there yet.
 *
 * @throws StoreError
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const store = await Store.open(options);
  try {
    await applySchema(store);
  } catch (error) {
    await store.close();
    throw error;
  }
  return store;
}

/** Creates what is not there yet, and brings what an earlier version made up to date; the traces stay. */
export async function applySchema(store: Store): Promise<void> {
  await upgrade(store);
  for (const statement of SCHEMA) await store.command(statement);
}

export const SCHEMA: readonly string[] = [
  // ts stands in the key as DateTime64, so that Grafana's $__timeFilter uses it.
  table('traces', TRACE_COLUMNS, 'MergeTree', 'run_id, ts, trace_id'),
  table('journal_traces', JOURNAL_COLUMNS, 'MergeTree', 'run_id, ts, trace_id'),
  table('latency_buckets', BUCKET_COLUMNS, 'MergeTree', 'run_id, name, second, low_ns'),
  `CREATE OR REPLACE VIEW hop_ns AS ${unfolded('traces')} UNION ALL ${unfolded('journal_traces')}`,
  table('stalls', STALL_COLUMNS, 'MergeTree', 'run_id, ts'),
  // A gap is stored as it is found, and again when it is explained.
  table('gap_revisions', GAP_COLUMNS, 'ReplacingMergeTree(explained_ns)', 'run_id, ts, thread'),
  'CREATE VIEW IF NOT EXISTS gaps AS SELECT * FROM gap_revisions FINAL',
  table('attributions', ATTRIBUTION_COLUMNS, 'MergeTree', 'run_id, ts, trace_id'),
  table('routing_decisions', ROUTING_COLUMNS, 'MergeTree', 'run_id, decision, venue'),
  table('injections', INJECTION_COLUMNS, 'MergeTree', 'run_id, ts'),
  table('alerts', ALERT_COLUMNS, 'MergeTree', 'run_id, ts'),
  table('alert_notifications', ALERT_NOTIFICATION_COLUMNS, 'MergeTree', 'run_id, ts'),
  table('run_revisions', RUN_COLUMNS, 'ReplacingMergeTree(revision)', 'run_id'),
  'CREATE VIEW IF NOT EXISTS runs AS SELECT * EXCEPT revision FROM run_revisions FINAL ORDER BY started, run_id',
];

function table(name: string, columns: readonly Column[], engine: string, key: string): string {
  const list = columns.map(([column, type]) => `${column} ${type}`).join(', ');
  return `CREATE TABLE IF NOT EXISTS ${name} (${list}) ENGINE = ${engine} ORDER BY (${key}) SETTINGS non_replicated_deduplication_window = ${DEDUPLICATED_BATCHES}`;
}

function unfolded(source: HopTable): string {
  const hops = seriesOfTable(source).filter((one) => one.name.includes('.'));
  const list = (parts: readonly string[]): string => `[${parts.join(', ')}]`;
  // A branch is kept with its order, or for itself: its row does not tell.
  const kept = source === 'traces' ? 'toString(kept)' : "''";
  return `SELECT run_id, ts, trace_id, hop, ns, ${kept} AS kept FROM ${source}
    ARRAY JOIN ${list(hops.map((one) => `'${one.name}'`))} AS hop, ${list(hops.map((one) => one.ns))} AS ns, ${list(hops.map((one) => one.present))} AS present
    WHERE present`;
}
