import { expect } from 'chai';
import type { EngineResult } from '../../../experiments/run/engine_result.js';
import { differenceReasons, positionsSummary } from '../../../experiments/run/positions.js';

type Row = EngineResult['positions'][number];
type Venue = EngineResult['venues'][number];

function row(venue: number | null, symbol: string, figures: Partial<Row> = {}): Row {
  return {
    venue, symbol, bought: 0, sold: 0, bought_value: 0, sold_value: 0, fees_micros: 0, cash_micros: 0, realised_micros: 0,
    unrealised_micros: 0, mark: null, open_orders: 0, open_buying: 0, open_selling: 0, ...figures,
  };
}

const VENUES: Venue[] = ['A', 'B'].map((name) => ({
  name, made_shares: 0, taken_shares: 0, make_fees_micros: 0, take_fees_micros: 0, queue_rejects: 0, lost_in_outage: 0, clamped: 0, unresolved: 0, outside: 0, bookless: 0, open_orders: 0,
}));

const EQUAL = { differences: 0, first: [] };

describe('experiments/run/positions', () => {
  it('adds up by venue and over all symbols', () => {
    const summary = positionsSummary({
      venues: VENUES,
      positions: [
        row(0, 'AAA', { bought: 300, bought_value: 900, fees_micros: 4, realised_micros: 1 }),
        row(1, 'AAA', { sold: 100, sold_value: 400, fees_micros: -1 }),
        row(1, 'BBB', { bought: 5, bought_value: 9_000, open_orders: 2 }),
        row(null, 'AAA', { bought: 300, sold: 100, bought_value: 900, sold_value: 400, fees_micros: 3, realised_micros: 70, unrealised_micros: -20, mark: 3.5 }),
        row(null, 'BBB', { bought: 5, bought_value: 9_000, open_orders: 2 }),
      ],
    });
    expect(summary?.total).to.include({ bought: 305, sold: 100, net: 205, fees_micros: 3, realised_micros: 70, unrealised_micros: -20, open_orders: 2 });
    expect(summary?.venues.map(({ venue, bought, sold, fees_micros }) => [venue, bought, sold, fees_micros])).to.deep.equal([['A', 300, 0, 4], ['B', 5, 100, -1]]);
    expect(summary?.symbols.map(({ symbol }) => symbol), 'most money first').to.deep.equal(['BBB', 'AAA']);
    expect(summary?.symbols[1]).to.include({ mark: 3.5, net: 200 });
    expect(summary?.symbols[1]?.venues.map(({ venue, net }) => [venue, net])).to.deep.equal([['A', 300], ['B', -100]]);
  });

  it('says of no sum what it does not know of a part', () => {
    const summary = positionsSummary({ venues: VENUES, positions: [row(null, 'AAA', { unrealised_micros: null }), row(null, 'BBB', { unrealised_micros: 7 })] });
    expect(summary?.total.unrealised_micros).to.equal(null);
  });

  it('lists a hundred symbols and says how many there are besides', () => {
    const positions = Array.from({ length: 130 }, (_, i) => row(null, `S${i}`, { bought: 1, bought_value: i }));
    const summary = positionsSummary({ venues: VENUES, positions });
    expect(summary?.symbols).to.have.length(100);
    expect(summary?.symbols[0]?.symbol).to.equal('S129');
    expect(summary?.symbols_not_listed).to.equal(30);
    expect(summary?.total.bought).to.equal(130);
  });

  it('is nothing where nothing was traded', () => {
    expect(positionsSummary({ venues: VENUES, positions: [] })).to.equal(null);
  });

  it('names venue, symbol and both figures where the two sides disagree', () => {
    expect(differenceReasons({ venues: VENUES, reconciliation: EQUAL })).to.deep.equal([]);
    const first = [{ venue: 1, symbol: 'AAA', figure: 'shares bought', oms: 100, at_venue: 200 }];
    const [line, ...more] = differenceReasons({ venues: VENUES, reconciliation: { differences: 1, first } });
    expect(more).to.deep.equal([]);
    expect(line).to.match(/^positions differ: venue B, AAA, shares bought: 100 at the OMS, 200 at the venue; /);
    expect(differenceReasons({ venues: VENUES, reconciliation: { differences: 3, first } })[0]).to.contain('200 at the venue (and 2 more differences); ');
  });
});
