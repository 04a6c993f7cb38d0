/** What a comparison compares: a statistic of a hop or span, written `tick_to_ack.p99`. */
import { QuantityError, TIMED_SERIES, oneOf } from '../../collector/index.js';

const COMPARED_STATISTICS = ['p50', 'p90', 'p99', 'p999', 'max'] as const;
export type ComparedStatistic = (typeof COMPARED_STATISTICS)[number];

export interface Metric {
  /** A hop or a span. */
  readonly series: string;
  readonly statistic: ComparedStatistic;
}

/** Fails with a QuantityError that says what to write. */
export function parseMetric(text: string): Metric {
  const [, series = '', statistic = ''] = /^(.+)\.([a-z0-9]+)$/.exec(text.trim()) ?? [];
  if (series === '') throw new QuantityError(`"${text}" is no metric; write a hop or span and a statistic, for example tick_to_ack.p99`);
  return { series: oneOf(series, TIMED_SERIES, 'hop or span'), statistic: oneOf(statistic, COMPARED_STATISTICS, 'statistic') };
}

export function metricName({ series, statistic }: Metric): string {
  return `${series}.${statistic}`;
}
