/**
 * The registry behind /metrics: every metric of the catalogue, filled from the totals when it is asked for.
 *
 * Prometheus may come as often, or as rarely, as it likes: between two scrapes nothing is computed and nothing grows.
 */
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import { HOPS, SPANS } from '../catalogue.js';
import type { Reading } from '../live/reading.js';
import { heardAtMs, type Totals } from '../live/totals.js';
import { STALL_CAUSES } from '../stall_causes.js';
import { metricByName, PROCESS_METRICS } from './catalogue.js';
import { COUNTER_SERIES } from './counters.js';
import { LatencyHistogram } from './latency_histogram.js';

export interface RegistryOptions {
  /** Over LATENCY_BOUNDS_NS. It must be among the sinks of all readings. */
  readonly totals: Totals;
  /** Of this package. */
  readonly version: string;
  /** Those that are pending or firing. */
  readonly alerts: () => readonly { readonly rule: string; readonly state: string }[];
  /** Unix ms. */
  readonly now?: () => number;
}

/** The value of one series of a metric. */
interface Value {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const STATES = ['starting', 'ready', 'warmup', 'measure', 'drain', 'done', 'failed'] as const;
/** An engine publishes each millisecond, and its page is read each second. */
const HEARD_WITHIN_MS = 3000;
const MS_PER_SECOND = 1000;
const NS_PER_SECOND = 1e9;

/** @example const registry = createRegistry({ totals, version: '1.0.0', alerts: () => [] }); await registry.metrics() */
export function createRegistry(options: RegistryOptions): Registry {
  const registry = new Registry();
  showLatencies(registry, options.totals);
  showCounters(registry, options.totals);
  showStalls(registry, options.totals);
  showEngines(registry, options);
  showStore(registry, options.totals);
  showGauge(registry, 'hopscope_alerts', () => options.alerts().map(({ rule, state }) => ({ labels: { rule, state }, value: 1 })));
  showGauge(registry, 'hopscope_build_info', () => [{ labels: { version: options.version, node: process.version }, value: 1 }]);
  showProcess(registry);
  return registry;
}

function showLatencies(registry: Registry, totals: Totals): void {
  const counted = (name: string): ReturnType<Totals['histogram']> => totals.histogram(name);
  // The first hop has no hop before it.
  const hops = HOPS.filter((hop) => hop.predecessor !== null);
  new LatencyHistogram(metricByName('hopscope_hop_latency_seconds'), registry, hops.map((hop) => hop.name), counted);
  new LatencyHistogram(metricByName('hopscope_span_latency_seconds'), registry, SPANS.map((span) => span.name), counted);
}

function showCounters(registry: Registry, totals: Totals): void {
  for (const name of new Set(COUNTER_SERIES.map((series) => series.metric))) {
    const series = COUNTER_SERIES.filter((one) => one.metric === name);
    showCounter(registry, name, () => series.map(({ counter, labels }) => ({ labels, value: totals.counter(counter) })));
  }
}

function showStalls(registry: Registry, totals: Totals): void {
  const byCause = (value: (cause: string) => number) => (): readonly Value[] =>
    STALL_CAUSES.map(({ name: cause }) => ({ labels: { cause }, value: value(cause) }));
  showCounter(registry, 'hopscope_stalls_total', byCause((cause) => totals.stalls(cause).count));
  showCounter(registry, 'hopscope_stall_seconds_total', byCause((cause) => totals.stalls(cause).totalNs / NS_PER_SECOND));
}

function showEngines(registry: Registry, { totals, now = Date.now }: RegistryOptions): void {
  const show = (name: string, values: (engines: readonly Reading[]) => readonly Value[]): void =>
    showGauge(registry, name, () => values(totals.engines()));
  show('hopscope_engine_up', (engines) => plain(engines.some((engine) => now() - heardAtMs(engine) <= HEARD_WITHIN_MS) ? 1 : 0));
  show('hopscope_engine_state', (engines) =>
    STATES.map((state) => ({ labels: { state }, value: engines.filter((engine) => engine.state === state).length })),
  );
  show('hopscope_engine_heartbeat_timestamp_seconds', () => since1970(totals.lastHeardMs));
  show('hopscope_last_reading_timestamp_seconds', () => since1970(totals.lastReadingMs));
  show('hopscope_kill_switch', (engines) => plain(engines.some((engine) => engine.killed) ? 1 : 0));
  show('hopscope_breaker', (engines) => plain(engines.some((engine) => engine.broken) ? 1 : 0));
  show('hopscope_run_info', (engines) =>
    engines.map(({ of: { runId, experiment, variant, build, lane } }) => ({ labels: { run_id: runId, experiment, variant, build, lane }, value: 1 })),
  );
  show('hopscope_journal_lag_bytes', (engines) => plain(sum(engines.map(journalLagBytes))));
}

function showStore(registry: Registry, totals: Totals): void {
  showGauge(registry, 'hopscope_store_lag_seconds', () =>
    plain(Math.max(0, ...totals.engines().map((engine) => engine.store.lagMs)) / MS_PER_SECOND),
  );
  showGauge(registry, 'hopscope_store_pending_bytes', () => plain(sum(totals.engines().map((engine) => engine.store.pendingBytes))));
}

/** prom-client collects more than the catalogue promises, under names that change with Node: only what is promised is shown. */
function showProcess(registry: Registry): void {
  const all = new Registry();
  collectDefaultMetrics({ register: all });
  for (const { name } of PROCESS_METRICS) {
    const metric = all.getSingleMetric(name);
    if (metric !== undefined) registry.registerMetric(metric);
  }
}

function showCounter(registry: Registry, name: string, values: () => readonly Value[]): void {
  const { help, labels: labelNames } = metricByName(name);
  new Counter({
    name, help, labelNames: [...labelNames], registers: [registry],
    collect() {
      this.reset();
      for (const { labels, value } of values()) this.inc(labels, value);
    },
  });
}

function showGauge(registry: Registry, name: string, values: () => readonly Value[]): void {
  const { help, labels: labelNames } = metricByName(name);
  new Gauge({
    name, help, labelNames: [...labelNames], registers: [registry],
    collect() {
      this.reset();
      if (labelNames.length === 0) this.remove(); // its zero would be shown where there is nothing to show
      // Two alerts of one rule, of two engines, are one series.
      for (const { labels, value } of values()) this.inc(labels, value);
    },
  });
}

function plain(value: number): readonly Value[] {
  return [{ labels: {}, value }];
}

/** Nothing where it has never been. */
function since1970(ms: number): readonly Value[] {
  return ms > 0 ? plain(ms / MS_PER_SECOND) : [];
}

/** Its two counters are of neighbouring instants. */
function journalLagBytes({ counters }: Reading): number {
  return Math.max(0, (counters.journal_appended_bytes ?? 0) - (counters.journal_durable_bytes ?? 0));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
