/** Percentile curves of the compared sets over each other: the median over a set's runs in full, each of its runs faint behind it. */
import { SPANS } from '../../collector/catalogue.js';
import { validRuns, type ComparedRun, type RunSet } from '../compare/run_set.js';
import { median } from '../statistics/location.js';
import { colourOf } from './comparison_input.js';
import { percentileChart, type CurveSeries } from './curve.js';
import type { CurvePoint } from './input.js';
import { html, type Markup } from './markup.js';
import { ninesOf, ninesOfMax } from './scale.js';

const LARGE = { width: 1120, height: 400 } as const;
const LARGE_NARROW = { width: 360, height: 300 } as const;
const SMALL = { width: 280, height: 180 } as const;

const WHOLE_WAY = 'tick_to_ack';

export function curvesOf(sets: readonly RunSet[]): Markup {
  const others = SPANS.filter(({ name }) => name !== WHOLE_WAY && sets.some((set) => seriesOfSet(set, 0, name, false).length > 0 && curvesOfRuns(set, name).length > 0));
  const series = sets.flatMap((set, i) => seriesOfSet(set, i, WHOLE_WAY, true));
  const chart = { title: `${WHOLE_WAY}: latency by percentile`, series, targets: [], errorNs: errorOf(sets, WHOLE_WAY), nines: ninesFor(sets, WHOLE_WAY) };
  return html`<figure class="readable"><figcaption>${WHOLE_WAY} ${legend(sets)}</figcaption>
<div class="wide">${percentileChart({ ...chart, ...LARGE })}</div><div class="narrow">${percentileChart({ ...chart, ...LARGE_NARROW })}</div><output class="readout"></output></figure>
<div class="charts">${others.map(({ name, description }) => smallChart(sets, name, description))}</div>`;
}

function smallChart(sets: readonly RunSet[], name: string, description: string): Markup {
  const series = sets.flatMap((set, i) => seriesOfSet(set, i, name, false));
  return html`<figure class="readable"><figcaption><b>${name}</b><br><span class="quiet">${description}</span></figcaption>
${percentileChart({ title: `${name}: latency by percentile`, series, targets: [], errorNs: errorOf(sets, name), nines: ninesFor(sets, name), ...SMALL })}<output class="readout"></output></figure>`;
}

/** Where no curve was kept (a lane that records nothing), the figures of the summary stand as marks. */
function seriesOfSet(set: RunSet, index: number, name: string, eachRun: boolean): readonly CurveSeries[] {
  const colour = colourOf(index);
  const curves = curvesOfRuns(set, name);
  const middle = medianCurve(curves);
  if (middle.length === 0) {
    const points = medianCurve(validRuns(set).flatMap((run) => pointsOf(run, name)));
    return points.length === 0 ? [] : [{ label: set.name, points, colour, stroke: 'marks' }];
  }
  const runs = eachRun && curves.length > 1 ? curves.map((points): CurveSeries => ({ label: '', points, colour, stroke: 'faint' })) : [];
  return [...runs, { label: set.name, points: middle, colour, stroke: 'solid' }];
}

/** A quantile rarer than one in the run's orders is only the maximum again, and is left out. */
function curvesOfRuns(set: RunSet, name: string): readonly (readonly CurvePoint[])[] {
  return validRuns(set).flatMap(({ curves, latency_ns }) => {
    const nines = ninesOfMax(latency_ns[name]?.count ?? 0);
    const points = (curves[name] ?? []).map(([q, ns]) => ({ q, ns })).filter(({ q }) => q >= 1 || ninesOf(q) <= nines + 1e-9);
    return points.length === 0 ? [] : [points];
  });
}

function pointsOf({ latency_ns }: ComparedRun, name: string): readonly (readonly CurvePoint[])[] {
  const found = latency_ns[name];
  if (found === undefined || found.count === 0) return [];
  return [[{ q: 0.5, ns: found.p50 }, { q: 0.9, ns: found.p90 }, { q: 0.99, ns: found.p99 }, { q: 0.999, ns: found.p999 }, { q: 1, ns: found.max }]];
}

/** The median over the runs at each level that all of them have. */
function medianCurve(curves: readonly (readonly CurvePoint[])[]): readonly CurvePoint[] {
  const byLevel = new Map<number, number[]>();
  for (const { q, ns } of curves.flat()) byLevel.set(q, [...(byLevel.get(q) ?? []), ns]);
  return [...byLevel].filter(([, values]) => values.length === curves.length).map(([q, values]) => ({ q, ns: median(values) })).sort((a, b) => a.q - b.q);
}

function ninesFor(sets: readonly RunSet[], name: string): number {
  return ninesOfMax(Math.max(100, ...sets.flatMap((set) => validRuns(set).map(({ latency_ns }) => latency_ns[name]?.count ?? 0))));
}

function errorOf(sets: readonly RunSet[], name: string): number {
  return Math.max(0, ...sets.flatMap((set) => validRuns(set).map(({ latency_ns }) => latency_ns[name]?.error ?? 0)));
}

export function legend(sets: readonly RunSet[]): Markup {
  return html`<ul class="legend">${sets.map((set, i) => html`<li><svg width="26" height="8" aria-hidden="true"><line class="curve ${colourOf(i)} solid" x1="1" x2="25" y1="4" y2="4"/></svg>${set.name}, ${set.link}</li>`)}</ul>`;
}
