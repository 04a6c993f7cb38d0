import { expect } from 'chai';
import { QuantityError } from '../../../collector/index.js';
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

  it('reads accuracy, attribution, own costs and equivalence', () => {
    expect(parseThreshold('accuracy', 'found >= 95%')).to.deep.include({ comparison: '>=', limit: 0.95, measure: { kind: 'accuracy' } });
    expect(parseThreshold('attribution', 'false <= 5%')).to.deep.include({ limit: 0.05, measure: { kind: 'attribution', name: 'false' } });
    expect(parseThreshold('attribution', 'explained >= 90%')).to.deep.include({ limit: 0.9, measure: { kind: 'attribution', name: 'explained' } });
    expect(parseThreshold('own', 'push_ns <= 25')).to.deep.include({ limit: 25, measure: { kind: 'own', name: 'push_ns' } });
    expect(parseThreshold('own', 'capsule.site_ns <= 0.8us')).to.deep.include({ limit: 800, measure: { kind: 'own', name: 'site_ns', lane: 'capsule' } });
    expect(parseThreshold('own', 'collector_cpu <= 30%')).to.deep.include({ limit: 0.3, measure: { kind: 'own', name: 'collector_cpu' } });
    expect(parseThreshold('equivalence', 'probes.stalls tick_to_ack.p50 within 2%')).to.deep.include({ comparison: '<=', limit: 0.02, measure: { kind: 'equivalence', setting: 'probes.stalls', name: 'tick_to_ack', statistic: 'p50' } });
    expect(parseThreshold('equivalence', 'probes.lane oms.rx.p99 within 0.5%').measure).to.deep.equal({ kind: 'equivalence', setting: 'probes.lane', name: 'oms.rx', statistic: 'p99' });
    expect(parseThreshold('lane_cost', 'capsule - stamps <= 800ns')).to.deep.include({ limit: 800, measure: { kind: 'lane_cost', lane: 'capsule', over: 'stamps' } });
  });

  it('reads a journal beside its device, by a share or by so much more', () => {
    expect(parseThreshold('journal_floor', 'p50_of_floor <= 115% or 500ns more')).to.deep.include({ comparison: '<=', limit: 1.15, orMoreNs: 500, measure: { kind: 'journal_floor', figure: 'p50_of_floor' } });
    expect(parseThreshold('journal_floor', 'p50_of_floor <= 115%')).to.not.have.property('orMoreNs');
    expect(parseThreshold('journal_floor', 'rate_of_floor >= 90%')).to.deep.include({ comparison: '>=', limit: 0.9 });
  });

  const bad: readonly [metric: string, expr: string, says: RegExp][] = [
    ['feed', 'mised == 0', /no counter called "mised"; did you mean missed\?/],
    ['rates', 'oms_pp >= 1Mpps', /no rate called "oms_pp"; did you mean oms_pps\?/],
    ['journal_floor', 'rate_of_floor >= 90% or 500ns more', /only a journal's p50 has so much "more"/],
    ['tick_to_ack', 'p99 < 1us or 500ns more', /only a journal's p50 has so much "more"/],
    ['tick_to_ack', 'fast', /"fast" is not a condition; write for example/],
    ['tick_to_ack', 'p97 < 1us', /"p97" is not a statistic; write count, p50/],
    ['tick_to_ack', 'p99 < 100', /100" has no unit/],
    ['tick_to_ak', 'p99 < 1us', /nothing called "tick_to_ak" to measure; did you mean tick_to_ack\?/],
    ['feed', 'missed == few', /"few" is not a count/],
    ['lane_cost', 'stream <= 60ns', /does not name two lanes/],
    ['accuracy', 'found >= 0.95', /"0.95" has no unit; write a percentage as 95%/],
    ['accuracy', 'fund >= 95%', /no figure of accuracy called "fund"; did you mean found\?/],
    ['attribution', 'explaned >= 90%', /did you mean explained\?/],
    ['own', 'push <= 25', /no cost called "push"/],
    ['own', 'capsul.site_ns <= 800', /no lane called "capsul"; did you mean capsule\?/],
    ['equivalence', 'tick_to_ack.p50 within 2%', /does not name a setting and a figure; write for example "probes.stalls/],
    ['equivalence', 'probes.stalls tick_to_ack.p97 within 2%', /"p97" is not a statistic/],
    ['equivalence', 'probes.stalls tick_to_ack.p50 <= 2%', /cannot be judged; write an equivalence as/],
    ['tick_to_ack', 'p50 within 2%', /cannot be judged; only an equivalence is "within"/],
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
