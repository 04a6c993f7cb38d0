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

/** Of the trips of the kill switch: how many, orders that left too late, venues' open orders at the end, trips not confirmed, and times since the trip. */
const KILL_FIGURES = ['trips', 'late_orders', 'open_orders', 'unconfirmed', 'last_order_p99', 'last_order_max', 'asked_p99', 'confirmed_p99'] as const;
export type KillFigure = (typeof KILL_FIGURES)[number];

/** Of the business records: what the OMS sent, what rests in its books, what the venues wrote, what the OMS wrote. */
const DIGESTS = ['orders', 'books', 'journal', 'oms'] as const;
export type DigestName = (typeof DIGESTS)[number];

/** Of the echo, measured where `floors` are asked for: its round trip, its rate, and that as a share of dpdk-testpmd's. */
const ECHO_FIGURES = ['p50', 'p99', 'pps', 'of_testpmd'] as const;

/** Of each journal beside its device's floor, where `reference: fio` is asked for: journal_write's p50 and the bytes it wrote a second, as shares of the floor's. */
const JOURNAL_FLOOR_FIGURES = ['p50_of_floor', 'rate_of_floor'] as const;

/**
 * Of the router: how much dearer each other rule is than rule smart (the lower end of the interval over the runs), what a variant's fills cost,
 * and the share of the wanted shares that it got.
 */
const ROUTING_FIGURES = ['advantage_bps', 'cost_bps', 'filled'] as const;
/** Of parent orders: the share of its quantity that the least filled one has, slices that ended outside their band, and the largest distance from a target as a share of the quantity. */
const PARENT_FIGURES = ['completion', 'slices_outside', 'deviation'] as const;
/** The pre-trade checks (engine/risk/reason.h), then the circuit breakers (engine/risk/breakers.h). */
const RISK_FIGURES = [
  'killed', 'quantity', 'no_reference', 'notional', 'collar', 'rate', 'restricted', 'paused', 'stale_price', 'last_trade', 'band', 'position', 'gross', 'net', 'credit', 'self_cross', 'duplicate',
  'loss', 'reject_rate', 'message_rate', 'volatility', 'feed_gap', 'stale_feed',
] as const;
export type RiskFigure = (typeof RISK_FIGURES)[number];

export type Measure =
  | { readonly kind: 'latency'; readonly name: string; readonly statistic: LatencyStatistic }
  | { readonly kind: 'counter'; readonly name: string }
  | { readonly kind: 'rate'; readonly name: string }
  /** How many different ones the valid runs of all variants have. */
  | { readonly kind: 'digest'; readonly name: DigestName }
  | { readonly kind: 'lane_cost'; readonly lane: string; readonly over: string }
  | { readonly kind: 'alert'; readonly rule: string; readonly figure: (typeof ALERT_FIGURES)[number] }
  | { readonly kind: 'kill'; readonly figure: KillFigure }
  | { readonly kind: 'echo'; readonly figure: (typeof ECHO_FIGURES)[number] }
  | { readonly kind: 'journal_floor'; readonly figure: (typeof JOURNAL_FLOOR_FIGURES)[number] }
  | { readonly kind: 'routing'; readonly figure: (typeof ROUTING_FIGURES)[number] }
  /** Orders that a check blocked, or trips of a circuit breaker: of all valid runs of all variants together. */
  | { readonly kind: 'risk'; readonly name: RiskFigure }
  /** Of each injected delay, the share that was found: the smallest of the run's. */
  | { readonly kind: 'accuracy' }
  | { readonly kind: 'attribution'; readonly name: (typeof ATTRIBUTION_FIGURES)[number] }
  /** `lane`: judged in runs of that lane only. */
  | { readonly kind: 'own'; readonly name: (typeof OWN_FIGURES)[number]; readonly lane?: string }
  /** `parent`: of this one only; absent: the worst of all, of slices the sum. */
  | { readonly kind: 'parents'; readonly figure: (typeof PARENT_FIGURES)[number]; readonly parent?: string }
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
    case 'risk': return { kind: 'risk', name: oneOf(subject, RISK_FIGURES, 'check or circuit breaker') };
    case 'echo': return { kind: 'echo', figure: oneOf(subject, ECHO_FIGURES, 'figure of the echo') };
    case 'journal_floor': return { kind: 'journal_floor', figure: oneOf(subject, JOURNAL_FLOOR_FIGURES, 'figure of a journal beside its device') };
    case 'equivalence': return equivalence(subject, expr);
    case 'kill': return { kind: 'kill', figure: oneOf(subject, KILL_FIGURES, 'figure of the kill switch') };
    case 'parents': return ofParents(subject, expr);
    case 'routing': return { kind: 'routing', figure: oneOf(subject, ROUTING_FIGURES, 'figure of the router') };
  }
  if (SERIES_NAMES.includes(metric)) return { kind: 'latency', name: metric, statistic: statisticOf(subject, LATENCY_STATISTICS) };
  const known = [...SERIES_NAMES, ...COUNTER_GROUPS, 'counters', 'rates', 'lane_cost', 'accuracy', 'attribution', 'own', 'equivalence', 'alerts', 'digests', 'echo', 'journal_floor', 'kill', 'parents', 'risk', 'routing'];
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
    case 'counter': case 'risk': return readCount(bound);
    case 'echo': return measure.figure === 'pps' ? readRatePps(bound) : measure.figure === 'of_testpmd' ? readShare(bound) : readDurationNs(bound);
    case 'alert': return measure.figure === 'notified_after' ? readDurationNs(bound) : readCount(bound);
    case 'accuracy': case 'attribution': case 'equivalence': case 'journal_floor': return readShare(bound);
    case 'parents': return measure.figure === 'slices_outside' ? readCount(bound) : readShare(bound);
    case 'kill': return /_(p99|max)$/.test(measure.figure) ? readDurationNs(bound) : readCount(bound);
    case 'routing': return measure.figure === 'filled' ? readShare(bound) : readBasisPoints(bound);
    // The name ends with its unit.
    case 'own': return measure.name === 'collector_cpu' ? readShare(bound) : /^[0-9.]+$/.test(bound) ? Number(bound) : readDurationNs(bound);
  }
}

function readBasisPoints(bound: string): number {
  const [, number = ''] = /^(-?[0-9]+(?:\.[0-9]+)?)(?:bps)?$/.exec(bound) ?? [];
  if (number === '') throw new QuantityError(`"${bound}" is no cost; write basis points, for example 0.1bps`);
  return Number(number);
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

/** `completion`, or `twap-1.completion` of one parent order. */
function ofParents(subject: string, expr: string): Measure {
  const [, parent, figure = ''] = /^(?:([a-z0-9-]+)\.)?([a-z_]+)$/.exec(subject) ?? [];
  if (figure === '') throw new QuantityError(`"${expr}" does not name a figure; write for example "completion >= 100%" or "twap-1.slices_outside == 0"`);
  return { kind: 'parents', figure: oneOf(figure, PARENT_FIGURES, 'figure of parent orders'), ...(parent === undefined ? {} : { parent }) };
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
