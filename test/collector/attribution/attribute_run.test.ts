import { expect } from 'chai';
import { attributeRun, type Attribution } from '../../../collector/attribution/attribute_run.js';
import { readLateOrders } from '../../../collector/attribution/late_orders.js';
import { limitOfSlowest, readFacts, readStalls } from '../../../collector/attribution/read.js';
import { sentence } from '../../../collector/attribution/sentence.js';
import { mulberry32 } from '../../../collector/attribution/shift.js';
import { Kinds } from '../../../collector/attribution/stall_columns.js';
import { heatMapOf } from '../../../collector/heat_map.js';
import { slowestOrders } from '../../../collector/orders.js';
import { RowWriter } from '../../../collector/row_writer.js';
import { causeByName } from '../../../collector/stall_causes.js';
import { timelineOf } from '../../../collector/timeline.js';
import { OPENING_NS, gapRow, stallRow, traceRow } from '../rows.js';
import { scratchStore, type ScratchStore } from '../scratch_store.js';

const STEP_NS = 200;
/** Offsets by hop, each STEP_NS after the one before, but for hop `late`. */
function stamps(late: number, extraNs: number): Record<number, number> {
  return Object.fromEntries(Array.from({ length: 13 }, (_, hop) => [hop, hop * STEP_NS + (hop >= late ? extraNs : 0)]));
}

describe('attributeRun', () => {
  let scratch: ScratchStore;
  before(async () => (scratch = await scratchStore()));
  after(() => scratch.remove());

  const insert = (table: string, rows: readonly Buffer[], token: string): Promise<void> => scratch.store.insert({ table, rows, format: 'RowBinary', token });

  describe('of a run in which 60 orders met a tick, 30 lost the CPU, and 10 were slow by themselves', () => {
    const runId = 'causes';
    const MS = 1_000_000n;
    let found: Attribution;
    before(async () => {
      const traces: Buffer[] = [];
      const stalls: Buffer[] = [];
      const gaps: Buffer[] = [];
      for (let n = 0; n < 4000; n += 1) {
        const dueNs = OPENING_NS + BigInt(n) * MS;
        const slow = n % 40 === 20 ? (n - 20) / 40 : -1;
        const extraNs = slow < 0 ? 0 : 30_000;
        traces.push(traceRow({ runId, traceId: BigInt(n), dueNs, stampsNs: stamps(5, extraNs), venue: 0 }));
        const begin = dueNs + BigInt(4 * STEP_NS);
        if (slow >= 0 && slow < 60) stalls.push(stallRow({ runId, startNs: begin + 50n, durationNs: 29_000, cause: 'timer_tick' }));
        if (slow >= 60 && slow < 90) {
          stalls.push(stallRow({ runId, startNs: begin + 10n, durationNs: 20_000, cause: 'preempted', who: 'hog' }));
          stalls.push(stallRow({ runId, startNs: begin + 20_010n, durationNs: 9_900, cause: 'preempted', who: 'ksoftirqd/0' }));
        }
        if (n % 20 !== 5) continue; // idle gaps: every other one with a tick in it, the rest without anything
        const startNs = dueNs + MS / 2n;
        gaps.push(gapRow({ runId, startNs, durationNs: 5000 }));
        if (n % 40 === 5) stalls.push(stallRow({ runId, startNs: startNs + 300n, durationNs: 4000, cause: 'timer_tick' }));
      }
      await insert('traces', traces, 'causes');
      await insert('stalls', stalls, 'causes');
      await insert('gap_revisions', gaps, 'causes');
      found = await attributeRun(scratch.store, runId, { slowNs: 10_000, threadOfHop: () => 0, tieErrorNs: 50, idleSeconds: 2 });
    });

    it('finds each cause, its orders and its delay', () => {
      expect(found).to.deep.include({ slowNs: 10_000, slowBy: 'tick_to_ack', orders: 100, withCause: 90, withoutEvent: 10, delayNs: 3_000_000, medianNs: 11 * STEP_NS, stallsLeftOut: 0 });
      expect(found.overheadNs).to.deep.equal({ timer_tick: 1000 });
      expect(found.causes.map(({ cause, who, orders, dominantOrders, delayNs, medianNs }) => ({ cause, who, orders, dominantOrders, delayNs, medianNs }))).to.deep.equal([
        { cause: 'timer_tick', who: '', orders: 60, dominantOrders: 60, delayNs: 1_800_000, medianNs: 30_000 },
        { cause: 'preempted', who: 'hog', orders: 30, dominantOrders: 30, delayNs: 600_000, medianNs: 20_000 },
        { cause: 'none', who: '', orders: 10, dominantOrders: 10, delayNs: 300_000, medianNs: 30_000 },
        { cause: 'preempted', who: 'ksoftirqd/0', orders: 30, dominantOrders: 0, delayNs: 297_000, medianNs: 9_900 },
      ]);
      expect(found.explainedShare).to.equal(0.899); // 100 ns each are left over of 30 orders: scatter
    });

    it('finds next to none of them when the stalls stand elsewhere', () => expect(found.shiftedShare).to.be.below(0.03));

    it('says what the idle gaps held', async () => {
      expect(found.gaps).to.deep.equal({ count: 200, totalNs: 1_000_000, explainedNs: 500_000, explainedByCause: { timer_tick: 500_000 }, unexplained: 100, unexplainedPerSecond: 50 });
      expect(found.expectedHypervisor).to.equal(0); // none of them was long enough to make an order slow
      expect(await scratch.store.rows(`SELECT explained_ns, count() AS n, sum(duration_ns) AS ns FROM gaps WHERE run_id = '${runId}' GROUP BY explained_ns ORDER BY explained_ns`)).to.deep.equal([
        { explained_ns: 0, n: 100, ns: 500_000 }, { explained_ns: 5000, n: 100, ns: 500_000 },
      ]);
      expect(await scratch.store.rows(`SELECT count() AS n, sum(duration_ns) AS ns, any(cpu) AS cpu FROM stalls WHERE run_id = '${runId}' AND cause = 'hypervisor'`)).to.deep.equal([{ n: 100, ns: 500_000, cpu: 3 }]);
    });

    it('stores each order\'s delays, with the stall that took most', async () => {
      expect(await scratch.store.rows(`SELECT hop, cause, who, count() AS n, sum(delay_ns) AS ns FROM attributions WHERE run_id = '${runId}' GROUP BY ALL ORDER BY ns DESC`)).to.deep.equal([
        { hop: 'router.pick', cause: 'timer_tick', who: '', n: 60, ns: 1_800_000 },
        { hop: 'router.pick', cause: 'preempted', who: 'hog', n: 30, ns: 600_000 },
        { hop: 'router.pick', cause: 'none', who: '', n: 10, ns: 300_000 },
        { hop: 'router.pick', cause: 'preempted', who: 'ksoftirqd/0', n: 30, ns: 297_000 },
      ]);
      const [row] = await scratch.store.rows(`SELECT *, toUnixTimestamp64Nano(stall_ts) - toUnixTimestamp64Nano(ts) AS after FROM attributions WHERE run_id = '${runId}' AND trace_id = 20`);
      expect(row).to.include({ venue: 0, thread: 0, delay_ns: 30_000, stall_ns: 29_000, after: 4 * STEP_NS + 50, order_ns: 30_000 + 11 * STEP_NS });
    });

    it('adds nothing when it is asked again', async () => {
      const again = await attributeRun(scratch.store, runId, { slowNs: 10_000, threadOfHop: () => 0, tieErrorNs: 50, idleSeconds: 2 });
      expect(again).to.deep.equal(found);
      expect(await scratch.store.rows(`SELECT (SELECT count() FROM attributions WHERE run_id = '${runId}') AS rows, (SELECT count() FROM stalls WHERE run_id = '${runId}' AND cause = 'hypervisor') AS stalls`)).to.deep.equal([{ rows: 130, stalls: 100 }]);
    });

    it('takes the slowest thousandth, at least twenty, where no limit is given', async () => {
      const facts = await readFacts(scratch.store, runId, 'tick_to_ack');
      expect(facts).to.deep.include({ rows: 4000, baseNs: OPENING_NS, medianNs: 2200 });
      expect(await limitOfSlowest(scratch.store, runId, 'tick_to_ack', 100)).to.equal(32_199);
      expect(await limitOfSlowest(scratch.store, runId, 'tick_to_ack', 101)).to.equal(2199);
      expect(await limitOfSlowest(scratch.store, runId, 'tick_to_ack', 5000)).to.equal(0);
    });

    it('leaves the shortest stalls out where they are too many to hold, and says how many', async () => {
      const facts = await readFacts(scratch.store, runId, 'tick_to_ack');
      const { stalls, leftOut } = await readStalls(scratch.store, runId, facts!, new Kinds(), 100);
      expect(stalls.length).to.equal(90); // 60 + 30 above 9,900 ns; those of equal length stay out together
      expect(leftOut).to.equal(130);
    });

    it('shows an order on its own scale, with what its thread met', async () => {
      const [slowest] = await slowestOrders(scratch.store, runId, 1);
      const timeline = await timelineOf(scratch.store, runId, slowest!);
      expect(timeline).to.deep.equal({ thread: 1, events: [{ startNs: 850, endNs: 29_850, cause: 'timer_tick', who: '', detail: 0, flags: 0, thread: 0 }] });
    });

    it('draws latency over time, with the longest stalls', async () => {
      const map = await heatMapOf(scratch.store, runId, 10);
      expect(map).to.include({ columns: 10, seconds: 3.999 });
      expect(map!.rowsNs).to.have.length(map!.counts.length + 1);
      expect(map!.rowsNs[0]).to.be.at.most(2200);
      expect(map!.rowsNs.at(-1)).to.be.above(32_200);
      expect(map!.counts.flat().reduce((sum, count) => sum + count, 0)).to.equal(4000);
      expect(map!.counts[0]).to.deep.equal(new Array(10).fill(390));
      expect(map!.counts.at(-1)).to.deep.equal(new Array(10).fill(10));
      expect(map!.stalls).to.have.length(200);
      expect(map!.stalls[0]).to.deep.include({ durationNs: 29_000, cause: 'timer_tick', who: '' });
      expect(map!.stalls[0]!.atS).to.be.closeTo(0.02, 1e-4);
    });
  });

  describe('of a run with bursts behind ticks', () => {
    const runId = 'backlog';
    const BURST = 8;
    const GAP_NS = 1_000_000;
    let found: Attribution;
    before(async () => {
      const traces: Buffer[] = [];
      const stalls: Buffer[] = [];
      for (let n = 0; n < 2000; n += 1) {
        const inBurst = n % 100 < BURST;
        const burst = Math.floor(n / 100);
        const place = n % 100;
        const dueNs = burst * 100 * GAP_NS + (inBurst ? place * 1000 : place * GAP_NS);
        // Sent 300 ns apart behind a tick of 29 µs; handled one after the other, 1 µs each from oms.rx to oms.ack.
        const txNs = 30_000 + place * 300;
        const rxNs = 30_000 + BURST * 300;
        const late = Object.fromEntries(Array.from({ length: 13 }, (_, hop) => [hop, (hop === 0 ? 0 : hop === 1 ? txNs : hop === 2 ? rxNs : rxNs + place * 2500 + hop * STEP_NS) - (hop === 0 ? 0 : place * 1000)]));
        traces.push(traceRow({ runId, traceId: BigInt(n), dueNs: OPENING_NS + BigInt(dueNs), stampsNs: inBurst ? late : stamps(13, 0), venue: 0 }));
        // Every other burst has no event.
        if (place === 0 && burst % 2 === 0) stalls.push(stallRow({ runId, startNs: OPENING_NS + BigInt(dueNs) + 500n, durationNs: 29_000, cause: 'preempted', who: 'node' }));
      }
      await insert('traces', traces, runId);
      await insert('stalls', stalls, runId);
      found = await attributeRun(scratch.store, runId, { slowNs: 4000, threadOfHop: () => 0, tieErrorNs: 50 });
    });

    it('says which stall an order waited behind, or that none is known', () => {
      const totals = found.causes.map(({ cause, who, orders, dominantOrders }) => ({ cause, who, orders, dominantOrders }));
      const known = totals.find(({ who }) => who === 'preempted node');
      const unknown = totals.find(({ cause, who }) => cause === 'backlog' && who === '');
      expect(found.orders).to.be.at.least(10 * 2 * (BURST - 2));
      expect(known?.dominantOrders).to.equal(found.orders / 2).and.to.equal(found.withCause);
      expect(unknown?.dominantOrders).to.equal(found.orders / 2).and.to.equal(found.withoutEvent);
      expect(found.explainedShare).to.be.within(0.4, 0.5);
      expect(sentence(found)).to.match(new RegExp(`^of the ${found.orders} orders over 4 µs, ${found.orders / 2} waited behind others in a backlog after losing the CPU to \`node\``));
    });

    it('finds next to none of them when the stalls stand elsewhere', () => expect(found.shiftedShare).to.be.below(0.05));

    it('stores what an order waited behind, and when that was', async () => {
      const rows = await scratch.store.rows(
        `SELECT DISTINCT cause, who, stall_ns, toUnixTimestamp64Nano(stall_ts) - ${OPENING_NS} AS at FROM attributions WHERE run_id = '${runId}' AND cause = 'backlog' AND ts < toDateTime64('2026-03-01 09:30:00.150', 9, 'UTC') AND trace_id % 100 = 5 AND hop = 'oms.book'`,
      );
      expect(rows).to.have.deep.members([
        { cause: 'backlog', who: 'preempted node', stall_ns: 29_000, at: 500 }, { cause: 'backlog', who: '', stall_ns: 0, at: 100 * GAP_NS + 5000 },
      ]);
    });

    it('reads late orders page by page, and leaves the least late out where they are too many', async () => {
      const facts = await readFacts(scratch.store, runId, 'tick_to_ack');
      expect(facts?.rhythmNs).to.be.closeTo(GAP_NS, 0.02 * GAP_NS);
      const read = async (most?: number, page?: number): Promise<readonly number[]> => {
        const due: number[] = [];
        for await (const orders of readLateOrders(scratch.store, runId, facts!, most, page)) due.push(...orders.dueNs);
        return due;
      };
      const all = await read();
      expect(all).to.have.length(20 * BURST);
      expect([...all].sort((a, b) => a - b)).to.deep.equal(all);
      expect(await read(undefined, 7)).to.deep.equal(all);
      expect(await read(40)).to.deep.equal(all.filter((_, i) => i % BURST < 2)); // the first of each burst are the latest
    });
  });

  it('takes hop 1 into account where response time is meant', async () => {
    const runId = 'response';
    const rows = Array.from({ length: 50 }, (_, n) => traceRow({ runId, traceId: BigInt(n), dueNs: OPENING_NS + BigInt(n) * 100_000n, stampsNs: stamps(1, n === 7 ? 50_000 : 0), venue: 0 }));
    await insert('traces', rows, runId);
    await insert('stalls', [stallRow({ runId, startNs: OPENING_NS + 690_000n, durationNs: 60_000, cause: 'stopped', who: 'bash' })], runId);
    const options = { slowNs: 10_000, threadOfHop: () => 0, tieErrorNs: 50 };
    expect(await attributeRun(scratch.store, runId, { ...options, slowBy: 'tick_to_ack_response' })).to.include({ orders: 1, withCause: 1, delayNs: 50_000, explainedShare: 1 });
    expect(await attributeRun(scratch.store, runId, options)).to.include({ orders: 0, delayNs: 0, explainedShare: null, shiftedShare: null });
  });

  it('explains orders that were delayed on purpose, slow or not, and counts only the slow ones', async () => {
    const runId = 'on-purpose';
    const rows = Array.from({ length: 50 }, (_, n) =>
      traceRow({ runId, traceId: BigInt(n), dueNs: OPENING_NS + BigInt(n) * 100_000n, stampsNs: stamps(6, n === 7 ? 1000 : 0), venue: 0, ...(n === 7 ? { injected: { hop: 6, ns: 990 } } : {}) }));
    await insert('traces', rows, runId);
    expect(await attributeRun(scratch.store, runId, { slowNs: 100_000, threadOfHop: () => 0, tieErrorNs: 50 })).to.include({ orders: 0 });
    expect(await scratch.store.rows(`SELECT trace_id, hop, cause, delay_ns FROM attributions WHERE run_id = '${runId}'`)).to.deep.equal([{ trace_id: 7, hop: 'risk.pass', cause: 'none', delay_ns: 1000 }]);
  });

  it('takes the medians of the sample alone', async () => {
    const runId = 'sampled';
    const rows = Array.from({ length: 30 }, (_, n) => traceRow({ runId, traceId: BigInt(n), stampsNs: stamps(6, n < 5 ? 0 : 9000), kept: n < 5 ? 'sampled' : 'tail', venue: 0 }));
    await insert('traces', rows, runId);
    const found = await attributeRun(scratch.store, runId, { slowNs: 'auto', threadOfHop: () => 0, tieErrorNs: 50, tracedOrders: 25_000 });
    expect(found).to.include({ medianNs: 11 * STEP_NS, orders: 25, delayNs: 25 * 9000, withCause: 0 });
  });

  it('expects of the hypervisor what it did while the engine was idle', async () => {
    const runId = 'expected';
    const rows = Array.from({ length: 50 }, (_, n) => traceRow({ runId, traceId: BigInt(n), dueNs: OPENING_NS + BigInt(n) * 1_000_000n, stampsNs: stamps(13, 0), venue: 0 }));
    const gaps = [20_000, 20_000, 8000, 7799, 5000].map((durationNs, n) => gapRow({ runId, startNs: OPENING_NS + BigInt(n) * 1_000_000n + 500_000n, durationNs }));
    await insert('traces', rows, runId);
    await insert('gap_revisions', gaps, runId);
    const found = await attributeRun(scratch.store, runId, { slowNs: 10_000, threadOfHop: () => 0, tieErrorNs: 50, tracedOrders: 1_000_000, idleSeconds: 2 });
    expect(found.gaps).to.include({ unexplained: 5, unexplainedPerSecond: 2.5 });
    // A million orders were under way for 2.2 s together; three gaps in 2 s would have made them slow.
    expect(found.expectedHypervisor).to.be.closeTo((3 / 2) * 2.2, 1e-9);
  });

  it('has nothing to say of a run without orders', async () => {
    expect(await attributeRun(scratch.store, 'no such run', { slowNs: 'auto', threadOfHop: () => 0, tieErrorNs: 50 })).to.deep.include({ orders: 0, causes: [] });
    expect(await heatMapOf(scratch.store, 'no such run')).to.equal(null);
  });

  it('attributes 100,000 slow orders among 100,000 stalls in about two seconds', async function () {
    this.timeout(60_000);
    const runId = 'large';
    const count = 100_000;
    const random = mulberry32(1);
    const whos = ['ksoftirqd/0', 'kworker/1:0', 'hog', 'node'];
    const causes = ['timer_tick', 'softirq', 'preempted', 'hard_irq'];
    const stalls = new RowWriter();
    const traces: Buffer[] = [];
    for (let n = 0; n < count; n += 1) {
      const dueNs = OPENING_NS + BigInt(n) * 100_000n;
      const hop = 1 + Math.floor(random() * 12);
      const extraNs = n % 50 === 49 ? 0 : 2000 + Math.floor(random() * 20_000);
      traces.push(traceRow({ runId, traceId: BigInt(n), dueNs, stampsNs: stamps(hop, extraNs), venue: 0 }));
      stalls.text(runId).i64(dueNs + BigInt((hop - 1) * STEP_NS + 30)).u64(extraNs).u8(causeByName(causes[n % 4] ?? '').value).u16(0);
      stalls.u16(0).u64(0).u32(0).text(whos[n % 4] ?? '').u8(0);
    }
    await insert('traces', [Buffer.concat(traces)], runId);
    await insert('stalls', [stalls.take()], runId);
    const begun = performance.now();
    const found = await attributeRun(scratch.store, runId, { slowNs: 0, threadOfHop: () => 0, tieErrorNs: 50 });
    const seconds = (performance.now() - begun) / 1000;
    expect(found).to.include({ orders: count });
    expect(found.withCause).to.be.above(0.85 * count);
    expect(found.shiftedShare).to.be.below(0.3); // ten thousand stalls a second: chance has its share
    expect(seconds).to.be.below(10); // two where the machine has nothing else to do
    // Every page of them: 98 % were delayed, each at one hop.
    expect(await scratch.store.rows(`SELECT uniqExact(trace_id) AS orders, uniqExact(trace_id, hop) AS hops FROM attributions WHERE run_id = '${runId}'`)).to.deep.equal([{ orders: 98_000, hops: 98_000 }]);
  });
});
