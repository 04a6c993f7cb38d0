/** The search for the highest rate, on systems whose maximum is known. */
import { expect } from 'chai';
import fc from 'fast-check';
import { findMaximum, NothingHeldError, type Maximum, type Search } from '../../../experiments/run/find_maximum.js';

const SEARCH: Search = { fromPps: 100_000, toPps: 10_000_000, within: 0.05 };

/** Holds every rate up to its limit. */
function fakeSystem(limitPps: number): (ratePps: number) => Promise<string> {
  return (ratePps) => Promise.resolve(ratePps <= limitPps ? '' : 'feed_missed 1');
}

const rates = (found: Maximum): readonly number[] => found.probes.map(({ ratePps }) => ratePps);
const held = (found: Maximum): readonly number[] => found.probes.filter(({ because }) => because === '').map(({ ratePps }) => ratePps);

const searches = fc.record({
  fromPps: fc.integer({ min: 100, max: 1_000_000 }),
  factor: fc.double({ min: 1.01, max: 10_000, noNaN: true }),
  within: fc.double({ min: 0.01, max: 1, noNaN: true }),
}).map(({ fromPps, factor, within }): Search => ({ fromPps, toPps: Math.ceil(fromPps * factor) + 1, within }));

const bracketed = searches.chain((search) => fc.record({ search: fc.constant(search), limit: fc.integer({ min: search.fromPps, max: search.toPps - 1 }) }));

describe('experiments/run/find_maximum', () => {
  it('finds any limit between its bounds, as near as it was asked', async () => {
    await fc.assert(fc.asyncProperty(bracketed, async ({ search, limit }) => {
      const found = await findMaximum(search, fakeSystem(limit));
      expect(found.pps).to.be.at.most(limit);
      // Rates are whole numbers: at 100/s one more is 1 %.
      expect(limit).to.be.below(Math.max(found.pps * (1 + search.within) + 1e-6, found.pps + 1));
      expect(found.atLeast).to.equal(false);
      expect(found.pps).to.equal(Math.max(...held(found)));
    }));
  });

  it('finds no lower maximum for a faster system', async () => {
    await fc.assert(fc.asyncProperty(bracketed, fc.double({ min: 1, max: 100, noNaN: true }), async ({ search, limit }, factor) => {
      const [slow, fast] = [await findMaximum(search, fakeSystem(limit)), await findMaximum(search, fakeSystem(limit * factor))];
      expect(fast.pps).to.be.at.least(slow.pps);
    }));
  });

  it('makes few probes: each halves what is uncertain', async () => {
    const found = await findMaximum(SEARCH, fakeSystem(3_000_000));
    // ln(100) / ln(1.05) = 94 steps of 5 %, so 7 halvings, beside the two bounds; those that fail are made twice.
    expect(new Set(rates(found)).size).to.equal(9);
    expect(rates(found).slice(0, 4)).to.deep.equal([100_000, 10_000_000, 10_000_000, 1_000_000]);
  });

  it('says that the maximum is at least the upper bound where that is held', async () => {
    const found = await findMaximum(SEARCH, fakeSystem(20_000_000));
    expect(found).to.deep.include({ pps: 10_000_000, atLeast: true });
    expect(rates(found)).to.deep.equal([100_000, 10_000_000]);
  });

  it('gives up with the reason where not even the lower bound is held', async () => {
    const error = await findMaximum(SEARCH, fakeSystem(50_000)).then(() => undefined, (thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(NothingHeldError).and.to.have.property('because', 'feed_missed 1');
  });

  it('is not led astray by a probe that fails once', async () => {
    await fc.assert(fc.asyncProperty(bracketed, fc.integer({ min: 0, max: 12 }), async ({ search, limit }, disturbed) => {
      let made = 0;
      const system = fakeSystem(limit);
      const found = await findMaximum(search, (ratePps) => (made++ === disturbed ? Promise.resolve('port_drops 3') : system(ratePps)));
      expect(found.pps).to.equal((await findMaximum(search, fakeSystem(limit))).pps);
    }));
  });

  it('lists every probe, those made again too', async () => {
    let made = 0;
    const found = await findMaximum({ ...SEARCH, toPps: 104_000 }, () => Promise.resolve(++made === 1 ? 'port_drops 3' : ''));
    expect(found.probes).to.deep.equal([{ ratePps: 100_000, because: 'port_drops 3' }, { ratePps: 100_000, because: '' }, { ratePps: 104_000, because: '' }]);
  });

  it('passes on what a probe cannot do', async () => {
    const error = await findMaximum(SEARCH, () => Promise.reject(new Error('the engine died'))).then(() => undefined, (thrown: unknown) => thrown);
    expect(error).to.have.property('message', 'the engine died');
  });
});
