import { expect } from 'chai';
import { renderReport } from '../../../experiments/report/report.js';
import { runRouting, routingSummary } from '../../../experiments/run/routing.js';
import type { WhyVenue } from '../../../collector/routing/why_venue.js';
import type { ReportInput } from '../../../experiments/report/input.js';
import type { StoredDecisions, VariantSummary } from '../../../experiments/summary.js';
import { sampleInput } from './sample.js';

/** Two venues, `cost` basis points a share, half of the shares at each. */
function ruled(rule: string, costs: readonly number[], base: VariantSummary): VariantSummary {
  const [run] = base.runs;
  if (run === undefined) throw new Error('the sample has a run');
  const venue = (name: string, cost: number) =>
    ({ name, orders: 10, asked_shares: 1_000, filled_shares: 500, slippage_micros: cost * 500 * 10_000, fees_micros: 0, mid_notional_micros: 500 * 100e6, answer_ns: null });
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

  const NONE = { price: 0, fee: 0, fill: 0, latency: 0, rejects: 0 };
  const WHY: WhyVenue = {
    decisions: 5,
    wins: [
      { venue: 'near', over: 'far', decisions: 3, margin: 4_000, terms: { ...NONE, price: -200, fee: 4_200 } },
      { venue: 'near', over: 'third', decisions: 1, margin: 8_000, terms: { ...NONE, rejects: 8_000 } },
      { venue: 'far', over: null, decisions: 1, margin: 0, terms: NONE },
    ],
    shown: [{
      kind: 'dearest', decision: 3, marketNs: 34_200_000_001_000, symbol: 'HOPS', side: 'B', takes: true, shares: 500, limit: 1_000_200,
      venues: [
        { venue: 'far', shown: true, price: 1_000_200, shares: 0, terms: { ...NONE, price: 100_020_000, fee: 3_000 }, score: 100_023_000, rank: 2, sent: 0, probe: false, fate: 'none' },
        { venue: 'near', shown: true, price: 1_000_200, shares: 400, terms: { ...NONE, price: 100_020_000, fee: -1_200 }, score: 100_018_800, rank: 1, sent: 400, probe: false, fate: 'sent' },
        { venue: 'third', shown: false, price: 0, shares: 0, terms: NONE, score: 0, rank: 0, sent: 100, probe: true, fate: 'sent' },
      ],
    }],
  };

  function explained(stored: Partial<StoredDecisions>, why: WhyVenue | null): string {
    const variant = ruled('smart', [1], first!);
    const decisions: StoredDecisions = { decided: 5, stored: 5, every: 1, missing: '', ...stored };
    const [detail] = base.variants;
    if (detail === undefined) throw new Error('the sample has a detail');
    const input: ReportInput = {
      ...base, variants: [{ ...detail, name: 'smart', whyVenue: why }],
      summary: { ...base.summary, variants: [{ ...variant, runs: variant.runs.map((run) => ({ ...run, run_id: detail.runId, decisions })) }], routing: null },
    };
    return renderReport(input);
  }

  it('says over whom each venue won and by which term, with single decisions', () => {
    const document = explained({}, WHY);
    expect(document).to.contain('5 decisions, all that the run made behind its warm-up.');
    // Weighted by decisions: 3 x 4 000 and 1 x 8 000.
    expect(document).to.match(/<th scope="row">near<\/th><td class="number">4<\/td><td class="number">80\u202f%<\/td><td>all<\/td><td class="number">\+0\.005000<\/td><td class="number">−0\.000150<\/td><td class="number">\+0\.003150/);
    expect(document).to.match(/<td>third<\/td><td class="number">\+0\.008000/);
    expect(document).to.match(/<th scope="row">far<\/th><td class="number">1<\/td>[\s\S]{0,60}no other in 1<\/span><\/td><td class="number">–/);
    expect(document).to.contain('<title>near, fee: +0.003150</title>');
    expect(document).to.match(/Dearest: decision 3 [\s\S]{0,60}09:30:00\.000001, buy 500 HOPS, limit 100\.0200/);
    expect(document).to.match(/<th scope="row">near<\/th><td class="number">100\.0200<\/td>[\s\S]*<th scope="row">far<\/th>[\s\S]*\+0\.004200/);
    expect(document).to.contain('does it answer again?');
    expect(document).to.contain('SELECT * FROM routing_decisions WHERE run_id');
  });

  it('says how many decisions were left out, or why there are none', () => {
    expect(explained({ decided: 1_000, stored: 334, every: 3 }, WHY)).to.contain('Of 1\u202f000 decisions every 3rd was stored, 334 in all; 666 were left out (pipeline.router.store).');
    const none = explained({ stored: 0, missing: 'the OMS kept no journal on disk; run it again' }, null);
    expect(none).to.contain('Not known of this run: the OMS kept no journal on disk; run it again.');
    expect(none).not.to.contain('Dearest');
  });

  it('shows how fast venues answered where that was measured', () => {
    const variant = ruled('smart', [1], first);
    const measured = { ...variant, settings: {}, runs: variant.runs.map((run) => ({ ...run, routing: runRouting({ wanted_shares: 1_000, venues_taken_out: 0, probes: 0, venues: ['near', 'far'].map((name, i) => ({ name, orders: 1, asked_shares: 500, filled_shares: 500, slippage_micros: 0, fees_micros: 0, mid_notional_micros: 1e9, answer_ns: i === 0 ? 12_000 : null })) }) })) };
    const document = renderReport({ ...base, summary: { ...base.summary, variants: [measured], routing: null } });
    expect(document).to.contain('Latency is measured');
    expect(document).to.match(/answers in[\s\S]*12\.0\u202fµs/);
    expect(explained({}, WHY)).not.to.contain('Latency is measured');
  });
});
