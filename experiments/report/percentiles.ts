/** The section of percentile curves: the whole way first, then one small chart a span and a hop. */
import { percentileChart, type CurveChart, type CurveSeries } from './curve.js';
import type { CurvePoint, ReportInput, VariantDetail } from './input.js';
import { html, type Markup } from './markup.js';
import { ninesOf, ninesOfMax } from './scale.js';
import { runOf } from './run.js';
import { targetOf, type Target } from './target.js';

const WHOLE_WAY: ReadonlySet<string> = new Set(['tick_to_ack', 'tick_to_ack_response']);

/** Two drawings of the same chart; the style sheet shows the one that fits. Text keeps its size on a phone. */
const LARGE = { width: 1120, height: 400 } as const;
const LARGE_NARROW = { width: 360, height: 300 } as const;
const SMALL = { width: 280, height: 180 } as const;

/** The machine's own tail as far as it is known: a curve, or else the three quantiles of the summary. */
function floorPoints(input: ReportInput, detail: VariantDetail): readonly CurvePoint[] {
  if (detail.floorCurve !== undefined) return detail.floorCurve;
  const floor = runOf(input.summary, detail)?.floor.jitter_ns;
  if (floor === undefined || floor.max <= 0) return [];
  return [
    { q: 0.99, ns: floor.p99 },
    { q: 0.999, ns: floor.p999 },
    { q: 1, ns: floor.max },
  ].filter((point) => point.ns > 0);
}

/** A quantile rarer than one in `count` is only the maximum again: it is left out, and the maximum stands at the right edge. */
function observed(points: readonly CurvePoint[], count: number): readonly CurvePoint[] {
  return points.filter((point) => point.q >= 1 || ninesOf(point.q) <= ninesOfMax(count) + 1e-9);
}

function countOf(input: ReportInput, detail: VariantDetail, name: string): number {
  return runOf(input.summary, detail)?.latency_ns[name]?.count ?? 0;
}

function curveOf(input: ReportInput, detail: VariantDetail, name: string): readonly CurvePoint[] {
  return observed(detail.curves[name] ?? [], countOf(input, detail, name));
}

/** The variant's place in the summary is its colour everywhere in the report. */
function colourOf(input: ReportInput, detail: VariantDetail): string {
  const index = input.summary.variants.findIndex((variant) => variant.name === detail.name);
  return `v${Math.max(index, 0) % 6}`;
}

function labelOf(input: ReportInput, detail: VariantDetail, what: string): string {
  return input.variants.length > 1 ? `${detail.name} ${what}`.trim() : what;
}

function wholeWaySeries(input: ReportInput): readonly CurveSeries[] {
  return input.variants.flatMap((detail) => {
    const colour = colourOf(input, detail);
    const points = (name: string): readonly CurvePoint[] => curveOf(input, detail, name);
    const floorColour = input.variants.length > 1 ? colour : 'floor';
    return [
      { label: labelOf(input, detail, 'service'), points: points('tick_to_ack'), colour, stroke: 'solid' },
      { label: labelOf(input, detail, 'response'), points: points('tick_to_ack_response'), colour, stroke: 'dashed' },
      { label: labelOf(input, detail, 'jitter floor'), points: floorPoints(input, detail), colour: floorColour, stroke: detail.floorCurve === undefined ? 'marks' : 'dotted' },
    ] satisfies CurveSeries[];
  });
}

/** The axis reaches as far as the largest of the variants has orders to show. */
function ninesFor(input: ReportInput, names: readonly string[]): number {
  return ninesOfMax(Math.max(...input.variants.flatMap((detail) => names.map((name) => countOf(input, detail, name))), 100));
}

function errorFor(input: ReportInput, name: string): number {
  return Math.max(0, ...input.variants.map((detail) => runOf(input.summary, detail)?.latency_ns[name]?.error ?? 0));
}

function targetsFor(input: ReportInput, metrics: ReadonlySet<string>): readonly Target[] {
  const marks = new Map<string, Target>();
  for (const threshold of input.summary.thresholds) {
    const target = metrics.has(threshold.metric) ? targetOf(threshold.expr) : null;
    if (target !== null) marks.set(`${target.q} ${target.ns}`, target);
  }
  return [...marks.values()];
}

function swatch(series: CurveSeries): Markup {
  if (series.stroke === 'marks') return html`<svg width="10" height="10" aria-hidden="true"><g class="marks ${series.colour}"><circle cx="5" cy="5" r="4"/></g></svg>`;
  return html`<svg width="26" height="8" aria-hidden="true"><line class="curve ${series.colour} ${series.stroke}" x1="1" x2="25" y1="4" y2="4"/></svg>`;
}

function legend(series: readonly CurveSeries[], targets: readonly Target[]): Markup {
  const drawn = series.filter((one) => one.points.length > 0);
  return html`<ul class="legend">${drawn.map((one) => html`<li>${swatch(one)}${one.label}</li>`)}
${targets.length > 0 ? html`<li><svg width="26" height="10" aria-hidden="true"><g class="target"><line x1="2" x2="24" y1="2" y2="2"/><path d="M9,4 h8 l-4,6 z"/></g></svg>target</li>` : null}</ul>`;
}

function wholeWay(input: ReportInput): Markup {
  const series = wholeWaySeries(input);
  const chart: Omit<CurveChart, 'width' | 'height'> = {
    title: 'tick_to_ack: latency by percentile',
    series,
    targets: targetsFor(input, WHOLE_WAY),
    errorNs: errorFor(input, 'tick_to_ack'),
    nines: ninesFor(input, [...WHOLE_WAY]),
  };
  return html`<figure class="readable"><figcaption>tick_to_ack ${legend(series, chart.targets)}</figcaption>
<div class="wide">${percentileChart({ ...chart, ...LARGE })}</div><div class="narrow">${percentileChart({ ...chart, ...LARGE_NARROW })}</div>
<output class="readout"></output></figure>`;
}

function smallChart(input: ReportInput, name: string, description: string): Markup {
  const series: readonly CurveSeries[] = input.variants.map((detail) => ({
    label: input.variants.length > 1 ? detail.name : name,
    points: curveOf(input, detail, name),
    colour: colourOf(input, detail),
    stroke: 'solid',
  }));
  const chart: CurveChart = {
    title: `${name}: latency by percentile`,
    series,
    targets: targetsFor(input, new Set([name])),
    errorNs: errorFor(input, name),
    nines: ninesFor(input, [name]),
    ...SMALL,
  };
  return html`<figure class="readable"><figcaption><b>${name}</b><br><span class="quiet">${description}</span></figcaption>
${percentileChart(chart)}<output class="readout"></output></figure>`;
}

export function percentilesSection(input: ReportInput): Markup {
  const spans = input.spans.filter((span) => !WHOLE_WAY.has(span.name));
  const hops = input.hops.filter((hop) => hop.predecessor !== null);
  return html`<section id="curves"><h2>Percentile curves</h2>
<p class="note">Across: percentile, each mark ten times rarer than the one before; the right edge is the slowest order. Up: latency, logarithmic. Shaded: finer than the clock resolves.</p>
${wholeWay(input)}
<div class="charts">${spans.map((span) => smallChart(input, span.name, span.description))}</div>
<details><summary>One chart a hop</summary><div class="charts">${hops.map((hop) => smallChart(input, hop.name, hop.description))}</div></details>
</section>`;
}
