import { expect } from 'chai';
import { Coverage } from '../../../collector/attribution/coverage.js';
import type { ThreadOfHop } from '../../../collector/attribution/order_columns.js';
import { IntervalReader } from '../../../collector/attribution/interval.js';
import { UnseenWork } from '../../../collector/attribution/unseen_work.js';
import { WorkSeen } from '../../../collector/attribution/work_seen.js';
import { TYPICAL_NS, makeOrders, makeStalls, type MadeStall } from './synthetic.js';

const ONE_THREAD: ThreadOfHop = () => 0;
const VENUE_RX = 8;

describe('work seen on late orders', () => {
  it('is the last stamp within a hop, not one at its very end', () => {
    const work = new WorkSeen(ONE_THREAD);
    work.add(makeOrders([{ dueNs: 10_000 }])); // 10,200, 10,400 … 12,400: feed.due is no stamp
    expect(work.lastWithin(0, 9_000, 10_199)).to.equal(undefined);
    expect(work.lastWithin(0, 9_000, 11_500)).to.equal(11_400);
    expect(work.lastWithin(0, 9_000, 11_401)).to.equal(11_200);
    expect(work.lastWithin(0, 11_400, 11_500)).to.equal(undefined);
    expect(work.lastWithin(1, 9_000, 11_500)).to.equal(undefined);
    work.add(makeOrders([{ dueNs: 9_250, hops: 0b11 }]));
    expect(work.lastWithin(0, 11_400, 99_000)).to.equal(12_400);
    expect(work.lastWithin(0, 9_000, 10_199)).to.equal(9_450);
  });

  it('is each thread\'s own, more than fit in a first allocation', () => {
    const work = new WorkSeen((hop, venue) => (hop < VENUE_RX || hop === 12 ? 0 : 1 + venue));
    work.add(makeOrders(Array.from({ length: 1000 }, (_, n) => ({ dueNs: n * 10_000, venue: n % 2 }))));
    expect(work.lastWithin(1, 0, 1e9)).to.equal(998 * 10_000 + 11 * 200);
    expect(work.lastWithin(2, 0, 1e9)).to.equal(999 * 10_000 + 11 * 200);
    expect(work.lastWithin(0, 0, 5_000_000)).to.equal(499 * 10_000 + 12 * 200);
  });
});

describe('work without a stamp', () => {
  const BURST_NS = 1_000_000;
  /** Bursts of two orders: both come out of the venue's port long after the second one was handed to it. */
  const bursts = (count: number): ReturnType<typeof makeOrders> =>
    makeOrders(Array.from({ length: 2 * count }, (_, n) => {
      const second = n % 2;
      const unseenNs = 5000 + Math.floor(n / 2) * 10;
      return { dueNs: Math.floor(n / 2) * BURST_NS + second * 1000, durationsNs: { [VENUE_RX]: 200 + unseenNs + (1 - second) * 1000 } };
    }));

  function learned(count: number, made: readonly MadeStall[] = []): ReadonlyMap<number, number> {
    const { stalls, kinds } = makeStalls(made);
    const orders = bursts(count);
    const unseen = new UnseenWork(ONE_THREAD);
    const work = new WorkSeen(ONE_THREAD);
    unseen.add(orders);
    work.add(orders);
    return unseen.learn(work, new IntervalReader(new Coverage(stalls), kinds, 150), TYPICAL_NS);
  }

  it('is learned from the waits of late orders in a port, after the last stamp', () => {
    expect(learned(100).get(VENUE_RX)).to.equal(5000 + 90 * 10);
    expect(learned(100).get(2)).to.equal(0);
    expect([...learned(100).keys()]).to.deep.equal([2, VENUE_RX]);
  });

  it('is not what a stall took', () => {
    const stalls = Array.from({ length: 50 }, (_, n): MadeStall => ({ cause: 'timer_tick', fromNs: (99 - n) * BURST_NS + 3000, toNs: (99 - n) * BURST_NS + 4000 }));
    expect(learned(100, stalls).get(VENUE_RX)).to.equal(5000 + 45 * 10);
  });

  it('is nothing where few were seen', () => expect(learned(9).size).to.equal(0));
});
