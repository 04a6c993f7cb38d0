/**
 * Made-up metrics under which a rule's condition holds, or does not, with the value that Prometheus then works out: what the generated
 * `promtool test rules` file feeds it with.
 */
import { LATENCY_BOUNDS_NS, LOSS_COUNTERS, QUANTILE_LEVEL, boundLabel, holds, type Budget, type Comparison, type Condition, type Rule } from '../../collector/index.js';
import { boundOf, leftBy } from './burn.js';
import { NS_PER_S, windowSeconds } from './condition.js';
import { MEASURING, counterSeries, latencySeries } from './metric_series.js';
import { concreteSeries, matchesSelector } from './selector.js';

/** A series that begins with `start` and grows by `step` every second. */
export interface Samples {
  readonly series: string;
  readonly start: number;
  readonly step: number;
}

export interface Example {
  readonly samples: readonly Samples[];
  /** What `$value` is so long after the beginning. */
  readonly value: (atSeconds: number) => number;
}

/** Undefined for what cannot be: a condition that always holds has no quiet example. */
export interface Examples {
  readonly breach: Example | undefined;
  readonly quiet: Example | undefined;
}

/** Orders a second of the examples. */
const ORDERS = 10;
/** An engine that measures all the time. */
const MEASURES: Samples = { series: MEASURING, start: 1, step: 0 };

export function examplesOf(rule: Rule): Examples {
  const { condition } = rule;
  const window = windowSeconds(rule);
  switch (condition.kind) {
    case 'latency': return ofLatency(condition, rule.overSeconds);
    case 'rate': return condition.per === null ? ofRate(condition.counter, condition.comparison, condition.limit) : ofShare(condition.counter, condition.per, condition.comparison, condition.limit);
    case 'counter': return chosen(condition.comparison, condition.limit, (value) => constant(concreteSeries(counterSeries(condition.counter)), Math.round(value)));
    case 'absent': {
      const counted = (step: number): Samples => ({ series: latencySeries(condition.series, 'count'), start: 5, step });
      return { breach: example([MEASURES, counted(0)], 0), quiet: example([MEASURES, counted(ORDERS)], 0) };
    }
    case 'engine_absent': {
      const beats = (step: number): readonly Samples[] => [{ series: 'hopscope_engine_heartbeat_timestamp_seconds', start: 0, step }, MEASURES];
      return { breach: { samples: beats(0), value: (atSeconds) => atSeconds }, quiet: example(beats(1), 0) };
    }
    case 'burn': return ofBurn(condition.series, condition.budget, (burn) => holds(burn, condition.comparison, condition.limit));
    case 'burn_windows': return ofBurn(condition.series, condition.budget, (burn) => condition.budget.windows.some((entry) => burn > entry.burn));
    case 'event': return condition.event === 'losses' ? ofLosses(window) : ofSwitch(condition.event === 'breaker' ? 'hopscope_breaker' : 'hopscope_kill_switch');
  }
}

function ofLatency(condition: Extract<Condition, { kind: 'latency' }>, overSeconds: number): Examples {
  const { series, statistic, comparison, limit } = condition;
  if (statistic === 'count') {
    return chosen(comparison, limit, (value) => ({ samples: [MEASURES, { series: latencySeries(series, 'count'), start: 0, step: value / overSeconds }], value: () => value }));
  }
  if (statistic === 'mean') {
    return chosen(comparison, limit / NS_PER_S, (mean) => ({
      samples: [{ series: latencySeries(series, 'sum'), start: 0, step: mean * ORDERS }, { series: latencySeries(series, 'count'), start: 0, step: ORDERS }],
      value: () => mean,
    }));
  }
  const level = statistic === 'max' ? 1 : (QUANTILE_LEVEL[statistic] ?? 1);
  const all = LATENCY_BOUNDS_NS.map((_, index) => index);
  // The nearest to the limit on either side: there the rule has to tell them apart.
  const distance = ({ value }: Example): number => Math.abs(Math.log((value(0) * NS_PER_S) / Math.max(limit, 1)));
  const inBuckets = [...all, LATENCY_BOUNDS_NS.length].map((index) => inBucket(series, index, level)).sort((a, b) => distance(a) - distance(b));
  return {
    breach: inBuckets.find(({ value }) => holds(value(0) * NS_PER_S, comparison, limit) && clearOf(value(0), limit)),
    quiet: inBuckets.find(({ value }) => !holds(value(0) * NS_PER_S, comparison, limit) && clearOf(value(0), limit)),
  };
}

/** Not so near that rounding decides. */
function clearOf(seconds: number, limitNs: number): boolean {
  return Math.abs(seconds * NS_PER_S - limitNs) > limitNs * 1e-6;
}

/** All orders in one bucket: Prometheus interpolates between its edges. One in the last bucket, which has no upper edge, shows the lower. */
function inBucket(series: string, index: number, level: number): Example {
  const edge = (at: number): number | undefined => LATENCY_BOUNDS_NS[at];
  const [low, high] = [edge(index - 1), edge(index)];
  const bucket = (le: string, step: number): Samples => ({ series: latencySeries(series, 'bucket', `le="${le}"`), start: 0, step });
  const samples = [...(low === undefined ? [] : [bucket(boundLabel(low), 0)]), ...(high === undefined ? [] : [bucket(boundLabel(high), ORDERS)]), bucket('+Inf', ORDERS)];
  const from = (low ?? 0) / NS_PER_S;
  return example(samples, high === undefined ? from : from + (high / NS_PER_S - from) * level);
}

function ofRate(counter: string, comparison: Comparison, limit: number): Examples {
  const series = concreteSeries(counterSeries(counter));
  return chosen(comparison, limit, (value) => ({ samples: [MEASURES, { series, start: 0, step: value }], value: () => value }));
}

function ofShare(counter: string, per: string, comparison: Comparison, limit: number): Examples {
  const [part, whole] = [concreteSeries(counterSeries(counter)), concreteSeries(counterSeries(per))];
  if (part === whole) return { breach: undefined, quiet: undefined };
  // A part that counts within the whole, as `lost` does within `drained`, adds to it.
  const within = matchesSelector(part, counterSeries(per));
  return chosen(comparison, limit, (value) => {
    const grown = within ? Math.min(value, 0.99) : value;
    const step = within ? (grown * 100) / (1 - grown) : grown * 100;
    return { samples: [MEASURES, { series: part, start: 0, step }, { series: whole, start: 0, step: 100 }], value: () => grown };
  });
}

function ofBurn(series: string, budget: Budget, breaks: (burn: number) => boolean): Examples {
  const bucket = latencySeries(series, 'bucket', `le="${boundLabel(boundOf(budget.withinNs))}"`);
  const counted = { series: latencySeries(series, 'count'), start: 0, step: ORDERS };
  const all = example([{ series: bucket, start: 0, step: 0 }, counted], 1 / leftBy(budget));
  const none = example([{ series: bucket, start: 0, step: ORDERS }, counted], 0);
  return { breach: [all, none].find(({ value }) => breaks(value(0))), quiet: [none, all].find(({ value }) => !breaks(value(0))) };
}

function ofLosses(window: number): Examples {
  const [lost = '', ...others] = LOSS_COUNTERS.map((counter) => concreteSeries(counterSeries(counter)));
  const still = others.map((series) => ({ series, start: 3, step: 0 }));
  return { breach: example([{ series: lost, start: 0, step: 1 }, ...still], window), quiet: example([{ series: lost, start: 7, step: 0 }, ...still], 0) };
}

function ofSwitch(gauge: string): Examples {
  return { breach: constant(gauge, 1), quiet: constant(gauge, 0) };
}

/** Of values around the limit the first for which the condition holds, and the first for which it does not. */
function chosen(comparison: Comparison, limit: number, of: (value: number) => Example): Examples {
  const candidates = [2 * limit + (limit === 0 ? 1 : 0), limit / 2, limit, 0].map(of);
  return {
    breach: candidates.find(({ value }) => holds(value(0), comparison, limit)),
    quiet: candidates.find(({ value }) => !holds(value(0), comparison, limit)),
  };
}

function constant(series: string, value: number): Example {
  return example([{ series, start: value, step: 0 }], value);
}

function example(samples: readonly Samples[], value: number): Example {
  return { samples, value: () => value };
}
