import { expect } from 'chai';
import { shownValue } from '../../../collector/alerts/shown_value.js';

describe('shownValue', () => {
  const cases = [
    [132_400, 'ns', '132.4 µs'], [840, 'ns', '840 ns'], [0, 'ns', '0 ns'], [1.5e6, 'ns', '1.5 ms'], [5e9, 'ns', '5 s'], [Infinity, 'ns', 'for ever'],
    [3, 'count', '3'], [1_234_567, 'count', '1.23 M'], [950, 'per_second', '950/s'], [200_000, 'per_second', '200 k/s'], [0.05123, 'share', '5.12 %'],
    [14.44, 'times', '14.4×'], [Infinity, 'times', '∞'], [null, 'ns', 'none'],
  ] as const;
  for (const [value, unit, shown] of cases) it(`shows ${value} ${unit} as ${shown}`, () => expect(shownValue(value, unit)).to.equal(shown));
});
