import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import fc from 'fast-check';
import type { Reading } from '../../../collector/index.js';
import { Totals } from '../../../collector/live/totals.js';
import { readingAt } from '../rules/readings.js';
import { logLinear } from './log_linear.js';

const BOUNDS_NS = [100, 1000, 10_000];

const totalsOf = (readings: readonly Reading[]): Totals => {
  const totals = new Totals(BOUNDS_NS);
  for (const reading of readings) totals.take(reading);
  return totals;
};

describe('Totals', () => {
  it('takes what a counter grew by, not what it shows', () => {
    const totals = totalsOf([readingAt(0, { counters: { orders: 100 } }), readingAt(1, { counters: { orders: 250 } })]);
    expect(totals.counter('orders')).to.equal(250);
    expect(totals.counter('fills')).to.equal(0);
  });

  it('goes on over an engine that ends, dies or comes again, and sums those that are there at once', () => {
    const totals = totalsOf([
      readingAt(0, { counters: { orders: 100 } }),
      readingAt(1, { counters: { orders: 150 }, last: true }),
      readingAt(2, { runId: 'run-2', counters: { orders: 10 } }),
      readingAt(2, { runId: 'run-3', counters: { orders: 3 } }),
      readingAt(3, { runId: 'run-2', counters: { orders: 30 } }),
      readingAt(3, { of: { ...readingAt(0).of, pid: 2 }, counters: { orders: 7 } }), // the first run's id, another process
    ]);
    expect(totals.counter('orders')).to.equal(190);
    expect(totals.engines().map((engine) => engine.of.runId)).to.deep.equal(['run-3', 'run-2', 'run-1']);
  });

  it('never falls, whatever the pages show', () => {
    const shown = fc.array(fc.record({ run: fc.nat(2), orders: fc.nat(1000), ns: fc.nat(1000), loops: fc.nat(50), busy: fc.nat(50), last: fc.boolean() }), { maxLength: 40 });
    fc.assert(
      fc.property(shown, (all) => {
        const totals = new Totals(BOUNDS_NS);
        let before = [0, 0, 0, 0];
        for (const { run, orders, ns, loops, busy, last } of all) {
          totals.take(readingAt(0, {
            runId: `run-${run}`, counters: { orders, loops, busy_loops: busy }, stalls: { preempted: { count: orders, totalNs: ns } }, last,
          }));
          const { count, totalNs } = totals.stalls('preempted');
          const now = [totals.counter('orders'), totals.counter('idle_loops'), count, totalNs];
          now.forEach((value, index) => expect(value).to.be.at.least(before[index] ?? 0));
          before = now;
        }
      }),
      { seed: 11, numRuns: 200 },
    );
  });

  it('tells rounds without work from those with', () => {
    expect(totalsOf([readingAt(0, { counters: { loops: 100, busy_loops: 30 } })]).counter('idle_loops')).to.equal(70);
  });

  it('counts each duration up to its bound, one in a bucket across a bound at the next above', () => {
    const histogram = totalsOf([
      readingAt(0, { series: { tick_to_ack: logLinear([100, 101, 990, 1000, 50_000]) } }), // 1000 shares its bucket with 1007
      readingAt(1, { series: { tick_to_ack: logLinear([5]) } }),
    ]).histogram('tick_to_ack');
    // 100 lies in the bucket [100, 101], so the first bound cannot claim it.
    expect(histogram.cumulative()).to.deep.equal([1, 4, 5, 6]);
    expect(histogram.sumNs).to.equal(100 + 101 + 990 + 1000 + 50_000 + 5);
  });

  it('never counts too many at a bound, nor fewer than there are 1/32 below it', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 60 }), (durationsNs) => {
        const histogram = totalsOf([readingAt(0, { series: { s: logLinear(durationsNs) } })]).histogram('s');
        const upTo = (ns: number): number => durationsNs.filter((one) => one <= ns).length;
        BOUNDS_NS.forEach((bound, index) => {
          expect(histogram.cumulative()[index]).to.be.within(upTo(bound * (31 / 32)), upTo(bound));
        });
        expect(histogram.cumulative().at(-1)).to.equal(durationsNs.length);
      }),
      { seed: 12, numRuns: 300 },
    );
  });

  it('knows when an engine was last heard, also once it has gone', () => {
    const totals = totalsOf([readingAt(0, { atMs: 5000, heartbeatAgeMs: 40 }), readingAt(1, { atMs: 6000, heartbeatAgeMs: 1040, last: true })]);
    expect([totals.lastHeardMs, totals.lastReadingMs]).to.deep.equal([4960, 6000]);
    expect(totalsOf([readingAt(0, { heartbeatAgeMs: Infinity })]).lastHeardMs).to.equal(0);
  });

  it('holds no more after 100,000 readings of a thousand engines than after ten of them', function () {
    this.timeout(30_000);
    const totals = new Totals(BOUNDS_NS);
    const series = { tick_to_ack: logLinear([100, 2000, 50_000]) };
    const counters = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`counter_${index}`, 1]));
    const feed = (engines: number, from: number): void => {
      for (let engine = from; engine < from + engines; engine += 1) {
        for (let second = 0; second < 100; second += 1) {
          // Every other one dies without a last reading.
          totals.take(readingAt(second, { runId: `run-${engine}`, counters: { ...counters, orders: second }, series, last: engine % 2 === 0 && second === 99 }));
        }
      }
    };
    feed(100, 0); // warm-up
    const before = heapUsedBytes();
    feed(1000, 100);
    expect(heapUsedBytes() - before).to.be.below(1_000_000); // the 500 that died would take 2 MB
    expect(totals.engines()).to.have.length.at.most(32);
    expect(totals.counter('orders')).to.equal(99 * 1100);
  });
});

/** Of what is reachable: garbage is collected first. */
function heapUsedBytes(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}
