import { expect } from 'chai';
import { attributeRun, type Curve } from '../../../collector/index.js';
import { detailOf } from '../../../experiments/run/details.js';
import type { DetailedRun } from '../../../experiments/run/run_summary.js';
import { evenStamps, OPENING_NS, stallRow, traceRow } from '../../collector/rows.js';
import { scratchStore, type ScratchStore } from '../../collector/scratch_store.js';
import { SAMPLE_OWN_ERROR } from '../report/sample_kernel.js';
import { run } from './fixtures.js';

const RUN = 'r-1';
/** Of `ORDERS`, the one that loses the CPU for 50 µs while its book is updated. */
const DISTURBED = 30;
const ORDERS = 40;
const STALL_NS = 50_000;
const EVERY_NS = 1_000_000n;

function stamps(order: number): Record<number, number> {
  const even = evenStamps(100);
  return order === DISTURBED ? Object.fromEntries(Object.entries(even).map(([hop, ns]) => [hop, Number(hop) >= 3 ? ns + STALL_NS : ns])) : even;
}

describe('experiments/run/details', function () {
  this.timeout(60_000);
  let scratch: ScratchStore;

  before(async () => {
    scratch = await scratchStore();
    const dueNs = (order: number): bigint => OPENING_NS + BigInt(order) * EVERY_NS;
    const traces = Array.from({ length: ORDERS }, (_, order) => traceRow({ runId: RUN, traceId: BigInt(order), dueNs: dueNs(order), stampsNs: stamps(order) }));
    const stall = stallRow({ runId: RUN, startNs: dueNs(DISTURBED) + 220n, durationNs: STALL_NS - 40, cause: 'preempted', who: 'hog', thread: 1 });
    await scratch.store.insert({ table: 'traces', rows: traces, format: 'RowBinary', token: 'traces' });
    await scratch.store.insert({ table: 'stalls', rows: [stall], format: 'RowBinary', token: 'stalls' });
  });

  after(() => scratch.remove());

  it('brings the slowest orders with what the kernel did meanwhile, and what was made of it', async () => {
    const attribution = await attributeRun(scratch.store, RUN, { slowNs: 10_000, threadOfHop: () => 1, tieErrorNs: 10 });
    const explained: DetailedRun = { ...run(), attribution, own_error: SAMPLE_OWN_ERROR };
    const detail = await detailOf(scratch.store, { name: 'dpdk', settings: {}, runs: [explained] });
    const [timeline] = detail!.timelines!;
    expect(detail!.slowest[0]!.traceId).to.equal(String(DISTURBED));
    expect(timeline!.events).to.have.length(1);
    expect(timeline!.events[0]).to.include({ startNs: 220, endNs: 180 + STALL_NS, cause: 'preempted', who: 'hog' });
    expect(timeline!.delays[0]).to.include({ hop: 'oms.book', cause: 'preempted', who: 'hog' });
    expect(timeline!.delays[0]!.delayNs).to.be.within(STALL_NS - 100, STALL_NS);
    expect(detail!.timelines!.slice(1).every(({ events, delays }) => events.length === 0 && delays.length === 0)).to.equal(true);
    expect(detail!.heatMap!.counts.flat().reduce((sum, count) => sum + count, 0)).to.equal(ORDERS);
    expect([detail!.attribution, detail!.ownError]).to.deep.equal([attribution, SAMPLE_OWN_ERROR]);
  });

  it('has no timelines where kernel events were not recorded, and takes curves that are given', async () => {
    const curves = new Map([[run().run_id, new Map<string, Curve>([['tick_to_ack', { count: 9, percent: [50, 100], ns: [1, 2] }]])]]);
    const detail = await detailOf(scratch.store, { name: 'dpdk', settings: {}, runs: [run()] }, curves);
    expect(detail).to.not.have.property('timelines');
    expect(detail!.attribution).to.equal(null);
    expect(detail!.curves).to.deep.equal({ tick_to_ack: [{ q: 0.5, ns: 1 }, { q: 1, ns: 2 }] });
  });
});
