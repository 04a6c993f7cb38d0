import { expect } from 'chai';
import fc from 'fast-check';
import { Backlog } from '../../../collector/attribution/backlog.js';
import { Coverage } from '../../../collector/attribution/coverage.js';
import { explainOrders } from '../../../collector/attribution/hop_delays.js';
import type { ThreadOfHop } from '../../../collector/attribution/order_columns.js';
import { NO_OVERHEADS } from '../../../collector/attribution/interval.js';
import { mulberry32, shifted } from '../../../collector/attribution/shift.js';
import { Tally } from '../../../collector/attribution/tally.js';
import { causeName } from '../../../collector/stall_causes.js';
import { STEP_NS, TYPICAL_NS, makeLateRun, makeOrders, makeStalls, type MadeOrder, type MadeStall, type MadeStalls } from './synthetic.js';

const ONE_THREAD: ThreadOfHop = () => 0;
const FEED_TX = 1;
const OMS_RX = 2;
const VENUE_RX = 8;
const VENUE_MATCH = 9;
const OMS_ACK = 12;

interface Found {
  readonly delays: readonly { readonly order: number; readonly hop: number; readonly cause: string; readonly who: string; readonly delayNs: number; readonly stall: number | null }[];
  readonly tally: Tally;
}

function explain(made: readonly MadeOrder[], { stalls, kinds }: MadeStalls, unseenNs: ReadonlyMap<number, number> = new Map()): Found {
  const orders = makeOrders(made);
  const search = { coverage: new Coverage(stalls), kinds, overheads: NO_OVERHEADS, toleranceNs: 150, threadOfHop: ONE_THREAD, typicalNs: TYPICAL_NS };
  const late = makeLateRun(orders, ONE_THREAD, 1000, unseenNs);
  const tally = new Tally(kinds, OMS_RX);
  const delays: Found['delays'][number][] = [];
  const listener = tally.listen(orders, ({ order, hop, kind, delayNs, stall }) => {
    delays.push({ order, hop, delayNs, stall, ...(kind === null ? { cause: 'none', who: '' } : { cause: causeName(kinds.at(kind).cause), who: kinds.at(kind).who }) });
  });
  explainOrders(orders, { ...search, firstHop: OMS_RX, backlog: new Backlog(late, search) }, listener);
  return { delays, tally };
}

interface Injected {
  readonly order: number;
  readonly hop: number;
  readonly ns: number;
}

/**
 * A burst of orders due 1 µs apart, sent 300 ns apart from `sentNs` on. The OMS takes the burst when it is sent, 2 µs an order up to oms.tx;
 * then the venue does, 800 ns an order up to venue.tx; then the OMS takes the answers, 200 ns each. One thread does it all, so that what
 * is injected into one order delays those behind it.
 */
function burst(firstDueNs: number, sentNs: number, count: number, injected: Injected = { order: 0, hop: 0, ns: 0 }): MadeOrder[] {
  const extraNs = (n: number, from: number, to: number): number => (n >= injected.order && injected.hop >= from && injected.hop <= to ? injected.ns : 0);
  const own = (n: number, hop: number): number => STEP_NS + (n === injected.order && hop === injected.hop ? injected.ns : 0);
  const txOf = (n: number): number => sentNs + n * 300;
  const rxNs = txOf(count - 1) + STEP_NS;
  const omsTxOf = (n: number): number => rxNs + (n + 1) * 2000 + extraNs(n, 3, 7);
  const venueRxNs = omsTxOf(count - 1) + STEP_NS;
  const venueTxOf = (n: number): number => venueRxNs + (n + 1) * 800 + extraNs(n, 9, 11);
  const ackOf = (n: number): number => venueTxOf(count - 1) + (n + 1) * STEP_NS + extraNs(n, 12, 12);
  return Array.from({ length: count }, (_, n) => {
    const dueNs = firstDueNs + n * 1000;
    return {
      dueNs,
      durationsNs: {
        [FEED_TX]: txOf(n) - dueNs,
        [OMS_RX]: rxNs - txOf(n),
        3: omsTxOf(n) - rxNs - own(n, 4) - own(n, 5) - own(n, 6) - own(n, 7), // oms.book: behind those in front of it
        4: own(n, 4), 5: own(n, 5), 6: own(n, 6), 7: own(n, 7),
        [VENUE_RX]: venueRxNs - omsTxOf(n),
        [VENUE_MATCH]: venueTxOf(n) - venueRxNs - own(n, 10) - own(n, 11),
        10: own(n, 10), 11: own(n, 11),
        [OMS_ACK]: ackOf(n) - venueTxOf(n),
      },
    };
  });
}

const DUE_NS = 100_000;
const SENT_NS = 120_500;
/** Took the feed's thread from before the first order was due until shortly before it was sent. */
const TICK: MadeStall = { cause: 'timer_tick', fromNs: DUE_NS - 200, toNs: SENT_NS - 200 };
const BURST = burst(DUE_NS, SENT_NS, 10);

describe('orders of a burst', () => {
  it('waited behind each other after the stall that made them late', () => {
    const { delays, tally } = explain(BURST, makeStalls([TICK]));
    const waits = delays.filter(({ cause, hop }) => cause === 'backlog' && hop >= OMS_RX);
    expect(new Set(waits.map(({ who, stall }) => `${who} ${stall}`))).to.deep.equal(new Set(['timer_tick 0']));
    expect([...new Set(waits.map(({ hop }) => hop))].sort((a, b) => a - b)).to.deep.equal([OMS_RX, 3, VENUE_RX, VENUE_MATCH, OMS_ACK]);
    expect(tally).to.include({ orders: 10, withCause: 10 });
    expect(tally.causes().map(({ cause, who, dominantOrders }) => ({ cause, who, dominantOrders }))[0]).to.deep.equal({ cause: 'backlog', who: 'timer_tick', dominantOrders: 10 });
    expect(tally.eventsNs / tally.delayNs).to.be.above(0.7); // every order's own 1.2 µs in oms.book are not typical here, and no wait
    for (const { hop, delayNs } of delays.filter(({ cause, hop: at }) => cause === 'none' && at >= OMS_RX)) expect(delayNs).to.be.at.most(hop === 3 ? 1400 : 400);
  });

  it('name whose stall it was', () => {
    const { delays } = explain(BURST, makeStalls([{ ...TICK, cause: 'preempted', who: 'node' }]));
    expect(new Set(delays.filter(({ cause }) => cause === 'backlog').map(({ who }) => who))).to.deep.equal(new Set(['preempted node']));
  });

  it('waited all the same where no event began it, and count as orders without one', () => {
    const { delays, tally } = explain(BURST, makeStalls([]));
    expect(delays.filter(({ cause }) => cause === 'backlog').every(({ who, stall }) => who === '' && stall === null)).to.equal(true);
    expect(tally).to.include({ orders: 10, withCause: 0, eventsNs: 0 });
    expect(tally.causes().map(({ cause, who, dominantOrders }) => ({ cause, who, dominantOrders }))).to.deep.equal([
      { cause: 'backlog', who: '', dominantOrders: 10 }, { cause: 'none', who: '', dominantOrders: 0 },
    ]);
  });

  it('have their own delays to themselves, in a hop in which orders wait as well', () => {
    const order = 5;
    for (const hop of [3, 6, VENUE_MATCH, 10, OMS_ACK]) {
      const calm = explain(BURST, makeStalls([TICK]));
      const found = explain(burst(DUE_NS, SENT_NS, 10, { order, hop, ns: 20_000 }), makeStalls([TICK]));
      const at = ({ delays }: Found, cause: string): number => delays.filter((one) => one.order === order && one.hop === hop && one.cause === cause).reduce((sum, one) => sum + one.delayNs, 0);
      expect(at(found, 'none') - at(calm, 'none'), `hop ${hop}`).to.be.within(20_000 - 400, 20_000 + 400);
      expect(at(found, 'backlog'), `hop ${hop}`).to.equal(at(calm, 'backlog'));
      // And those behind it waited that much longer for it.
      const behind = found.delays.filter((one) => one.order === order + 1 && one.cause === 'backlog' && one.hop > 2).reduce((sum, one) => sum + one.delayNs, 0);
      const usual = calm.delays.filter((one) => one.order === order + 1 && one.cause === 'backlog' && one.hop > 2).reduce((sum, one) => sum + one.delayNs, 0);
      expect(behind - usual, `hop ${hop}`).to.be.closeTo(20_000, 400);
    }
  });

  it('wait for work that leaves no stamp, as long as such waits take, in ports alone', () => {
    const slow = BURST.map((order) => ({ ...order, durationsNs: { ...order.durationsNs, [VENUE_RX]: (order.durationsNs?.[VENUE_RX] ?? 0) + 9000 } }));
    const none = (unseenNs: number): number => {
      const { delays } = explain(slow, makeStalls([TICK]), new Map([[VENUE_RX, unseenNs]]));
      return delays.filter(({ hop, order, cause }) => hop === VENUE_RX && order === 9 && cause === 'none').reduce((sum, one) => sum + one.delayNs, 0);
    };
    expect([none(0), none(4000), none(9000)]).to.deep.equal([9000, 5000, 0]);
  });

  it('are waited for by an order that met the stall itself, and was sent in time', () => {
    const early: MadeOrder = { dueNs: DUE_NS - 3000, durationsNs: { [VENUE_MATCH]: 22_000, [OMS_ACK]: 40_000 } };
    const { delays } = explain([early, ...BURST], makeStalls([{ ...TICK, fromNs: DUE_NS - 1000 }]));
    const [ack] = delays.filter(({ order, hop, cause }) => order === 0 && hop === OMS_ACK && cause === 'backlog');
    expect(ack).to.include({ who: 'timer_tick' });
    expect(ack?.delayNs).to.be.within(30_000, 39_800);
  });
});

describe('no order of a burst', () => {
  it('waits where it was sent in time', () => {
    const alone: MadeOrder[] = [{ dueNs: 0, durationsNs: { [VENUE_RX]: 30_000 } }, { dueNs: 60_000, durationsNs: { 3: 40_000 } }];
    expect(explain([...alone, ...BURST].sort((a, b) => a.dueNs - b.dueNs), makeStalls([TICK])).delays.filter(({ order }) => order < 2).map(({ cause }) => cause)).to.deep.equal(['none', 'none']);
  });

  it('is a late order that nobody else was worked for', () => {
    const late: MadeOrder = { dueNs: 0, durationsNs: { [FEED_TX]: 20_000, [VENUE_RX]: 30_000 } };
    const { delays } = explain([late], makeStalls([{ cause: 'timer_tick', fromNs: 100, toNs: 19_900 }]));
    expect(delays.filter(({ hop }) => hop === VENUE_RX).map(({ cause, delayNs }) => ({ cause, delayNs }))).to.deep.equal([{ cause: 'none', delayNs: 29_800 }]);
  });
});

describe('any orders behind any stalls', () => {
  const HOPS = fc.dictionary(fc.integer({ min: 2, max: 12 }).map(String), fc.integer({ min: 0, max: 20_000 }));
  const ORDERS = fc.array(fc.record({ dueNs: fc.integer({ min: 0, max: 60_000 }), lateNs: fc.integer({ min: 0, max: 30_000 }), hops: HOPS }), { maxLength: 12 })
    .map((orders) => [...orders].sort((a, b) => a.dueNs - b.dueNs).map(({ dueNs, lateNs, hops }): MadeOrder => ({ dueNs, durationsNs: { ...hops, [FEED_TX]: lateNs } })));
  const STALLS = fc.array(fc.record({ cause: fc.constantFrom('timer_tick', 'preempted', 'page_fault'), fromNs: fc.integer({ min: 0, max: 90_000 }), ns: fc.integer({ min: 0, max: 20_000 }) }), { maxLength: 10 });

  it('have no wait that is longer than what no event explains, and one cause of it a hop', () => {
    fc.assert(
      fc.property(ORDERS, STALLS, fc.integer({ min: 0, max: 5000 }), (orders, stalls, unseen) => {
        const made = makeStalls(stalls.map(({ cause, fromNs, ns }) => ({ cause, fromNs, toNs: fromNs + ns })));
        const { delays, tally } = explain(orders, made, new Map([[OMS_RX, unseen], [VENUE_RX, unseen]]));
        orders.forEach(({ durationsNs = {} }, order) => {
          for (let hop = 1; hop <= 12; hop += 1) {
            const ofHop = delays.filter((one) => one.order === order && one.hop === hop);
            expect(ofHop.reduce((sum, one) => sum + one.delayNs, 0)).to.be.at.most(Math.max(0, (durationsNs[hop] ?? STEP_NS) - STEP_NS));
            expect(ofHop.filter(({ cause }) => cause === 'backlog')).to.have.length.at.most(1);
            for (const one of ofHop) expect(one.delayNs).to.be.above(0);
          }
        });
        for (const { who, stall } of delays.filter(({ cause }) => cause === 'backlog')) expect(stall === null).to.equal(who === '');
        const causes = tally.causes();
        expect(causes.reduce((sum, one) => sum + one.dominantOrders, 0)).to.equal(orders.length);
        const withoutEvent = causes.filter(({ cause, who }) => cause === 'none' || (cause === 'backlog' && who === '')).reduce((sum, one) => sum + one.dominantOrders, 0);
        expect(withoutEvent).to.equal(tally.orders - tally.withCause);
      }),
      { numRuns: 300 },
    );
  });

  it('wait for the same time wherever the stalls are, if they met none', () => {
    fc.assert(
      fc.property(ORDERS, fc.integer({ min: 1, max: 40_000 }), (orders, ns) => {
        const waits = (stalls: MadeStalls): readonly (readonly number[])[] => explain(orders, stalls).delays.filter(({ cause }) => cause === 'backlog').map(({ order, hop, delayNs }) => [order, hop, delayNs]);
        expect(waits(makeStalls([{ cause: 'timer_tick', fromNs: 10_000_000, toNs: 10_000_000 + ns }]))).to.deep.equal(waits(makeStalls([])));
      }),
    );
  });
});

describe('bursts, with the stalls at other times than they happened', () => {
  it('hardly find what began them', () => {
    const random = mulberry32(5);
    const orders: MadeOrder[] = [];
    const stalls: MadeStall[] = [];
    for (let i = 0; i < 200; i += 1) {
      const dueNs = i * 10_000_000 + Math.floor(random() * 5_000_000);
      const lateNs = i % 4 === 0 ? 5_000_000 : 20_000 + Math.floor(random() * 20_000); // a tenth of the run, the long ones
      orders.push(...burst(dueNs, dueNs + lateNs, 12));
      stalls.push({ cause: i % 4 === 0 ? 'stopped' : 'timer_tick', fromNs: dueNs - 100, toNs: dueNs + lateNs - 300 });
    }
    const made = makeStalls(stalls);
    expect(explain(orders, made).tally).to.include({ orders: 2400, withCause: 2400 });
    expect(explain(orders, { ...made, stalls: shifted(made.stalls, 2e9, 9) }).tally.withCause).to.be.below(0.03 * 2400);
  });
});
