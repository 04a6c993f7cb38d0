import { expect } from 'chai';
import { bandOf, breakdownsOfRun } from '../../collector/breakdown.js';
import { evenStamps, traceRow } from './rows.js';
import { scratchStore, type ScratchStore } from './scratch_store.js';

const ORDERS = 1000;
const VENUE_RX = 8;

/** Hops 10 ns apart; those of the slowest 5 % wait 1 µs longer before venue.rx. */
function stamps(n: number): Record<number, number> {
  const late = n > 0.95 * ORDERS ? 1_000 + n : 0;
  return Object.fromEntries(Object.entries(evenStamps(10)).map(([hop, ns]) => [hop, ns + (Number(hop) >= VENUE_RX ? late : 0)]));
}

function sumOf(hops: Readonly<Record<string, number>>): number {
  return Object.values(hops).reduce((sum, ns) => sum + ns, 0);
}

describe('where the time of orders near a quantile goes', () => {
  let scratch: ScratchStore;
  before(async () => {
    scratch = await scratchStore();
    const numbers = Array.from({ length: ORDERS }, (_, index) => index + 1);
    const tail = numbers.map((n) => traceRow({ runId: 'tail', traceId: BigInt(n), stampsNs: stamps(n) }));
    const unstamped = numbers.map((n) => {
      const { 9: match, ...others } = evenStamps(n);
      expect(match).to.equal(9 * n);
      return traceRow({ runId: 'unstamped', traceId: BigInt(n), stampsNs: others });
    });
    const kept = [1, 2].map((n) => traceRow({ runId: 'kept', traceId: BigInt(n), stampsNs: evenStamps(n * 100), kept: n === 2 ? 'tail' : 'sampled' }));
    const waited = numbers.map((n) => traceRow({ runId: 'waited', traceId: BigInt(n), stampsNs: { ...evenStamps(10), 11: 900 + n, 12: 950 + n, 13: 130, 14: 890 } }));
    await scratch.store.insert({ table: 'traces', rows: [...tail, ...unstamped, ...kept, ...waited], format: 'RowBinary', token: 'breakdown' });
  });
  after(() => scratch.remove());

  it('finds the hop that makes the tail, and not at the median', async () => {
    const { tick_to_ack: levels } = await breakdownsOfRun(scratch.store, 'tail');
    expect(levels?.p50?.hops_ns['venue.rx']).to.equal(10);
    expect(levels?.p50?.span_ns).to.equal(110);
    expect(levels?.p99?.orders).to.be.within(10, 12);
    expect(levels?.p99?.hops_ns['venue.rx']).to.be.closeTo(1_000 + 990 + 10, 2);
    expect(levels?.p99?.hops_ns['venue.match']).to.equal(10);
    expect(levels?.mean?.orders).to.equal(ORDERS);
    expect(levels?.mean?.span_ns).to.be.closeTo(110 + 0.05 * (1_000 + 975.5), 0.01);
  });

  it('has hops that add up to their span, at every level of every span, whatever was not stamped', async () => {
    for (const runId of ['tail', 'unstamped', 'waited']) {
      const found = await breakdownsOfRun(scratch.store, runId);
      expect(Object.keys(found)).to.have.members(['tick_to_order', 'order_to_ack', 'tick_to_ack', 'tick_to_ack_response']);
      for (const levels of Object.values(found)) {
        expect(Object.keys(levels)).to.deep.equal(['mean', 'p50', 'p90', 'p99', 'p999']);
        for (const { span_ns, hops_ns } of Object.values(levels)) expect(sumOf(hops_ns)).to.be.closeTo(span_ns, 1e-6);
      }
    }
    const { tick_to_ack: levels } = await breakdownsOfRun(scratch.store, 'unstamped');
    expect(levels?.mean?.hops_ns['venue.match']).to.equal(0);
    expect(levels?.mean?.hops_ns['journal.append']).to.equal(2 * levels!.mean!.hops_ns['venue.rx']!);
  });

  it('has the journal among the hops where acknowledgements waited for it, and nowhere else', async () => {
    const { order_to_ack: waited } = await breakdownsOfRun(scratch.store, 'waited');
    expect(Object.keys(waited?.mean?.hops_ns ?? {})).to.deep.equal(['venue.rx', 'venue.match', 'journal.append', 'journal.write', 'journal.durable', 'venue.tx', 'oms.ack']);
    expect(waited?.mean?.hops_ns).to.include({ 'journal.write': 30, 'journal.durable': 760, 'venue.tx': 510.5 });
    const { order_to_ack: plain } = await breakdownsOfRun(scratch.store, 'tail');
    expect(Object.keys(plain?.mean?.hops_ns ?? {})).to.deep.equal(['venue.rx', 'venue.match', 'journal.append', 'venue.tx', 'oms.ack']);
  });

  it('leaves out what was kept for its tail, and knows nothing of a run that is not there', async () => {
    expect((await breakdownsOfRun(scratch.store, 'kept')).tick_to_ack?.mean).to.include({ orders: 1, span_ns: 1_100 });
    expect(await breakdownsOfRun(scratch.store, 'no such run')).to.deep.equal({});
  });

  it('takes narrower bands farther out', () => {
    expect(bandOf(0.5)).to.deep.equal([0.45, 0.55]);
    expect(bandOf(0.99).map((edge) => Number(edge.toFixed(6)))).to.deep.equal([0.985, 0.995]);
    expect(bandOf(0.999).map((edge) => Number(edge.toFixed(6)))).to.deep.equal([0.9985, 0.9995]);
  });
});
