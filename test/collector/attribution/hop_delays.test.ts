import { expect } from 'chai';
import fc from 'fast-check';
import { Coverage } from '../../../collector/attribution/coverage.js';
import { NO_OVERHEADS } from '../../../collector/attribution/interval.js';
import { explainOrders, type HopDelay } from '../../../collector/attribution/hop_delays.js';
import type { ThreadOfHop } from '../../../collector/attribution/order_columns.js';
import { mulberry32, shifted } from '../../../collector/attribution/shift.js';
import { Tally } from '../../../collector/attribution/tally.js';
import { causeName } from '../../../collector/stall_causes.js';
import { STEP_NS, TYPICAL_NS, makeBacklog, makeOrders, makeStalls, type MadeOrder, type MadeStall, type MadeStalls } from './synthetic.js';

const ONE_THREAD: ThreadOfHop = () => 0;
/** Feed, OMS, and a thread a venue. */
const SPREAD: ThreadOfHop = (hop, venue) => (hop < 2 ? 0 : hop >= 8 && hop <= 11 ? 2 + venue : 1);

interface Explained {
  readonly delays: readonly (HopDelay & { readonly cause: string })[];
  readonly orders: readonly { readonly delayNs: number; readonly eventsNs: number }[];
  readonly tally: Tally;
}

function explain(made: readonly MadeOrder[], { stalls, kinds }: MadeStalls, threadOfHop: ThreadOfHop = ONE_THREAD, firstHop = 2): Explained {
  const orders = makeOrders(made);
  const tally = new Tally(kinds, firstHop);
  const delays: (HopDelay & { readonly cause: string })[] = [];
  const perOrder: { readonly delayNs: number; readonly eventsNs: number }[] = [];
  const listener = tally.listen(orders, (delay) => delays.push({ ...delay, cause: delay.kind === null ? 'none' : causeName(kinds.at(delay.kind).cause) }));
  const search = { coverage: new Coverage(stalls), kinds, overheads: NO_OVERHEADS, toleranceNs: 150, threadOfHop, typicalNs: TYPICAL_NS };
  explainOrders(
    orders,
    { ...search, firstHop, backlog: makeBacklog(orders, search) },
    {
      onDelay: (delay) => listener.onDelay(delay),
      onOrder: (order, delayNs, eventsNs) => {
        perOrder.push({ delayNs, eventsNs });
        listener.onOrder(order, delayNs, eventsNs);
      },
    },
  );
  return { delays, orders: perOrder, tally };
}

/** When hop `hop` of an order that is due at `dueNs` begins, all hops before it as usual. */
const beginOf = (dueNs: number, hop: number): number => dueNs + (hop - 1) * STEP_NS;

describe('an order\'s hops', () => {
  it('ask the thread that stamps them, for the time since the hop before', () => {
    const order: MadeOrder = { dueNs: 1000, durationsNs: { 9: 5200 }, venue: 1 };
    const stall: MadeStall = { cause: 'timer_tick', fromNs: beginOf(1000, 9) + 50, toNs: beginOf(1000, 9) + 4050, thread: 3 };
    const { delays } = explain([order], makeStalls([stall]), SPREAD);
    expect(delays.map(({ hop, thread, cause, delayNs }) => ({ hop, thread, cause, delayNs }))).to.deep.equal([
      { hop: 9, thread: 3, cause: 'timer_tick', delayNs: 4000 },
      { hop: 9, thread: 3, cause: 'none', delayNs: 1000 },
    ]);
    expect(explain([{ ...order, venue: 0 }], makeStalls([stall]), SPREAD).delays.map((one) => one.cause)).to.deep.equal(['none']);
  });

  it('may be delayed by what another thread was in before they began, one of the same thread may not', () => {
    const order: MadeOrder = { dueNs: 10_000, durationsNs: { 8: 3200 } };
    const begin = beginOf(10_000, 8);
    const stall = (thread: number): MadeStalls => makeStalls([{ cause: 'preempted', who: 'hog', fromNs: begin - 2000, toNs: begin + 2900, thread }]);
    expect(explain([order], stall(2), SPREAD).delays.map(({ cause, delayNs }) => ({ cause, delayNs }))).to.deep.equal([{ cause: 'preempted', delayNs: 2900 }]);
    expect(explain([order], stall(0), ONE_THREAD).delays.map((one) => one.cause)).to.deep.equal(['none']);
  });

  it('count feed.due as a time, not as a stamp: the sender may have been away before', () => {
    const order: MadeOrder = { dueNs: 10_000, durationsNs: { 1: 3200 } };
    const stalls = makeStalls([{ cause: 'stopped', who: 'bash', fromNs: 2000, toNs: 13_000 }]);
    const service = explain([order], stalls);
    expect(service.delays.map(({ hop, cause, delayNs }) => ({ hop, cause, delayNs }))).to.deep.equal([{ hop: 1, cause: 'stopped', delayNs: 3000 }]);
    expect(service.orders).to.deep.equal([{ delayNs: 0, eventsNs: 0 }]);
    expect(explain([order], stalls, ONE_THREAD, 1).orders).to.deep.equal([{ delayNs: 3000, eventsNs: 3000 }]);
  });

  it('of a device that an acknowledgement waited for are nobody\'s on the engine; the answer\'s own begins behind them', () => {
    const order: MadeOrder = { dueNs: 0, waitedNs: [700, 9200], durationsNs: { 11: 3200 } };
    const durable = beginOf(0, 11) + 700 + 9200;
    const stalls: readonly MadeStall[] = [{ cause: 'softirq', fromNs: beginOf(0, 11) + 1000, toNs: durable - 100 }, { cause: 'timer_tick', fromNs: durable + 50, toNs: durable + 3050 }];
    const { delays, orders } = explain([order], makeStalls(stalls));
    expect(delays.map(({ hop, cause, delayNs }) => ({ hop, cause, delayNs }))).to.have.deep.members([
      { hop: 13, cause: 'none', delayNs: 500 }, { hop: 14, cause: 'none', delayNs: 9000 }, { hop: 11, cause: 'timer_tick', delayNs: 3000 },
    ]);
    expect(orders).to.deep.equal([{ delayNs: 12_500, eventsNs: 3000 }]);
  });

  it('without both stamps have no duration', () => {
    const order: MadeOrder = { dueNs: 0, durationsNs: { 5: 9000 }, hops: 0x1fff & ~(1 << 4) };
    expect(explain([order], makeStalls([])).delays).to.deep.equal([]);
  });
});

describe('totals over slow orders', () => {
  it('name the cause of each order that has one, and count those without', () => {
    const tick = (dueNs: number, ns: number): MadeStall => ({ cause: 'timer_tick', fromNs: beginOf(dueNs, 4) + 10, toNs: beginOf(dueNs, 4) + 10 + ns });
    const late: MadeOrder['durationsNs'] = { 4: 10_200 };
    const { tally, delays } = explain(
      [{ dueNs: 0, durationsNs: late }, { dueNs: 100_000, durationsNs: late }, { dueNs: 200_000, durationsNs: late }, { dueNs: 300_000, durationsNs: late, slow: false }],
      makeStalls([tick(0, 9000), tick(100_000, 4999), tick(200_000, 6000), tick(300_000, 9000)]),
    );
    expect(tally).to.include({ orders: 3, withCause: 2, delayNs: 30_000, eventsNs: 19_999 });
    expect(tally.causes()).to.deep.equal([
      { cause: 'timer_tick', who: '', orders: 3, dominantOrders: 2, delayNs: 19_999, medianNs: 6000, share: 19_999 / 30_000 },
      { cause: 'none', who: '', orders: 3, dominantOrders: 1, delayNs: 10_001, medianNs: 4000, share: 10_001 / 30_000 },
    ]);
    expect(delays.filter((one) => one.order === 3)).to.have.length(2); // explained, but not part of the totals
  });

  it('tell apart who it was', () => {
    const made: MadeOrder[] = [{ dueNs: 0, durationsNs: { 6: 20_300 } }];
    const begin = beginOf(0, 6);
    const { tally } = explain(made, makeStalls([
      { cause: 'preempted', who: 'a', fromNs: begin + 10, toNs: begin + 5010 },
      { cause: 'preempted', who: 'b', fromNs: begin + 5010, toNs: begin + 19_010 },
    ]));
    expect(tally.causes().map(({ who, dominantOrders, delayNs }) => ({ who, dominantOrders, delayNs }))).to.deep.equal([
      { who: 'b', dominantOrders: 1, delayNs: 14_000 }, { who: 'a', dominantOrders: 0, delayNs: 5000 }, { who: '', dominantOrders: 0, delayNs: 1100 },
    ]);
  });
});

describe('any orders and stalls', () => {
  const ORDER = fc.record({
    dueNs: fc.integer({ min: 0, max: 20_000 }),
    durationsNs: fc.dictionary(fc.integer({ min: 1, max: 12 }).map(String), fc.integer({ min: 0, max: 3000 })),
    venue: fc.integer({ min: 0, max: 1 }),
    hops: fc.integer({ min: 0, max: 0x1fff }),
  });
  const STALL = fc.record({
    cause: fc.constantFrom('timer_tick', 'softirq', 'preempted', 'page_fault', 'syscall', 'hypervisor'),
    who: fc.constantFrom('', 'x'), fromNs: fc.integer({ min: 0, max: 40_000 }), lengthNs: fc.integer({ min: 0, max: 4000 }), thread: fc.integer({ min: 0, max: 3 }),
  });

  it('give each hop\'s delay away once: to its causes, to none, or to scatter', () => {
    fc.assert(
      fc.property(fc.array(ORDER, { maxLength: 8 }).map((orders) => [...orders].sort((a, b) => a.dueNs - b.dueNs)), fc.array(STALL, { maxLength: 30 }), fc.boolean(), (orders, stalls, spread) => {
        const { delays, orders: perOrder, tally } = explain(orders, makeStalls(stalls.map((one) => ({ ...one, toNs: one.fromNs + one.lengthNs }))), spread ? SPREAD : ONE_THREAD);
        orders.forEach((order, index) => {
          let orderDelay = 0;
          for (let hop = 1; hop <= 12; hop += 1) {
            const stamped = (order.hops & (1 << hop)) !== 0 && (order.hops & (1 << (hop - 1))) !== 0;
            const delayNs = stamped ? Math.max(0, (order.durationsNs[String(hop)] ?? STEP_NS) - STEP_NS) : 0;
            const ofHop = delays.filter((one) => one.order === index && one.hop === hop);
            const given = ofHop.reduce((sum, one) => sum + one.delayNs, 0);
            expect(given).to.be.at.most(delayNs).and.at.least(delayNs - Math.max(100, 0.05 * delayNs));
            for (const one of ofHop) expect(one.delayNs).to.be.above(0);
            expect(new Set(ofHop.map((one) => one.kind)).size).to.equal(ofHop.length);
            if (hop >= 2) orderDelay += delayNs;
          }
          expect(perOrder[index]?.delayNs).to.equal(orderDelay);
          expect(perOrder[index]?.eventsNs).to.be.at.most(orderDelay);
        });
        const causes = tally.causes();
        expect(causes.reduce((sum, one) => sum + one.dominantOrders, 0)).to.equal(orders.length);
        expect(causes.reduce((sum, one) => sum + one.delayNs, 0)).to.be.at.most(tally.delayNs);
        expect(causes.filter(({ cause, who }) => cause !== 'none' && (cause !== 'backlog' || who !== '')).reduce((sum, one) => sum + one.delayNs, 0)).to.equal(tally.eventsNs);
      }),
      { numRuns: 300 },
    );
  });
});

describe('stalls at other times than they happened', () => {
  it('explain hardly any order', () => {
    const random = mulberry32(11);
    const lengthNs = 2e9;
    // 1000 ticks a second, as a virtual machine has them; every hundredth order meets one.
    const ticks: MadeStall[] = [];
    const orders: MadeOrder[] = [];
    for (let i = 0; i < 2000; i += 1) {
      const dueNs = i * 1e6 + Math.floor(random() * 5e5);
      const hop = 2 + Math.floor(random() * 11);
      const tickNs = 4000 + Math.floor(random() * 20_000);
      const begin = beginOf(dueNs, hop) + 40;
      if (i % 4 === 0) orders.push({ dueNs, durationsNs: { [hop]: STEP_NS + tickNs + 60 } });
      ticks.push({ cause: 'timer_tick', fromNs: begin, toNs: begin + tickNs });
    }
    const made = makeStalls(ticks);
    const before = explain(orders, made).tally;
    expect(before).to.include({ orders: 500, withCause: 500 });
    const after = explain(orders, { ...made, stalls: shifted(made.stalls, lengthNs, 3) }).tally;
    expect(after.withCause / before.withCause).to.be.below(0.03);
  });
});
