import { expect } from 'chai';
import fc from 'fast-check';
import { Coverage } from '../../../collector/attribution/coverage.js';
import { IntervalReader, NO_OVERHEADS, isWorthNaming, type Interval, type Overheads } from '../../../collector/attribution/interval.js';
import { STALL_CAUSES, causeByName, causeName } from '../../../collector/stall_causes.js';
import { makeStalls, type MadeStall } from './synthetic.js';

const TOLERANCE_NS = 10;

function readerOf(made: readonly MadeStall[], toleranceNs = TOLERANCE_NS): { readonly reader: IntervalReader; readonly shares: (interval: Partial<Interval>, delayNs: number, overheads?: Overheads) => Record<string, number> } {
  const { stalls, kinds } = makeStalls(made);
  const reader = new IntervalReader(new Coverage(stalls), kinds, toleranceNs);
  return {
    reader,
    shares: (interval, delayNs, overheads = NO_OVERHEADS) => {
      reader.read({ thread: 0, fromNs: 1000, toNs: 2000, fromIsOwn: true, ...interval });
      const restNs = reader.divide(delayNs, overheads);
      const met = reader.met.slice(0, reader.count).map((one) => [causeName(kinds.at(one.kind).cause), one.delayNs] as const);
      return { ...Object.fromEntries(met), rest: restNs };
    },
  };
}

const tick = (fromNs: number, toNs: number): MadeStall => ({ cause: 'timer_tick', fromNs, toNs });

describe('a stall in an interval', () => {
  it('takes the part of the delay in which it happened', () => {
    expect(readerOf([tick(1200, 1500)]).shares({}, 400)).to.deep.equal({ timer_tick: 300, rest: 100 });
  });

  it('cannot take more than the delay', () => {
    expect(readerOf([tick(1200, 1500)]).shares({}, 120)).to.deep.equal({ timer_tick: 120, rest: 0 });
  });

  it('must have ended when the thread stamped the end', () => {
    expect(readerOf([tick(1900, 2011)]).shares({}, 400)).to.deep.equal({ rest: 400 });
    expect(readerOf([tick(1900, 2010)]).shares({}, 400)).to.deep.equal({ timer_tick: 100, rest: 300 });
  });

  it('must not have begun before the thread itself stamped the beginning', () => {
    const { shares } = readerOf([tick(989, 1300)]);
    expect(shares({}, 400)).to.deep.equal({ rest: 400 });
    expect(shares({ fromNs: 999 }, 400)).to.deep.equal({ timer_tick: 301, rest: 99 });
  });

  it('may have begun before another thread stamped the beginning: what lies behind that counts', () => {
    expect(readerOf([tick(100, 1300)]).shares({ fromIsOwn: false }, 400)).to.deep.equal({ timer_tick: 300, rest: 100 });
  });

  it('belongs to its own thread', () => {
    expect(readerOf([{ ...tick(1200, 1500), thread: 1 }]).shares({}, 400)).to.deep.equal({ rest: 400 });
    expect(readerOf([{ ...tick(1200, 1500), thread: 1 }]).shares({ thread: 1 }, 400)).to.include({ timer_tick: 300 });
  });

  it('leaves to the one within it what that one takes', () => {
    const made: MadeStall[] = [{ cause: 'syscall', fromNs: 1100, toNs: 1900 }, { cause: 'blocked', fromNs: 1200, toNs: 1800 }, { cause: 'hard_irq', fromNs: 1850, toNs: 1860 }];
    expect(readerOf(made).shares({}, 1000)).to.deep.equal({ syscall: 190, blocked: 600, hard_irq: 10, rest: 200 });
  });

  it('counts with others of its kind, and names the longest', () => {
    const { reader, shares } = readerOf([tick(1000, 1010), tick(1100, 1300), tick(1400, 1420)]);
    expect(shares({}, 500)).to.deep.equal({ timer_tick: 230, rest: 270 });
    expect(reader.met[0]).to.include({ outermost: 3, stall: 1, stallNs: 200 });
  });

  it('brings costs around it, those within another one excepted', () => {
    const overheads: Overheads = new Map([[causeByName('timer_tick').value, 70], [causeByName('softirq').value, 1000]]);
    const nested: MadeStall[] = [tick(1100, 1300), { cause: 'softirq', fromNs: 1200, toNs: 1250 }];
    expect(readerOf(nested).shares({}, 500, overheads)).to.deep.equal({ timer_tick: 220, softirq: 50, rest: 230 });
    expect(readerOf([tick(1100, 1200), tick(1300, 1400)]).shares({}, 500, overheads)).to.deep.equal({ timer_tick: 340, rest: 160 });
    expect(readerOf([tick(1100, 1200)]).shares({}, 130, overheads)).to.deep.equal({ timer_tick: 130, rest: 0 });
  });

  it('takes what is left where it is a page fault, whose end nobody sees, up to 50 µs each', () => {
    const made: MadeStall[] = [tick(1100, 1200), { cause: 'page_fault', fromNs: 1500, toNs: 1500 }, { cause: 'page_fault', fromNs: 1700, toNs: 1700 }];
    expect(readerOf(made).shares({}, 900)).to.deep.equal({ timer_tick: 100, page_fault: 800, rest: 0 });
    expect(readerOf(made).shares({}, 150_100)).to.deep.equal({ timer_tick: 100, page_fault: 100_000, rest: 50_000 });
    expect(readerOf(made).shares({ toNs: 1400 }, 300)).to.deep.equal({ timer_tick: 100, rest: 200 });
  });

  it('says nothing where it is another instant', () => {
    expect(readerOf([{ cause: 'frequency', fromNs: 1500, toNs: 1500 }, { cause: 'migrated', fromNs: 1600, toNs: 1600 }]).shares({}, 400)).to.deep.equal({ rest: 400 });
  });
});

describe('any stalls in any interval', () => {
  const STALL = fc.record({
    cause: fc.constantFrom(...STALL_CAUSES.map((one) => one.name)),
    who: fc.constantFrom('a', 'b'),
    fromNs: fc.integer({ min: 0, max: 400 }),
    lengthNs: fc.integer({ min: 0, max: 150 }),
    thread: fc.integer({ min: 0, max: 1 }),
  });
  const CASE = fc.record({
    stalls: fc.array(STALL, { maxLength: 20 }),
    fromNs: fc.integer({ min: 0, max: 400 }),
    lengthNs: fc.integer({ min: 0, max: 300 }),
    fromIsOwn: fc.boolean(),
    toleranceNs: fc.integer({ min: 0, max: 40 }),
    delayNs: fc.integer({ min: 0, max: 400 }),
    overheads: fc.array(fc.tuple(fc.integer({ min: 1, max: 14 }), fc.integer({ min: 0, max: 50 }))),
  });

  it('never take more than the interval, nor hand out more or less than the delay', () => {
    fc.assert(
      fc.property(CASE, ({ stalls, fromNs, lengthNs, fromIsOwn, toleranceNs, delayNs, overheads }) => {
        const { reader } = readerOf(stalls.map((stall) => ({ ...stall, toNs: stall.fromNs + stall.lengthNs })), toleranceNs);
        reader.read({ thread: 0, fromNs, toNs: fromNs + lengthNs, fromIsOwn });
        const met = reader.met.slice(0, reader.count);
        const exclusive = met.reduce((sum, one) => sum + one.exclusiveNs, 0);
        expect(exclusive).to.equal(reader.coveredNs).and.at.most(lengthNs);
        expect(new Set(met.map((one) => one.kind)).size).to.equal(met.length);
        const restNs = reader.divide(delayNs, new Map(overheads));
        const after = reader.met.slice(0, reader.count);
        expect(after.reduce((sum, one) => sum + one.delayNs, restNs)).to.equal(delayNs);
        for (const one of after) expect(one.delayNs).to.be.at.least(0);
        expect(restNs).to.be.at.least(0);
      }),
      { numRuns: 500 },
    );
  });

  it('count only where both clocks allow it', () => {
    fc.assert(
      fc.property(CASE, ({ stalls, fromNs, lengthNs, fromIsOwn, toleranceNs }) => {
        const toNs = fromNs + lengthNs;
        const possible = stalls.filter((one) => one.thread === 0 && one.fromNs + one.lengthNs <= toNs + toleranceNs && (!fromIsOwn || one.fromNs >= fromNs - toleranceNs));
        const { reader } = readerOf(stalls.map((stall) => ({ ...stall, toNs: stall.fromNs + stall.lengthNs })), toleranceNs);
        reader.read({ thread: 0, fromNs, toNs, fromIsOwn });
        let most = 0;
        for (let at = fromNs + 0.5; at < toNs; at += 1) if (possible.some((one) => one.fromNs < at && one.fromNs + one.lengthNs > at)) most += 1;
        expect(reader.coveredNs).to.be.at.most(most);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a rest that no event explains', () => {
  it('is named where it is more than scatter', () => {
    expect(isWorthNaming(100, 200)).to.equal(false);
    expect(isWorthNaming(101, 200)).to.equal(true);
    expect(isWorthNaming(400, 10_000)).to.equal(false);
    expect(isWorthNaming(501, 10_000)).to.equal(true);
  });
});
