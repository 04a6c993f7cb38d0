import { expect } from 'chai';
import fc from 'fast-check';
import { Evaluator, type Reading } from '../../../collector/index.js';
import { durations, readingAt, ruleOf } from './readings.js';

type Different = Parameters<typeof readingAt>[1];

/** Values of readings a second apart, with `!` where the condition holds. */
function valuesOf(keys: Readonly<Record<string, unknown>>, readings: readonly Different[]): readonly string[] {
  const evaluator = new Evaluator(ruleOf(keys));
  return readings.map((different, after) => {
    const { holds, value } = evaluator.evaluate(readingAt(after, different));
    return `${String(value)}${holds ? '!' : ''}`;
  });
}

const orders = (count: number, more: Readonly<Record<string, number>> = {}): Different => ({ counters: { orders: count, ...more } });
const acks = (...ns: readonly number[]): Different => ({ series: { tick_to_ack: durations(ns) } });

describe('collector/rules/evaluator', () => {
  it('judges a quantile of each second', () => {
    expect(valuesOf({ when: 'tick_to_ack.p50 > 100ns' }, [acks(90, 95, 99), acks(90, 101, 200), {}, acks(100)])).to.deep.equal(['95', '101!', 'null', '100']);
  });

  it('judges a quantile of a longer window', () => {
    expect(valuesOf({ when: 'tick_to_ack.max > 100ns', over: '2s' }, [acks(200), acks(50), acks(50), {}, {}])).to.deep.equal(['200!', '200!', '50', '50', 'null']);
  });

  it('counts only whole windows', () => {
    const twoEach = Array.from({ length: 4 }, () => acks(1, 1));
    expect(valuesOf({ when: 'tick_to_ack.count < 10', over: '2s' }, [{ state: 'warmup' }, ...twoEach])).to.deep.equal(['null', 'null', 'null', '4!', '4!']);
  });

  it('judges rates of the measured phase only, from its second reading on', () => {
    const phases: readonly Different[] = [{ state: 'warmup', ...orders(0) }, orders(400), orders(1400), orders(2300), { state: 'drain', ...orders(2301) }];
    expect(valuesOf({ when: 'rates.orders_per_s < 1000' }, phases)).to.deep.equal(['null', 'null', '1000', '900!', 'null']);
  });

  it('divides by the time that readings took', () => {
    expect(valuesOf({ when: 'rate(orders) > 500' }, [orders(0), { ...orders(1000), seconds: 4 }])).to.deep.equal(['null', '250']);
  });

  it('judges the rate of a window by all of it', () => {
    expect(valuesOf({ when: 'rate(orders) > 150', over: '2s' }, [orders(0), orders(100), orders(300), orders(600)])).to.deep.equal(['null', '100', '150', '250!']);
  });

  it('takes a counter that falls for one that began again', () => {
    expect(valuesOf({ when: 'rate(orders) > 500' }, [orders(1000), orders(1100), orders(30), orders(40)])).to.deep.equal(['null', '100', '30', '10']);
  });

  it('judges one counter as a share of another', () => {
    const list = [orders(0, { risk_rejects: 0 }), orders(100, { risk_rejects: 4 }), orders(200, { risk_rejects: 10 }), orders(200, { risk_rejects: 10 })];
    expect(valuesOf({ when: 'rate(risk_rejects) / rate(orders) > 5%' }, list)).to.deep.equal(['null', '0.04', '0.06!', 'null']);
  });

  it('takes a share of nothing for infinite: it goes on holding when everything is rejected', () => {
    const list = [orders(0, { risk_rejects: 0 }), orders(10, { risk_rejects: 9 }), orders(10, { risk_rejects: 30 }), orders(10, { risk_rejects: 30 })];
    expect(valuesOf({ when: 'rate(risk_rejects) / rate(orders) > 5%' }, list)).to.deep.equal(['null', '0.9!', 'Infinity!', 'null']);
    expect(valuesOf({ when: 'rate(risk_rejects) / rate(orders) < 5%' }, list)).to.deep.equal(['null', '0.9', 'Infinity', 'null']);
  });

  it('does not judge a counter that nobody keeps', () => {
    expect(valuesOf({ when: 'counters.lost != 7' }, [{}, { counters: { lost: 0 } }])).to.deep.equal(['null', '0!']);
    expect(valuesOf({ when: 'rate(lost) < 1' }, [{}, {}, {}])).to.deep.equal(['null', 'null', 'null']);
  });

  it('misses a series after a whole measured window without it', () => {
    const list: readonly Different[] = [{ state: 'warmup' }, {}, acks(5), {}, {}, acks(5), { state: 'drain' }];
    expect(valuesOf({ when: 'absent(tick_to_ack)', over: '2s' }, list)).to.deep.equal(['null', 'null', 'null', '1', '0!', '1', 'null']);
  });

  it('neither counts nor misses a series that nobody counts', () => {
    const page = ['tick_to_ack', 'tick_to_ack_response'];
    const list: readonly Different[] = [{}, {}, {}].map(() => ({ countedSeries: page }));
    for (const when of ['oms.decide.count < 1000', 'absent(oms.decide)', 'absent(journal_write)']) {
      expect(valuesOf({ when }, list), when).to.deep.equal(['null', 'null', 'null']);
    }
    expect(valuesOf({ when: 'tick_to_ack.count < 1000' }, list)).to.deep.equal(['null', '0!', '0!']);
    expect(valuesOf({ when: 'absent(tick_to_ack)' }, list)).to.deep.equal(['null', '0!', '0!']);
  });

  it('misses an engine that stopped publishing, not one that starts or is done', () => {
    const ages: readonly Different[] = [{ state: 'starting', heartbeatAgeMs: Infinity }, { heartbeatAgeMs: 2000 }, { heartbeatAgeMs: 2001 }, { state: 'done', heartbeatAgeMs: 9000 }];
    expect(valuesOf({ when: 'absent(engine)', over: '2s' }, ages)).to.deep.equal(['null', '2000000000', '2001000000!', 'null']);
  });

  it('judges how fast a budget burns', () => {
    const slow = (count: number): Different => acks(...Array.from({ length: 100 }, (_, i) => (i < count ? 200 : 50)));
    const values = valuesOf({ when: 'burn(tick_to_ack) > 4', budget: { within: '100ns', target: '75%' } }, [slow(0), slow(50), slow(100), {}]);
    expect(values).to.deep.equal(['0', '2', '4', 'null']);
    expect(valuesOf({ when: 'burn(tick_to_ack) >= 4', budget: { within: '100ns', target: '75%' } }, [slow(99), slow(100)])).to.deep.equal(['3.96', '4!']);
  });

  it('wants both windows of one entry to burn, and says the slower of the two', () => {
    const budget = { within: '100ns', target: '50%', windows: [{ long: '4s', short: '1s', burn: 1 }] };
    // All slow burns twice too fast; the long window needs a while to see it, and the short one ends it at once.
    const list = [acks(50, 50), acks(50, 50), acks(50, 50), acks(200, 200), acks(200, 200), acks(200, 200), acks(50, 50)];
    expect(valuesOf({ when: 'burn(tick_to_ack)', budget }, list)).to.deep.equal(['0', '0', '0', '0.5', '1', '1.5!', '0']);
  });

  it('notices losses in the first reading, and for one window', () => {
    const lost = (count: number): Different => ({ counters: { journal_push_failed: count } });
    expect(valuesOf({ when: 'losses', over: '2s' }, [lost(3), lost(3), lost(3), lost(4)])).to.deep.equal(['3!', '3!', '0', '1!']);
  });

  it('notices the kill switch and a breaker', () => {
    expect(valuesOf({ when: 'kill_switch' }, [{}, { killed: true }])).to.deep.equal(['0', '1!']);
    expect(valuesOf({ when: 'breaker' }, [{}, { broken: true }])).to.deep.equal(['0', '1!']);
  });

  it('begins anew with another run', () => {
    const later = (runId: string, count: number): Different => ({ runId, ...orders(count) });
    expect(valuesOf({ when: 'rate(orders) >= 0', over: '5s' }, [later('a', 0), later('a', 100), later('b', 10), later('b', 30)])).to.deep.equal(['null', '100!', 'null', '20!']);
    const acked = (runId: string, ns: number): Different => ({ runId, ...acks(ns) });
    expect(valuesOf({ when: 'tick_to_ack.max > 0ns', over: '9s' }, [acked('a', 900), acked('b', 5)])).to.deep.equal(['900!', '5!']);
  });

  it('holds only where there is a value', () => {
    const whens = ['tick_to_ack.p99 != 1us', 'tick_to_ack.count < 5', 'rates.orders_per_s < 1000', 'rate(rejects)/rate(orders) != 5%', 'counters.orders != 3', 'absent(tick_to_ack)', 'absent(engine)', 'losses'];
    const reading = fc.record({
      state: fc.constantFrom<Reading['state']>('starting', 'ready', 'warmup', 'measure', 'measure', 'measure', 'drain', 'done', 'failed'),
      runId: fc.constantFrom('a', 'a', 'a', 'b'),
      heartbeatAgeMs: fc.constantFrom(0, 500, 5000, Infinity),
      seconds: fc.constantFrom(0, 0.2, 1, 3),
      counters: fc.dictionary(fc.constantFrom('orders', 'rejects', 'lost'), fc.nat(1000)),
      series: fc.array(fc.integer({ min: 1, max: 5000 }), { maxLength: 5 }).map((ns) => ({ tick_to_ack: durations(ns) })),
    });
    fc.assert(
      fc.property(fc.constantFrom(...whens), fc.integer({ min: 1, max: 90 }), fc.array(reading, { maxLength: 40 }), (when, over, list) => {
        const evaluator = new Evaluator(ruleOf(when.startsWith('counters') ? { when } : { when, over: `${over}s` }));
        for (const [after, different] of list.entries()) {
          const { holds, value } = evaluator.evaluate(readingAt(after, different));
          if (value === null) expect(holds).to.equal(false);
          else expect(Number.isFinite(value) || (when.includes('/') && value === Infinity)).to.equal(true);
        }
      }),
    );
  });

  it('takes little time a reading, over an hour as over a second', function () {
    this.timeout(20_000);
    const rule = ruleOf({ when: 'tick_to_ack.p99 > 100us', over: '1h' });
    const evaluator = new Evaluator(rule);
    const delta = durations(Array.from({ length: 300 }, (_, i) => 1000 + i));
    const before = process.cpuUsage();
    for (let after = 0; after < 3000; after++) evaluator.evaluate(readingAt(after, { series: { tick_to_ack: delta } }));
    const { user } = process.cpuUsage(before);
    // A reading comes once a second: 2 ms of it would be 0.2 % of a core a rule. Measured: about 0.05 ms.
    expect(user / 3000, 'µs a reading').to.be.below(2000);
  });
});
