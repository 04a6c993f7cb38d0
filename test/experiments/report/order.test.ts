import { expect } from 'chai';

import { HOPS } from '../../../collector/catalogue.js';
import type { OrderTrace } from '../../../experiments/report/input.js';
import { durationNs, intervalsOf, longestHop, mainPath, responseNs, serviceNs } from '../../../experiments/report/order.js';

function orderWith(offsetsNs: Readonly<Record<string, number>>): OrderTrace {
  return {
    ...{ traceId: '1', feedSequence: '1', marketNs: 0, venue: 0, locate: 1, side: 'B', orderType: 'L', outcome: 'accepted', price: 0, quantity: 1, filled: 0 },
    offsetsNs,
  };
}

const FULL = orderWith({
  ...{ 'feed.due': 0, 'feed.tx': 500, 'oms.rx': 600, 'oms.book': 680, 'oms.decide': 700, 'router.pick': 720, 'risk.pass': 760, 'oms.tx': 900 },
  ...{ 'venue.rx': 1_000, 'venue.match': 1_300, 'journal.append': 1_350, 'venue.tx': 1_400, 'oms.ack': 1_600 },
  ...{ 'journal.write': 4_000, 'journal.durable': 60_000 },
});

describe('an order as a sequence of hops', () => {
  it('tiles the way to the acknowledgement without gap or overlap', () => {
    const path = mainPath(intervalsOf(FULL, HOPS));
    expect(path.map((interval) => interval.startNs)).to.deep.equal([0, ...path.slice(0, -1).map((interval) => interval.endNs)]);
    expect(path.reduce((sum, interval) => sum + durationNs(interval), 0)).to.equal(1_600);
  });

  it('starts the journal branch at the append, not at the hop listed before it', () => {
    const write = intervalsOf(FULL, HOPS).find((interval) => interval.hop === 'journal.write');
    expect(write).to.include({ startNs: 1_350, endNs: 4_000, aside: true });
  });

  it('has the journal on the way of an acknowledgement that waited for it, as far as it did', () => {
    const offsetsNs = { ...FULL.offsetsNs, 'journal.write': 1_380, 'journal.durable': 1_390 };
    const pathOf = (answeredFrom: string): readonly (readonly [string, number, number])[] =>
      mainPath(intervalsOf({ ...orderWith(offsetsNs), answeredFrom }, HOPS)).filter(({ startNs }) => startNs >= 1_350).map(({ hop, startNs, endNs }) => [hop, startNs, endNs]);
    expect(pathOf('journal.append')).to.deep.equal([['venue.tx', 1_350, 1_400], ['oms.ack', 1_400, 1_600]]);
    expect(pathOf('journal.write')).to.deep.equal([['journal.write', 1_350, 1_380], ['venue.tx', 1_380, 1_400], ['oms.ack', 1_400, 1_600]]);
    expect(pathOf('journal.durable')).to.deep.equal([['journal.write', 1_350, 1_380], ['journal.durable', 1_380, 1_390], ['venue.tx', 1_390, 1_400], ['oms.ack', 1_400, 1_600]]);
  });

  it('counts service from feed.tx and response from feed.due; the journal counts to neither', () => {
    const intervals = intervalsOf(FULL, HOPS);
    expect(responseNs(intervals)).to.equal(1_600);
    expect(serviceNs(FULL, intervals)).to.equal(1_100);
  });

  it('bridges hops that were not stamped', () => {
    const intervals = intervalsOf(orderWith({ 'feed.due': 0, 'feed.tx': 10, 'oms.rx': 40, 'oms.ack': 900 }), HOPS);
    expect(intervals.map((interval) => [interval.hop, interval.startNs, interval.endNs])).to.deep.equal([
      ['feed.tx', 0, 10],
      ['oms.rx', 10, 40],
      ['oms.ack', 40, 900],
    ]);
  });

  it('blames the longest hop of the service time, not the late sender', () => {
    expect(longestHop(intervalsOf(FULL, HOPS))?.hop).to.equal('venue.match');
    expect(longestHop([])).to.equal(null);
  });
});
