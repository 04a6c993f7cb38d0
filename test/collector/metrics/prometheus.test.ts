import { expect } from 'chai';
import { Totals } from '../../../collector/live/totals.js';
import { boundLabel, LATENCY_BOUNDS_NS } from '../../../collector/metrics/catalogue.js';
import { createRegistry } from '../../../collector/metrics/registry.js';
import { until } from '../alerts/fake_target.js';
import { logLinear } from '../live/log_linear.js';
import { readingAt } from '../rules/readings.js';
import { ScratchPrometheus } from './prometheus.js';

const ORDERS = 20_000;

describe('a real Prometheus', function () {
  this.timeout(40_000);
  const totals = new Totals(LATENCY_BOUNDS_NS);
  let prometheus: ScratchPrometheus;
  before(async () => {
    const registry = createRegistry({ totals, version: 'test', alerts: () => [{ rule: 'slow', state: 'firing' }] });
    prometheus = await ScratchPrometheus.open(() => registry.metrics());
  });
  after(() => prometheus.remove());

  const settled = (query: string, value: number): Promise<void> => until(`${query} is ${value}`, async () => (await prometheus.ask(query)) === value);
  const quantile = async (level: number, of: string): Promise<number> => ((await prometheus.ask(`histogram_quantile(${level}, ${of})`)) ?? NaN) * 1e9;

  it('finds the quantiles that the durations have, to a bucket', async () => {
    const durationsNs = tailed(ORDERS);
    totals.take(readingAt(0, { series: { tick_to_ack: logLinear(durationsNs) }, counters: { orders: ORDERS } }));
    await settled('hopscope_span_latency_seconds_count{span="tick_to_ack"}', ORDERS);
    const grown = 'increase(hopscope_span_latency_seconds_bucket{span="tick_to_ack"}[1m])'; // from 0: shown before the first order
    const total = 'hopscope_span_latency_seconds_bucket{span="tick_to_ack"}';
    const ascending = [...durationsNs].sort((a, b) => a - b);
    for (const level of [0.5, 0.9, 0.99, 0.999]) {
      const exactNs = ascending[Math.floor(level * ORDERS)] ?? NaN;
      const [low, high] = bucketOf(exactNs);
      for (const of of [total, grown]) expect(await quantile(level, of), `${level} of ${of}, exactly ${exactNs}`).to.be.within(low, high);
    }
    const sum = (await prometheus.ask('hopscope_span_latency_seconds_sum{span="tick_to_ack"}')) ?? NaN;
    expect(sum * 1e9).to.be.closeTo(durationsNs.reduce((all, ns) => all + ns, 0), 1);
  });

  it('finds a bound by its label, as a budget does', async () => {
    const good = await prometheus.ask(`hopscope_span_latency_seconds_bucket{span="tick_to_ack",le="${boundLabel(100_000)}"}`);
    const durationsNs = tailed(ORDERS);
    const upTo = (ns: number): number => durationsNs.filter((one) => one <= ns).length;
    expect(good).to.be.within(upTo(100_000 * (31 / 32)), upTo(100_000));
  });

  it('sees no counter fall when the engine comes again', async () => {
    totals.take(readingAt(1, { counters: { orders: ORDERS + 50 }, last: true }));
    await settled('hopscope_orders_total', ORDERS + 50);
    totals.take(readingAt(2, { runId: 'run-2', counters: { orders: 7 } }));
    await settled('hopscope_orders_total', ORDERS + 57);
    expect(await prometheus.ask('resets(hopscope_orders_total[1m])')).to.equal(0);
    expect(await prometheus.ask('max_over_time(hopscope_orders_total[1m])')).to.equal(ORDERS + 57);
    expect(await prometheus.ask('hopscope_run_info{run_id="run-2"}')).to.equal(1);
    expect(await prometheus.ask('hopscope_alerts{rule="slow"}')).to.equal(1);
  });
});

/** Durations in ns around 40 us with a heavy tail, the same at every call. */
function tailed(count: number): readonly number[] {
  let state = 42;
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0; // Numerical Recipes' generator
    return (state + 1) / 2 ** 32;
  };
  return Array.from({ length: count }, () => Math.round(30_000 + 8_000 * random() ** -0.5));
}

/** The bounds around a duration; to the next above where its log-linear bucket may lie across one. */
function bucketOf(ns: number): readonly [lowNs: number, highNs: number] {
  const above = LATENCY_BOUNDS_NS.findIndex((bound) => bound >= ns);
  const straddles = ns * (33 / 32) > (LATENCY_BOUNDS_NS[above] ?? Infinity);
  return [LATENCY_BOUNDS_NS[above - 1] ?? 0, LATENCY_BOUNDS_NS[straddles ? above + 1 : above] ?? Infinity];
}
