import { expect } from 'chai';
import fc from 'fast-check';

import { Board } from '../../../collector/live/board.js';
import { quantilesOfDelta, sumOfDeltas } from '../../../collector/live/buckets.js';
import type { EngineView } from '../../../collector/live/snapshot.js';
import { deltaOf, EngineReadings } from '../web/engine_readings.js';

/** The engine that is shown first. */
function newest(board: Board): EngineView {
  const [engine] = board.snapshot().engines;
  if (engine === undefined) throw new Error('the board is empty');
  return engine;
}

describe('board of the live page', () => {
  it('is empty before the first reading', () => {
    expect(new Board(() => 5).snapshot()).to.deep.include({ atMs: 5, engines: [] });
  });

  it('tells rates by what counters grew, and not in the first second', () => {
    const [board, engine] = [new Board(), new EngineReadings()];
    const first = engine.next();
    board.take(first);
    const second = engine.next();
    board.take({ ...second, seconds: 2 });
    const grown = (second.counters.orders ?? 0) - (first.counters.orders ?? 0);
    expect(newest(board).history.ordersPerSecond).to.deep.equal([null, Math.round(grown / 2)]);
  });

  it('takes the last second from the newest reading and the window from the last ten', () => {
    const [board, engine] = [new Board(), new EngineReadings()];
    for (let second = 0; second < 5; second += 1) board.take(engine.next({ slower: 100 }));
    for (let second = 0; second < 10; second += 1) board.take(engine.next());
    const trip = newest(board).series.find((one) => one.name === 'tick_to_ack');
    expect(trip?.second?.count).to.equal(1_500);
    expect(trip?.window?.count).to.equal(15_000);
    expect(trip?.window?.p50Ns, 'the slow seconds are over').to.be.within(1_900, 2_200);
    board.take(engine.next({ slower: 100 }));
    const slowed = newest(board).series.find((one) => one.name === 'tick_to_ack');
    expect(slowed?.second?.p50Ns).to.be.within(190_000, 220_000);
    expect(slowed?.window?.p50Ns).to.be.within(1_900, 2_300);
  });

  it('counts losses in all and in the window', () => {
    const [board, engine] = [new Board(), new EngineReadings()];
    board.take(engine.next({ lost: 3 }));
    for (let second = 0; second < 10; second += 1) board.take(engine.next({ lost: second === 4 ? 2 : 0 }));
    expect(newest(board).losses.find((loss) => loss.counter === 'lost')).to.deep.equal({ counter: 'lost', total: 5, inWindow: 2 });
    for (let second = 0; second < 10; second += 1) board.take(engine.next());
    expect(newest(board).losses.find((loss) => loss.counter === 'lost')).to.deep.equal({ counter: 'lost', total: 5, inWindow: 0 });
  });

  it('leaves a hole where the collector heard nothing', () => {
    const [board, engine] = [new Board(), new EngineReadings()];
    const [first, , , , fifth] = Array.from({ length: 5 }, () => engine.next());
    if (first === undefined || fifth === undefined) throw new Error('five readings');
    board.take(first);
    board.take(fifth);
    const { seconds, p50Ns } = newest(board).history;
    expect(seconds).to.deep.equal([first.second, first.second + 1, fifth.second]);
    expect(p50Ns[1]).to.equal(null);
  });

  it('tells a running engine from a silent one and one that ended', () => {
    let nowMs = 0;
    const [board, engine] = [new Board(() => nowMs), new EngineReadings()];
    const first = engine.next();
    nowMs = first.atMs;
    board.take(first);
    expect(newest(board).phase).to.equal('running');
    nowMs += 4_000;
    expect(newest(board)).to.include({ phase: 'silent', ageMs: 4_000 });
    board.take(engine.next({ last: true }));
    expect(newest(board).phase).to.equal('ended');
  });

  it('keeps four engines: of those that ended, the newest', () => {
    const board = new Board();
    const running = new EngineReadings({ pid: 1 });
    board.take(running.next());
    for (let pid = 2; pid <= 9; pid += 1) {
      const engine = new EngineReadings({ pid }, pid);
      board.take(engine.next());
      board.take({ ...engine.next({ last: true }), atMs: pid });
    }
    board.take(running.next());
    expect(board.snapshot().engines.map((engine) => engine.pid)).to.deep.equal([9, 8, 7, 1]);
  });

  it('has a fixed size, however long it looks', () => {
    const [board, engine] = [new Board(), new EngineReadings()];
    const size = (): number => JSON.stringify(board.snapshot()).length;
    for (let second = 0; second < 140; second += 1) board.take(engine.next());
    const before = size();
    for (let second = 0; second < 60; second += 1) board.take(engine.next());
    expect(size()).to.be.within(0.9 * before, 1.1 * before);
    expect(newest(board).history.seconds).to.have.length(120);
  });
});

describe('sums and quantiles of buckets', () => {
  const durations = fc.array(fc.integer({ min: 1, max: 50_000_000 }), { minLength: 1, maxLength: 300 });

  it('sums to what all durations together would have counted', () => {
    fc.assert(fc.property(fc.array(durations, { minLength: 1, maxLength: 5 }), (parts) => {
      expect(sumOfDeltas(parts.map(deltaOf))).to.deep.equal(deltaOf(parts.flat()));
    }));
  });

  it('never tells less than the exact quantile, and at most 1/32 more', () => {
    fc.assert(fc.property(durations, fc.double({ min: 0, max: 1, noNaN: true }), (values, level) => {
      const [told = 0] = quantilesOfDelta(deltaOf(values), [level]);
      const sorted = [...values].sort((a, b) => a - b);
      const rank = Math.min(Math.floor(Number((level * values.length).toFixed(6))), values.length - 1);
      const exact = sorted[rank] ?? 0;
      expect(told).to.be.within(exact, exact * (1 + 1 / 32));
    }));
  });

  it('tells nothing of nothing', () => {
    expect(quantilesOfDelta(deltaOf([]), [0.5, 1])).to.deep.equal([0, 0]);
  });
});
