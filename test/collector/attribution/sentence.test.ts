import { expect } from 'chai';
import type { Attribution } from '../../../collector/attribution/attribute_run.js';
import { sentence } from '../../../collector/attribution/sentence.js';
import type { CauseTotal } from '../../../collector/attribution/tally.js';

const total = (cause: string, who: string, dominantOrders: number, medianNs: number): CauseTotal => ({ cause, who, orders: dominantOrders, dominantOrders, delayNs: 1, medianNs, share: 0 });

function attribution(causes: readonly CauseTotal[], slowNs = 100_000): Attribution {
  const orders = causes.reduce((sum, one) => sum + one.dominantOrders, 0);
  const withoutEvent = causes.filter(({ cause, who }) => cause === 'none' || (cause === 'backlog' && who === '')).reduce((sum, one) => sum + one.dominantOrders, 0);
  return {
    slowNs, slowBy: 'tick_to_ack', orders, medianNs: 0, delayNs: 0, causes, withCause: orders - withoutEvent, withoutEvent, expectedHypervisor: 0,
    explainedShare: null, shiftedShare: null, overheadNs: {}, stallsLeftOut: 0,
    gaps: { count: 0, totalNs: 0, explainedNs: 0, explainedByCause: {}, unexplained: 0, unexplainedPerSecond: 0 },
  };
}

describe('sentence', () => {
  it('says what the slow orders met, most orders first', () => {
    const causes = [total('preempted', 'ksoftirqd/0', 31, 48_300), total('none', '', 5, 0), total('timer_tick', '', 96, 14_200)];
    expect(sentence(attribution(causes))).to.equal(
      'of the 132 orders over 100 µs, 96 met a timer tick (median 14 µs), 31 lost the CPU to `ksoftirqd/0` (median 48 µs), 5 have no kernel event',
    );
  });

  it('says what began the backlogs, and counts those that nobody began once', () => {
    const causes = [total('backlog', 'timer_tick', 40, 40_200), total('backlog', 'preempted node', 9, 51_000), total('backlog', '', 3, 6000), total('none', '', 2, 0)];
    expect(sentence(attribution(causes))).to.equal(
      'of the 54 orders over 100 µs, 40 waited behind others in a backlog after a timer tick (median 40 µs), ' +
        '9 waited behind others in a backlog after losing the CPU to `node` (median 51 µs), ' +
        '3 waited behind others in a backlog that no kernel event began (median 6 µs), 2 have no kernel event',
    );
    expect(sentence(attribution([total('backlog', '', 3, 6000)]))).to.equal('of the 3 orders over 100 µs, 3 waited behind others in a backlog that no kernel event began (median 6 µs)');
  });

  it('leaves out who has no orders, and counts what is rare together', () => {
    const causes = ['a', 'b', 'c', 'd', 'e', 'f'].map((who, i) => total('softirq', who, 10 - i, 999_600));
    expect(sentence(attribution([...causes, total('ipi', 'reschedule', 0, 5)], 1_500))).to.equal(
      'of the 45 orders over 1.5 µs, 10 met the softirq `a` (median 1 ms), 9 met the softirq `b` (median 1 ms), ' +
        '8 met the softirq `c` (median 1 ms), 7 met the softirq `d` (median 1 ms), 11 met something else',
    );
  });

  it('speaks of one order, and of none', () => {
    expect(sentence(attribution([total('none', '', 1, 0)], 840))).to.equal('of the one order over 840 ns, 1 has no kernel event');
    expect(sentence(attribution([], 2e9))).to.equal('no order took longer than 2 s');
  });
});
