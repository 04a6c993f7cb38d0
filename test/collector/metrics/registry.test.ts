import { execFileSync } from 'node:child_process';
import { expect } from 'chai';
import type { Registry } from 'prom-client';
import type { Reading } from '../../../collector/index.js';
import { Totals } from '../../../collector/live/totals.js';
import { boundLabel, LATENCY_BOUNDS_NS, METRICS } from '../../../collector/metrics/catalogue.js';
import { createRegistry, type RegistryOptions } from '../../../collector/metrics/registry.js';
import { logLinear } from '../live/log_linear.js';
import { readingAt } from '../rules/readings.js';

const registryOf = (readings: readonly Reading[], different: Partial<RegistryOptions> = {}): Registry => {
  const totals = new Totals(LATENCY_BOUNDS_NS);
  for (const reading of readings) totals.take(reading);
  return createRegistry({ totals, version: '9.8.7', alerts: () => [], ...different });
};

/** Value by series, as the text format writes it. */
async function shown(registry: Registry): Promise<ReadonlyMap<string, number>> {
  const lines = (await registry.metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]));
}

const BUSY = readingAt(0, {
  counters: { orders: 100, risk_collar: 3, rejects: 2, lost: 1, journal_stalls: 6, journal_appended_bytes: 900, journal_bytes: 4096, journal_durable_bytes: 400, loops: 10, busy_loops: 4 },
  series: { 'oms.rx': logLinear([120, 130]), tick_to_ack: logLinear([90_000, 2e9]) },
  stalls: { preempted: { count: 7, totalNs: 1_500_000 } },
  store: { pendingBytes: 4096, lagMs: 250 },
  killed: true, broken: true,
});

describe('createRegistry', () => {
  for (const [name, readings] of [['no reading', []], ['readings', [BUSY]]] as const) {
    it(`is clean by promtool with ${name}`, async () => {
      const text = await registryOf(readings, { alerts: () => [{ rule: 'it"s \\ odd', state: 'firing' }] }).metrics();
      expect(execFileSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' })).to.equal('');
    });
  }

  it('shows the metrics of the catalogue and no other', async () => {
    const { Histogram, Counter, Gauge } = await import('prom-client');
    const registry = registryOf([BUSY]);
    const all = registry.getMetricsAsArray();
    expect(all.map((metric) => metric.name)).to.have.members(METRICS.map((metric) => metric.name));
    for (const { name, type, help } of METRICS) {
      const metric = registry.getSingleMetric(name);
      expect(metric, name).to.be.instanceOf({ histogram: Histogram, counter: Counter, gauge: Gauge }[type]);
      expect(await metric?.get()).to.include({ help });
    }
    const labels = new Map((await registry.getMetricsAsJSON()).map((metric) => [metric.name, metric.values]));
    for (const { name, labels: expected } of METRICS) {
      for (const value of labels.get(name) ?? []) {
        expect(Object.keys(value.labels).filter((label) => label !== 'le'), name).to.have.members([...expected]);
      }
    }
  });

  it('shows in base units what was counted', async () => {
    const values = await shown(registryOf([BUSY]));
    const expected: Readonly<Record<string, number>> = {
      'hopscope_orders_total': 100,
      'hopscope_rejects_total{reason="venue"}': 2,
      'hopscope_rejects_total{reason="risk_collar"}': 3,
      'hopscope_trace_records_total{kind="order",fate="lost"}': 1,
      'hopscope_reactor_rounds_total{work="idle"}': 6,
      'hopscope_journal_stalls_total': 6,
      'hopscope_journal_appended_bytes_total': 900,
      'hopscope_journal_bytes_total': 4096,
      'hopscope_journal_durable_bytes_total': 400,
      'hopscope_journal_lag_bytes': 500,
      'hopscope_stalls_total{cause="preempted"}': 7,
      'hopscope_stall_seconds_total{cause="preempted"}': 0.0015,
      'hopscope_stalls_total{cause="page_fault"}': 0,
      'hopscope_store_lag_seconds': 0.25,
      'hopscope_store_pending_bytes': 4096,
      'hopscope_kill_switch': 1,
      'hopscope_breaker': 1,
      'hopscope_engine_state{state="measure"}': 1,
      'hopscope_engine_state{state="done"}': 0,
      'hopscope_engine_heartbeat_timestamp_seconds': (BUSY.atMs - 3) / 1000,
      'hopscope_run_info{run_id="run-1",experiment="e",variant="",build="socket",lane="stream"}': 1,
      [`hopscope_build_info{version="9.8.7",node="${process.version}"}`]: 1,
      'hopscope_hop_latency_seconds_bucket{le="1e-7",hop="oms.rx"}': 0,
      'hopscope_hop_latency_seconds_bucket{le="1.5e-7",hop="oms.rx"}': 2,
      'hopscope_hop_latency_seconds_bucket{le="+Inf",hop="oms.rx"}': 2,
      'hopscope_hop_latency_seconds_sum{hop="oms.rx"}': 250e-9,
      'hopscope_hop_latency_seconds_count{hop="venue.rx"}': 0,
      [`hopscope_span_latency_seconds_bucket{le="${boundLabel(100_000)}",span="tick_to_ack"}`]: 1,
      'hopscope_span_latency_seconds_bucket{le="1",span="tick_to_ack"}': 1,
      'hopscope_span_latency_seconds_count{span="tick_to_ack"}': 2,
    };
    expect(Object.fromEntries(Object.keys(expected).map((series) => [series, values.get(series)]))).to.deep.equal(expected);
  });

  it('shows no time of what never was, and nothing of an engine that has gone but its counts', async () => {
    const never = await shown(registryOf([]));
    expect([...never.keys()].filter((series) => series.includes('_timestamp_') || series.includes('run_info'))).to.deep.equal([]);
    const gone = await shown(registryOf([BUSY, { ...BUSY, last: true }], { now: () => BUSY.atMs }));
    expect(gone.get('hopscope_orders_total')).to.equal(100);
    expect([...gone.keys()].filter((series) => series.includes('run_info'))).to.deep.equal([]);
    for (const name of ['hopscope_engine_up', 'hopscope_kill_switch', 'hopscope_breaker', 'hopscope_journal_lag_bytes', 'hopscope_store_pending_bytes']) expect(gone.get(name), name).to.equal(0);
    expect(gone.get('hopscope_engine_heartbeat_timestamp_seconds')).to.equal((BUSY.atMs - 3) / 1000);
  });

  it('calls an engine up for 3 s after it was last heard', async () => {
    const up = async (laterMs: number, heartbeatAgeMs = 3): Promise<number | undefined> =>
      (await shown(registryOf([readingAt(0, { heartbeatAgeMs })], { now: () => BUSY.atMs + laterMs }))).get('hopscope_engine_up');
    expect(await up(900)).to.equal(1);
    expect(await up(2998)).to.equal(0);
    expect(await up(0, Infinity)).to.equal(0);
  });

  it('shows the alerts that are on now, and those of one rule together', async () => {
    let alerts = [{ rule: 'slow', state: 'firing' }, { rule: 'slow', state: 'firing' }, { rule: 'lost', state: 'pending' }];
    const registry = registryOf([], { alerts: () => alerts });
    const active = async (): Promise<unknown> => [...(await shown(registry))].filter(([series]) => series.startsWith('hopscope_alerts'));
    expect(await active()).to.deep.equal([['hopscope_alerts{rule="slow",state="firing"}', 2], ['hopscope_alerts{rule="lost",state="pending"}', 1]]);
    alerts = [];
    expect(await active()).to.deep.equal([]);
  });

  it('shows the same however often it is asked', async () => {
    const registry = registryOf([BUSY]);
    const ours = async (): Promise<unknown> => [...(await shown(registry))].filter(([series]) => series.startsWith('hopscope_'));
    expect(await ours()).to.deep.equal(await ours());
  });
});
