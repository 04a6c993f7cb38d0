import { expect } from 'chai';
import { orderAtQuantile, slowestOrders } from '../../collector/orders.js';
import { CURVE_PERCENT, curvesOfHistograms, curvesOfRun, quantilesOfHistograms, quantilesOfRun } from '../../collector/quantiles.js';
import { listRuns, recordRun, type RunRecord } from '../../collector/runs.js';
import { evenStamps, journalRow, traceRow } from './rows.js';
import { scratchStore, type ScratchStore } from './scratch_store.js';

const ORDERS = 1000;

describe('figures of a run', () => {
  let scratch: ScratchStore;

  before(async () => {
    scratch = await scratchStore();
    // Order n: hops n ns apart, so oms.rx takes 1 … 1000 ns; the branch 2n + 3n.
    const numbers = Array.from({ length: ORDERS }, (_, index) => index + 1);
    const traces = numbers.map((n) => traceRow({ runId: 'even', traceId: BigInt(n), stampsNs: evenStamps(n) }));
    const unanswered = traceRow({ runId: 'even', traceId: 5000n, stampsNs: { 0: 0, 1: 9, 2: 1_000_000 }, outcome: 3 });
    const noise = traceRow({ runId: 'other', traceId: 1n, stampsNs: evenStamps(1_000_000) });
    const journal = numbers.map((n) => journalRow({ runId: 'even', traceId: BigInt(n), writeNs: 2 * n, durableNs: 5 * n }));
    await scratch.store.insert({ table: 'traces', rows: [...traces, unanswered, noise], format: 'RowBinary', token: 'a' });
    await scratch.store.insert({ table: 'journal_traces', rows: journal, format: 'RowBinary', token: 'a' });
  });
  after(() => scratch.remove());

  it('gives exact quantiles of every hop and span of that run alone', async () => {
    const found = await quantilesOfRun(scratch.store, 'even');
    expect([...found.keys()]).to.have.length(15 + 6).and.include.members(['feed.due', 'oms.ack', 'journal.durable', 'journal_commit']);
    expect([...found.keys()].slice(0, 3)).to.deep.equal(['feed.due', 'feed.tx', 'oms.rx']);
    expect(found.get('oms.book')).to.deep.equal({ count: 1000, p50: 501, p90: 901, p99: 991, p999: 1000, max: 1000 });
    expect(found.get('feed.due')).to.deep.equal({ count: 1001, p50: 0, p90: 0, p99: 0, p999: 0, max: 0 });
    expect(found.get('tick_to_ack')).to.include({ count: 1000, p50: 501 * 11, max: 11_000 });
    expect(found.get('tick_to_ack_response')).to.include({ p50: 501 * 12, max: 12_000 });
    expect(found.get('tick_to_order')).to.include({ p50: 501 * 5 });
    expect(found.get('order_to_ack')).to.include({ p50: 501 * 5 });
    expect(found.get('journal_commit')).to.include({ p50: 501 * 5 });
    expect(found.get('journal.write')).to.include({ p50: 501 * 2 });
    expect(found.get('journal_write')).to.include({ p50: 501 * 3 });
  });

  it('counts what was stamped, answered or not', async () => {
    const rx = (await quantilesOfRun(scratch.store, 'even')).get('oms.rx');
    expect(rx).to.include({ count: 1001, max: 999_991 });
  });

  it('has no hop that no order was stamped at, and nothing for a run that is not there', async () => {
    expect((await quantilesOfRun(scratch.store, 'other')).has('journal_write')).to.equal(false);
    expect(await quantilesOfRun(scratch.store, 'no such run')).to.have.property('size', 0);
  });

  it('leaves out what was kept for its tail: it would weigh too much', async () => {
    const rows = [1, 2, 3].map((n) => traceRow({ runId: 'tail', traceId: BigInt(n), stampsNs: evenStamps(n * 100), kept: n === 3 ? 'tail' : 'sampled' }));
    await scratch.store.insert({ table: 'traces', rows, format: 'RowBinary', token: 'tail' });
    expect((await quantilesOfRun(scratch.store, 'tail')).get('oms.book')).to.include({ count: 2, max: 200 });
    expect(await slowestOrders(scratch.store, 'tail', 1)).to.have.nested.property('[0].traceId', 3);
    expect(await orderAtQuantile(scratch.store, 'tail', 0.5)).to.include({ traceId: 2 });
  });

  it('reads a lane\'s histograms as well, no figure above the largest value', () => {
    const histograms = {
      tick_to_ack: { count: 10, maxNs: 1000, valuesNs: [500, 900, 990, 1023] },
      'oms.rx': { count: 10, maxNs: 40, valuesNs: [10, 20, 30, 40] },
      'oms.book': { count: 0, maxNs: 0, valuesNs: [0, 0, 0, 0] },
    };
    const found = quantilesOfHistograms(histograms);
    expect([...found.keys()]).to.deep.equal(['oms.rx', 'tick_to_ack']);
    expect(found.get('tick_to_ack')).to.deep.equal({ count: 10, p50: 500, p90: 900, p99: 990, p999: 1000, max: 1000 });
    expect([...curvesOfHistograms(histograms, ['tick_to_ack', 'oms.book', 'no such']).entries()]).to.deep.equal([
      ['tick_to_ack', { count: 10, percent: CURVE_PERCENT, ns: [500, 900, 990, 1000] }],
    ]);
  });

  it('draws curves that rise from the smallest to the largest value', async () => {
    const curves = await curvesOfRun(scratch.store, 'even', ['tick_to_ack', 'journal_write', 'no such span']);
    expect([...curves.keys()]).to.deep.equal(['tick_to_ack', 'journal_write']);
    const curve = curves.get('tick_to_ack')!;
    expect(curve.percent).to.equal(CURVE_PERCENT).and.have.length.at.least(101);
    expect(curve.ns).to.have.length(CURVE_PERCENT.length);
    expect([curve.ns[0], curve.ns.at(-1)]).to.deep.equal([11, 11_000]);
    curve.ns.reduce((before, ns) => (expect(ns).to.be.at.least(before), ns));
    expect(CURVE_PERCENT).to.deep.equal([...new Set(CURVE_PERCENT)].sort((a, b) => a - b));
  });

  it('finds the slowest orders, with their stamps and the journal behind them', async () => {
    const slowest = await slowestOrders(scratch.store, 'even', 3);
    expect(slowest.map((order) => order.traceId)).to.deep.equal([1000, 999, 998]);
    expect(slowest[0]).to.deep.include({ tickToAckNs: 11_000, tickToAckResponseNs: 12_000, side: 'S', orderType: 'I', outcome: 'accepted', due: '2026-03-01 09:30:00.000000000' });
    expect(slowest[0]!.stamps).to.have.length(15);
    expect(slowest[0]!.stamps.slice(-3)).to.deep.equal([
      { hop: 'oms.ack', offsetNs: 12_000 },
      { hop: 'journal.write', offsetNs: 12_000 },
      { hop: 'journal.durable', offsetNs: 15_000 },
    ]);
  });

  it('finds a real order for the median and for p99', async () => {
    expect(await orderAtQuantile(scratch.store, 'even', 0.5)).to.include({ traceId: 501, tickToAckNs: 501 * 11 });
    expect(await orderAtQuantile(scratch.store, 'even', 0.99)).to.include({ traceId: 991 });
    expect(await orderAtQuantile(scratch.store, 'no such run', 0.5)).to.equal(null);
  });
});

describe('table of runs', () => {
  let scratch: ScratchStore;
  before(async () => (scratch = await scratchStore()));
  after(() => scratch.remove());

  it('shows each run once, newest first, as it was recorded last', async () => {
    const running: RunRecord = {
      runId: 'r1', experiment: 'tick-to-ack', variant: 'dpdk', started: new Date('2026-03-01T09:30:00.123Z'), state: 'running', valid: false,
      invalidBecause: [], settings: { 'pipeline.build': "d'pdk", 'pipeline.venues': 2 }, summary: null, notes: ['no kprobes'],
    };
    await recordRun(scratch.store, running);
    await recordRun(scratch.store, { ...running, runId: 'r2', started: new Date('2026-03-01T09:40:00Z') });
    const finished: RunRecord = { ...running, state: 'finished', valid: true, invalidBecause: ['lost "3"\n'], summary: { counters: { orders: 3 } } };
    await new Promise((resolve) => setTimeout(resolve, 2)); // revisions are milliseconds
    await recordRun(scratch.store, finished);
    const runs = await listRuns(scratch.store);
    expect(runs.map((run) => run.runId)).to.deep.equal(['r2', 'r1']);
    expect(runs[1]).to.deep.equal(finished);
    expect(await scratch.store.rows('SELECT count() AS n FROM runs')).to.deep.equal([{ n: 2 }]);
  });
});
