/** Drift over the order of the runs, and runs that stand out. */
import { expect } from 'chai';
import { mulberry32 } from '../../../collector/attribution/shift.js';
import { driftOf } from '../../../experiments/statistics/drift.js';
import { outliersOf } from '../../../experiments/statistics/outliers.js';

describe('drift', () => {
  it('is found where figures climb, with its size', () => {
    const climbing = Array.from({ length: 20 }, (_, i) => 1 + 0.01 * i + (i % 2 === 0 ? 0.002 : -0.002));
    const drift = driftOf(climbing);
    expect(drift?.tau).to.be.above(0.9);
    expect(drift?.p).to.be.below(1e-4);
    expect(drift?.share).to.be.closeTo(0.19, 0.01);
    expect(driftOf([...climbing].reverse())?.tau).to.be.below(-0.9);
  });

  it('has the variance of the tables: n = 10, S = 19 is p = 0.107 with the normal approximation', () => {
    // One inversion each of 13 pairs: S = 45 - 2 * 13 = 19.
    const values = [5, 4, 3, 2, 1, 8, 7, 6, 9, 10];
    expect(driftOf(values)?.tau).to.be.closeTo(19 / 45, 1e-12);
    expect(driftOf(values)?.p).to.be.closeTo(0.1074, 0.0005);
  });

  it('is found by chance as often as its p-value says', () => {
    const random = mulberry32(3);
    const found = Array.from({ length: 1_000 }, () => driftOf(Array.from({ length: 20 }, random))?.p ?? 1);
    expect(found.filter((p) => p < 0.05).length).to.be.within(25, 70);
  });

  it('is not looked for in few runs, nor found in equal ones', () => {
    expect(driftOf([1, 2, 3, 4, 5, 6, 7])).to.equal(undefined);
    const equal = driftOf([1, 1, 1, 1, 1, 1, 1, 1]);
    expect(equal?.tau).to.equal(0);
    expect(equal?.p).to.be.closeTo(1, 1e-6);
  });
});

describe('outliers', () => {
  it('are named with their robust z', () => {
    const found = outliersOf([100, 101, 99, 102, 98, 150]);
    expect(found.map(({ index }) => index)).to.deep.equal([5]);
    expect(found[0]?.z).to.be.closeTo((0.6745 * 49.5) / 1.5, 0.01);
    expect(outliersOf([100, 101, 99, 102, 98, 103])).to.deep.equal([]);
  });

  it('are named in about one clean set of a hundred, whatever the number of runs', () => {
    const random = mulberry32(21);
    const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    for (const runs of [5, 6, 7, 10, 11, 18, 30, 45]) {
      const named = Array.from({ length: 3_000 }, () => outliersOf(Array.from({ length: runs }, normal))).filter(({ length }) => length > 0).length;
      expect(named, `${runs} runs`).to.be.within(12, 52);
    }
  });

  it('are found where most runs are equal, and not among four', () => {
    expect(outliersOf([100, 100, 100, 100, 100, 100, 100, 100, 170]).map(({ index }) => index)).to.deep.equal([8]);
    expect(outliersOf([100, 100, 100, 100, 100])).to.deep.equal([]);
    expect(outliersOf([1, 1, 1, 99])).to.deep.equal([]);
  });
});
