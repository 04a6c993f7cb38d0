/** Routing decisions into a real store, and why each venue won out of it. */
import { expect } from 'chai';
import { DecisionWriter, type DecisionPart, type DecisionQuote, type RoutingDecision } from '../../../collector/routing/decision_rows.js';
import { whyVenueOf } from '../../../collector/routing/why_venue.js';
import { scratchStore, type ScratchStore } from '../scratch_store.js';

const VENUES = ['near', 'cheap', 'far'];

function quote(venue: number, price: number, terms: Partial<DecisionQuote> = {}, side: 'B' | 'S' = 'B'): DecisionQuote {
  const { level = 0, shares = 500, fee = 0, fill = 0, latency = 0, rejects = 0 } = terms;
  return { venue, level, price, shares, fee, fill, latency, rejects, score: (side === 'B' ? 100 : -100) * price + fee + fill + latency + rejects };
}

function part(venue: number, shares: number, more: Partial<DecisionPart> = {}): DecisionPart {
  return { venue, user_ref: 17, shares, limit: 0, probes: false, fate: 'sent', ...more };
}

function decision(number: number, quotes: readonly DecisionQuote[], parts: readonly DecisionPart[], more: Partial<RoutingDecision> = {}): RoutingDecision {
  return {
    decision: number, market_ns: 34_200_000_000_000 + number, feed_sequence: 100 + number, locate: 3, symbol: 'HOPS', side: 'B', order_type: 'I',
    smart: true, takes: true, limit: 0, shares: 100, quotes, parts, ...more,
  };
}

describe('collector/routing', function () {
  this.timeout(30_000);
  let scratch: ScratchStore;

  before(async () => (scratch = await scratchStore()));
  after(() => scratch.remove());

  async function store(runId: string, decisions: readonly RoutingDecision[]): Promise<void> {
    const writer = new DecisionWriter(scratch.store, runId, 'smart', VENUES);
    for (const one of decisions) await writer.add(one);
    await writer.flush();
  }

  it('keeps a row a decision and venue, those that got nothing too', async () => {
    const quotes = [quote(0, 1_000_200, { fee: 3_000, shares: 300 }), quote(0, 1_000_300, { level: 1, fee: 3_000, shares: 900 }), quote(1, 1_000_200, { fee: -1_200, fill: 70, latency: 5, rejects: 9 })];
    await store('rows', [decision(1, quotes, [part(1, 500, { limit: 1_000_200 }), part(0, 200, { fate: 'blocked' }), part(2, 100, { probes: true })], { limit: 1_000_200, shares: 800 })]);
    const rows = await scratch.store.rows<Record<string, unknown>>("SELECT * EXCEPT run_id FROM routing_decisions WHERE run_id = 'rows' ORDER BY venue");
    expect(rows).to.have.length(3);
    expect(rows[0]).to.deep.equal({
      decision: 1, market_ns: 34_200_000_000_001, feed_sequence: 101, symbol: 'HOPS', locate: 3, side: 'B', order_type: 'I', rule: 'smart', takes: true, quantity: 800, limit_price: 1_000_200,
      venue: 0, venue_name: 'near', shown: true, price: 1_000_200, shares: 300, depth: 1_200, fee: 3_000, fill: 0, latency: 0, rejects: 0, score: 100_023_000, rank: 2,
      picked: true, probe: false, fate: 'blocked', trace_id: 17, part_quantity: 200, part_limit: 0,
    });
    expect(rows[1]).to.include({ venue_name: 'cheap', fee: -1_200, fill: 70, latency: 5, rejects: 9, score: 100_018_884, rank: 1, trace_id: 2 ** 32 + 17, part_quantity: 500, part_limit: 1_000_200, fate: 'sent' });
    expect(rows[2]).to.include({ venue_name: 'far', shown: false, price: 0, rank: 0, picked: true, probe: true, part_quantity: 100 });
  });

  it('ranks what is within the limit, a sale by the highest price', async () => {
    await store('ranks', [
      decision(1, [quote(0, 1_000_200), quote(1, 1_000_100, { fee: 20_000 }), quote(2, 1_000_000)], [part(2, 100)], { limit: 1_000_150 }),
      decision(2, [quote(0, 999_900, {}, 'S'), quote(1, 1_000_000, {}, 'S'), quote(2, 999_800, {}, 'S')], [part(1, 100)], { side: 'S', limit: 999_900 }),
    ]);
    const rows = await scratch.store.rows<{ decision: number; ranks: readonly number[] }>("SELECT decision, groupArray(rank) AS ranks FROM (SELECT * FROM routing_decisions WHERE run_id = 'ranks' ORDER BY decision, venue) GROUP BY decision ORDER BY decision");
    expect(rows.map(({ ranks }) => ranks)).to.deep.equal([[0, 2, 1], [2, 1, 0]]);
  });

  it('tells over whom a venue won, and by which terms', async () => {
    await store('wins', [
      // cheap over near, by 4 200 of fees less 100 of price, twice the same; the part at near is no win
      decision(1, [quote(0, 1_000_200, { fee: 3_000 }), quote(1, 1_000_201, { fee: -1_200 })], [part(1, 500), part(0, 100)]),
      decision(2, [quote(0, 1_000_200, { fee: 3_000 }), quote(1, 1_000_203, { fee: -1_200 })], [part(1, 500)]),
      // cheap over far, by rejects
      decision(3, [quote(1, 1_000_200), quote(2, 1_000_200, { rejects: 7_000 })], [part(1, 500)]),
      // near alone: the others show nothing within the limit
      decision(4, [quote(0, 1_000_200), quote(1, 1_000_500)], [part(0, 500)], { limit: 1_000_200 }),
      // a probe is no choice
      decision(5, [quote(0, 1_000_200), quote(2, 1_000_100)], [part(2, 100, { probes: true })]),
    ]);
    const why = await whyVenueOf(scratch.store, 'wins');
    expect(why?.decisions).to.equal(5);
    expect(why?.wins).to.deep.equal([
      { venue: 'cheap', over: 'near', decisions: 2, margin: 4_000, terms: { price: -200, fee: 4_200, fill: 0, latency: 0, rejects: 0 } },
      { venue: 'cheap', over: 'far', decisions: 1, margin: 7_000, terms: { price: 0, fee: 0, fill: 0, latency: 0, rejects: 7_000 } },
      { venue: 'near', over: null, decisions: 1, margin: 0, terms: { price: 0, fee: 0, fill: 0, latency: 0, rejects: 0 } },
    ]);
  });

  it('shows the dearest, the median and the last decision with every venue', async () => {
    const extra = (number: number, fee: number): RoutingDecision => decision(number, [quote(0, 1_000_200, { fee }), quote(1, 1_000_300, { fee: 90_000 })], [part(0, 100)]);
    await store('shown', [extra(1, 10), extra(2, 500), extra(3, 30), extra(4, 20), extra(5, 40)]);
    const shown = (await whyVenueOf(scratch.store, 'shown'))?.shown ?? [];
    expect(shown.map(({ kind, decision: number }) => [kind, number])).to.deep.equal([['dearest', 2], ['median', 3], ['last', 5]]);
    const [dearest] = shown;
    expect(dearest).to.include({ marketNs: 34_200_000_000_002, symbol: 'HOPS', side: 'B', takes: true, shares: 100, limit: 0 });
    expect(dearest?.venues.map(({ venue, shown: has, rank, sent, terms }) => [venue, has, rank, sent, terms.price, terms.fee])).to.deep.equal([
      ['near', true, 1, 100, 100_020_000, 500], ['cheap', true, 2, 0, 100_030_000, 90_000], ['far', false, 0, 0, 0, 0],
    ]);
  });

  it('knows nothing of a run without decisions', async () => {
    expect(await whyVenueOf(scratch.store, 'nobody')).to.equal(null);
    await new DecisionWriter(scratch.store, 'nobody', 'smart', VENUES).flush();
    expect(await whyVenueOf(scratch.store, 'nobody')).to.equal(null);
  });
});
