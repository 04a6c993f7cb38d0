import { expect } from 'chai';
import type { Reading } from '../../../collector/index.js';
import { Readings, type ReadingsOptions } from '../../../collector/live/readings.js';
import { TIMED_SERIES } from '../../../collector/rules/subjects.js';
import type { LaneCounts } from '../../../native/index.js';
import { logLinear } from './log_linear.js';

const OF = { runId: 'r1', experiment: 'e', variant: 'v', build: 'dpdk', lane: 'stream', pid: 4711 };
const LANE_COUNTS: LaneCounts = {
  drained: 100, stored: 60, tail: 5, filtered: 30, lost: 10, warmup: 7, journal: { drained: 50, stored: 20, tail: 1, filtered: 28, lost: 2 },
};
const VIEW = { state: 'measure', heartbeatAgeMs: 1.5, counters: { orders: 105, push_failed: 5 }, killed: false, measureSeconds: 2 };

/** A page that says what a test wants; its histograms only grow. */
class FakePage {
  view = VIEW;
  counted: Record<string, number[]> = { tick_to_ack: [], tick_to_ack_response: [] };
  readonly face = {
    read: () => this.view,
    buckets: (histogram: string) => logLinear(this.counted[histogram] ?? []),
  } as unknown as NonNullable<ReadingsOptions['page']>;
}

describe('Readings', () => {
  const taken: Reading[] = [];
  beforeEach(() => void taken.splice(0));
  const readingsOf = (different: Partial<ReadingsOptions>): Readings =>
    new Readings({ of: OF, page: new FakePage().face, lane: null, stalls: null, collection: null, sinks: [{ take: (reading) => void taken.push(reading) }], ...different });

  it('puts together what engine, lane, stall programs and store know', () => {
    const totals = { preempted: { count: 3, totalNs: 900, shortCount: 0 } };
    const readings = readingsOf({
      lane: { counts: () => LANE_COUNTS },
      stalls: { counts: () => ({ recorded: 9, lost: 1, gaps: 4, gapsLost: 2 }), totals: () => totals },
      collection: {
        stored: () => ({ traces: 55, journal: 19, stalls: 8, gaps: 4, buckets: 0 }),
        storeLag: () => ({ pendingBytes: 4096, lagMs: 12 }),
      },
    });
    const series = { 'oms.rx': logLinear([100, 200]) };
    readings.onSecond(1_700_000_000, series, false);
    const [{ atMs, seconds, ...reading }] = taken as [Reading];
    expect(reading).to.deep.equal({
      of: OF, second: 1_700_000_000, state: 'measure', heartbeatAgeMs: 1.5,
      counters: {
        orders: 105, push_failed: 5,
        drained: 100, stored: 55, tail: 5, filtered: 30, lost: 10, // stored: what the store has acknowledged
        journal_drained: 50, journal_stored: 19, journal_tail: 1, journal_filtered: 28, journal_lost: 2,
        stalls_recorded: 9, stalls_lost: 1, gaps_recorded: 4, gaps_lost: 2,
      },
      series, countedSeries: TIMED_SERIES, stalls: totals, killed: false, broken: false, store: { pendingBytes: 4096, lagMs: 12 }, last: false,
    });
    expect(Date.now() - atMs).to.be.within(0, 1000);
    expect(seconds).to.be.within(0, 1);
  });

  it('shows of an engine that is only watched what its page says, each duration once', () => {
    const page = new FakePage();
    const readings = readingsOf({ page: page.face });
    page.counted.tick_to_ack = [10_000, 10_010, 90_000];
    readings.onSecond(1, { 'oms.rx': logLinear([1]) }, false);
    page.counted.tick_to_ack = [10_000, 10_010, 10_020, 90_000, 200_000];
    page.counted.tick_to_ack_response = [300_000];
    readings.onSecond(2, {}, false);
    readings.onSecond(3, {}, true);
    expect(taken.map((reading) => reading.series)).to.deep.equal([
      { tick_to_ack: logLinear([10_000, 10_010, 90_000]) },
      { tick_to_ack: logLinear([10_020, 200_000]), tick_to_ack_response: logLinear([300_000]) },
      {},
    ]);
    expect(taken.map((reading) => reading.last)).to.deep.equal([false, false, true]);
    expect(taken[0]?.counters).to.deep.equal(VIEW.counters); // nothing of a lane that nobody has
    expect(taken[0]?.countedSeries).to.deep.equal(['tick_to_ack', 'tick_to_ack_response']);
  });

  it('leaves out what an engine that is met late has counted before', () => {
    const page = new FakePage();
    page.counted.tick_to_ack = [10_000, 10_010, 90_000];
    const readings = readingsOf({ page: page.face });
    page.counted.tick_to_ack = [10_000, 10_010, 90_000, 200_000];
    readings.onSecond(1, {}, false);
    expect(taken[0]?.series).to.deep.equal({ tick_to_ack: logLinear([200_000]) });
    expect(taken[0]?.counters).to.deep.equal(VIEW.counters);
  });

  it('shows no warm-up: the engine\'s counters stand at 0 until it measures, those of the lane and the kill switch do not', () => {
    const page = new FakePage();
    const readings = readingsOf({ page: page.face, lane: { counts: () => LANE_COUNTS } });
    const shown = (state: string, measureSeconds: number, orders: number): unknown => {
      page.view = { ...VIEW, state, measureSeconds, counters: { orders, push_failed: 1, kills: 1 } as typeof VIEW.counters };
      readings.onSecond(1, {}, false);
      const { orders: seen, push_failed: failed, kills, drained } = taken.at(-1)?.counters ?? {};
      return [seen, failed, kills, drained];
    };
    expect(shown('warmup', 0, 40_000)).to.deep.equal([0, 0, 1, 100]);
    expect(shown('measure', 0.001, 40_001), 'not all roles have begun anew').to.deep.equal([0, 0, 1, 100]);
    expect(shown('measure', 0.02, 7)).to.deep.equal([7, 1, 1, 100]);
    expect(shown('drain', 1, 9)).to.deep.equal([9, 1, 1, 100]);
    expect(shown('failed', 1, 9), 'after it had measured').to.deep.equal([9, 1, 1, 100]);
    const early = new FakePage();
    early.view = { ...VIEW, state: 'failed', measureSeconds: 0 };
    readingsOf({ page: early.face }).onSecond(1, {}, false);
    expect(taken.at(-1)?.counters.orders).to.equal(0);
  });

  it('measures the time between two readings itself', async () => {
    const readings = readingsOf({});
    readings.onSecond(1, {}, false);
    await new Promise((resolve) => setTimeout(resolve, 60));
    readings.onSecond(2, {}, false);
    expect(taken[1]?.seconds).to.be.within(0.055, 2);
  });

  it('reports an engine without a page as never heard, and a pulled kill switch', () => {
    readingsOf({ page: null }).onSecond(1, {}, false);
    expect(taken[0]).to.deep.include({ state: 'starting', heartbeatAgeMs: Infinity, counters: {}, series: {}, countedSeries: [] });
    const page = new FakePage();
    page.view = { ...VIEW, killed: true };
    readingsOf({ page: page.face }).onSecond(1, {}, false);
    expect(taken[1]?.killed).to.equal(true);
  });

  it('says that a breaker holds orders back until each of its trips is reset', () => {
    const broken = (trips: number, resets: number): boolean | undefined => {
      const page = new FakePage();
      page.view = { ...VIEW, counters: { ...VIEW.counters, breaker_trips: trips, breaker_resets: resets } as typeof VIEW.counters };
      readingsOf({ page: page.face }).onSecond(1, {}, false);
      return taken.at(-1)?.broken;
    };
    expect([broken(0, 0), broken(2, 1), broken(2, 2)]).to.deep.equal([false, true, false]);
  });

  it('hands the same reading to every sink, in order', () => {
    const order: string[] = [];
    const sinks = ['a', 'b'].map((name) => ({ take: (reading: Reading) => void order.push(`${name} ${reading.second}`) }));
    readingsOf({ sinks }).onSecond(5, {}, false);
    expect(order).to.deep.equal(['a 5', 'b 5']);
  });

  it('goes on when a sink throws, and says so once', () => {
    const said: string[] = [];
    const broken = { take: (): void => { throw new Error('no room'); } };
    const readings = readingsOf({ sinks: [broken, { take: (reading) => void taken.push(reading) }, broken], say: (line) => said.push(line) });
    readings.onSecond(5, {}, false);
    readings.onSecond(6, {}, false);
    expect(taken.map((reading) => reading.second)).to.deep.equal([5, 6]);
    expect(said).to.deep.equal(['readings of engine 4711 (run r1) are not all taken (no room); the run goes on']);
  });
});
