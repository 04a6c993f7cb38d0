import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { BUCKET_RELATIVE_WIDTH, bucketFloorSql, bucketSql } from '../../collector/buckets.js';
import { JOURNAL_COLUMNS, TRACE_COLUMNS, applySchema, type Column } from '../../collector/schema.js';
import { OPENING_NS, evenStamps, journalRow, traceRow } from './rows.js';
import { scratchStore, type ScratchStore } from './scratch_store.js';

describe('schema', () => {
  let scratch: ScratchStore;
  before(async () => (scratch = await scratchStore()));
  after(() => scratch.remove());

  it('has the columns of native/rows.h: as many bytes a row, in the same order', () => {
    const header = readFileSync(new URL('../../native/rows.h', import.meta.url), 'utf8');
    for (const [struct, columns] of [['TraceRow', TRACE_COLUMNS], ['JournalRow', JOURNAL_COLUMNS]] as const) {
      const size = Number(new RegExp(`sizeof\\(${struct}\\) == (\\d+)`).exec(header)?.[1]);
      expect(columns.slice(1).reduce((sum, [, type]) => sum + bytesOf(type), 0), struct).to.equal(size);
      const fields = new RegExp(`struct ${struct} \\{([^}]+)`).exec(header)![1]!.matchAll(/^ *std::u?int(?:8|16|32|64)_t (\w+)(?:\[kTraceHops\])?;/gm);
      const names = [...fields].map((match) => match[1]);
      const ours = columns.slice(1).map(([name]) => name);
      expect(names.filter((name) => name !== 'hop_ns'), struct).to.deep.equal(ours.slice(0, names.filter((name) => name !== 'hop_ns').length));
    }
  });

  it('reads every field of a trace back as it was written', async () => {
    await scratch.store.insert({ table: 'traces', rows: [traceRow({ runId: 'fields', traceId: (3n << 32n) | 9n, stampsNs: evenStamps(10) })], format: 'RowBinary', token: 'fields' });
    await scratch.store.insert({ table: 'journal_traces', rows: [journalRow({ runId: 'fields', traceId: 9n, writeNs: 40, durableNs: 100 })], format: 'RowBinary', token: 'fields' });
    const [trace] = await scratch.store.rows("SELECT *, toUnixTimestamp64Nano(ts) = {due:Int64} AS due FROM traces WHERE run_id = 'fields'", { due: String(OPENING_NS) });
    expect(trace).to.include({ due: 1, trace_id: 3 * 2 ** 32 + 9, feed_sequence: 3 * 2 ** 32 + 1009, market_ns: 34_200_000_000_000, thread: 1, venue: 1, locate: 7, side: 'S', order_type: 'I' });
    expect(trace).to.include({ outcome: 'accepted', parent: 0, price: 1_000_100, quantity: 300, filled: 200, hops: 0x1fff, feed_due: 0, feed_tx: 10, oms_ack: 120 });
    const [branch] = await scratch.store.rows("SELECT * EXCEPT ts FROM journal_traces WHERE run_id = 'fields'");
    expect(branch).to.deep.equal({ run_id: 'fields', trace_id: 9, venue: 1, block: 5, block_records: 3, block_bytes: 4096, write_ns: 40, durable_ns: 100 });
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

  it('puts each value into the bucket of bpf/records.h', async () => {
    const values = [...Array(33).keys(), ...Array.from({ length: 28 }, (_, bit) => 2 ** (bit + 5)).flatMap((power) => [power - 1, power, power + 1]), 2 ** 32 - 1];
    const rows = await scratch.store.rows<{ value: number; bucket: number; low: number }>(
      `SELECT value, ${bucketSql('value')} AS bucket, ${bucketFloorSql('bucket')} AS low FROM (SELECT toUInt32(arrayJoin([${values.join(', ')}])) AS value)`,
    );
    expect(rows).to.have.length(values.length);
    for (const { value, bucket, low } of rows) {
      expect(bucket, String(value)).to.equal(bucketOf(value));
      expect(low, String(value)).to.be.at.most(value).and.greaterThan(value / (1 + 1.01 * BUCKET_RELATIVE_WIDTH) - 1);
    }
  });

  it('counts each second of each hop and span into buckets, and a batch sent twice once', async () => {
    const second = 1_000_000_000n;
    const rows = [0n, 1n, 2n].map((n) => traceRow({ runId: 'seconds', traceId: n, dueNs: OPENING_NS + (n >> 1n) * second, stampsNs: evenStamps(100) }));
    for (let times = 0; times < 2; times += 1) await scratch.store.insert({ table: 'traces', rows, format: 'RowBinary', token: 'seconds' });
    const counted = await scratch.store.rows(
      "SELECT toString(second) AS second, name, any(bucket) AS bucket, sum(count) AS count FROM latency_buckets WHERE run_id = 'seconds' AND name IN ('oms.rx', 'tick_to_ack') GROUP BY second, name ORDER BY name, second",
    );
    expect(counted).to.deep.equal([
      { second: '2026-03-01 09:30:00', name: 'oms.rx', bucket: bucketOf(100), count: 2 },
      { second: '2026-03-01 09:30:01', name: 'oms.rx', bucket: bucketOf(100), count: 1 },
      { second: '2026-03-01 09:30:00', name: 'tick_to_ack', bucket: bucketOf(1100), count: 2 },
      { second: '2026-03-01 09:30:01', name: 'tick_to_ack', bucket: bucketOf(1100), count: 1 },
    ]);
  });

  it('counts durations of nothing and of the longest time as well', async () => {
    const stampsNs = { 0: 0, 1: 0, 2: 2 ** 32 - 1, 3: 2 ** 32 - 1, 4: 5 }; // oms.decide before its predecessor: clocks of two cores
    await scratch.store.insert({ table: 'traces', rows: [traceRow({ runId: 'extremes', traceId: 1n, stampsNs })], format: 'RowBinary', token: 'extremes' });
    const counted = await scratch.store.rows<{ name: string; bucket: number }>("SELECT name, bucket FROM latency_buckets WHERE run_id = 'extremes'");
    expect(Object.fromEntries(counted.map(({ name, bucket }) => [name, bucket]))).to.deep.equal({ 'feed.tx': 0, 'oms.rx': bucketOf(2 ** 32 - 1), 'oms.book': 0, 'oms.decide': 0 });
  });

  it('may be applied to a store that has it', () => applySchema(scratch.store));
});

/** As the comment at HS_HISTOGRAM_BITS has it. */
function bucketOf(value: number): number {
  if (value < 32) return value;
  const exponent = Math.floor(Math.log2(value));
  return ((exponent - 4) << 5) + (Math.floor(value / 2 ** (exponent - 5)) & 31);
}

function bytesOf(type: Column[1]): number {
  if (type.startsWith('DateTime64')) return 8;
  if (type.startsWith('Enum8')) return 1;
  return Number(/^UInt(\d+)$/.exec(type)?.[1]) / 8;
}
