import { expect } from 'chai';

import * as quantity from '../../../experiments/report/quantity.js';
import { targetOf } from '../../../experiments/report/target.js';

const plain = (text: string): string => text.replaceAll('\u202f', ' ');

describe('quantities', () => {
  it('shows three digits and the unit that keeps them short', () => {
    const shown = [0, 20, 999, 999.6, 1_010, 12_340, 999_700, 1_500_000, 2.5e9].map((ns) => plain(quantity.formatNs(ns)));
    expect(shown).to.deep.equal(['0 ns', '20 ns', '999 ns', '1.00 µs', '1.01 µs', '12.3 µs', '1.00 ms', '1.50 ms', '2.50 s']);
  });

  it('does not lengthen a number by rounding it up', () => {
    expect(plain(quantity.formatRate(99_998))).to.equal('100 k/s');
    expect(plain(quantity.formatRate(1_020_000))).to.equal('1.02 M/s');
  });

  it('groups digits', () => {
    expect([0, 999, 1_000, 12_345_678].map((count) => plain(quantity.formatCount(count)))).to.deep.equal(['0', '999', '1 000', '12 345 678']);
  });

  it('never rounds a share to nothing', () => {
    expect(plain(quantity.formatShare(1, 1_000))).to.equal('<1 %');
    expect(plain(quantity.formatShare(0, 1_000))).to.equal('0 %');
    expect(quantity.formatShare(1, 0)).to.equal('–');
  });

  it('shows a threshold value in the unit its limit speaks of', () => {
    expect(plain(quantity.formatThresholdValue('p99 < 100us', 1_280))).to.equal('1.28 µs');
    expect(quantity.formatThresholdValue('missed == 0', 0)).to.equal('0');
    expect(quantity.formatThresholdValue('p99 < 100us', null)).to.equal('no data');
  });

  it('shows market time and prices as the trade does', () => {
    expect(quantity.formatMarketTime(34_200_949_880_000)).to.equal('09:30:00.949880');
    expect(quantity.formatPrice(1_000_050)).to.equal('100.0050');
    expect(quantity.formatPrice(0)).to.equal('market');
  });

  it('finds the quantile and limit of a threshold that a chart can mark', () => {
    expect(targetOf('p99 < 100us')).to.deep.equal({ q: 0.99, ns: 100_000 });
    expect(targetOf('p999 <= 1.5ms')).to.deep.equal({ q: 0.999, ns: 1_500_000 });
    expect(targetOf('p99.9 < 20µs')).to.deep.equal({ q: 0.999, ns: 20_000 });
    for (const expr of ['missed == 0', 'max < 1ms', 'p99 > 3us', 'p100.0 < 1us', 'p50 < 0us']) expect(targetOf(expr), expr).to.equal(null);
  });
});
