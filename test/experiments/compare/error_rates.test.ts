/** How often a comparison is wrong, and how often it finds what is there: over simulated runs, with known truth and fixed seeds. */
import { expect } from 'chai';
import { compareSets } from '../../../experiments/compare/compare_sets.js';
import type { Comparison, Verdict } from '../../../experiments/compare/comparison.js';
import { DEFAULT_RULES, type CompareRules } from '../../../experiments/spec/compare.js';
import { parseMetric } from '../../../experiments/spec/metric.js';
import { detectable, compareSamples } from '../../../experiments/statistics/samples.js';
import { NO_SHIFT, Simulation, type Shift, type World } from './simulated_runs.js';

const RUNS = 10;
const WORLD: World = { variation: 0.03, correlation: 0.8 };
const TAIL_ALONE: CompareRules = { ...DEFAULT_RULES, primary: [parseMetric('tick_to_ack.p99')] };

function verdictsOf({ pairs }: Comparison): ReadonlyMap<string, Verdict | null> {
  return new Map(pairs.flatMap(({ metrics }) => metrics.filter(({ primary }) => primary).map(({ metric, verdict }) => [metric, verdict] as const)));
}

/** Verdicts of so many comparisons of a set with one whose figures are shifted. */
function comparisons(count: number, seed: number, world: World, shift: Shift, rules = DEFAULT_RULES): readonly ReadonlyMap<string, Verdict | null>[] {
  const simulation = new Simulation(seed);
  return Array.from({ length: count }, () => verdictsOf(compareSets([simulation.set('a', RUNS, world), simulation.set('b', RUNS, world, shift)], rules)));
}

function share(all: readonly ReadonlyMap<string, Verdict | null>[], metric: string, verdict: Verdict): number {
  return all.filter((verdicts) => verdicts.get(metric) === verdict).length / all.length;
}

const isFalse = (verdicts: ReadonlyMap<string, Verdict | null>): boolean => [...verdicts.values()].some((verdict) => verdict === 'better' || verdict === 'worse');

describe('error rates of comparisons, over simulated runs', function () {
  this.timeout(120_000);

  for (const { seed, world } of [
    { seed: 1, world: WORLD },
    { seed: 2, world: { variation: 0.03, correlation: 0 } },
    { seed: 3, world: { variation: 0.1, correlation: 0.8 } },
  ]) {
    it(`gives at most 16 false verdicts in 200 comparisons of like with like (variation ${world.variation}, correlation ${world.correlation})`, () => {
      const found = comparisons(200, seed, world, NO_SHIFT);
      expect(found.every((verdicts) => verdicts.size === 2)).to.equal(true);
      const wrong = found.filter(isFalse).length;
      expect(wrong).to.be.at.most(16).and.at.least(1); // none at all would mean that nothing is ever said
    });
  }

  it('finds 5 % in p99 at 3 % between runs, with ten runs, in 90 of 100 comparisons and more', () => {
    const slower = comparisons(400, 4, WORLD, { p50: 1.05, p99: 1.05 });
    expect(share(slower, 'tick_to_ack.p99', 'worse')).to.be.at.least(0.9);
    expect(share(slower, 'tick_to_ack.p99', 'better')).to.equal(0);
    const tail = comparisons(400, 5, WORLD, { p50: 1, p99: 1.05 }, TAIL_ALONE);
    expect(share(tail, 'tick_to_ack.p99', 'worse')).to.be.at.least(0.9);
  });

  it('pays for a second primary metric that does not move', () => {
    const tail = comparisons(400, 5, WORLD, { p50: 1, p99: 1.05 });
    expect(share(tail, 'tick_to_ack.p99', 'worse')).to.be.within(0.8, 0.9);
    expect(share(tail, 'tick_to_ack.p50', 'worse') + share(tail, 'tick_to_ack.p50', 'better')).to.be.at.most(0.07);
  });

  it('calls what differs by less than the least effect equivalent, never better or worse', () => {
    const close = comparisons(100, 6, { variation: 0.004, correlation: 0.5 }, { p50: 1.005, p99: 1.005 });
    expect(share(close, 'tick_to_ack.p99', 'equivalent')).to.be.at.least(0.99);
    expect(close.filter(isFalse)).to.deep.equal([]);
  });

  it('says truly what it would have found: that difference is found nine times in ten', () => {
    const simulation = new Simulation(7);
    const rules = { confidence: 0.95, leastShare: 0.02, least: 50 };
    const ofRuns = (count: number): readonly number[] => Array.from({ length: count }, () => 8_700 * Math.exp(0.03 * simulation.normal()));
    const promised = Array.from({ length: 60 }, () => detectable(compareSamples(ofRuns(RUNS), ofRuns(RUNS), 0.95, 1_000), rules, 1) / 8_700);
    const typical = promised.sort((a, b) => a - b)[30] ?? 0;
    const found = comparisons(300, 8, WORLD, { p50: 1, p99: 1 + typical }, TAIL_ALONE);
    expect(share(found, 'tick_to_ack.p99', 'worse')).to.be.within(0.82, 0.96);
  });
});
