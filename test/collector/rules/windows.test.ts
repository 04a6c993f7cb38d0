import { expect } from 'chai';
import fc from 'fast-check';
import type { SeriesDelta } from '../../../collector/index.js';
import { BurnWindow } from '../../../collector/rules/burn_window.js';
import { LatencyWindow } from '../../../collector/rules/latency_window.js';
import { SLOTS, SlotWindow } from '../../../collector/rules/slot_window.js';
import { durations } from './readings.js';

/** One reading's durations, and the seconds since the one before. */
const readings = fc.array(fc.record({ step: fc.integer({ min: 0, max: 4 }), ns: fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 12 }) }), { minLength: 1, maxLength: 60 });

function timed(list: readonly { readonly step: number; readonly ns: readonly number[] }[]): readonly { readonly second: number; readonly ns: readonly number[] }[] {
  let second = 1000;
  return list.map(({ step, ns }) => ({ second: (second += step), ns }));
}

describe('collector/rules windows', () => {
  it('hold the last seconds and nothing else, to the second up to a minute', () => {
    fc.assert(
      fc.property(readings, fc.integer({ min: 1, max: SLOTS }), (list, seconds) => {
        const window = new LatencyWindow(seconds);
        const all = timed(list);
        for (const [index, { second, ns }] of all.entries()) {
          window.take(second, ns.length === 0 ? undefined : durations(ns));
          const inside = all.slice(0, index + 1).filter((one) => one.second > second - seconds).flatMap((one) => one.ns).sort((a, b) => a - b);
          expect(window.count).to.equal(inside.length);
          if (inside.length === 0) {
            expect(window.statistic('p99')).to.equal(null);
            continue;
          }
          expect(window.statistic('max')).to.equal(inside.at(-1));
          expect(window.statistic('mean')).to.be.closeTo(inside.reduce((sum, one) => sum + one, 0) / inside.length, 1e-9);
          for (const [name, level] of [['p50', 0.5], ['p90', 0.9], ['p99', 0.99], ['p999', 0.999]] as const) {
            expect(window.statistic(name), name).to.equal(inside[Math.min(inside.length - 1, Math.floor(level * inside.length))]);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('reach back, when long, by at most a slot less than asked for, and never further', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200_000 }), fc.nat(1e6), (seconds, start) => {
        const window = new SlotWindow<Set<number>>(seconds, () => new Set());
        const slot = Math.ceil(seconds / SLOTS);
        const step = Math.max(1, Math.floor(seconds / 150));
        let second = start;
        for (let i = 0; i < 400; i++, second += step) window.at(second).add(second);
        const last = second - step;
        const held = window.contents().flatMap((content) => [...content]);
        expect(last - Math.min(...held)).to.be.below(seconds + slot);
        expect(Math.min(...held)).to.be.at.most(Math.max(start, last - seconds + slot + step));
        expect(window.contents().length).to.be.at.most(SLOTS);
      }),
      { numRuns: 50 },
    );
  });

  it('begin anew when the clock is set back', () => {
    const window = new LatencyWindow(10);
    window.take(1000, durations([5, 5, 5]));
    window.take(400, durations([7]));
    expect([window.count, window.statistic('max')]).to.deep.equal([1, 7]);
  });

  it('of three days hold sixty slots, however many readings came', () => {
    const window = new BurnWindow(72 * 3600, { withinNs: 10, target: 0.9, windows: [] });
    const fast = durations([5]);
    const slow = durations([50]);
    let second = 0;
    for (; second < 300_000; second++) window.take(second, second % 5 === 0 ? slow : fast);
    expect(window.burn).to.be.closeTo(0.2 / 0.1, 1e-3);
    for (; second < 600_000; second++) window.take(second, fast);
    expect(window.burn).to.equal(0);
  });

  it('count a bucket that lies across the limit as slow', () => {
    const across: SeriesDelta = { count: 4, sumNs: 0, lowNs: [90, 96, 100], highNs: [95, 100, 103], counts: [1, 2, 1] };
    const burn = (withinNs: number): number | null => {
      const window = new BurnWindow(1, { withinNs, target: 0.5, windows: [] });
      window.take(1, across);
      return window.burn;
    };
    expect([95, 99, 100, 102, 103].map(burn)).to.deep.equal([1.5, 1.5, 0.5, 0.5, 0]);
  });
});
