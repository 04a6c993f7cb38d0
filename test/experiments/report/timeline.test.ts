import { expect } from 'chai';

import { HOPS } from '../../../collector/catalogue.js';
import type { TimelineEvent } from '../../../collector/timeline.js';
import type { OrderTrace } from '../../../experiments/report/input.js';
import { intervalsOf, longestHop, mainPath } from '../../../experiments/report/order.js';
import { shareAt, windowOf } from '../../../experiments/report/time_window.js';
import { eventKinds, timelineFigure } from '../../../experiments/report/timeline.js';

const ORDER: OrderTrace = {
  ...{ traceId: '1', feedSequence: '1', marketNs: 0, venue: 0, locate: 1, side: 'B', orderType: 'L', outcome: 'accepted', price: 0, quantity: 1, filled: 0 },
  offsetsNs: { 'feed.due': 0, 'feed.tx': 100, 'oms.rx': 1_000, 'oms.book': 9_000, 'oms.ack': 10_000 },
};
const WINDOW = windowOf(ORDER, 10_000);

function event(cause: string, startNs: number, endNs: number, who = '', thread = 0): TimelineEvent {
  return { cause, who, startNs, endNs, detail: 0, flags: 0, thread };
}

function figure(order: OrderTrace, events: readonly TimelineEvent[] | null): string {
  const intervals = intervalsOf(order, HOPS);
  return timelineFigure(order, mainPath(intervals), longestHop(intervals), events === null ? null : { events, thread: 0, delays: [] }).text;
}

describe('the window of a timeline', () => {
  it('is the whole time of the order', () => {
    expect(WINDOW).to.deep.equal({ fromNs: 0, toNs: 10_000, originNs: 0 });
    expect([-5, 0, 2_500, 20_000].map((ns) => shareAt(WINDOW, ns))).to.deep.equal([0, 0, 0.25, 1]);
  });

  it('cuts a long wait for the sender to a stump and counts from feed.tx', () => {
    const late = { ...ORDER, offsetsNs: { ...ORDER.offsetsNs, 'feed.tx': 9_120 } };
    const window = windowOf(late, 10_000);
    expect(window.originNs).to.equal(9_120);
    expect(shareAt(window, 9_120)).to.be.closeTo(0.12, 1e-9);
  });
});

describe("an order's timeline", () => {
  it('has a row a kind of event, by time in it, and leaves out what lies elsewhere', () => {
    const events = [event('timer_tick', 2_000, 2_400), event('preempted', 3_000, 8_000, 'hog'), event('timer_tick', 6_000, 6_300), event('softirq', 11_000, 12_000), event('ipi', -900, -100)];
    expect(eventKinds(events, WINDOW).map(({ cause, who, totalNs, events: same }) => [cause, who, totalNs, same.length])).to.deep.equal([
      ['preempted', 'hog', 5_000, 1],
      ['timer_tick', '', 700, 2],
    ]);
  });

  it('keeps threads apart, and names them only where there are several', () => {
    const [one, other] = [event('timer_tick', 2_000, 2_400), event('timer_tick', 2_000, 2_300, '', 1)];
    expect(eventKinds([one, other], WINDOW).map(({ thread }) => thread)).to.deep.equal([0, 1]);
    expect(figure(ORDER, [one, other])).to.contain('thread 1');
    expect(figure(ORDER, [one])).not.to.contain('thread 0');
  });

  it('draws hops and events on one scale, in thousandths', () => {
    const drawn = figure(ORDER, [event('preempted', 2_000, 7_000, 'hog')]);
    expect(drawn).to.contain('<rect class="oms" x="100.0" y="1" width="800.0"');
    expect(drawn).to.contain('<rect class="event scheduler" x="200.0" y="4" width="500.0"');
    expect(drawn, 'the longest hop shades the row').to.contain('<rect class="shade" x="100.0" y="0" width="800.0"');
  });

  it('shows an instant as a hairline that stays inside the picture', () => {
    expect(figure(ORDER, [event('page_fault', 10_000, 10_000)])).to.contain('<rect class="event memory" x="997.0" y="4" width="3.0"').and.to.contain('instant');
  });

  it('sums in words what has no row of its own', () => {
    const causes = ['preempted', 'blocked', 'softirq', 'timer_tick', 'ipi', 'hard_irq', 'tlb_shootdown'];
    expect(figure(ORDER, causes.map((cause, index) => event(cause, 1_000, 2_000 - index)))).to.contain('and 2 shorter events, 1.99\u202fµs together');
  });

  it('tells an order that met nothing from one of which nothing is known', () => {
    expect(figure(ORDER, [])).to.contain("no kernel event on the engine's threads meanwhile");
    expect(figure(ORDER, null)).not.to.contain('kernel');
  });
});
