/** PromQL of the panels. A metric is named through metric(), which knows those of the collector only. */
import { HOPS, SPANS, metricByName } from '../collector/index.js';

/** The collector's job in prometheus.yml. Prometheus and Alertmanager show `process_*` of their own, under jobs of their own. */
export const COLLECTOR_JOB = 'hopscope';
export const OF_COLLECTOR = `job="${COLLECTOR_JOB}"`;

/** In panels: at least four scrapes, as Grafana works it out of the data source's interval. */
const PANEL_WINDOW = '$__rate_interval';

/** @throws RangeError where /metrics shows no such metric */
export function metric(name: string): string {
  return metricByName(name).name;
}

/** A gauge of the collector's own process. */
export function ownProcess(name: string): string {
  return `${metric(name)}{${OF_COLLECTOR}}`;
}

/** Growth a second of a counter. */
export function rateOf(counter: string, labels = '', window = PANEL_WINDOW): string {
  return `rate(${metric(counter)}${labels === '' ? '' : `{${labels}}`}[${window}])`;
}

/**
 * Growth a second of a histogram's buckets.
 *
 * @param series a hop or span, or a dashboard variable: then whichever of both histograms has it
 */
export function latencyOf(series: string, window: string): string {
  const ofHop = `rate(${metric('hopscope_hop_latency_seconds')}_bucket{hop="${series}"}[${window}])`;
  const ofSpan = `rate(${metric('hopscope_span_latency_seconds')}_bucket{span="${series}"}[${window}])`;
  if (series.startsWith('$')) return `${ofHop} or ${ofSpan}`;
  if (HOPS.some(({ name }) => name === series)) return ofHop;
  if (SPANS.some(({ name }) => name === series)) return ofSpan;
  throw new RangeError(`the catalogue has no hop or span ${series}`);
}

/** In seconds, over all engines. */
export function latencyQuantile(level: number, series: string, window = PANEL_WINDOW): string {
  return `histogram_quantile(${level}, sum by (le) (${latencyOf(series, window)}))`;
}

export function quantileByHop(level: number, window = PANEL_WINDOW): string {
  return `histogram_quantile(${level}, sum by (le, hop) (rate(${metric('hopscope_hop_latency_seconds')}_bucket{hop!="feed.due"}[${window}])))`;
}
