import { expect } from 'chai';
import { formatMoney, positionsSection } from '../../../experiments/report/positions.js';
import type { PositionFigures } from '../../../experiments/summary.js';
import { sampleInput } from './sample.js';

const FIGURES: PositionFigures = {
  bought: 1_200, sold: 200, net: 1_000, bought_value: 0, sold_value: 0, fees_micros: 1_500_000, cash_micros: 0,
  realised_micros: 12_000_000, unrealised_micros: -4_500_000, open_orders: 3,
};

describe('experiments/report/positions', () => {
  it('writes money to the cent', () => {
    expect(formatMoney(1_234_567_890_000).replace(/\u202f/g, ' ')).to.equal('1 234 567.89');
    expect(formatMoney(-15_000)).to.equal('−0.02');
    expect(formatMoney(-4_000), 'less than a cent').to.equal('0.00');
    expect(formatMoney(null)).to.equal('unknown');
  });

  it('is left out where nothing was traded', () => {
    expect(positionsSection(sampleInput())).to.equal(null);
  });

  it('shows all, each venue and the symbols with most money, and what is left after fees', () => {
    const input = sampleInput();
    const symbols = Array.from({ length: 20 }, (_, i) => ({ symbol: `S${i}`, mark: null, venues: [], ...FIGURES }));
    const positions = { total: FIGURES, venues: [{ venue: 'north', ...FIGURES, unrealised_micros: null }], symbols, symbols_not_listed: 5 };
    const variants = input.summary.variants.map((variant) => ({ ...variant, runs: variant.runs.map((run) => ({ ...run, positions })) }));
    const text = positionsSection({ ...input, summary: { ...input.summary, variants } })?.text ?? '';
    expect(text).to.contain('<th scope="row">all</th>').and.to.contain('<th scope="row">venue north</th>').and.to.contain('<th scope="row">S11</th>');
    expect(text).not.to.contain('S12');
    expect(text).to.contain('13 more symbols');
    expect(text, 'realised, unrealised, fees, all of it').to.match(/>12\.00<.*>−4\.50<.*>1\.50<.*>6\.00</s);
    expect(text, 'no total where a part of it is unknown').to.match(/north<.*>unknown<.*>1\.50<.*>unknown</s);
  });
});
