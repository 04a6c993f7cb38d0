/**
 * The percentile chart: latency (logarithmic) over how rare it is (each step to the right is ten times rarer). A curve that stays flat
 * to the right edge is a system without a tail.
 */
import type { CurvePoint } from './input.js';
import { html, type Markup } from './markup.js';
import { formatNs, formatRoundNs } from './quantity.js';
import { logScale, ninesOf, percentLabel, probabilityScale, spacedTicks, type Scale } from './scale.js';
import type { Target } from './target.js';

/** How a curve is drawn: the colour tells the variant, the stroke what is measured. `marks`: only the points are known, so no line is drawn between them; `faint`: one of many behind another curve, not read out. */
export type CurveStroke = 'solid' | 'dashed' | 'dotted' | 'marks' | 'faint';

export interface CurveSeries {
  readonly label: string;
  readonly points: readonly CurvePoint[];
  /** Colour slot of the style sheet: `v0`… for variants, `floor` for the machine. */
  readonly colour: string;
  readonly stroke: CurveStroke;
}

export interface CurveChart {
  /** Said by screen readers, and the tooltip of the chart as a whole. */
  readonly title: string;
  readonly series: readonly CurveSeries[];
  readonly targets: readonly Target[];
  /** Nothing below this can be told apart from anything else below it; 0 where it is not known. */
  readonly errorNs: number;
  /** How many nines the axis reaches: log10 of the number of observations. */
  readonly nines: number;
  readonly width: number;
  readonly height: number;
}

const MARGIN = { left: 52, right: 14, top: 12, bottom: 26 } as const;

/** A percentile's label in the chart's 11.5 px monospaced font, and a gap. */
function labelWidth(q: number): number {
  return 7 * percentLabel(q).length + 6;
}

/** Straight pieces between two points of the curve, in the chart's own (logarithmic) units. */
function polyline(points: readonly CurvePoint[], x: Scale, y: Scale): string {
  return points.map((point) => `${x.at(point.q).toFixed(1)},${y.at(point.ns).toFixed(1)}`).join(' ');
}

/** `nines:ns` pairs for the read-out under the pointer; the same numbers that are drawn. */
function readoutData(points: readonly CurvePoint[], nines: number): string {
  return points.map((point) => `${(point.q >= 1 ? nines : ninesOf(point.q)).toFixed(4)}:${Math.round(point.ns)}`).join(' ');
}

/** Marks stay out of the read-out: a value between two of them would be made up. Each has a tooltip of its own. */
function curveMark(series: CurveSeries, chart: CurveChart, x: Scale, y: Scale): Markup {
  if (series.stroke === 'faint') return html`<polyline class="curve ${series.colour} faint" points="${polyline(series.points, x, y)}"/>`;
  if (series.stroke !== 'marks') {
    return html`<polyline class="curve ${series.colour} ${series.stroke}" points="${polyline(series.points, x, y)}" data-label="${series.label}" data-points="${readoutData(series.points, chart.nines)}"/>`;
  }
  const marks = series.points.map((point) => html`<circle cx="${x.at(point.q).toFixed(1)}" cy="${y.at(point.ns).toFixed(1)}" r="4"><title>${series.label} ${formatNs(point.ns)}</title></circle>`);
  return html`<g class="marks ${series.colour}">${marks}</g>`;
}

function targetMark(target: Target, x: Scale, y: Scale): Markup {
  const [cx, cy] = [x.at(target.q), y.at(target.ns)];
  return html`<g class="target"><title>target: p${percentLabel(target.q)} below ${formatNs(target.ns)}</title>
<line x1="${cx - 11}" x2="${cx + 11}" y1="${cy}" y2="${cy}"/><path d="M${cx - 4},${cy + 2} h8 l-4,6 z"/></g>`;
}

export function percentileChart(chart: CurveChart): Markup {
  const drawn = chart.series.filter((series) => series.points.length > 0);
  if (drawn.length === 0) return html`<p class="empty">Not stamped in this lane.</p>`;
  const values = drawn.flatMap((series) => series.points.map((point) => point.ns));
  const limits = chart.targets.map((target) => target.ns);
  const [right, bottom] = [chart.width - MARGIN.right, chart.height - MARGIN.bottom];
  const x = probabilityScale(chart.nines, MARGIN.left, right);
  const y = logScale(Math.min(...values, ...limits), Math.max(...values, ...limits), bottom, MARGIN.top);
  const noiseTop = y.at(chart.errorNs);
  return html`<svg class="chart" viewBox="0 0 ${chart.width} ${chart.height}" role="img" aria-label="${chart.title}"
 data-left="${MARGIN.left}" data-right="${right}" data-nines="${Math.max(chart.nines, 1).toFixed(4)}">
${noiseTop < bottom ? html`<rect class="noise" x="${MARGIN.left}" y="${noiseTop.toFixed(1)}" width="${right - MARGIN.left}" height="${(bottom - noiseTop).toFixed(1)}"><title>below ${formatNs(chart.errorNs)}: finer than the clock resolves</title></rect>` : null}
<g class="grid">${y.ticks.map((ns) => html`<line x1="${MARGIN.left}" x2="${right}" y1="${y.at(ns).toFixed(1)}" y2="${y.at(ns).toFixed(1)}"/>`)}${x.ticks.map((q) => html`<line x1="${x.at(q).toFixed(1)}" x2="${x.at(q).toFixed(1)}" y1="${MARGIN.top}" y2="${bottom}"/>`)}</g>
<g class="ticks">${y.ticks.map((ns) => html`<text x="${MARGIN.left - 6}" y="${(y.at(ns) + 3.5).toFixed(1)}" text-anchor="end">${formatRoundNs(ns)}</text>`)}${spacedTicks(x, labelWidth).map((q) => html`<text x="${x.at(q).toFixed(1)}" y="${bottom + 15}" text-anchor="middle">${percentLabel(q)}</text>`)}</g>
${drawn.map((series) => curveMark(series, chart, x, y))}
${chart.targets.map((target) => targetMark(target, x, y))}
<line class="cursor" x1="0" x2="0" y1="${MARGIN.top}" y2="${bottom}"/></svg>`;
}
