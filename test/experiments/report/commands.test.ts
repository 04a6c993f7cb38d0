import { expect } from 'chai';
import { commandLines, commandsSection } from '../../../experiments/report/commands.js';
import { run } from '../run/fixtures.js';
import { sampleInput } from './sample.js';

const COMMANDS = [
  { market_ns: 34_200_000_250_000, what: 'order new x side=buy', refused: '' },
  { market_ns: 34_201_000_000_000, what: 'order cancel <b>', refused: 'there is no parent order called <b>' },
];

describe('experiments/report/commands', () => {
  it('says nothing where nobody commanded anything', () => {
    expect(commandLines(run())).to.deep.equal([]);
    expect(commandsSection(sampleInput())).to.equal(null);
  });

  it('tells what was commanded, when, and what became of it', () => {
    expect(commandLines(run({ commands: COMMANDS }))).to.deep.equal([
      'commanded at 09:30:00.000250: order new x side=buy', 'commanded at 09:30:01.000000: order cancel <b>: refused: there is no parent order called <b>',
    ]);
    const input = sampleInput();
    const [variant] = input.summary.variants;
    if (variant === undefined) throw new Error('the sample has no variant');
    const text = commandsSection({ ...input, summary: { ...input.summary, variants: [{ ...variant, runs: [run({ commands: COMMANDS })] }] } })?.text ?? '';
    expect(text).to.include('09:30:00.000250').and.include('<code>order new x side=buy</code>').and.include('carried out');
    expect(text).to.include('refused: there is no parent order called &lt;b&gt;').and.not.include('<b>there');
  });
});
