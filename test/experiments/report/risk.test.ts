import { expect } from 'chai';
import { riskLines, riskSection } from '../../../experiments/report/risk.js';
import { run } from '../run/fixtures.js';
import { sampleInput } from './sample.js';

const RISK = {
  blocks: [{ check: 'rate', level: 'firm', count: 1_200 }, { check: 'position', level: 'symbol', count: 7 }],
  breakers: { loss: 0, volatility: 2 },
};

describe('experiments/report/risk', () => {
  it('says nothing where nothing was stopped', () => {
    expect(riskLines(run())).to.deep.equal([]);
    expect(riskSection(sampleInput())).to.equal(null);
  });

  it('names each check with whose limit it was, then the breakers that tripped', () => {
    expect(riskLines(run({ risk: RISK })).map((line) => line.replace(/\u202f/g, ' '))).to.deep.equal(['risk: position (symbol) 7; rate (firm) 1 200; volatility (breaker) 2']);
  });

  it('explains each in the report', () => {
    const input = sampleInput();
    const [variant] = input.summary.variants;
    if (variant === undefined) throw new Error('the sample has no variant');
    const text = riskSection({ ...input, summary: { ...input.summary, variants: [{ ...variant, runs: [run({ risk: RISK })] }] } })?.text ?? '';
    expect(text).to.include('the position could have exceeded max_position').and.include('its symbol paused');
    expect(text).to.not.include('more lost than');
  });
});
