import { expect } from 'chai';
import { judge } from '../../../experiments/run/judge.js';
import { parentLine, parentSummary } from '../../../experiments/run/parents.js';
import { parseThreshold } from '../../../experiments/spec/thresholds.js';
import { run } from './fixtures.js';

/** Bought 900 of 1,000 at 100.02; arrival 100.00, TWAP 100.01, VWAP 100.03. */
const BOUGHT = {
  name: 't', at_run_time: false, algo: 'twap', locate: 1, side: 'buy', quantity: 1_000, state: 'expired', filled: 900, notional: 900 * 1_000_200, open: 0, children: 12, blocked: 1, rejected: 0,
  length_ns: 2e9, begun_ns: 0, finished_ns: 2e9, band: 0.05, slices_outside: 1, arrival_mid2: 2_000_000, twap_mid2: 2_000_200, market_shares: 8_100, market_notional: 8_100 * 1_000_300,
  slices: [
    { end_ns: 1e9, target: 500, sent: 500, filled: 480, market_shares: 4_000 },
    { end_ns: 2e9, target: 1_000, sent: 520, filled: 900, market_shares: 8_100 },
  ],
};

describe('experiments/run/parents', () => {
  it('has slippage as a cost, in basis points of each benchmark', () => {
    const { average_price: average, slippage_bps: bps, fill_rate: rate, participation, deviation } = parentSummary(BOUGHT);
    expect(average).to.be.closeTo(100.02, 1e-9);
    expect(bps.arrival).to.be.closeTo(2, 1e-9);
    expect(bps.twap).to.be.closeTo((1e4 * 0.01) / 100.01, 1e-6);
    expect(bps.vwap).to.be.closeTo((1e4 * -0.01) / 100.03, 1e-6);
    expect(rate).to.equal(0.9);
    expect(participation).to.equal(0.1);
    expect(deviation).to.be.closeTo(0.1, 1e-12);
  });

  it('turns the sign for a sell', () => {
    expect(parentSummary({ ...BOUGHT, side: 'sell' }).slippage_bps.arrival).to.be.closeTo(-2, 1e-9);
  });

  it('has no price where nothing was filled, and no benchmark where it never began', () => {
    expect(parentSummary({ ...BOUGHT, filled: 0, notional: 0 })).to.deep.include({ average_price: null, slippage_bps: { arrival: null, twap: null, vwap: null } });
    expect(parentSummary({ ...BOUGHT, arrival_mid2: 0, twap_mid2: 0, market_shares: 0 })).to.include({ arrival_price: null, twap_price: null, vwap_price: null });
  });

  it('says it in one line', () => {
    expect(parentLine(parentSummary(BOUGHT))).to.equal(
      'parent t (twap buy): expired, 900 of 1000 shares, average 100.0200, 2.00 bps against arrival, 1.00 bps against twap, -1.00 bps against vwap; 1 of 2 slices outside 5 %');
  });

  it('is judged by the worst of all, or by one', () => {
    const whole = parentSummary({ ...BOUGHT, name: 'w', filled: 1_000, slices_outside: 0, slices: [{ end_ns: 1e9, target: 500, sent: 500, filled: 500, market_shares: 1 }] });
    const variants = [{ name: 'dpdk', settings: {}, runs: [run({ parents: [whole, parentSummary(BOUGHT)] })] }];
    const value = (expr: string) => judge([parseThreshold('parents', expr)], variants, [])[0];
    expect(value('completion >= 100%')).to.include({ value: 0.9, ok: false });
    expect(value('w.completion >= 100%')).to.include({ value: 1, ok: true });
    expect(value('slices_outside == 0')).to.include({ value: 1, ok: false });
    expect(value('t.deviation <= 20%')?.ok).to.equal(true);
    expect(value('nobody.completion >= 0%'), 'there is none').to.include({ value: null, ok: false });
    expect(judge([parseThreshold('parents', 'completion >= 0%')], [{ name: 'a', settings: {}, runs: [run()] }], [])[0]).to.include({ value: null, ok: false });
  });
});
