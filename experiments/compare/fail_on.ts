/**
 * `--fail-on "tick_to_ack.p99 > +5%"`: what a comparison must not have become.
 *
 * It fails where the verdict says that there is a difference and the *whole* interval lies beyond the limit: "more than 5 % worse" has then been
 * shown. A middle of +6 % with an interval from +2 % has not shown it, and a gate that fails on it would fail a build on chance; whoever wants
 * any proven slowdown to fail writes "> 0%". What was refused, or has too few runs for any verdict, can neither pass nor fail it.
 */
import { QuantityError, readDurationNs } from '../../collector/index.js';
import { metricName, parseMetric, type Metric } from '../spec/metric.js';
import { LEAST_RUNS } from '../statistics/samples.js';
import type { Comparison, MetricComparison } from './comparison.js';

export interface FailOn {
  /** As it was written. */
  readonly expr: string;
  readonly metric: Metric;
  readonly sign: '>' | '<';
  /** A share of the base's figure, or ns. */
  readonly unit: 'share' | 'ns';
  readonly limit: number;
}

export interface FailOnOutcome {
  readonly expr: string;
  readonly other: string;
  /** `open`: the middle lies beyond the limit, and it is not shown. */
  readonly outcome: 'holds' | 'open' | 'failed' | 'unranked';
  /** Why it was not ranked; empty where it was. */
  readonly because: string;
}

/** Fails with a QuantityError that says what to write. */
export function parseFailOn(expr: string): FailOn {
  const [, name = '', sign = '', plus = '', number = '', unit = ''] = /^\s*(\S+)\s*([<>])\s*([+-]?)\s*(\d+(?:\.\d+)?)\s*(%|ns|us|µs|ms)\s*$/.exec(expr) ?? [];
  if (name === '') throw new QuantityError(`"${expr}" is no limit of a difference; write for example "tick_to_ack.p99 > +5%" or "tick_to_ack.p50 > +500ns"`);
  const size = unit === '%' ? Number(number) / 100 : readDurationNs(`${number}${unit}`);
  return { expr, metric: parseMetric(name), sign: sign === '<' ? '<' : '>', unit: unit === '%' ? 'share' : 'ns', limit: plus === '-' ? -size : size };
}

/** One outcome for each set that was compared with a base. */
export function judgeFailOn(limits: readonly FailOn[], { pairs }: Comparison): readonly FailOnOutcome[] {
  return limits.flatMap((limit) => pairs.map(({ other, metrics }) => {
    const found = metrics.find(({ metric }) => metric === metricName(limit.metric));
    const because = found === undefined ? 'this was not measured in both' : unrankedBecause(found);
    return { expr: limit.expr, other, because, outcome: found === undefined || because !== '' ? 'unranked' as const : outcomeOf(limit, found) };
  }));
}

/** With fewer runs nothing is ever shown: a limit that cannot fail must not be said to hold. */
function unrankedBecause({ verdict, base, other }: MetricComparison): string {
  if (verdict === 'unranked' || verdict === null) return 'this was not ranked';
  return Math.min(base.runs, other.runs) < LEAST_RUNS ? `needs ${LEAST_RUNS} runs; set repeat.runs=10` : '';
}

function outcomeOf({ sign, unit, limit }: FailOn, { verdict, difference, share }: MetricComparison): FailOnOutcome['outcome'] {
  const { low, middle, high } = unit === 'share' ? share : difference;
  const beyond = sign === '>' ? middle > limit : middle < limit;
  const whole = sign === '>' ? low !== null && low > limit : high !== null && high < limit;
  if (whole && (verdict === 'worse' || verdict === 'better')) return 'failed';
  return beyond ? 'open' : 'holds';
}
