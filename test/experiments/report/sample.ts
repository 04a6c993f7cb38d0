/**
 * A report input for tests: made-up orders from a seeded generator, with the shape of real ones (short hops on a coarse clock, a
 * heavy tail that comes from outside). Nothing in the product reads it.
 */
import type { AlertRecord } from '../../../experiments/run/alerts.js';
import { HOPS, SPANS } from '../../../collector/catalogue.js';
import type { TimelineEvent } from '../../../collector/timeline.js';
import type { CurvePoint, OrderDelay, OrderTrace, ReportInput, VariantDetail } from '../../../experiments/report/input.js';
import { disturb, sampleAttribution, sampleHeatMap, SAMPLE_OWN_ERROR, SAMPLE_SECONDS, type SampledOrder } from './sample_kernel.js';
import { emptyCounters, type LatencyNs, type RunSummary, type VariantSummary } from '../../../experiments/summary.js';

const MEDIAN_NS: Readonly<Record<string, number>> = {
  'feed.tx': 60,
  'oms.rx': 95,
  'oms.book': 70,
  'oms.decide': 30,
  'router.pick': 20,
  'risk.pass': 30,
  'oms.tx': 110,
  'venue.rx': 140,
  'venue.match': 180,
  'journal.append': 60,
  'venue.tx': 90,
  'oms.ack': 160,
  'journal.write': 2400,
  'journal.durable': 52000,
};

/** Mulberry32: small, seeded, good enough for test data. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

function sampleOrder(index: number, factor: number, random: () => number): SampledOrder {
  const events: TimelineEvent[] = [];
  const delays: OrderDelay[] = [];
  const offsetsNs: Record<string, number> = { 'feed.due': 0 };
  for (const hop of HOPS) {
    if (hop.predecessor === null) continue;
    const before = offsetsNs[HOPS[hop.predecessor]?.name ?? 'feed.due'] ?? 0;
    const noise = Math.exp(0.25 * (random() + random() + random() - 1.5) * 2);
    const aside = hop.table === 'journal_traces';
    const disturbance = !aside && random() < 0.0006 ? disturb(before, random) : null;
    if (disturbance !== null) {
      const [{ cause, who } = { cause: 'none', who: '' }] = disturbance.events;
      events.push(...disturbance.events);
      delays.push({ hop: hop.name, cause, who, delayNs: disturbance.delayNs });
    }
    const scaled = (MEDIAN_NS[hop.name] ?? 50) * (hop.name.endsWith('rx') ? factor : 1) * noise + (disturbance?.delayNs ?? 0);
    offsetsNs[hop.name] = before + Math.round(scaled / 10) * 10;
  }
  const order: OrderTrace = {
    traceId: String(4294967296n + BigInt(index)),
    feedSequence: String(100_001 + 4 * index),
    marketNs: 34_200_000_000_000 + index * 40_000,
    venue: index % 2,
    locate: 1 + (index % 16),
    side: random() < 0.5 ? 'B' : 'S',
    orderType: 'I',
    outcome: 'accepted',
    price: 1_000_000 + 100 * Math.floor(random() * 40),
    quantity: 100,
    filled: random() < 0.8 ? 100 : 0,
    offsetsNs,
  };
  return { order, timeline: { events, thread: 0, delays: delays.sort((a, b) => b.delayNs - a.delayNs) } };
}

const TAIL_QUANTILES = [0.99, 0.995, 0.998, 0.999, 0.9995, 0.9998, 0.9999, 0.99995, 1];

function curveOf(sorted: readonly number[]): readonly CurvePoint[] {
  const at = (q: number): number => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
  const body = Array.from({ length: 99 }, (_, index) => index / 100);
  return [...body, ...TAIL_QUANTILES].filter((q) => q === 1 || 1 - q >= 1 / sorted.length).map((q) => ({ q, ns: at(q) }));
}

function latencyOf(sorted: readonly number[]): LatencyNs {
  const at = (q: number): number => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
  return { count: sorted.length, p50: at(0.5), p90: at(0.9), p99: at(0.99), p999: at(0.999), max: at(1), error: 20 };
}

/** One that fired, told an Alertmanager and could not reach another, and was resolved. */
function sampleAlert(): AlertRecord {
  const at = Date.parse('2026-03-01T09:30:05Z');
  const delivery = { state: 'firing', target: 'alertmanager', atMs: at + 1_640, attempts: 1, delivered: true, error: '' };
  return {
    rule: 'rtt-breach', severity: 'page', when: 'tick_to_ack.p99 > 100us', for_s: 2, injected_at: at, pending_at: at + 610, firing_at: at + 1_610, notified_at: at + 1_640,
    resolved_at: at + 11_600, firings: 1, resolutions: 1, notified_after_ns: 1_640e6, changes: [],
    deliveries: [delivery, { ...delivery, target: 'webhook operations', delivered: false, error: 'connect ECONNREFUSED' }],
  };
}

export interface SampleOptions {
  readonly names?: readonly string[];
  readonly runs?: number;
  readonly orders?: number;
}

function sampleVariant(name: string, factor: number, runs: number, count: number): readonly [VariantSummary, VariantDetail] {
  const random = generator(7 + name.length);
  const sampled = Array.from({ length: count }, (_, index) => sampleOrder(index, factor, random));
  const orders = sampled.map(({ order }) => order);
  const sorted = new Map<string, number[]>();
  const between = (from: string, to: string): number[] =>
    orders.map((order) => (order.offsetsNs[to] ?? 0) - (order.offsetsNs[from] ?? 0)).sort((a, b) => a - b);
  for (const hop of HOPS) if (hop.predecessor !== null) sorted.set(hop.name, between(HOPS[hop.predecessor]?.name ?? '', hop.name));
  for (const span of SPANS) sorted.set(span.name, between(HOPS[span.from]?.name ?? '', HOPS[span.to]?.name ?? ''));
  const service = (order: OrderTrace): number => (order.offsetsNs['oms.ack'] ?? 0) - (order.offsetsNs['feed.tx'] ?? 0);
  const slowestFirst = [...sampled].sort((a, b) => service(b.order) - service(a.order));
  const bySpeed = slowestFirst.map(({ order }) => order);
  const latency = Object.fromEntries([...sorted].map(([key, values]) => [key, latencyOf(values)]));
  const run = (index: number): RunSummary & { readonly alerts: readonly AlertRecord[] } => ({
    alerts: [sampleAlert()],
    run_id: `20260301T093000-${name}-${index}`,
    valid: true,
    seconds: SAMPLE_SECONDS,
    latency_ns: latency,
    counters: {
      ...emptyCounters(),
      ...{ feed_packets: 4 * count, oms_packets: 4 * count, orders: count, acks: count, fills: 203_112, rejects: 0 },
      ...{ traced: count, pushed: count, drained: count, stored: count },
      ...{ oms_gaps: 0, cancels: 61_004, journal_records: 702_311, journal_blocks: 90_211 },
    },
    rates: { feed_pps: 100_000, oms_pps: 99_998.4, orders_per_s: 25_000 },
    floor: { jitter_ns: { p99: 130, p999: 9_800, max: 184_000 }, stamp_ns: 9.8 },
    digest: { orders: '6b1f0c2a9d3e4f58', journal: null, null_because: 'pacing is open: fills depend on when acknowledgements arrive' },
  });
  const detail: VariantDetail = {
    name,
    runId: run(0).run_id,
    lane: 'stream',
    curves: Object.fromEntries([...sorted].map(([key, values]) => [key, curveOf(values)])),
    medianOrder: bySpeed[Math.floor(count / 2)] ?? null,
    p99Order: bySpeed[Math.floor(count / 100)] ?? null,
    slowest: bySpeed.slice(0, 10),
    timelines: slowestFirst.slice(0, 10).map(({ timeline }) => timeline),
    attribution: sampleAttribution(slowestFirst.slice(0, Math.max(20, Math.floor(count / 200))), service, service(bySpeed[Math.floor(count / 2)]!)),
    heatMap: sampleHeatMap(sampled, service),
    ownError: SAMPLE_OWN_ERROR,
    durableKind: 'O_DIRECT write completed, device not flushed',
  };
  return [{ name, settings: { 'pipeline.build': name }, runs: Array.from({ length: runs }, (_, index) => run(index)) }, detail];
}

export function sampleInput(options: SampleOptions = {}): ReportInput {
  const { names = ['dpdk'], runs = 1, orders = 2_000 } = options;
  const variants = names.map((name, index) => sampleVariant(name, 1 + 14 * index, runs, orders));
  const p99 = variants[0]?.[0].runs[0]?.latency_ns.tick_to_ack?.p99 ?? 0;
  return {
    summary: {
      schema: 1,
      experiment: 'tick-to-ack',
      verdict: 'fail',
      invalid_because: [],
      variants: variants.map(([summary]) => summary),
      thresholds: [
        { metric: 'tick_to_ack', expr: 'p50 < 20us', value: 1_010, ok: true },
        { metric: 'tick_to_ack', expr: 'p99 < 100us', value: p99, ok: true },
        { metric: 'journal_write', expr: 'p99 < 10us', value: 74_100, ok: false },
        { metric: 'feed', expr: 'missed == 0', value: 0, ok: true },
      ],
      machine: {
        ...{ cpu: 'AMD EPYC 9B14 (2 CPUs)', kernel: 'Linux 6.18.2 #1 SMP', tsc_hz: 2_596_103_441, hugepages: 512 },
        ...{ dpdk: '22.11.11', spdk: null, netmap: null },
      },
    },
    startedAt: '2026-03-01T09:30:00.000Z',
    hops: HOPS,
    spans: SPANS,
    variants: variants.map(([, detail]) => detail),
    settings: {
      ...{ 'pipeline.build': 'dpdk', 'pipeline.feed.rate': 100_000, 'pipeline.feed.arrivals': 'poisson', 'pipeline.venues': 2 },
      ...{ 'probes.lane': 'stream', 'probes.sample': 1, 'repeat.measure': 10_000_000_000, pacing: 'open' },
    },
    conditions: ['Engine on CPU 1, SCHED_FIFO 80, real-time throttling off; restored after the run.', 'CPU 1 is not isolated from the scheduler (isolcpus is not set).'],
  };
}
