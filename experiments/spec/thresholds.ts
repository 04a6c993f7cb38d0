/**
 * Thresholds: `tick_to_ack: ["p50 < 20us", "p99 < 100us"]`, `feed: ["missed == 0"]`, `rates: ["oms_pps >= 1Mpps"]`.
 *
 * The key names a hop or span (then the statistic is a latency), a group of counters (`feed: missed` is the counter `feed_missed`), `counters`,
 * `rates`, or `lane_cost` (`stream - stamps <= 60ns`: engine time per order of one lane over another's).
 */
import { HOPS, SPANS } from '../../collector/index.js';
import { COUNTER_NAMES, FURTHER_COUNTER_NAMES, RATE_NAMES } from '../summary.js';
import { SpecError, QuantityError, type Fault } from './errors.js';
import { isRecord, type SpecDocument } from './document.js';
import { nearest } from './nearest.js';
import { readCount, readDurationNs, readRatePps } from './units.js';

const COUNTERS: readonly string[] = [...COUNTER_NAMES, ...FURTHER_COUNTER_NAMES];

export const LATENCY_STATISTICS = ['count', 'p50', 'p90', 'p99', 'p999', 'max', 'error'] as const;
export const COUNTER_GROUPS = ['feed', 'oms', 'venue', 'port', 'journal'] as const;
/** Every hop and span: what has a latency. */
export const LATENCIES: readonly string[] = [...HOPS, ...SPANS].map((one) => one.name);
const LANES = ['off', 'stamps', 'stream', 'hops'] as const;

export type Comparison = '<' | '<=' | '>' | '>=' | '==' | '!=';

export type Measure =
  | { readonly kind: 'latency'; readonly name: string; readonly statistic: (typeof LATENCY_STATISTICS)[number] }
  | { readonly kind: 'counter'; readonly name: string }
  | { readonly kind: 'rate'; readonly name: string }
  | { readonly kind: 'lane_cost'; readonly lane: string; readonly over: string };

export interface Threshold {
  readonly metric: string;
  /** As it was written. */
  readonly expr: string;
  readonly measure: Measure;
  readonly comparison: Comparison;
  /** In the measure's base unit: ns, count, or per second. */
  readonly limit: number;
}

export function readThresholds(document: SpecDocument): readonly Threshold[] {
  const given = document.data.thresholds;
  if (given === undefined || given === null) return [];
  const faults: Fault[] = [];
  const thresholds: Threshold[] = [];
  if (!isRecord(given)) {
    throw new SpecError([{ where: document.where(['thresholds']), key: 'thresholds', what: 'write a map, for example tick_to_ack: ["p99 < 100us"]' }]);
  }
  for (const [metric, expressions] of Object.entries(given)) {
    const list: readonly unknown[] = Array.isArray(expressions) ? expressions : [expressions];
    for (const [i, expression] of list.entries()) {
      try {
        thresholds.push(parseThreshold(metric, String(expression)));
      } catch (error) {
        if (!(error instanceof QuantityError)) throw error;
        faults.push({ where: document.where(['thresholds', metric, i]), key: `thresholds.${metric}`, what: error.message });
      }
    }
  }
  if (faults.length > 0) throw new SpecError(faults);
  return thresholds;
}

/** Fails with a QuantityError that says what to write. */
export function parseThreshold(metric: string, expr: string): Threshold {
  const parts = /^\s*(.+?)\s*(<=|>=|==|!=|<|>)\s*(\S+)\s*$/.exec(expr);
  if (parts === null) throw new QuantityError(`"${expr}" is not a condition; write for example "p99 < 100us"`);
  const [, subject = '', sign = '', bound = ''] = parts;
  const measure = measureOf(metric, subject, expr);
  return { metric, expr, measure, comparison: comparisonOf(sign), limit: limitOf(measure, bound) };
}

export function holds(value: number, comparison: Comparison, limit: number): boolean {
  switch (comparison) {
    case '<': return value < limit;
    case '<=': return value <= limit;
    case '>': return value > limit;
    case '>=': return value >= limit;
    case '==': return value === limit;
    case '!=': return value !== limit;
  }
}

function measureOf(metric: string, subject: string, expr: string): Measure {
  if (metric === 'lane_cost') {
    const difference = /^([a-z]+)\s*-\s*([a-z]+)$/.exec(subject);
    const [lane, over] = [difference?.[1] ?? '', difference?.[2] ?? ''];
    const known: readonly string[] = LANES;
    if (!known.includes(lane) || !known.includes(over)) {
      throw new QuantityError(`"${expr}" does not name two lanes; write for example "stream - stamps <= 60ns"`);
    }
    return { kind: 'lane_cost', lane, over };
  }
  if (LATENCIES.includes(metric)) {
    const statistic = LATENCY_STATISTICS.find((known) => known === (subject === 'p99.9' ? 'p999' : subject));
    if (statistic === undefined) throw new QuantityError(`"${subject}" is not a statistic; write ${LATENCY_STATISTICS.join(', ')}`);
    return { kind: 'latency', name: metric, statistic };
  }
  const known = [...LATENCIES, ...COUNTER_GROUPS, 'counters', 'rates', 'lane_cost'];
  if (!known.includes(metric)) {
    const meant = nearest(metric, known);
    throw new QuantityError(`there is nothing called "${metric}" to measure; ${meant === undefined ? `write one of ${known.join(', ')}` : `did you mean ${meant}?`}`);
  }
  if (!/^[a-z_]+$/.test(subject)) throw new QuantityError(`"${subject}" is not the name of a counter; write for example "missed == 0"`);
  if (metric === 'rates') return { kind: 'rate', name: oneOf(subject, RATE_NAMES, 'rate') };
  const prefix = metric === 'counters' ? '' : `${metric}_`;
  return { kind: 'counter', name: `${prefix}${oneOf(subject, COUNTERS.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length)), 'counter')}` };
}

/** A misspelt name would be found only after the run. */
function oneOf(name: string, known: readonly string[], what: string): string {
  if (known.includes(name)) return name;
  const meant = nearest(name, known);
  throw new QuantityError(`there is no ${what} called "${name}"; ${meant === undefined ? `write one of ${known.join(', ')}` : `did you mean ${meant}?`}`);
}

function limitOf(measure: Measure, bound: string): number {
  if (measure.kind === 'lane_cost' || (measure.kind === 'latency' && measure.statistic !== 'count')) return readDurationNs(bound);
  if (measure.kind === 'rate' && /pps$/i.test(bound)) return readRatePps(bound);
  return readCount(bound);
}

function comparisonOf(sign: string): Comparison {
  switch (sign) {
    case '<': case '<=': case '>': case '>=': case '==': return sign;
    default: return '!=';
  }
}
