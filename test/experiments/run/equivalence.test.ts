import { expect } from 'chai';
import fc from 'fast-check';
import { describeEquivalence, equivalenceOf } from '../../../experiments/run/equivalence.js';
import { LEAST_ROUNDS } from '../../../experiments/spec/rounds.js';
import { parseThreshold } from '../../../experiments/spec/thresholds.js';
import type { VariantSummary } from '../../../experiments/summary.js';
import { latency, run } from './fixtures.js';

const { measure } = parseThreshold('equivalence', 'probes.stalls tick_to_ack.p50 within 2%');
if (measure.kind !== 'equivalence') throw new Error('not an equivalence');

const variant = (stalls: boolean, p50s: readonly number[], invalid: readonly number[] = []): VariantSummary => ({
  name: String(stalls),
  settings: { 'probes.stalls': stalls },
  runs: p50s.map((p50, round) => run({ valid: !invalid.includes(round), latency_ns: { tick_to_ack: latency(p50) } })),
});

const BASE = [3000, 3100, 2900, 3050, 3300, 2950, 3010, 3020, 3000, 2990];
const times = (factor: number): number[] => BASE.map((ns) => ns * factor);

describe('experiments/run/equivalence', () => {
  it('pairs by round: what hits both runs of a round cancels out', () => {
    const found = equivalenceOf(measure, [variant(false, BASE), variant(true, times(1.01))]);
    expect(found).to.deep.include({ base: 'false', other: 'true', rounds: 10 });
    for (const ratio of [found?.middleRatio, found?.lowRatio, found?.highRatio]) expect(ratio).to.be.closeTo(1.01, 1e-9);
    expect(found?.farthest).to.be.closeTo(0.01, 1e-9);
  });

  it('does not call alike what scatters too much to tell: an interval is asked for, not the absence of a difference', () => {
    const scatter = BASE.map((ns, i) => ns * (i % 2 === 0 ? 1.06 : 0.94)); // on the whole no difference
    const found = equivalenceOf(measure, [variant(false, BASE), variant(true, scatter)]);
    expect(found?.middleRatio).to.be.closeTo(1, 0.01);
    expect(found?.farthest).to.be.greaterThan(0.02);
  });

  it('counts a gain like a loss', () => {
    expect(equivalenceOf(measure, [variant(false, BASE), variant(true, times(0.95))])?.farthest).to.be.closeTo(0.05, 1e-9);
  });

  it('leaves out rounds with an invalid run, and says nothing with too few', () => {
    expect(equivalenceOf(measure, [variant(false, BASE, [0]), variant(true, times(1), [3])])?.rounds).to.equal(8);
    expect(equivalenceOf(measure, [variant(false, BASE, [0, 1]), variant(true, times(1), [3])])).to.equal(undefined);
    expect(equivalenceOf(measure, [variant(false, BASE)])).to.equal(undefined);
    expect(equivalenceOf(measure, [])).to.equal(undefined);
    const more = [variant(false, BASE), variant(true, BASE), variant(true, BASE)];
    expect(equivalenceOf(measure, more)).to.equal(undefined);
  });

  it('gives the same verdict for the same runs, with the median inside the interval', () => {
    const ratios = fc.array(fc.double({ min: 0.5, max: 2, noNaN: true }), { minLength: LEAST_ROUNDS, maxLength: 20 });
    fc.assert(fc.property(ratios, (given) => {
      const variants = [variant(false, given.map(() => 1000)), variant(true, given.map((ratio) => 1000 * ratio))];
      const found = equivalenceOf(measure, variants);
      expect(equivalenceOf(measure, variants)).to.deep.equal(found);
      expect(found?.lowRatio).to.be.at.most(found?.middleRatio ?? NaN);
      expect(found?.highRatio).to.be.at.least(found?.middleRatio ?? NaN);
      expect(found?.lowRatio).to.be.at.least(Math.min(...given) - 1e-9);
      expect(found?.highRatio).to.be.at.most(Math.max(...given) + 1e-9);
    }), { numRuns: 15 });
  });

  it('covers the truth about as often as it says', () => {
    // 200 experiments of 15 rounds whose true ratio is 1: the 90 % interval misses it in about 20.
    let state = 12345;
    const uniform = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
    const normal = (): number => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
    let missed = 0;
    for (let i = 0; i < 200; i += 1) {
      const ratios = Array.from({ length: 15 }, () => 1 + 0.01 * normal());
      const found = equivalenceOf(measure, [variant(false, ratios.map(() => 1000)), variant(true, ratios.map((ratio) => 1000 * ratio))]);
      if (found !== undefined && (found.lowRatio > 1 || found.highRatio < 1)) missed += 1;
    }
    expect(missed).to.be.within(5, 40);
  }).timeout(60_000);

  it('is described in one line', () => {
    const found = equivalenceOf(measure, [variant(false, BASE), variant(true, times(1.01))]);
    if (found === undefined) throw new Error('nothing found');
    expect(describeEquivalence(measure, found)).to.equal('probes.stalls true / false: ratio of tick_to_ack p50 1.0100, 90 % interval 1.0100 … 1.0100 over 10 rounds');
  });
});
