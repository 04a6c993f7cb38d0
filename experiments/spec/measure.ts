/**
 * What a threshold can ask for: the left side of `p99 < 100us`, under the metric's key, and the unit of its right side.
 *
 * A name is checked when the experiment is loaded: a misspelt one would be found only after the run.
 */
import {
  COUNTER_GROUPS, LATENCY_STATISTICS, QuantityError, RATE_NAMES, SERIES_NAMES, counterOf, nearest, oneOf, readCount, readDurationNs, readRatePps, readShare, statisticOf,
  type LatencyStatistic,
} from '../../collector/index.js';

const LANES: readonly string[] = ['off', 'stamps', 'stream', 'capsule', 'hops'];

/** Of what was attributed: wrongly (stalls moved to random times, against true times), and of the slow orders' delay. */
const ATTRIBUTION_FIGURES = ['false', 'explained'] as const;
/** The instrument's own cost: ns a record handed over, ns a probe hit, and a share of one core. */
const OWN_FIGURES = ['push_ns', 'site_ns', 'collector_cpu'] as const;
/** Of an alert rule: from the breach until somebody was told, and how often it fired and resolved. */
const ALERT_FIGURES = ['notified_after', 'firings', 'resolutions'] as const;

/** Of the business records: what the OMS sent, what rests in its books, what the venues wrote, what the OMS wrote. */
const DIGESTS = ['orders', 'books', 'journal', 'oms'] as const;
export type DigestName = (typeof DIGESTS)[number];

/** Of the echo, measured where `floors` are asked for: its round trip, its rate, and that as a share of dpdk-testpmd's. */
const ECHO_FIGURES = ['p50', 'p99', 'pps', 'of_testpmd'] as const;

/** Of each journal beside its device's floor, where `reference: fio` is asked for: journal_write's p50 and the bytes it wrote a second, as shares of the floor's. */
const JOURNAL_FLOOR_FIGURES = ['p50_of_floor', 'rate_of_floor'] as const;

export type Measure =
  | { readonly kind: 'latency'; readonly name: string; readonly statistic: LatencyStatistic }
  | { readonly kind: 'counter'; readonly name: string }
  | { readonly kind: 'rate'; readonly name: string }
  /** How many different ones the valid runs of all variants have. */
  | { readonly kind: 'digest'; readonly name: DigestName }
  | { readonly kind: 'lane_cost'; readonly lane: string; readonly over: string }
  | { readonly kind: 'alert'; readonly rule: string; readonly figure: (typeof ALERT_FIGURES)[number] }
  | { readonly kind: 'echo'; readonly figure: (typeof ECHO_FIGURES)[number] }
  | { readonly kind: 'journal_floor'; readonly figure: (typeof JOURNAL_FLOOR_FIGURES)[number] }
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
    case 'alerts': return alert(subject, expr);
    case 'accuracy':
      oneOf(subject, ['found'], 'figure of accuracy');
      return { kind: 'accuracy' };
    case 'attribution': return { kind: 'attribution', name: oneOf(subject, ATTRIBUTION_FIGURES, 'figure of attribution') };
    case 'own': return own(subject, expr);
    case 'echo': return { kind: 'echo', figure: oneOf(subject, ECHO_FIGURES, 'figure of the echo') };
    case 'journal_floor': return { kind: 'journal_floor', figure: oneOf(subject, JOURNAL_FLOOR_FIGURES, 'figure of a journal beside its device') };
    case 'equivalence': return equivalence(subject, expr);
  }
  if (SERIES_NAMES.includes(metric)) return { kind: 'latency', name: metric, statistic: statisticOf(subject, LATENCY_STATISTICS) };
  const known = [...SERIES_NAMES, ...COUNTER_GROUPS, 'counters', 'rates', 'lane_cost', 'accuracy', 'attribution', 'own', 'equivalence', 'alerts', 'digests', 'echo', 'journal_floor'];
  if (!known.includes(metric)) {
    const meant = nearest(metric, known);
    throw new QuantityError(`there is nothing called "${metric}" to measure; ${meant === undefined ? `write one of ${known.join(', ')}` : `did you mean ${meant}?`}`);
  }
  if (metric === 'rates') return { kind: 'rate', name: oneOf(subject, RATE_NAMES, 'rate') };
  return { kind: 'counter', name: counterOf(metric, subject) };
}

/** The right side in the measure's base unit: ns, count, per second, or a share of 1. */
export function limitOf(measure: Measure, bound: string): number {
  switch (measure.kind) {
    case 'lane_cost': return readDurationNs(bound);
    case 'latency': return measure.statistic === 'count' ? readCount(bound) : readDurationNs(bound);
    case 'digest': return readCount(bound);
    case 'rate': return /pps$/i.test(bound) ? readRatePps(bound) : readCount(bound);
    case 'counter': return readCount(bound);
    case 'echo': return measure.figure === 'pps' ? readRatePps(bound) : measure.figure === 'of_testpmd' ? readShare(bound) : readDurationNs(bound);
    case 'alert': return measure.figure === 'notified_after' ? readDurationNs(bound) : readCount(bound);
    case 'accuracy': case 'attribution': case 'equivalence': case 'journal_floor': return readShare(bound);
    // The name ends with its unit.
    case 'own': return measure.name === 'collector_cpu' ? readShare(bound) : /^[0-9.]+$/.test(bound) ? Number(bound) : readDurationNs(bound);
  }
}

/** `equal: [books, orders]`: one threshold each. Fails with a QuantityError. */
export function digestNames(given: unknown): readonly DigestName[] {
  const names: unknown = typeof given === 'object' && given !== null && 'equal' in given && Object.keys(given).length === 1 ? given.equal : undefined;
  if (!Array.isArray(names) || names.length === 0) throw new QuantityError('write which digests must be equal in all runs, for example { equal: [books, orders] }');
  return names.map((name) => oneOf(String(name), DIGESTS, 'digest'));
}

function laneCost(subject: string, expr: string): Measure {
  const difference = /^([a-z]+)\s*-\s*([a-z]+)$/.exec(subject);
  const [lane, over] = [difference?.[1] ?? '', difference?.[2] ?? ''];
  if (!LANES.includes(lane) || !LANES.includes(over)) {
    throw new QuantityError(`"${expr}" does not name two lanes; write for example "stream - stamps <= 60ns"`);
  }
  return { kind: 'lane_cost', lane, over };
}

/** `rtt-breach.notified_after`: the rule's name may hold dots itself. */
function alert(subject: string, expr: string): Measure {
  const [, rule = '', figure = ''] = /^(.+)\.([a-z_]+)$/.exec(subject) ?? [];
  if (rule === '') throw new QuantityError(`"${expr}" does not name a rule and a figure; write for example "rtt-breach.notified_after <= 7s"`);
  return { kind: 'alert', rule, figure: oneOf(figure, ALERT_FIGURES, 'figure of an alert') };
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
  return { kind: 'equivalence', setting, name: oneOf(name, SERIES_NAMES, 'hop or span'), statistic: statisticOf(statistic, LATENCY_STATISTICS) };
}
