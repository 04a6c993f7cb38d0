/**
 * The tables, for the embedded store and for a server alike.
 *
 * - `traces`: one row a child order, one column a hop
 * - `journal_traces`: the side branch of an order to the journal's device, joined by (run_id, trace_id)
 * - `latency_buckets`: per run, hop or span, and second, a log-linear histogram; fed by materialized views, summed by merges
 * - `hop_ns`: both tables unfolded to (trace, hop, ns since the predecessor)
 * - `runs`: one row a run, its newest state
 *
 * A batch that is sent twice is stored once: MergeTree remembers the tokens of its last DEDUPLICATED_BATCHES insertions, the tables
 * behind the materialized views included.
 */
import { bucketSql } from './buckets.js';
import { CAPSULE_HOPS, type HopTable } from './catalogue.js';
import { seriesOfTable } from './durations.js';
import { Store, type StoreOptions } from './store/store.js';

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
  ...CAPSULE_HOPS.map((hop): Column => [hop.column, 'UInt32']), // ns since feed.due, 0 where not stamped
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

/** Creates what is not there yet; the data stay. */
export async function applySchema(store: Store): Promise<void> {
  for (const statement of SCHEMA) await store.command(statement);
}

export const SCHEMA: readonly string[] = [
  // ts stands in the key as DateTime64, so that Grafana's $__timeFilter uses it.
  table('traces', TRACE_COLUMNS, 'MergeTree', 'run_id, ts, trace_id'),
  table('journal_traces', JOURNAL_COLUMNS, 'MergeTree', 'run_id, ts, trace_id'),
  table(
    'latency_buckets',
    [
      ['run_id', 'LowCardinality(String)'],
      ['second', "DateTime('UTC')"],
      ['name', 'LowCardinality(String)'], // hop or span
      ['bucket', 'UInt16'],
      ['count', 'UInt64'],
    ],
    'SummingMergeTree(count)',
    'run_id, name, second, bucket',
  ),
  bucketsView('traces'),
  bucketsView('journal_traces'),
  `CREATE VIEW IF NOT EXISTS hop_ns AS ${unfolded('traces')} UNION ALL ${unfolded('journal_traces')}`,
  table('run_revisions', RUN_COLUMNS, 'ReplacingMergeTree(revision)', 'run_id'),
  'CREATE VIEW IF NOT EXISTS runs AS SELECT * EXCEPT revision FROM run_revisions FINAL ORDER BY started, run_id',
];

function table(name: string, columns: readonly Column[], engine: string, key: string): string {
  const list = columns.map(([column, type]) => `${column} ${type}`).join(', ');
  return `CREATE TABLE IF NOT EXISTS ${name} (${list}) ENGINE = ${engine} ORDER BY (${key}) SETTINGS non_replicated_deduplication_window = ${DEDUPLICATED_BATCHES}`;
}

/** Hops and spans alike: dashboards ask for `tick_to_ack` a second at a time. feed.due has no duration to count. */
function bucketsView(source: HopTable): string {
  const series = seriesOfTable(source).filter((one) => one.name !== 'feed.due');
  const names = series.map((one) => `'${one.name}'`).join(', ');
  const values = series.map((one) => one.ns).join(', ');
  const present = series.map((one) => one.present).join(', ');
  return `CREATE MATERIALIZED VIEW IF NOT EXISTS ${source}_to_buckets TO latency_buckets AS
    SELECT run_id, toDateTime(ts, 'UTC') AS second, name, ${bucketSql('ns')} AS bucket, count() AS count
    FROM ${source} ARRAY JOIN [${names}] AS name, [${values}] AS ns, [${present}] AS present
    WHERE present GROUP BY run_id, second, name, bucket`;
}

function unfolded(source: HopTable): string {
  const hops = seriesOfTable(source).filter((one) => one.name.includes('.'));
  const list = (parts: readonly string[]): string => `[${parts.join(', ')}]`;
  return `SELECT run_id, ts, trace_id, hop, ns FROM ${source}
    ARRAY JOIN ${list(hops.map((one) => `'${one.name}'`))} AS hop, ${list(hops.map((one) => one.ns))} AS ns, ${list(hops.map((one) => one.present))} AS present
    WHERE present`;
}
