import { expect } from 'chai';
import fc from 'fast-check';
import { COMPARISONS, QuantityError, RULE_STATISTICS, TIMED_SERIES } from '../../../collector/index.js';
import { parseWhen } from '../../../collector/rules/parse_when.js';

describe('collector/rules/parse_when', () => {
  const good: readonly [when: string, means: object][] = [
    ['tick_to_ack.p99 > 100us', { kind: 'latency', series: 'tick_to_ack', statistic: 'p99', comparison: '>', limit: 100_000 }],
    ['oms.rx.p99.9 >= 2ms', { kind: 'latency', series: 'oms.rx', statistic: 'p999', comparison: '>=', limit: 2e6 }],
    ['journal.write.mean<1us', { kind: 'latency', series: 'journal.write', statistic: 'mean', comparison: '<', limit: 1000 }],
    ['  tick_to_ack.count < 10k ', { kind: 'latency', series: 'tick_to_ack', statistic: 'count', comparison: '<', limit: 10_000 }],
    ['rates.orders_per_s < 1000', { kind: 'rate', counter: 'orders', per: null, comparison: '<', limit: 1000 }],
    ['rates.oms_pps < 1.5Mpps', { kind: 'rate', counter: 'oms_packets', per: null, comparison: '<', limit: 1.5e6 }],
    ['rate(risk_rejects) > 10', { kind: 'rate', counter: 'risk_rejects', per: null, comparison: '>', limit: 10 }],
    ['rate( kills ) > 0.5/s', { kind: 'rate', counter: 'kills', per: null, comparison: '>', limit: 0.5 }],
    ['rate(feed.missed) != 0', { kind: 'rate', counter: 'feed_missed', per: null, comparison: '!=', limit: 0 }],
    ['rate(risk_rejects) / rate(orders) > 5%', { kind: 'rate', counter: 'risk_rejects', per: 'orders', comparison: '>', limit: 0.05 }],
    ['counters.lost > 0', { kind: 'counter', counter: 'lost', comparison: '>', limit: 0 }],
    ['feed.missed > 0', { kind: 'counter', counter: 'feed_missed', comparison: '>', limit: 0 }],
    ['journal.lost > 0', { kind: 'counter', counter: 'journal_lost', comparison: '>', limit: 0 }],
    ['absent(tick_to_ack)', { kind: 'absent', series: 'tick_to_ack' }],
    ['absent( engine )', { kind: 'engine_absent' }],
    ['burn(tick_to_ack) > 14.4', { kind: 'burn', series: 'tick_to_ack', comparison: '>', limit: 14.4 }],
    ['burn(journal_write)', { kind: 'burn_windows', series: 'journal_write' }],
    ['losses', { kind: 'event', event: 'losses' }],
    ['kill_switch', { kind: 'event', event: 'kill_switch' }],
    ['breaker', { kind: 'event', event: 'breaker' }],
  ];
  for (const [when, means] of good) {
    it(`reads ${when}`, () => {
      expect(parseWhen(when)).to.deep.equal(means);
    });
  }

  const bad: readonly [when: string, says: RegExp][] = [
    ['fast', /"fast" is not a condition; write for example "tick_to_ack.p99 > 100us", or one of losses/],
    ['tick_to_ack.p99', /is not a condition; write for example/],
    ['> 100us', /is not a condition/],
    ['tick_to_ack.p99 >', /is not a condition/],
    ['lossess', /did you mean losses\?/],
    ['kill_swich', /did you mean kill_switch\?/],
    ['losses > 0', /"losses" is an event; write it without "> 0"/],
    ['absent(engine) > 1', /is true or not; write it without "> 1"/],
    ['absent(tick_to_ak)', /no hop or span called "tick_to_ak"; did you mean tick_to_ack\?/],
    ['absent(engin)', /did you mean engine\?/],
    ['absnt(engine)', /no function called "absnt"; did you mean absent\?/],
    ['rat(orders) > 1', /no function called "rat"; did you mean rate\?/],
    ['rate(orders)', /is not a condition/],
    ['rate(order) > 1', /no counter called "order"; did you mean orders\?/],
    ['rate(fee.missed) > 1', /no group of counters called "fee"; did you mean feed\?/],
    ['rate(risk_rejects) / rate(orders) > 0.05', /"0.05" has no unit; write a percentage/],
    ['rate(risk_rejects) / rate(oders) > 5%', /did you mean orders\?/],
    ['rate(orders) > few', /"few" is not a number; write/],
    ['tick_to_ack > 100us', /names no statistic; write for example tick_to_ack.p99/],
    ['oms.rx > 100us', /names no statistic; write for example oms.rx.p99/],
    ['tick_to_ack.p97 > 100us', /"p97" is not a statistic; write count, p50/],
    ['tick_to_ack.error > 1us', /"error" is not a statistic/],
    ['tick_to_ack.p99 > 100', /"100" has no unit; write a duration/],
    ['tick_to_ack.p99 > 1 > 2', /"1 > 2" is not a duration/],
    ['tick_to_ack.count > 100us', /unknown unit "us"; write a count/],
    ['tick_to_ak.p99 > 100us', /nothing called "tick_to_ak.p99" to watch; did you mean tick_to_ack\?/],
    ['feed.due.p99 > 100us', /feed.due is where durations begin/],
    ['burn(feed.due) > 2', /feed.due is where durations begin/],
    ['feed.due.count < 10', /nothing is counted of it; .* watch the feed with rate\(feed_packets\)/],
    ['absent(feed.due)', /nothing is counted of it; .* watch the feed with rate\(feed_packets\)/],
    ['burn(tick_to_ack) > fast', /"fast" is not a number/],
    ['feed.mised > 0', /no counter called "mised"; did you mean missed\?/],
    ['lost > 0', /"lost" is a counter; write counters.lost, or rate\(lost\)/],
    ['rates.order_per_s < 1000', /no rate called "order_per_s"; did you mean orders_per_s\?/],
    ['toString > 1', /nothing called "toString" to watch/],
    ['rates.constructor > 1', /no rate called "constructor"/],
    ['feed.missed > 0 or counters.lost > 0', /more than one condition; write one rule for each/],
    ['feed.missed > 0 && losses', /more than one condition/],
  ];
  for (const [when, says] of bad) {
    it(`refuses ${when}`, () => {
      expect(() => parseWhen(when)).to.throw(QuantityError, says);
    });
  }

  it('reads every hop and span with every statistic and sign', () => {
    fc.assert(
      fc.property(fc.constantFrom(...TIMED_SERIES), fc.constantFrom(...RULE_STATISTICS), fc.constantFrom(...COMPARISONS), fc.nat(1e6), (series, statistic, comparison, limit) => {
        const bound = statistic === 'count' ? String(limit) : `${limit}ns`;
        expect(parseWhen(`${series}.${statistic} ${comparison} ${bound}`)).to.deep.equal({ kind: 'latency', series, statistic, comparison, limit });
      }),
    );
  });

  it('answers any text with a condition or with a QuantityError', () => {
    const piece = fc.constantFrom('tick_to_ack', 'rate(', 'burn(', ')', '.', 'p99', ' > ', '<', '5%', '100us', 'feed', 'missed', '/', 'absent(', 'engine', ' ', '\n', '=');
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''))), (text) => {
        try {
          expect(parseWhen(text)).to.have.property('kind');
        } catch (error) {
          expect(error).to.be.instanceOf(QuantityError);
        }
      }),
      { numRuns: 500 },
    );
  });
});
