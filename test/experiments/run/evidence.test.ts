import { expect } from 'chai';
import { evidenceLines, ownErrorLine } from '../../../experiments/run/evidence.js';
import { causeLines } from '../../../experiments/run/table.js';
import { sampleInput } from '../report/sample.js';
import { SAMPLE_OWN_ERROR } from '../report/sample_kernel.js';
import { run } from './fixtures.js';

const attribution = sampleInput({ orders: 20_000 }).variants[0]!.attribution!;
const plain = (text: string): string => text.replaceAll('\u202f', ' ');

describe('experiments/run/evidence', () => {
  it('prints the sentence, a line a cause, how far to believe it, and the own error', () => {
    const lines = evidenceLines({ ...run(), attribution, own_error: SAMPLE_OWN_ERROR }).map(plain);
    expect(lines.find((line) => line.startsWith('of the '))).to.contain(`of the ${attribution.orders} orders over`);
    expect(lines.some((line) => line.startsWith('timer tick '))).to.equal(true);
    expect(lines.some((line) => line.includes('moved to random times they give a cause 1.8 % as often'))).to.equal(true);
    expect(lines.at(-1)).to.match(/^own error: /);
  });

  it('prints the own error alone where no kernel event was recorded', () => {
    expect(evidenceLines(run())).to.deep.equal([ownErrorLine(SAMPLE_OWN_ERROR)]);
  });

  it('says that no order was slow', () => {
    expect(evidenceLines({ ...run(), attribution: { ...attribution, orders: 0, slowNs: 100_000 } }).map(plain)[0]).to.equal('no order took longer than 100 µs');
  });

  it('keeps the instrument on one line', () => {
    expect(plain(ownErrorLine(SAMPLE_OWN_ERROR))).to.equal(
      'own error: resolution 10.0 ns, drift 0.21 ppm, stamp 9.8 ns, push 21.4 ns, probe hit 612 ns, sites not optimised: oms.book, clock tie ±41 ns (worst ±260 ns), collector 287 ns a record, and 14 % of a core, steal 4.60 ms',
    );
  });
});

describe('the table of causes', () => {
  it('is as wide in every line, and sums what it does not show', () => {
    const many = Array.from({ length: 11 }, (_, index) => ({ ...attribution.causes[0]!, who: `thread-with-a-long-name-${String(index)}-that-goes-on`, share: 0.01 }));
    const lines = causeLines({ ...attribution, causes: many });
    expect(new Set(lines.slice(0, -1).map((line) => line.length)).size).to.equal(1);
    expect(plain(lines.at(-1)!)).to.equal('and 3 more, 3.0 % of the tail');
  });
});
