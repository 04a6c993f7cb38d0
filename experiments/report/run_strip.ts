/** Every run of a metric as a dot, in the order in which the runs were made: drift and wild runs are seen before they are tested for. */
import type { RunSet } from '../compare/run_set.js';
import type { Metric } from '../spec/metric.js';
import { metricName } from '../spec/metric.js';
import { colourOf } from './comparison_input.js';
import { html, type Markup } from './markup.js';
import { formatNs, formatRoundNs } from './quantity.js';
import { logScale } from './scale.js';

const SIZE = { width: 540, height: 190 } as const;
const MARGIN = { left: 52, right: 12, top: 10, bottom: 12 } as const;

/** Null where no run has the metric. */
export function runStrip(sets: readonly RunSet[], metric: Metric): Markup | null {
  const sources = [...new Set(sets.map(({ source }) => source))];
  const dots = sets.flatMap((set, colour) => set.runs.flatMap((run) => {
    const latency = run.latency_ns[metric.series];
    return latency === undefined || latency.count === 0 ? [] : [{ set, colour, run, place: sources.indexOf(set.source), ns: latency[metric.statistic] }];
  })).sort((a, b) => a.place - b.place || a.run.order - b.run.order);
  if (dots.length === 0) return null;
  const values = dots.map(({ ns }) => ns);
  const y = logScale(Math.min(...values), Math.max(...values), SIZE.height - MARGIN.bottom, MARGIN.top);
  const right = SIZE.width - MARGIN.right;
  const x = (i: number): number => MARGIN.left + 8 + ((right - MARGIN.left - 16) * i) / Math.max(1, dots.length - 1);
  return html`<figure><figcaption><b>${metricName(metric)}</b> <span class="quiet">by run, in the order made</span></figcaption>
<svg class="chart strip" viewBox="0 0 ${SIZE.width} ${SIZE.height}" role="img" aria-label="${metricName(metric)} of each run">
<g class="grid">${y.ticks.map((ns) => html`<line x1="${MARGIN.left}" x2="${right}" y1="${y.at(ns).toFixed(1)}" y2="${y.at(ns).toFixed(1)}"/>`)}</g>
<g class="ticks">${y.ticks.map((ns) => html`<text x="${MARGIN.left - 6}" y="${(y.at(ns) + 3.5).toFixed(1)}" text-anchor="end">${formatRoundNs(ns)}</text>`)}</g>
${dots.map(({ set, colour, run, ns }, i) => html`<circle class="${colourOf(colour)}" cx="${x(i).toFixed(1)}" cy="${y.at(ns).toFixed(1)}" r="4.5"><title>${set.name} ${run.run_id}: ${formatNs(ns)}${run.valid ? '' : ', invalid'}</title></circle>`)}</svg></figure>`;
}
