import { expect } from 'chai';
import { renderReport } from '../../../experiments/report/report.js';
import { runRouting, routingSummary } from '../../../experiments/run/routing.js';
import type { VariantSummary } from '../../../experiments/summary.js';
import { sampleInput } from './sample.js';

/** Two venues, `cost` basis points a share, half of the shares at each. */
function ruled(rule: string, costs: readonly number[], base: VariantSummary): VariantSummary {
  const [run] = base.runs;
  if (run === undefined) throw new Error('the sample has a run');
  const venue = (name: string, cost: number) =>
    ({ name, orders: 10, asked_shares: 1_000, filled_shares: 500, slippage_micros: cost * 500 * 10_000, fees_micros: 0, mid_notional_micros: 500 * 100e6 });
  return {
    name: rule,
    settings: { 'pipeline.router.rule': rule },
    runs: costs.map((cost) => ({ ...run, routing: runRouting({ wanted_shares: 1_250, venues_taken_out: 2, probes: 7, venues: [venue('near', cost), venue('far', cost)] }) })),
  };
}

describe('experiments/report/routing', () => {
  const base = sampleInput();
  const [first] = base.summary.variants;
  if (first === undefined) throw new Error('the sample has a variant');

  it('is left out where nothing was routed', () => {
    expect(renderReport(base)).not.to.contain('id="routing"');
  });

  it('shows what each rule cost, and by how much it is dearer than smart', () => {
    const variants = [ruled('smart', [1, 2, 3], first), ruled('best-price', [1.5, 2.5, 3.5], first)];
    const document = renderReport({ ...base, summary: { ...base.summary, variants, routing: routingSummary(variants) } });
    expect(document).to.contain('Every other rule is dearer than smart; best-price comes nearest, with at least 0.500\u202fbps more.');
    expect(document).to.match(/<th scope="row">best-price<\/th><td class="number">3<\/td>[\s\S]{0,60}3\u202f750[\s\S]{0,40}80\.0\u202f%[\s\S]{0,140}2\.500\u202fbps<\/td><td class="number">0\.500\u202fbps, 0\.500 to 0\.500/);
    expect(document).to.match(/<title>best-price: 0\.500\u202fbps more/);
    expect(document).to.match(/At which venues[\s\S]*<th scope="row">far<\/th>[\s\S]{0,120}50\.0\u202f%/);
    expect(document).to.contain('6 times a venue did not answer and was taken out; 21 orders asked');
  });

  it('says which rule is not shown to be dearer', () => {
    const variants = [ruled('smart', [1, 2, 3], first), ruled('round-robin', [0.5, 2.5, 3.5], first)];
    expect(renderReport({ ...base, summary: { ...base.summary, variants, routing: routingSummary(variants) } })).to.match(/round-robin is not shown to be dearer than smart: the interval reaches to -\d/);
  });

  it('shows the venues of an experiment that compares no rules', () => {
    const variants = [{ ...ruled('smart', [1], first), settings: {} }];
    const document = renderReport({ ...base, summary: { ...base.summary, variants, routing: null } });
    expect(document).to.contain('id="routing"');
    expect(document).not.to.contain('dearer than');
  });
});
