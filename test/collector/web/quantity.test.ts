import { expect } from 'chai';
import { formatAlertValue } from '../../../collector/web/page/quantity.js';

describe('an alert\'s value on the live page', () => {
  const cases = [
    ['firing', 0.06, 'share', '6.0\u202f%'], ['firing', null, 'share', '∞'], ['pending', null, 'share', '∞'], ['resolved', null, 'share', '–'], ['resolved', 20_000, 'ns', '20.0\u202fµs'],
  ] as const;
  for (const [state, value, unit, shown] of cases) it(`is ${shown} where ${String(value)} is ${state}`, () => expect(formatAlertValue({ state, value, unit })).to.equal(shown));
});
