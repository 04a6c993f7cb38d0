import { expect } from 'chai';
import fc from 'fast-check';
import { Coverage, firstAbove, type ThreadCoverage } from '../../../collector/attribution/coverage.js';
import { makeStalls, type MadeStall } from './synthetic.js';

/** Short stalls close together: they nest, touch, overlap and coincide. */
const STALLS = fc.array(
  fc.record({ fromNs: fc.integer({ min: 0, max: 60 }), lengthNs: fc.integer({ min: 0, max: 25 }), thread: fc.integer({ min: 0, max: 1 }) }),
  { maxLength: 14 },
);

function coverageOf(made: readonly { readonly fromNs: number; readonly lengthNs: number; readonly thread: number }[]): Coverage {
  return new Coverage(makeStalls(made.map(({ fromNs, lengthNs, thread }): MadeStall => ({ cause: 'syscall', fromNs, toNs: fromNs + lengthNs, thread }))).stalls);
}

function segmentsOf(coverage: ThreadCoverage | undefined): readonly { readonly from: number; readonly to: number; readonly stall: number }[] {
  return Array.from({ length: coverage?.segments ?? 0 }, (_, i) => ({ from: coverage?.segmentStartNs[i] ?? 0, to: coverage?.segmentEndNs[i] ?? 0, stall: coverage?.segmentStall[i] ?? 0 }));
}

describe('coverage of a thread', () => {
  it('gives the innermost stall the time to itself', () => {
    const coverage = coverageOf([{ fromNs: 0, lengthNs: 100, thread: 0 }, { fromNs: 10, lengthNs: 20, thread: 0 }, { fromNs: 15, lengthNs: 5, thread: 0 }]);
    expect(segmentsOf(coverage.of(0))).to.deep.equal([
      { from: 0, to: 10, stall: 0 }, { from: 10, to: 15, stall: 1 }, { from: 15, to: 20, stall: 2 }, { from: 20, to: 30, stall: 1 }, { from: 30, to: 100, stall: 0 },
    ]);
    expect([...coverage.outermost]).to.deep.equal([1, 0, 0]);
    expect([...coverage.lastSegment]).to.deep.equal([4, 3, 2]);
  });

  it('goes from one stall to the next where they touch', () => {
    const coverage = coverageOf([{ fromNs: 10, lengthNs: 10, thread: 0 }, { fromNs: 0, lengthNs: 10, thread: 0 }]);
    expect(segmentsOf(coverage.of(0))).to.deep.equal([{ from: 0, to: 10, stall: 1 }, { from: 10, to: 20, stall: 0 }]);
    expect([...coverage.outermost]).to.deep.equal([1, 1]);
  });

  it('has at every moment the stall that began last of those under way, and nothing where there is none', () => {
    fc.assert(
      fc.property(STALLS, (made) => {
        const coverage = coverageOf(made);
        for (const thread of [0, 1]) {
          const segments = segmentsOf(coverage.of(thread));
          segments.forEach(({ from, to }, i) => expect(from).to.be.at.least(segments[i - 1]?.to ?? -1).and.below(to));
          for (let at = 0.5; at < 90; at += 1) {
            const open = made.flatMap((stall, index) => (stall.thread === thread && stall.fromNs < at && stall.fromNs + stall.lengthNs > at ? [index] : []));
            const owner = segments.find(({ from, to }) => from < at && to > at)?.stall;
            const latest = Math.max(...open.map((index) => made[index]?.fromNs ?? 0));
            if (open.length === 0) expect(owner).to.equal(undefined);
            else expect(open).to.include(owner).and.satisfy(() => made[owner ?? -1]?.fromNs === latest);
          }
        }
      }),
    );
  });

  it('keeps instants apart, in their order', () => {
    const { stalls } = makeStalls([{ cause: 'page_fault', fromNs: 9, toNs: 9 }, { cause: 'migrated', fromNs: 3, toNs: 3 }, { cause: 'syscall', fromNs: 0, toNs: 5 }]);
    const thread = new Coverage(stalls).of(0);
    expect([...(thread?.instantNs ?? [])]).to.deep.equal([3, 9]);
    expect([...(thread?.instantStall ?? [])]).to.deep.equal([1, 0]);
    expect(thread?.segments).to.equal(1);
  });

  it('finds the first value above a limit', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 })), fc.integer({ min: -1, max: 21 }), (values, limit) => {
        const sorted = Float64Array.from(values).sort();
        expect(firstAbove(sorted, limit)).to.equal(sorted.filter((value) => value <= limit).length);
      }),
    );
  });
});
