/**
 * Thresholds: `tick_to_ack: ["p50 < 20us", "p99 < 100us"]`, `feed: ["missed == 0"]`, `rates: ["oms_pps >= 1Mpps"]`.
 *
 * The key names a hop or span (then the statistic is a latency), a group of counters (`feed: missed` is the counter `feed_missed`), `counters`,
 * `rates`, or one of these:
 * - `lane_cost: ["stream - stamps <= 60ns"]`: engine time per order of one lane over another's
 * - `accuracy: ["found >= 95%"]`: of each delay put in on purpose, what was found at its hop with its cause
 * - `attribution: ["false <= 5%", "explained >= 90%"]`: causes found by chance, and delay of the slow orders that has a cause
 * - `own: ["push_ns <= 25", "capsule.site_ns <= 800", "collector_cpu <= 30%"]`: what the instrument costs
 * - `alerts: ["rtt-breach.notified_after <= 7s", "rtt-breach.firings == 1"]`: what became of an alert rule
 * - `digests: { equal: [books, orders] }`: the same in every valid run of all variants
 * - `journal_floor: ["p50_of_floor <= 115% or 500ns more", "rate_of_floor >= 90%"]`: each journal over its own device
 * - `routing: ["advantage_bps > 0", "filled >= 99%"]`: what rule smart saves against each other rule, and what each rule got filled
 * - `parents: ["completion >= 100%", "vwap-1.deviation <= 2%"]`: what became of the parent orders, the worst of all or one of them
 * - `risk: ["position > 0", "volatility >= 1"]`: orders that a check blocked, trips of a circuit breaker, in all runs together
 * - `equivalence: ["probes.stalls tick_to_ack.p50 within 2%"]`: two variants shown to be alike, not merely not shown to differ
 */
import { COMPARISONS, QuantityError, readDurationNs, type Comparison } from '../../collector/index.js';
import { SpecError, type Fault } from './errors.js';
import { isRecord, type SpecDocument } from './document.js';
import { digestNames, limitOf, measureOf, type DigestName, type Measure } from './measure.js';

export { holds, type Comparison } from '../../collector/index.js';
export type { Measure } from './measure.js';

export interface Threshold {
  readonly metric: string;
  /** As it was written. */
  readonly expr: string;
  readonly measure: Measure;
  readonly comparison: Comparison;
  /** In the measure's base unit: ns, count, per second, basis points, or a share of 1. */
  readonly limit: number;
  /** Of a p50 over its floor's: so much more is enough, whatever the share. On a device that takes 0.2 µs a share says little. */
  readonly orMoreNs?: number;
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
    if (metric === 'digests') {
      try {
        thresholds.push(...digestNames(expressions).map((name) => equalDigests(name)));
      } catch (error) {
        if (!(error instanceof QuantityError)) throw error;
        faults.push({ where: document.where(['thresholds', metric]), key: 'thresholds.digests', what: error.message });
      }
      continue;
    }
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

/** Its value is the number of different digests. */
function equalDigests(name: DigestName): Threshold {
  return { metric: 'digests', expr: `different ${name} == 1`, measure: { kind: 'digest', name }, comparison: '==', limit: 1 };
}

/** Fails with a QuantityError that says what to write. */
export function parseThreshold(metric: string, expr: string): Threshold {
  const parts = /^\s*(.+?)\s*(<=|>=|==|!=|<|>|\bwithin\b)\s*(\S+?)(?:\s+or\s+(\S+)\s+more)?\s*$/.exec(expr);
  if (parts === null) throw new QuantityError(`"${expr}" is not a condition; write for example "p99 < 100us"`);
  const [, subject = '', sign = '', bound = '', more] = parts;
  const measure = measureOf(metric, subject, expr);
  if ((sign === 'within') !== (measure.kind === 'equivalence')) {
    throw new QuantityError(`"${expr}" cannot be judged; ${sign === 'within' ? 'only an equivalence is "within" a margin' : 'write an equivalence as "probes.stalls tick_to_ack.p50 within 2%"'}`);
  }
  if (more !== undefined && !(measure.kind === 'journal_floor' && measure.figure === 'p50_of_floor' && sign.startsWith('<'))) {
    throw new QuantityError(`"${expr}" cannot be judged; only a journal's p50 has so much "more" than its device's, as in "p50_of_floor <= 115% or 500ns more"`);
  }
  return { metric, expr, measure, comparison: comparisonOf(sign), limit: limitOf(measure, bound), ...(more === undefined ? {} : { orMoreNs: readDurationNs(more) }) };
}

function comparisonOf(sign: string): Comparison {
  if (sign === 'within') return '<=';
  return COMPARISONS.find((known) => known === sign) ?? '!=';
}
