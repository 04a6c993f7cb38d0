import { expect } from 'chai';
import { QuantityError } from '../../../experiments/spec/errors.js';
import { holds, parseThreshold } from '../../../experiments/spec/thresholds.js';

describe('experiments/spec/thresholds', () => {
  it('reads latencies, counters, rates and lane costs', () => {
    expect(parseThreshold('tick_to_ack', 'p99 < 100us')).to.deep.include({ comparison: '<', limit: 100_000, measure: { kind: 'latency', name: 'tick_to_ack', statistic: 'p99' } });
    expect(parseThreshold('oms.rx', 'p99.9 <= 2ms')).to.deep.include({ limit: 2e6, measure: { kind: 'latency', name: 'oms.rx', statistic: 'p999' } });
    expect(parseThreshold('tick_to_ack', 'count >= 10k')).to.deep.include({ limit: 10_000 });
    expect(parseThreshold('feed', 'missed == 0')).to.deep.include({ comparison: '==', limit: 0, measure: { kind: 'counter', name: 'feed_missed' } });
    expect(parseThreshold('rates', 'oms_pps >= 1Mpps')).to.deep.include({ comparison: '>=', limit: 1e6 });
    expect(parseThreshold('lane_cost', 'stream - stamps <= 60ns')).to.deep.include({ limit: 60, measure: { kind: 'lane_cost', lane: 'stream', over: 'stamps' } });
  });

  const bad: readonly [metric: string, expr: string, says: RegExp][] = [
    ['feed', 'mised == 0', /no counter called "mised"; did you mean missed\?/],
    ['rates', 'oms_pp >= 1Mpps', /no rate called "oms_pp"; did you mean oms_pps\?/],
    ['tick_to_ack', 'fast', /"fast" is not a condition; write for example/],
    ['tick_to_ack', 'p97 < 1us', /"p97" is not a statistic; write count, p50/],
    ['tick_to_ack', 'p99 < 100', /100" has no unit/],
    ['tick_to_ak', 'p99 < 1us', /nothing called "tick_to_ak" to measure; did you mean tick_to_ack\?/],
    ['feed', 'missed == few', /"few" is not a count/],
    ['lane_cost', 'stream <= 60ns', /does not name two lanes/],
  ];
  for (const [metric, expr, says] of bad) {
    it(`refuses ${metric}: "${expr}"`, () => {
      expect(() => parseThreshold(metric, expr)).to.throw(QuantityError, says);
    });
  }

  it('compares at the edge', () => {
    expect(['<', '<=', '>', '>=', '==', '!='].map((sign) => holds(5, sign as '<', 5))).to.deep.equal([false, true, false, true, true, false]);
  });
});
