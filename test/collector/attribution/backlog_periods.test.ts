import { expect } from 'chai';
import fc from 'fast-check';
import { PeriodBuilder, beginningsOf, periodAt, periodBefore, type BacklogPeriods } from '../../../collector/attribution/backlog_periods.js';
import { Coverage } from '../../../collector/attribution/coverage.js';
import type { ThreadOfHop } from '../../../collector/attribution/order_columns.js';
import { NO_OVERHEADS, type Overheads } from '../../../collector/attribution/interval.js';
import { lateLimitNs } from '../../../collector/attribution/late_orders.js';
import { causeByName, causeName } from '../../../collector/stall_causes.js';
import { TYPICAL_NS, makeStalls, type MadeStall } from './synthetic.js';

type Late = readonly [dueNs: number, txNs: number];

function periodsOf(late: readonly Late[], rhythmNs = 0): BacklogPeriods {
  const builder = new PeriodBuilder(rhythmNs);
  for (const [dueNs, txNs] of late) builder.add(dueNs, txNs);
  return builder.periods();
}

/** As [first due, first tx, end]. */
const shown = ({ firstDueNs, firstTxNs, endNs }: BacklogPeriods): readonly (readonly number[])[] => [...endNs].map((end, i) => [firstDueNs[i] ?? 0, firstTxNs[i] ?? 0, end]);

describe('a backlog period', () => {
  it('lasts as long as late orders wait at the same time', () => {
    expect(shown(periodsOf([[0, 90_000], [40_000, 91_000], [80_000, 92_000], [100_000, 105_000]]))).to.deep.equal([[0, 90_000, 92_000], [100_000, 105_000, 105_000]]);
    expect(shown(periodsOf([[0, 90_000], [80_000, 92_000], [100_000, 105_000]], 10_000))).to.deep.equal([[0, 90_000, 115_000]]);
  });

  it('begins anew with an order that is more than twice as late as the first: something more has happened', () => {
    expect(shown(periodsOf([[0, 10_000], [5000, 25_000], [8000, 29_000], [20_000, 30_000]]))).to.deep.equal([[0, 10_000, 25_000], [8000, 29_000, 30_000]]);
  });

  it('is known by when a packet was sent', () => {
    const periods = periodsOf([[0, 90_000], [40_000, 91_000], [200_000, 210_000]], 1000);
    expect([89_999, 90_000, 92_000, 92_001, 211_000, 211_001].map((txNs) => periodAt(periods, txNs))).to.deep.equal([undefined, 0, 0, undefined, 1, undefined]);
    expect([89_999, 150_000, 999_999].map((ns) => periodBefore(periods, ns))).to.deep.equal([undefined, 0, 1]);
  });

  it('has every late order in it, whatever they are', () => {
    // As a feed sends: in the order of their sequence.
    const orders = fc.array(fc.tuple(fc.integer({ min: 0, max: 500 }), fc.integer({ min: 1, max: 900 })), { maxLength: 60 }).map((steps) => {
      let dueNs = 0;
      let sentNs = 0;
      return steps.map(([step, late]): Late => [(dueNs += step), (sentNs = Math.max(sentNs, dueNs + late))]);
    });
    fc.assert(
      fc.property(orders, fc.integer({ min: 0, max: 100 }), (late, rhythmNs) => {
        const periods = periodsOf(late, rhythmNs);
        for (let i = 1; i < periods.length; i += 1) expect(periods.firstTxNs[i]).to.be.at.least(periods.firstTxNs[i - 1] ?? 0);
        for (const [dueNs, txNs] of late) {
          const period = periodAt(periods, txNs);
          expect(period).to.be.a('number');
          expect(periods.firstDueNs[period ?? 0]).to.be.at.most(txNs);
          expect(txNs - dueNs).to.be.above(0);
        }
      }),
    );
  });

  it('is made of what stands out from the feed\'s own scatter', () => {
    expect(lateLimitNs(90)).to.equal(2000);
    expect(lateLimitNs(500)).to.equal(4000);
  });
});

describe('what began a period', () => {
  const ONE_THREAD: ThreadOfHop = () => 0;

  function beganBy(late: readonly Late[], made: readonly MadeStall[], threadOfHop: ThreadOfHop = ONE_THREAD, overheads: Overheads = NO_OVERHEADS): readonly (string | null)[] {
    const { stalls, kinds } = makeStalls(made);
    const search = { coverage: new Coverage(stalls), kinds, overheads, toleranceNs: 150, threadOfHop, typicalNs: TYPICAL_NS };
    return beginningsOf(periodsOf(late), search).map((found) => (found === null ? null : `${causeName(kinds.at(found.kind).cause)} ${kinds.at(found.kind).who} ${stalls.startNs[found.stall]}`));
  }
  const tick = (fromNs: number, toNs: number, thread = 0): MadeStall => ({ cause: 'timer_tick', fromNs, toNs, thread });

  it('explains at least half of the first order\'s lateness', () => {
    expect(beganBy([[1000, 21_200]], [tick(500, 11_000)])).to.deep.equal(['timer_tick  500']);
    expect(beganBy([[1000, 21_200]], [tick(500, 10_900)])).to.deep.equal([null]);
    expect(beganBy([[1000, 21_200]], [tick(500, 10_900)], ONE_THREAD, new Map([[causeByName('timer_tick').value, 200]]))).to.deep.equal(['timer_tick  500']);
    expect(beganBy([[1000, 21_200], [5000, 22_000]], [tick(20_900, 25_000)])).to.deep.equal([null]); // the thread was running at 21,200
  });

  it('is the largest of those that explain it together', () => {
    const stalls: MadeStall[] = [tick(0, 6000), { cause: 'preempted', who: 'node', fromNs: 6000, toNs: 14_000 }, { cause: 'preempted', who: 'cat', fromNs: 14_000, toNs: 15_000 }];
    expect(beganBy([[1000, 21_200]], stalls)).to.deep.equal(['preempted node 6000']);
  });

  it('leaves no more than a round of the reactor', () => {
    const away = (toNs: number): MadeStall => ({ cause: 'stopped', who: 'bash', fromNs: 0, toNs });
    expect(beganBy([[1000, 5_001_200]], [away(4_801_000)])).to.deep.equal(['stopped bash 0']);
    expect(beganBy([[1000, 5_001_200]], [away(4_800_999)])).to.deep.equal([null]);
  });

  it('is on the feed\'s thread, or on the OMS\'s', () => {
    const threads: ThreadOfHop = (hop) => (hop < 2 ? 4 : hop === 2 ? 5 : 6);
    expect(beganBy([[1000, 21_200]], [tick(500, 20_000, 4)], threads)).to.deep.equal(['timer_tick  500']);
    expect(beganBy([[1000, 21_200]], [tick(500, 20_000, 5)], threads)).to.deep.equal(['timer_tick  500']);
    expect(beganBy([[1000, 21_200]], [tick(500, 20_000, 6)], threads)).to.deep.equal([null]);
  });

  it('is no page fault whose end nobody sees', () => {
    expect(beganBy([[1000, 21_200]], [{ cause: 'page_fault', fromNs: 1500, toNs: 1500 }])).to.deep.equal([null]);
    expect(beganBy([[1000, 21_200]], [{ cause: 'page_fault', fromNs: 1500, toNs: 20_000 }])).to.deep.equal(['page_fault  1500']);
  });
});
