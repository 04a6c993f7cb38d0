import { expect } from 'chai';
import fc from 'fast-check';
import { mulberry32, shifted } from '../../../collector/attribution/shift.js';
import { makeStalls } from './synthetic.js';

describe('shifted stalls', () => {
  it('stand elsewhere in the run, as long as before, each by an offset of its own', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 21, max: 10_000 }), fc.array(fc.tuple(fc.double({ min: 0, max: 0.999, noNaN: true }), fc.integer({ min: 0, max: 5e6 })), { minLength: 1, maxLength: 50 }), (seed, lengthMs, made) => {
        const lengthNs = lengthMs * 1e6;
        const { stalls } = makeStalls(made.map(([at, ns]) => ({ cause: 'syscall', fromNs: Math.floor(at * lengthNs), toNs: Math.floor(at * lengthNs) + ns })));
        const moved = shifted(stalls, lengthNs, seed);
        for (let i = 0; i < stalls.length; i += 1) {
          const from = stalls.startNs[i] ?? 0;
          const to = moved.startNs[i] ?? 0;
          expect(to).to.be.at.least(0).and.below(lengthNs);
          expect((moved.endNs[i] ?? 0) - to).to.equal((stalls.endNs[i] ?? 0) - from);
          expect(Number.isInteger(to)).to.equal(true);
        }
        expect([...moved.startNs]).to.deep.equal([...shifted(stalls, lengthNs, seed).startNs]);
      }),
    );
  });

  it('move at least 10 ms, to both sides', () => {
    const lengthNs = 1e9;
    const { stalls } = makeStalls(Array.from({ length: 2000 }, () => ({ cause: 'syscall', fromNs: 5e8, toNs: 5e8 + 10 })));
    const moves = [...shifted(stalls, lengthNs, 1).startNs].map((to) => to - 5e8);
    expect(moves.filter((move) => move > 0).length).to.be.within(800, 1200);
    // Wrapped, an offset of nearly the run's length comes close again: 2 × 10 ms of 1 s.
    expect(moves.filter((move) => Math.abs(move) < 10e6).length).to.be.below(2000 * 0.03);
  });

  it('leave those outside the run where they are', () => {
    const { stalls } = makeStalls([{ cause: 'syscall', fromNs: -50, toNs: -10 }, { cause: 'syscall', fromNs: 2e9, toNs: 2e9 + 1 }]);
    expect([...shifted(stalls, 1e9, 1).startNs]).to.deep.equal([-50, 2e9]);
  });

  it('bear a run shorter than the least offset', () => {
    const { stalls } = makeStalls([{ cause: 'syscall', fromNs: 1, toNs: 2 }]);
    expect(shifted(stalls, 1000, 1).startNs[0]).to.be.within(0, 999);
  });
});

describe('mulberry32', () => {
  it('is even, and the same for a seed', () => {
    const random = mulberry32(7);
    const values = Array.from({ length: 10_000 }, random);
    expect(values.reduce((sum, value) => sum + value, 0) / values.length).to.be.within(0.48, 0.52);
    expect(values.every((value) => value >= 0 && value < 1)).to.equal(true);
    const again = mulberry32(7);
    expect(Array.from({ length: 3 }, again)).to.deep.equal(values.slice(0, 3));
  });
});
