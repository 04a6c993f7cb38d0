import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { STAMP_COLUMNS } from '../../collector/catalogue.js';
import { GAP_COLUMNS, JOURNAL_COLUMNS, STALL_COLUMNS, TRACE_COLUMNS, applySchema, type Column } from '../../collector/schema.js';
import { OPENING_NS, evenStamps, journalRow, stallRow, traceRow } from './rows.js';
import { scratchStore, type ScratchStore } from './scratch_store.js';

describe('schema', () => {
  let scratch: ScratchStore;
  before(async () => (scratch = await scratchStore()));
  after(() => scratch.remove());

  it('has the columns of the addon\'s rows: as many bytes a row, in the same order', () => {
    // A struct ends where a String follows: the rest is of the test that reads such a row back.
    const untilText = STALL_COLUMNS.slice(0, STALL_COLUMNS.findIndex(([name]) => name === 'who'));
    const structs = [['rows', 'TraceRow', TRACE_COLUMNS], ['rows', 'JournalRow', JOURNAL_COLUMNS], ['stall_rows', 'GapRow', GAP_COLUMNS], ['stall_rows', 'StallRowStart', untilText]] as const;
    for (const [file, struct, columns] of structs) {
      const header = readFileSync(new URL(`../../native/${file}.h`, import.meta.url), 'utf8');
      const size = Number(new RegExp(`sizeof\\(${struct}\\) == (\\d+)`).exec(header)?.[1]);
      expect(columns.slice(1).reduce((sum, [, type]) => sum + bytesOf(type), 0), struct).to.equal(size);
      const fields = new RegExp(`struct ${struct} \\{([^}]+)`).exec(header)![1]!.matchAll(/^ *std::u?int(?:8|16|32|64)_t (\w+)(?:\[kTraceHops\])?;/gm);
      // One array stands for the hops' columns.
      const names = [...fields].flatMap(([, name = '']) => (name === 'hop_ns' ? STAMP_COLUMNS : [name]));
      expect(columns.slice(1).map(([name]) => name), struct).to.deep.equal(names);
    }
  });

  it('reads every field of a trace back as it was written', async () => {
    await scratch.store.insert({ table: 'traces', rows: [traceRow({ runId: 'fields', traceId: (3n << 32n) | 9n, stampsNs: evenStamps(10) })], format: 'RowBinary', token: 'fields' });
    await scratch.store.insert({ table: 'journal_traces', rows: [journalRow({ runId: 'fields', traceId: 9n, writeNs: 40, durableNs: 100 })], format: 'RowBinary', token: 'fields' });
    const [trace] = await scratch.store.rows("SELECT *, toUnixTimestamp64Nano(ts) = {due:Int64} AS due FROM traces WHERE run_id = 'fields'", { due: String(OPENING_NS) });
    expect(trace).to.include({ due: 1, trace_id: 3 * 2 ** 32 + 9, feed_sequence: 3 * 2 ** 32 + 1009, market_ns: 34_200_000_000_000, thread: 1, venue: 1, locate: 7, side: 'S', order_type: 'I' });
    expect(trace).to.include({ outcome: 'accepted', parent: 0, price: 1_000_100, quantity: 300, filled: 200, hops: 0x1fff, feed_due: 0, feed_tx: 10, oms_ack: 120, kept: 'sampled', injected_hop: 0, injected_ns: 0 });
    const [branch] = await scratch.store.rows("SELECT * EXCEPT ts FROM journal_traces WHERE run_id = 'fields'");
    expect(branch).to.deep.equal({ run_id: 'fields', trace_id: 9, venue: 1, block: 5, block_records: 3, block_bytes: 4096, write_ns: 40, durable_ns: 100 });
  });

  it('knows why a trace was kept, and what was injected into it', async () => {
    const row = traceRow({ runId: 'injected', traceId: 1n, stampsNs: evenStamps(10), kept: 'tail', injected: { hop: 6, ns: 20_000 } });
    await scratch.store.insert({ table: 'traces', rows: [row], format: 'RowBinary', token: 'injected' });
    expect(await scratch.store.rows("SELECT kept, injected_hop, injected_ns FROM traces WHERE run_id = 'injected'")).to.deep.equal([{ kept: 'tail', injected_hop: 6, injected_ns: 20_000 }]);
  });

  it('reads stalls back as they were written', async () => {
    const row = stallRow({ runId: 'stall', startNs: OPENING_NS, durationNs: 12_345, cause: 'hypervisor', thread: 2, who: 'ksoftirqd/0', detail: 2 ** 47 });
    await scratch.store.insert({ table: 'stalls', rows: [row], format: 'RowBinary', token: 'stall' });
    expect(await scratch.store.rows("SELECT * FROM stalls WHERE run_id = 'stall'")).to.deep.equal([
      { run_id: 'stall', ts: '2026-03-01 09:30:00.000000000', duration_ns: 12_345, cause: 'hypervisor', thread: 2, cpu: 3, detail: 2 ** 47, pid: 0, who: 'ksoftirqd/0', flags: 0 },
    ]);
  });

  it('brings a store of the first version up to date, its traces kept', async () => {
    const old = await scratchStore();
    try {
      for (const statement of FIRST_VERSION) await old.store.command(statement);
      await applySchema(old.store);
      await old.store.insert({ table: 'traces', rows: [traceRow({ runId: 'new', traceId: 2n, stampsNs: evenStamps(10), kept: 'tail' })], format: 'RowBinary', token: 'new' });
      expect(await old.store.rows('SELECT run_id, trace_id, kept FROM traces ORDER BY trace_id')).to.deep.equal([
        { run_id: 'old', trace_id: 1, kept: 'sampled' },
        { run_id: 'new', trace_id: 2, kept: 'tail' },
      ]);
      expect(await old.store.rows('SELECT name, low_ns FROM latency_buckets')).to.deep.equal([]);
    } finally {
      await old.remove();
    }
  });

  it('unfolds a trace to its stamped hops, each with the time since its predecessor', async () => {
    const stampsNs = { 0: 0, 1: 5, 2: 25, 3: 26, 7: 90, 8: 190, 9: 200, 10: 203, 11: 210, 12: 310 }; // 4 to 6 are missing
    await scratch.store.insert({ table: 'traces', rows: [traceRow({ runId: 'holes', traceId: 1n, stampsNs })], format: 'RowBinary', token: 'holes' });
    await scratch.store.insert({ table: 'journal_traces', rows: [journalRow({ runId: 'holes', traceId: 1n, writeNs: 40, durableNs: 100 })], format: 'RowBinary', token: 'holes' });
    const rows = await scratch.store.rows<{ hop: string; ns: number }>("SELECT hop, ns FROM hop_ns WHERE run_id = 'holes'");
    expect(Object.fromEntries(rows.map(({ hop, ns }) => [hop, ns]))).to.deep.equal({
      'feed.due': 0, 'feed.tx': 5, 'oms.rx': 20, 'oms.book': 1, // oms.tx has lost its predecessor
      'venue.rx': 100, 'venue.match': 10, 'journal.append': 3, 'venue.tx': 7, 'oms.ack': 100, 'journal.write': 40, 'journal.durable': 60,
    });
  });

  it('counts an answer that waited for the journal from what it waited for', async () => {
    const waited = { ...evenStamps(10), 11: 900, 12: 950, 13: 130 };
    const rows = [traceRow({ runId: 'waited', traceId: 1n, stampsNs: waited }), traceRow({ runId: 'waited', traceId: 2n, stampsNs: { ...waited, 14: 880 } })];
    await scratch.store.insert({ table: 'traces', rows, format: 'RowBinary', token: 'waited' });
    const found = await scratch.store.rows("SELECT trace_id, ns FROM hop_ns WHERE run_id = 'waited' AND hop = 'venue.tx' ORDER BY trace_id");
    expect(found).to.deep.equal([{ trace_id: 1, ns: 770 }, { trace_id: 2, ns: 20 }]);
  });

  it('gives a store of before acknowledgements waited the columns, in their place', async () => {
    const old = await scratchStore();
    try {
      await old.store.command('ALTER TABLE traces DROP COLUMN journal_write, DROP COLUMN journal_durable');
      await old.store.command("INSERT INTO traces (run_id, trace_id, oms_ack) VALUES ('old', 1, 120)");
      await applySchema(old.store);
      await old.store.insert({ table: 'traces', rows: [traceRow({ runId: 'new', traceId: 2n, stampsNs: { ...evenStamps(10), 13: 101, 14: 109 } })], format: 'RowBinary', token: 'new' });
      expect(await old.store.rows('SELECT run_id, oms_ack, journal_write, journal_durable, injected_ns FROM traces ORDER BY trace_id')).to.deep.equal([
        { run_id: 'old', oms_ack: 120, journal_write: 0, journal_durable: 0, injected_ns: 0 },
        { run_id: 'new', oms_ack: 120, journal_write: 101, journal_durable: 109, injected_ns: 0 },
      ]);
    } finally {
      await old.remove();
    }
  });

  it('may be applied to a store that has it', () => applySchema(scratch.store));
});

/** What the first version left behind, with one trace. */
const FIRST_VERSION: readonly string[] = [
  'DROP TABLE latency_buckets',
  'ALTER TABLE traces DROP COLUMN kept, DROP COLUMN injected_hop, DROP COLUMN injected_ns, DROP COLUMN journal_write, DROP COLUMN journal_durable',
  "CREATE TABLE latency_buckets (run_id LowCardinality(String), second DateTime('UTC'), name LowCardinality(String), bucket UInt16, count UInt64) ENGINE = SummingMergeTree(count) ORDER BY (run_id, name, second, bucket)",
  "CREATE MATERIALIZED VIEW traces_to_buckets TO latency_buckets AS SELECT run_id, toDateTime(ts, 'UTC') AS second, 'oms.rx' AS name, toUInt16(1) AS bucket, toUInt64(1) AS count FROM traces",
  "INSERT INTO traces (run_id, trace_id) VALUES ('old', 1)",
];

function bytesOf(type: Column[1]): number {
  if (type.startsWith('DateTime64')) return 8;
  if (type.startsWith('Enum8')) return 1;
  return Number(/^UInt(\d+)$/.exec(type)?.[1]) / 8;
}
