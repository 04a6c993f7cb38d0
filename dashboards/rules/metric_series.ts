/** PromQL selectors of what rules watch: a hop's or span's histogram, a counter, the engines' state. */
import { HOPS, counterSelector, metricByName } from '../../collector/index.js';
import { Inexpressible } from './inexpressible.js';

/** A histogram's series of one hop or span: `hopscope_span_latency_seconds_count{span="tick_to_ack"}`. */
export function latencySeries(series: string, part: 'bucket' | 'count' | 'sum', matcher = ''): string {
  const kind = HOPS.some(({ name }) => name === series) ? 'hop' : 'span';
  return `${metricByName(`hopscope_${kind}_latency_seconds`).name}_${part}{${kind}="${series}"${matcher === '' ? '' : `,${matcher}`}}`;
}

/** `hopscope_rejects_total{reason="venue"}` */
export function counterSeries(counter: string): string {
  const found = counterSelector(counter);
  if (found === undefined) throw new Inexpressible(`no metric shows the counter ${counter}`);
  return found.matchers === '' ? found.metric : `${found.metric}{${found.matchers}}`;
}

/** Engines in one state: `hopscope_engine_state{state="measure"}`. */
export function stateSeries(matcher: string): string {
  return `${metricByName('hopscope_engine_state').name}{${matcher}}`;
}

export const MEASURING = stateSeries('state="measure"');
