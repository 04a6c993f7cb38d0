import { expect } from 'chai';
import { Coverage } from '../../../collector/attribution/coverage.js';
import { LEAST_OVERHEAD_GAPS, explainGaps, type GapColumns, type GapExplanation } from '../../../collector/attribution/gaps.js';
import { quantile } from '../../../collector/attribution/quantile.js';
import { causeByName } from '../../../collector/stall_causes.js';
import { makeStalls, type MadeStall } from './synthetic.js';

interface MadeGap {
  readonly startNs: number;
  readonly durationNs: number;
  readonly thread?: number;
}

function explain(made: readonly MadeGap[], stalls: readonly MadeStall[]): GapExplanation {
  const gaps: GapColumns = {
    length: made.length,
    startNs: Float64Array.from(made, (gap) => gap.startNs),
    durationNs: Float64Array.from(made, (gap) => gap.durationNs),
    thread: Uint16Array.from(made, (gap) => gap.thread ?? 0),
  };
  const { stalls: columns, kinds } = makeStalls(stalls);
  return explainGaps(gaps, new Coverage(columns), kinds, 150);
}

const TICK = causeByName('timer_tick').value;
/** A millisecond apart: a gap of 3000 + n ns, with a tick of 2000 ns in the middle. */
const gapsWithTicks = (count: number): { readonly gaps: MadeGap[]; readonly ticks: MadeStall[] } => {
  const numbers = Array.from({ length: count }, (_, n) => n);
  return {
    gaps: numbers.map((n) => ({ startNs: n * 1e6, durationNs: 3000 + n })),
    ticks: numbers.map((n) => ({ cause: 'timer_tick', fromNs: n * 1e6 + 500, toNs: n * 1e6 + 2500 })),
  };
};

describe('idle gaps', () => {
  it('tell what an event costs beyond its own time: p90 of those that hold exactly one', () => {
    const { gaps, ticks } = gapsWithTicks(100);
    const found = explain(gaps, ticks);
    expect(found.overheads).to.deep.equal(new Map([[TICK, 1090]]));
    expect(found.explainedNs[0]).to.equal(3000);
    expect(found.explainedNs[99]).to.equal(3090);
    expect(found.unexplained).to.deep.equal([]);
    expect(Object.keys(found.explainedByCause)).to.deep.equal(['timer_tick']);
    expect(found.explainedByCause.timer_tick).to.equal(found.explainedNs.reduce((sum, ns) => sum + ns, 0));
  });

  it('tell nothing where they are too few, or hold more than one event', () => {
    const few = gapsWithTicks(LEAST_OVERHEAD_GAPS - 1);
    expect(explain(few.gaps, few.ticks).overheads).to.deep.equal(new Map());
    const { gaps, ticks } = gapsWithTicks(100);
    const softirqs = ticks.map((tick): MadeStall => ({ cause: 'softirq', who: 'TIMER', fromNs: tick.toNs + 10, toNs: tick.toNs + 60 }));
    expect(explain(gaps, [...ticks, ...softirqs]).overheads).to.deep.equal(new Map());
  });

  it('are the hypervisor\'s where events explain less than half', () => {
    const found = explain(
      [{ startNs: 0, durationNs: 1000 }, { startNs: 10_000, durationNs: 1000 }, { startNs: 20_000, durationNs: 1000 }, { startNs: 30_000, durationNs: 1000, thread: 1 }],
      [{ cause: 'timer_tick', fromNs: 10_100, toNs: 10_599 }, { cause: 'timer_tick', fromNs: 20_100, toNs: 20_600 }, { cause: 'timer_tick', fromNs: 30_100, toNs: 30_900 }],
    );
    expect(found.unexplained).to.deep.equal([0, 1, 3]); // the last one's tick was another thread's
    expect([...found.explainedNs]).to.deep.equal([0, 499, 500, 0]);
  });

  it('are explained by a page fault in them, whose end is not seen', () => {
    const found = explain([{ startNs: 0, durationNs: 1000 }], [{ cause: 'page_fault', fromNs: 400, toNs: 400 }]);
    expect(found.unexplained).to.deep.equal([]);
    expect(found.explainedByCause).to.deep.equal({ page_fault: 1000 });
  });

  it('are not explained by an event that reaches beyond them: the thread ran at both ends', () => {
    expect(explain([{ startNs: 1000, durationNs: 1000 }], [{ cause: 'preempted', fromNs: 0, toNs: 1900, who: 'a' }]).unexplained).to.deep.equal([0]);
  });

  it('may be none', () => expect(explain([], [])).to.deep.include({ unexplained: [], explainedByCause: {} }));
});

describe('quantile', () => {
  it('is the value at rank floor(level × count)', () => {
    const values = [5, 1, 4, 2, 3, 10, 9, 8, 7, 6];
    expect([0, 0.5, 0.9, 1].map((level) => quantile(values, level))).to.deep.equal([1, 6, 10, 10]);
    expect(quantile([], 0.5)).to.equal(0);
  });
});
