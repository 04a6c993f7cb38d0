import { expect } from 'chai';
import fc from 'fast-check';
import { mulberry32 } from '../../../collector/attribution/shift.js';
import { intervalOf, resample, standardError } from '../../../experiments/statistics/bootstrap.js';
import { detectableEffect } from '../../../experiments/statistics/detectable.js';
import { hochberg } from '../../../experiments/statistics/hochberg.js';
import { median, pseudomedian } from '../../../experiments/statistics/location.js';
import { mannWhitney } from '../../../experiments/statistics/mann_whitney.js';
import { normalCdf, normalQuantile, studentQuantile } from '../../../experiments/statistics/normal.js';
import { compareSamples, sampleVerdict, type EffectRules, type SampleVerdict } from '../../../experiments/statistics/samples.js';

const RULES: EffectRules = { confidence: 0.95, leastShare: 0.02, least: 0 };
const RESAMPLES = 500;

function verdict(base: readonly number[], other: readonly number[], rules = RULES): SampleVerdict {
  const found = compareSamples(base, other, rules.confidence, RESAMPLES);
  return sampleVerdict(found, found.p, rules);
}

/** Figures of runs: whole ns, as they come. */
const runs = fc.array(fc.integer({ min: 500, max: 50_000 }), { minLength: 4, maxLength: 12 });
const FLIPPED: Readonly<Record<SampleVerdict, SampleVerdict>> = { better: 'worse', worse: 'better', equivalent: 'equivalent', unclear: 'unclear' };

describe('two sets of runs', () => {
  it('turns its verdict over when the sets are swapped', () => {
    fc.assert(fc.property(runs, runs, (base, other) => {
      fc.pre(pseudomedian(base) !== pseudomedian(other));
      expect(verdict(other, base)).to.equal(FLIPPED[verdict(base, other)]);
      const [one, two] = [compareSamples(base, other, 0.95, RESAMPLES), compareSamples(other, base, 0.95, RESAMPLES)];
      expect(two.difference.middle).to.be.closeTo(-one.difference.middle, 1e-6);
      expect(two.difference.low).to.be.closeTo(-one.difference.high, 1e-6);
      expect(two.p).to.be.closeTo(one.p, 1e-9);
    }), { seed: 1, numRuns: 150 });
  });

  it('says the same in any unit', () => {
    fc.assert(fc.property(runs, runs, fc.constantFrom(0.5, 2, 1024), (base, other, factor) => {
      const scaled = (values: readonly number[]): readonly number[] => values.map((value) => value * factor);
      expect(verdict(scaled(base), scaled(other))).to.equal(verdict(base, other));
    }), { seed: 2, numRuns: 150 });
  });

  it('never finds a set better for having become slower', () => {
    const order: readonly SampleVerdict[] = ['better', 'unclear', 'worse'];
    const place = (one: SampleVerdict): number => order.indexOf(one === 'equivalent' ? 'unclear' : one);
    fc.assert(fc.property(runs, runs, fc.integer({ min: 0, max: 40_000 }), (base, other, slower) => {
      expect(place(verdict(base, other.map((value) => value + slower)))).to.be.at.least(place(verdict(base, other)));
    }), { seed: 3, numRuns: 150 });
  });

  it('does not care in which order the runs came', () => {
    fc.assert(fc.property(runs, runs, (base, other) => {
      expect(mannWhitney([...base].reverse(), other).midP).to.be.closeTo(mannWhitney(base, other).midP, 1e-12);
      expect(pseudomedian([...base].reverse())).to.equal(pseudomedian(base));
    }), { seed: 4, numRuns: 100 });
  });

  it('says the same again', () => {
    const [base, other] = [[10, 12, 11, 13, 9], [14, 15, 13, 17, 16]];
    expect(compareSamples(base, other, 0.95)).to.deep.equal(compareSamples(base, other, 0.95));
  });

  it('cannot tell with three runs a side, however far apart; four can', () => {
    expect(verdict([1, 2, 3], [101, 102, 103])).to.equal('unclear');
    expect(verdict([1, 2, 3, 4], [101, 102, 103, 104])).to.equal('worse');
    expect(verdict([101, 102, 103, 104], [1, 2, 3, 4])).to.equal('better');
  });

  it('wants the least effect beside significance, and calls what lies within it equivalent', () => {
    const base = [1000, 1001, 1002, 1003, 1004, 1005];
    const other = base.map((value) => value + 10);
    expect(mannWhitney(base, other).p).to.be.below(0.01);
    expect(verdict(base, other)).to.equal('equivalent');
    expect(verdict(base, other, { ...RULES, leastShare: 0.005 })).to.equal('worse');
    expect(verdict(base, other, { ...RULES, leastShare: 0, least: 50 })).to.equal('equivalent');
  });
});

describe('intervals by resampling runs', () => {
  it('covers the truth as often as it says, from ten runs on', function () {
    this.timeout(60_000);
    const random = mulberry32(5);
    const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    for (const [count, least, most] of [[5, 0.895, 0.955], [10, 0.925, 0.975], [20, 0.925, 0.975]] as const) {
      const trials = 800;
      const sample = (): readonly number[] => Array.from({ length: count }, () => 1000 + 30 * normal());
      const covered = Array.from({ length: trials }, () => compareSamples(sample(), sample(), 0.95, RESAMPLES).difference).filter(({ low, high }) => low <= 0 && high >= 0).length;
      expect(covered / trials, `${count} runs`).to.be.within(least, most);
    }
  });

  it('resamples as if each resample were sorted', () => {
    const values = [3, 1, 4, 1.5, 9, 2.6, 5, 3.5, 8];
    const random = mulberry32(7);
    const sorted = Array.from({ length: 50 }, () => pseudomedian(values.map(() => values[Math.floor(random() * values.length)] ?? NaN)));
    expect([...resample(values, 50, 7)]).to.deep.equal(sorted);
  });

  it('knows no interval of one run', () => {
    expect(intervalOf(resample([5], 10, 1), 1, 0.95)).to.deep.equal({ low: -Infinity, high: Infinity });
    expect(standardError(resample([5], 10, 1), 1)).to.equal(Infinity);
  });

  it('is wider the surer it is to be, and has the standard error of known runs', () => {
    const values = Array.from({ length: 40 }, (_, i) => normalQuantile((i + 0.5) / 40));
    const draws = resample(values, 4_000, 1);
    const width = (confidence: number): number => { const { low, high } = intervalOf(draws, 40, confidence); return high - low; };
    expect(width(0.99)).to.be.above(width(0.95));
    // Of a normal's pseudomedian: sqrt(pi / 3 / n).
    expect(standardError(draws, 40)).to.be.closeTo(Math.sqrt(Math.PI / 3 / 40), 0.012);
  });
});

describe('the parts', () => {
  it('finds middles', () => {
    expect(pseudomedian([1, 2, 100])).to.equal(26.25); // of 1, 1.5, 2, 50.5, 51, 100
    expect(median([3, 1, 2])).to.equal(2);
    expect(median([1, 2, 3, 4])).to.equal(2.5);
    expect(pseudomedian([10, 10, 10, 10, 10, 10, 10, 1000])).to.equal(10);
  });

  it('has the points of the tables', () => {
    expect(normalCdf(1.96)).to.be.closeTo(0.975, 1e-5);
    expect(normalQuantile(0.975)).to.be.closeTo(1.95996, 1e-4);
    for (const [p, degrees, point] of [[0.975, 4, 2.776], [0.975, 18, 2.101], [0.9, 18, 1.33], [0.9875, 18, 2.445], [0.975, 60, 2.0]] as const) {
      expect(studentQuantile(p, degrees)).to.be.closeTo(point, 0.009);
    }
  });

  it('corrects as Hochberg has it', () => {
    expect(hochberg([0.01, 0.04])).to.deep.equal([0.02, 0.04]);
    expect(hochberg([0.04, 0.045])).to.deep.equal([0.045, 0.045]); // both pass at 5 %, where Holm passes neither
    expect(hochberg([0.03, 0.5])).to.deep.equal([0.06, 0.5]);
    expect(hochberg([0.02, 0.01, 0.5, 0.04]).map((p) => Number(p.toFixed(6)))).to.deep.equal([0.06, 0.04, 0.5, 0.08]);
    expect(hochberg([])).to.deep.equal([]);
  });

  it('asks for larger effects of fewer runs, more tests and more certainty', () => {
    const of = (changes: object): number => detectableEffect({ standardError: 10, runs: 20, confidence: 0.95, tests: 1, ...changes });
    expect(of({})).to.be.closeTo((2.101 + 1.33) * 10, 0.05);
    expect(of({ runs: 8 })).to.be.above(of({}));
    expect(of({ tests: 4 })).to.be.above(of({}));
    expect(of({ confidence: 0.99 })).to.be.above(of({}));
    expect(of({ runs: 4 })).to.equal(Infinity);
  });
});
