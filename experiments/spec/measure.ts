/**
 * What a threshold can ask for: the left side of `p99 < 100us`, under the metric's key, and the unit of its right side.
 *
 * A name is checked when the experiment is loaded: a misspelt one would be found only after the run.
 */
import { HOPS, SPANS } from '../../collector/index.js';
import { COUNTER_NAMES, FURTHER_COUNTER_NAMES, RATE_NAMES } from '../summary.js';
import { QuantityError } from '../../collector/index.js';
import { nearest } from '../../collector/index.js';
import { readCount, readDurationNs, readRatePps, readShare } from '../../collector/index.js';

const COUNTERS: readonly string[] = [...COUNTER_NAMES, ...FURTHER_COUNTER_NAMES];
const COUNTER_GROUPS: readonly string[] = ['feed', 'oms', 'venue', 'port', 'journal'];

export const LATENCY_STATISTICS = ['count', 'p50', 'p90', 'p99', 'p999', 'max', 'error'] as const;
/** Every hop and span: what has a latency. */
const LATENCIES: readonly string[] = [...HOPS, ...SPANS].map((one) => one.name);
const LANES: readonly string[] = ['off', 'stamps', 'stream', 'capsule', 'hops'];

/** Of what was attributed: wrongly (stalls moved to random times, against true times), and of the slow orders' delay. */
const ATTRIBUTION_FIGURES = ['false', 'explained'] as const;
/** The instrument's own cost: ns a record handed over, ns a probe hit, and a share of one core. */
const OWN_FIGURES = ['push_ns', 'site_ns', 'collector_cpu'] as const;

export type LatencyStatistic = (typeof LATENCY_STATISTICS)[number];

export type Measure =
  | { readonly kind: 'latency'; readonly name: string; readonly statistic: LatencyStatistic }
  | { readonly kind: 'counter'; readonly name: string }
  | { readonly kind: 'rate'; readonly name: string }
  | { readonly kind: 'lane_cost'; readonly lane: string; readonly over: string }
  /** Of each injected delay, the share that was found: the smallest of the run's. */
  | { readonly kind: 'accuracy' }
  | { readonly kind: 'attribution'; readonly name: (typeof ATTRIBUTION_FIGURES)[number] }
  /** `lane`: judged in runs of that lane only. */
  | { readonly kind: 'own'; readonly name: (typeof OWN_FIGURES)[number]; readonly lane?: string }
  /** Two variants that differ in `setting`: how far their figures may be apart, as the interval over the rounds has it. */
  | { readonly kind: 'equivalence'; readonly setting: string; readonly name: string; readonly statistic: LatencyStatistic };

/** Fails with a QuantityError that says what to write. */
export function measureOf(metric: string, subject: string, expr: string): Measure {
  switch (metric) {
    case 'lane_cost': return laneCost(subject, expr);
    case 'accuracy':
      oneOf(subject, ['found'], 'figure of accuracy');
      return { kind: 'accuracy' };
    case 'attribution': return { kind: 'attribution', name: oneOf(subject, ATTRIBUTION_FIGURES, 'figure of attribution') };
    case 'own': return own(subject, expr);
    case 'equivalence': return equivalence(subject, expr);
  }
  if (LATENCIES.includes(metric)) return { kind: 'latency', name: metric, statistic: statisticOf(subject) };
  const known = [...LATENCIES, ...COUNTER_GROUPS, 'counters', 'rates', 'lane_cost', 'accuracy', 'attribution', 'own', 'equivalence'];
  if (!known.includes(metric)) {
    const meant = nearest(metric, known);
    throw new QuantityError(`there is nothing called "${metric}" to measure; ${meant === undefined ? `write one of ${known.join(', ')}` : `did you mean ${meant}?`}`);
  }
  if (!/^[a-z_]+$/.test(subject)) throw new QuantityError(`"${subject}" is not the name of a counter; write for example "missed == 0"`);
  if (metric === 'rates') return { kind: 'rate', name: oneOf(subject, RATE_NAMES, 'rate') };
  const prefix = metric === 'counters' ? '' : `${metric}_`;
  return { kind: 'counter', name: `${prefix}${oneOf(subject, COUNTERS.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length)), 'counter')}` };
}

/** The right side in the measure's base unit: ns, count, per second, or a share of 1. */
export function limitOf(measure: Measure, bound: string): number {
  switch (measure.kind) {
    case 'lane_cost': return readDurationNs(bound);
    case 'latency': return measure.statistic === 'count' ? readCount(bound) : readDurationNs(bound);
    case 'rate': return /pps$/i.test(bound) ? readRatePps(bound) : readCount(bound);
    case 'counter': return readCount(bound);
    case 'accuracy': case 'attribution': case 'equivalence': return readShare(bound);
    // The name ends with its unit.
    case 'own': return measure.name === 'collector_cpu' ? readShare(bound) : /^[0-9.]+$/.test(bound) ? Number(bound) : readDurationNs(bound);
  }
}

function laneCost(subject: string, expr: string): Measure {
  const difference = /^([a-z]+)\s*-\s*([a-z]+)$/.exec(subject);
  const [lane, over] = [difference?.[1] ?? '', difference?.[2] ?? ''];
  if (!LANES.includes(lane) || !LANES.includes(over)) {
    throw new QuantityError(`"${expr}" does not name two lanes; write for example "stream - stamps <= 60ns"`);
  }
  return { kind: 'lane_cost', lane, over };
}

/** `push_ns`, or `capsule.site_ns` where the experiment has several lanes. */
function own(subject: string, expr: string): Measure {
  const [, lane, name = ''] = /^(?:([a-z]+)\.)?([a-z_]+)$/.exec(subject) ?? [];
  if (name === '') throw new QuantityError(`"${expr}" does not name a cost; write for example "push_ns <= 25" or "capsule.site_ns <= 800"`);
  const figure = oneOf(name, OWN_FIGURES, 'cost');
  return lane === undefined ? { kind: 'own', name: figure } : { kind: 'own', name: figure, lane: oneOf(lane, LANES, 'lane') };
}

/** `probes.stalls tick_to_ack.p50`: the setting that varies, and the figure that must not. */
function equivalence(subject: string, expr: string): Measure {
  const [, setting = '', name = '', statistic = ''] = /^([a-z_]+(?:\.[a-z_]+)+)\s+([a-z_.]+)\.([a-z0-9]+)$/.exec(subject) ?? [];
  if (setting === '') throw new QuantityError(`"${expr}" does not name a setting and a figure; write for example "probes.stalls tick_to_ack.p50 within 2%"`);
  return { kind: 'equivalence', setting, name: oneOf(name, LATENCIES, 'hop or span'), statistic: statisticOf(statistic) };
}

function statisticOf(subject: string): LatencyStatistic {
  const statistic = LATENCY_STATISTICS.find((known) => known === (subject === 'p99.9' ? 'p999' : subject));
  if (statistic === undefined) throw new QuantityError(`"${subject}" is not a statistic; write ${LATENCY_STATISTICS.join(', ')}`);
  return statistic;
}

function oneOf<const Name extends string>(name: string, known: readonly Name[], what: string): Name {
  const found = known.find((one) => one === name);
  if (found !== undefined) return found;
  const meant = nearest(name, known);
  throw new QuantityError(`there is no ${what} called "${name}"; ${meant === undefined ? `write one of ${known.join(', ')}` : `did you mean ${meant}?`}`);
}
