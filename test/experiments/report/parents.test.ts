import { expect } from 'chai';
import { parentsSection } from '../../../experiments/report/parents.js';
import { renderReport } from '../../../experiments/report/report.js';
import type { ReportInput } from '../../../experiments/report/input.js';
import type { ParentSummary } from '../../../experiments/summary.js';
import { sampleInput } from './sample.js';

const PARENT: ParentSummary = {
  name: 'twap-1', algo: 'twap', side: 'buy', locate: 1, quantity: 1_000, state: 'filled', filled: 1_000, open: 0, children: 12, blocked: 0, rejected: 0, fill_rate: 1,
  average_price: 100.02, arrival_price: 100, twap_price: 100.01, vwap_price: null, slippage_bps: { arrival: 2, twap: 1, vwap: null }, market_shares: 9_000, participation: 0.1,
  length_ns: 2e9, finished_ns: 2e9, band: 0.05, slices_outside: 1, deviation: 0.1,
  slices: [{ end_ns: 1e9, target: 500, sent: 500, filled: 400, market_shares: 4_000 }, { end_ns: 2e9, target: 1_000, sent: 600, filled: 1_000, market_shares: 9_000 }],
};

function input(parents: readonly ParentSummary[]): ReportInput {
  const base = sampleInput({ orders: 200 });
  return { ...base, summary: { ...base.summary, variants: base.summary.variants.map((variant) => ({ ...variant, runs: variant.runs.map((run) => ({ ...run, parents })) })) } };
}

const section = (...parents: readonly ParentSummary[]): string => (parentsSection(input(parents))?.text ?? '').replace(/\u202f/g, ' ');

describe('experiments/report/parents', () => {
  it('is left out where there are none', () => {
    expect(parentsSection(input([]))).to.equal(null);
    expect(parentsSection(sampleInput({ orders: 200 })), 'a summary of an earlier version').to.equal(null);
    expect(renderReport(input([]))).to.not.include('id="parents"');
    expect(renderReport(input([PARENT]))).to.match(/<a href="#parents">parent orders<\/a>/);
  });

  it('has slippage with its sign, and a dash where there is no benchmark', () => {
    const text = section(PARENT);
    expect(text).to.include('<td class="number">+2.00</td><td class="number">+1.00</td><td class="number">–</td>');
    expect(text).to.include('1 of 1 were filled wholly; 1 of 2 slices ended outside their band.');
  });

  it('marks the slice that is outside its band', () => {
    const rows = [...section(PARENT).matchAll(/<td class="number (bad|)">(-?\+?[0-9,]+)<\/td>/g)].map(([, bad, off]) => [off, bad]);
    expect(rows).to.deep.include.members([['-100', 'bad'], ['0', '']]);
  });

  it('draws what was filled beside its schedule, from nothing at the start', () => {
    const [, wide = ''] = /<div class="wide">([\s\S]*?)<\/div>/.exec(section(PARENT)) ?? [];
    const lines = [...wide.matchAll(/<polyline class="curve (v\d) (?:solid|dashed)" points="([^"]*)"/g)].map(([, colour, points = '']) =>
      ({ colour, points: points.split(' ').map((pair) => pair.split(',').map(Number)) }));
    const [target, filled] = [lines.find(({ colour }) => colour === 'v1')?.points ?? [], lines.find(({ colour }) => colour === 'v0')?.points ?? []];
    expect(target).to.have.lengthOf(3);
    expect(filled[0]).to.deep.equal(target[0]);
    expect(filled[1]?.[0]).to.equal(target[1]?.[0]);
    expect(filled[1]?.[1], 'less was filled: further down').to.be.greaterThan(target[1]?.[1] ?? Infinity);
    expect(filled[2]).to.deep.equal(target[2]);
  });

  it('says so where a parent never had a slice end', () => {
    expect(section({ ...PARENT, slices: [] })).to.include('None of its slices came to an end.');
  });
});
