import { expect } from 'chai';
import { QuantityError } from '../../../collector/index.js';
import { readBytes, readCount, readDurationNs, readRatePps, readSample, readSpeed, readTimeOfDayNs } from '../../../collector/rules/units.js';

describe('experiments/spec/units', () => {
  it('reads quantities into base units', () => {
    expect(readRatePps('200kpps')).to.equal(200_000);
    expect(readRatePps('1.5 Mpps')).to.equal(1_500_000);
    expect(readRatePps('max')).to.equal(0);
    expect(readCount('2M')).to.equal(2_000_000);
    expect(readCount(64)).to.equal(64);
    expect(readDurationNs('10s')).to.equal(1e10);
    expect(readDurationNs('20us')).to.equal(20_000);
    expect(readDurationNs('20µs')).to.equal(20_000);
    expect(readDurationNs('0.1us')).to.equal(100);
    expect(readBytes('64KiB')).to.equal(65_536);
    expect(readBytes('1GiB')).to.equal(2 ** 30);
    expect(readSample('1/16')).to.equal(16);
    expect(readSample(1)).to.equal(1);
    expect(readSpeed('3600x')).to.equal(3600);
    expect(readSpeed('max')).to.equal(0);
    expect(readTimeOfDayNs('09:30:00')).to.equal(34_200e9);
    expect(readTimeOfDayNs('34200s')).to.equal(34_200e9);
  });

  const bad: readonly [name: string, read: () => number, says: RegExp][] = [
    ['a rate without unit', () => readRatePps(100_000), /100000 has no unit; write a packet rate as 200kpps/],
    ['a rate of bits', () => readRatePps('10kbps'), /"10kbps" has the unknown unit "kbps"; write/],
    ['a rate of 0', () => readRatePps(0), /a rate of 0 would send nothing; write/],
    ['a rate of 0pps', () => readRatePps('0pps'), /would send nothing; write/],
    ['a rate beyond reason', () => readRatePps('2Gpps'), /beyond 1 Gpps/],
    ['a duration without unit', () => readDurationNs(10), /10 has no unit; write a duration as/],
    ['a word for a duration', () => readDurationNs('soon'), /"soon" is not a duration; write/],
    ['half a message', () => readCount(0.5), /0.5 is not a whole number/],
    ['a negative count', () => readCount(-3), /-3 is not a count; write/],
    ['a share above one', () => readSample('2/16'), /"2\/16" is not a share of the orders; write 1\/1/],
    ['a share of nothing', () => readSample('1/0'), /"1\/0" is not a share/],
    ['a time of day after midnight', () => readTimeOfDayNs('25:00'), /"25:00" is not a time of day; write 09:30:00/],
    ['a prototype key as unit', () => readBytes('1constructor'), /unknown unit "constructor"/],
  ];
  for (const [name, read, says] of bad) {
    it(`refuses ${name} and says how to write it`, () => {
      expect(read).to.throw(QuantityError, says);
    });
  }
});
