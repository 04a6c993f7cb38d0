import { expect } from 'chai';
import { mannWhitney } from '../../../experiments/statistics/mann_whitney.js';

const range = (from: number, count: number): readonly number[] => Array.from({ length: count }, (_, i) => from + i);

/** Two sets without ties whose smaller U is the one asked for. */
function withU(u: number, bases: number, others: number): readonly [readonly number[], readonly number[]] {
  const base = range(0, bases).map((i) => 2 * i);
  // Each other value lies above as many base values as are still wanted.
  let left = u;
  const other = range(0, others).map((i) => {
    const above = Math.min(left, bases);
    left -= above;
    return 2 * above - 1 + i / (others + 1) / 2;
  });
  return [base, other];
}

describe('Mann-Whitney', () => {
  it('agrees with an example that was worked out elsewhere', () => {
    // Hollander and Wolfe 1973, p. 69 f., as in the documentation of R's wilcox.test: W = 35, exact p (one side) 0.1272.
    const x = [0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46];
    const y = [1.15, 0.88, 0.90, 0.74, 1.21];
    const { u, p } = mannWhitney(y, x);
    expect(u).to.equal(35);
    expect(p / 2).to.be.closeTo(0.1272, 0.00005);
  });

  /** Two-sided 5 %: the largest U that is significant (Mann and Whitney's tables, in Siegel 1956, table K; Zar, table B.11). */
  for (const [bases, others, critical] of [[4, 4, 0], [5, 5, 2], [6, 6, 5], [5, 8, 6], [8, 8, 13], [8, 10, 17], [10, 10, 23], [12, 15, 49], [20, 20, 127]] as const) {
    it(`has the critical value ${critical} of the tables for ${bases} and ${others} runs`, () => {
      const [base, other] = withU(critical, bases, others);
      expect(mannWhitney(base, other).u).to.equal(critical);
      expect(mannWhitney(base, other).p).to.be.at.most(0.05);
      const [base1, other1] = withU(critical + 1, bases, others);
      expect(mannWhitney(base1, other1).u).to.equal(critical + 1);
      expect(mannWhitney(base1, other1).p).to.be.above(0.05);
    });
  }

  it('counts every way to deal out tied ranks', () => {
    const { u, p, midP } = mannWhitney([1, 1, 2], [2, 2, 3]);
    expect(u).to.equal(8);
    // Rank sums of 3 of {1.5, 1.5, 4, 4, 4, 6} as far from 10.5 as 14: {4,4,6} three ways and {1.5,1.5,4} three ways.
    expect(p).to.be.closeTo(6 / 20, 1e-12);
    expect(midP).to.be.closeTo(3 / 20, 1e-12);
  });

  it('finds nothing where all values are equal, or a side is empty', () => {
    expect(mannWhitney([5, 5, 5], [5, 5])).to.include({ p: 1 });
    expect(mannWhitney([], [1])).to.include({ p: 1, midP: 1 });
  });

  it('goes over to the normal approximation without a step', () => {
    const base = range(0, 45).map((i) => i * 2);
    const p = (count: number): number => mannWhitney(base.slice(0, count), base.slice(0, count).map((value) => value + 17.5)).midP;
    expect(p(40)).to.be.closeTo(p(41), 0.02); // counted, approximated
    const exact = mannWhitney(range(0, 40), range(0, 40).map((i) => i + 9.5));
    expect(exact.u).to.equal(1135);
    expect(exact.midP).to.be.closeTo(0.00126, 0.0003); // z = (1135 - 800) / 103.9 = 3.22
  });
});
