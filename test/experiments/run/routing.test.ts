import { expect } from 'chai';
import { judge } from '../../../experiments/run/judge.js';
import { routingSummary, runRouting } from '../../../experiments/run/routing.js';
import { parseThreshold } from '../../../experiments/spec/thresholds.js';
import type { VariantSummary } from '../../../experiments/summary.js';
import { run } from './fixtures.js';

const venue = (name: string, filled: number, slippage: number, fees: number) =>
  ({ name, orders: 10, asked_shares: 1_000, filled_shares: filled, slippage_micros: slippage, fees_micros: fees, mid_notional_micros: filled * 100e6 });
const engine = (...venues: ReturnType<typeof venue>[]) => ({ wanted_shares: 1_000, venues_taken_out: 0, probes: 0, venues });

/** Runs of a rule that cost so many basis points each. */
function ruled(rule: string, costs: readonly (number | null)[]): VariantSummary {
  const runs = costs.map((cost) => ({ ...run({ valid: cost !== null }), routing: runRouting(engine(venue('A', 500, (cost ?? 0) * 500 * 10_000, 0))) }));
  return { name: rule, settings: { 'pipeline.router.rule': rule }, runs };
}

describe('experiments/run/routing', () => {
  it('counts price and fees against the middle, by venue and in all', () => {
    // A cent above a middle of 100.00 is a basis point; so is a fee of a cent a share.
    const routing = runRouting(engine(venue('A', 600, 600 * 10_000, 600 * 5_000), venue('B', 200, 0, -200 * 10_000), venue('C', 0, 0, 0)));
    expect(routing?.venues.map(({ slippage_bps, fees_bps }) => [slippage_bps, fees_bps])).to.deep.equal([[1, 0.5], [0, -1], [0, 0]]);
    expect(routing).to.include({ filled_shares: 800, slippage_bps: 0.75, fees_bps: 0.125, cost_bps: 0.875 });
    expect(runRouting(engine(venue('A', 0, 0, 0)))?.cost_bps).to.equal(null);
    expect(runRouting(undefined)).to.equal(null);
  });

  it('compares each rule with smart run by run, so that the market they share cancels out', () => {
    const summary = routingSummary([ruled('best-price', [1.1, 5.2, 9.3]), ruled('smart', [1, 5, 9]), ruled('single:A', [2, 6, 10])]);
    expect(summary?.base).to.equal('smart');
    const [best, single] = summary?.against ?? [];
    expect(best?.variant).to.equal('best-price');
    expect(best?.pairs).to.equal(3);
    expect(best?.advantage_bps).to.be.closeTo(0.2, 1e-9);
    // Student's 0.975 point of 2 degrees of freedom is 4.303; Abramowitz and Stegun's series is coarse there.
    expect(best?.low_bps).to.be.closeTo(0.2 - (4.303 * 0.1) / Math.sqrt(3), 0.03);
    expect(single?.low_bps).to.be.closeTo(1, 1e-9);
  });

  it('pairs what is valid on both sides', () => {
    const summary = routingSummary([ruled('smart', [1, null, 3, 4]), ruled('round-robin', [2, 2, null, 6])]);
    expect(summary?.against[0]).to.include({ pairs: 2, advantage_bps: 1.5 });
    expect(routingSummary([ruled('smart', [1]), ruled('round-robin', [2])])?.against[0]).to.include({ pairs: 1, advantage_bps: null, low_bps: null });
  });

  it('says nothing where rule smart is not compared', () => {
    expect(routingSummary([ruled('best-price', [1, 2]), ruled('round-robin', [1, 2])])).to.equal(null);
    expect(routingSummary([ruled('smart', [1, 2]), { ...ruled('smart', [1, 2]), name: 'again' }])).to.equal(null);
  });

  it('judges the lower end of each interval, the fills and the cost', () => {
    const variants = [ruled('smart', [1, 2, 3]), ruled('best-price', [1.5, 2.5, 3.5]), ruled('single:A', [0.5, 2.5, 3])];
    const advantage = judge([parseThreshold('routing', 'advantage_bps > 0')], variants, []);
    expect(advantage.map(({ variant, ok }) => [variant, ok])).to.deep.equal([['best-price', true], ['single:A', false]]);
    expect(advantage[0]?.value).to.be.closeTo(0.5, 1e-9);
    const filled = judge([parseThreshold('routing', 'filled >= 60%')], variants, []);
    expect(filled.map(({ value, ok }) => [value, ok])).to.deep.equal([[0.5, false], [0.5, false], [0.5, false]]);
    expect(judge([parseThreshold('routing', 'cost_bps < 2.1bps')], [variants[0] ?? ruled('smart', [])], [])[0]).to.include({ value: 2, ok: true });
    expect(judge([parseThreshold('routing', 'advantage_bps > 0')], [ruled('best-price', [1, 2])], [])[0]).to.include({ value: null, ok: false });
  });

  it('names what is no figure of the router, and no cost', () => {
    expect(() => parseThreshold('routing', 'profit > 0')).to.throw(/advantage_bps/);
    expect(() => parseThreshold('routing', 'cost_bps < cheap')).to.throw(/write basis points/);
  });
});
