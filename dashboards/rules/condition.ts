/**
 * A rule's condition as PromQL: a query that returns something exactly while the condition holds.
 *
 * What Prometheus sees is coarser than a reading. It scrapes once a second and needs several scrapes to know a rate, so no window is
 * shorter than LEAST_WINDOW_S; a quantile is interpolated within the metrics' buckets; counters go on over all engines met since the
 * collector began. docs/alerting.md says where the two can differ.
 */
import { LATENCY_BOUNDS_NS, LOSS_COUNTERS, QUANTILE_LEVEL, metricByName, type Comparison, type Condition, type Rule } from '../../collector/index.js';
import { burnExpression, burnWindowsExpression } from './burn.js';
import { Inexpressible } from './inexpressible.js';
import { MEASURING, counterSeries, latencySeries, stateSeries } from './metric_series.js';

/** prometheus.yml scrapes and evaluates as often as readings come. */
export const SCRAPE_SECONDS = 1;
/** Four scrapes: one may be missed, and a rate is still there. */
export const LEAST_WINDOW_S = 4 * SCRAPE_SECONDS;

export const NS_PER_S = 1e9;

/**
 * @returns PromQL that is not aggregated any further
 * @throws Inexpressible for what no metric shows
 */
export function expressionOf(rule: Rule): string {
  const { condition } = rule;
  const window = windowSeconds(rule);
  switch (condition.kind) {
    case 'latency': return latencyExpression(condition, window, rule.overSeconds);
    case 'rate': {
      const growth = `sum(rate(${counterSeries(condition.counter)}[${window}s]))`;
      if (condition.per === null) return whileMeasuring(`${growth} ${condition.comparison} ${condition.limit}`, window);
      return whileMeasuring(compared(`${growth} / sum(rate(${counterSeries(condition.per)}[${window}s]))`, condition.comparison, condition.limit), window);
    }
    case 'counter': return `sum(${counterSeries(condition.counter)}) ${condition.comparison} ${condition.limit}`;
    case 'absent': return whileMeasuring(`(sum(increase(${latencySeries(condition.series, 'count')}[${window}s])) or vector(0)) == 0`, window);
    // The heartbeat of the last engine stays when it is gone, and an engine that has ended in good order says so: neither is silent.
    case 'engine_absent': return `time() - max(${metricByName('hopscope_engine_heartbeat_timestamp_seconds').name}) > ${window} and on() (sum(${stateSeries('state!~"starting|done"')}) > 0)`;
    case 'burn': return burnExpression(condition.series, condition.budget, window, condition.comparison, condition.limit);
    case 'burn_windows': return burnWindowsExpression(condition.series, condition.budget);
    case 'event': return eventExpression(condition.event, window);
  }
}

/** The window that Prometheus looks back on for this rule. */
export function windowSeconds({ overSeconds }: Rule): number {
  return Math.max(overSeconds, LEAST_WINDOW_S);
}

/** The collector shows every counter, at 0, whether an engine runs or not: too few is only too few while one has measured for the whole window. */
function whileMeasuring(expression: string, window: number): string {
  return `${expression} and on() (max(min_over_time(${MEASURING}[${window}s])) > 0)`;
}

function latencyExpression(condition: Extract<Condition, { kind: 'latency' }>, window: number, overSeconds: number): string {
  const { series, statistic, comparison, limit } = condition;
  // The limit is for the rule's own window, which may be shorter than the one that a rate needs.
  if (statistic === 'count') return whileMeasuring(`sum(rate(${latencySeries(series, 'count')}[${window}s])) * ${overSeconds} ${comparison} ${limit}`, window);
  refuseEquality(comparison);
  const seconds = limit / NS_PER_S;
  if (statistic === 'mean') {
    const mean = `sum(rate(${latencySeries(series, 'sum')}[${window}s])) / sum(rate(${latencySeries(series, 'count')}[${window}s]))`;
    return `${mean} ${comparison} ${seconds}`;
  }
  refuseBeyondBounds(comparison, limit);
  // The maximum is no metric: the upper edge of the highest bucket that something fell into.
  const level = statistic === 'max' ? 1 : QUANTILE_LEVEL[statistic];
  if (level === undefined) throw new Inexpressible(`no metric shows ${statistic}`);
  return `histogram_quantile(${level}, sum by (le) (rate(${latencySeries(series, 'bucket')}[${window}s]))) ${comparison} ${seconds}`;
}

function refuseEquality(comparison: Comparison): void {
  if (comparison === '==' || comparison === '!=') throw new Inexpressible('Prometheus interpolates and extrapolates: whether a latency equals a limit it cannot know');
}

function refuseBeyondBounds(comparison: Comparison, limitNs: number): void {
  const [lowest, highest] = [LATENCY_BOUNDS_NS[0] ?? 0, LATENCY_BOUNDS_NS.at(-1) ?? 0];
  const above = comparison === '>' || comparison === '>=';
  if (above && limitNs >= highest) throw new Inexpressible(`the metrics' histograms end at ${highest} ns: what is longer they cannot tell apart`);
  if (!above && limitNs <= lowest) throw new Inexpressible(`the metrics' histograms begin at ${lowest} ns: what is shorter they cannot tell apart`);
}

/** Where neither grew the quotient is NaN: it is unequal to everything, and must not hold. Where only the part did it is +Inf, and does. */
function compared(quotient: string, comparison: Comparison, limit: number): string {
  return comparison === '!=' ? `(${quotient} >= 0) != ${limit}` : `${quotient} ${comparison} ${limit}`;
}

function eventExpression(event: Extract<Condition, { kind: 'event' }>['event'], window: number): string {
  switch (event) {
    case 'kill_switch': return `max(${metricByName('hopscope_kill_switch').name}) > 0`;
    case 'losses': return `${LOSS_COUNTERS.map((counter) => `(sum(increase(${counterSeries(counter)}[${window}s])) or vector(0))`).join(' + ')} > 0`;
    case 'breaker': return `max(${metricByName('hopscope_breaker').name}) > 0`;
  }
}
