/** The load curve: latency (logarithmic) over rate, up to the highest rate that was held. Where the lines turn up is where queues begin to stand. */
import type { LatencyNs, LoadPoint, LoadSummary } from '../summary.js';
import type { ReportInput } from './input.js';
import { html, type Markup } from './markup.js';
import { formatNs, formatRate, formatRoundNs } from './quantity.js';
import { linearTicks, logScale, type Scale } from './scale.js';

/** Two drawings of the same chart; the style sheet shows the one that fits. Text keeps its size on a phone. */
const WIDE = { width: 1120, height: 380 } as const;
const NARROW = { width: 360, height: 300 } as const;
const MARGIN = { left: 52, right: 14, top: 22, bottom: 26 } as const;

const QUANTILES = [{ key: 'p50', label: 'p50', colour: 'v0' }, { key: 'p99', label: 'p99', colour: 'v1' }, { key: 'p999', label: 'p99.9', colour: 'v2' }] as const;
const KINDS = [{ key: 'service_ns', label: 'service', stroke: 'solid' }, { key: 'response_ns', label: 'response', stroke: 'dashed' }] as const;

interface Line {
  readonly label: string;
  readonly colour: string;
  readonly stroke: string;
  readonly points: readonly { readonly ratePps: number; readonly ns: number }[];
}

function linesOf({ points }: LoadSummary): readonly Line[] {
  return QUANTILES.flatMap((quantile) => KINDS.map(({ key, label, stroke }) => ({
    label: `${label} ${quantile.label}`, colour: quantile.colour, stroke,
    points: points.flatMap((point) => {
      const latency: LatencyNs | null = point[key];
      return latency === null ? [] : [{ ratePps: point.rate_pps, ns: latency[quantile.key] }];
    }),
  }))).filter(({ points: drawn }) => drawn.length > 0);
}

/** Between two points a straight line: what is between them was not measured, and the marks say where it was. */
function lineMark({ label, colour, stroke, points }: Line, x: (ratePps: number) => number, y: Scale): Markup {
  const at = points.map(({ ratePps, ns }) => ({ ratePps, ns, cx: x(ratePps).toFixed(1), cy: y.at(ns).toFixed(1) }));
  return html`<polyline class="curve ${colour} ${stroke}" points="${at.map(({ cx, cy }) => `${cx},${cy}`).join(' ')}"/>
<g class="marks ${colour}">${at.map(({ ratePps, ns, cx, cy }) => html`<circle cx="${cx}" cy="${cy}" r="4"><title>${label} at ${formatRate(ratePps)}: ${formatNs(ns)}</title></circle>`)}</g>`;
}

function chart(load: LoadSummary, lines: readonly Line[], { width, height }: { readonly width: number; readonly height: number }): Markup {
  const values = lines.flatMap(({ points }) => points.map(({ ns }) => ns));
  const [right, bottom] = [width - MARGIN.right, height - MARGIN.bottom];
  const x = (ratePps: number): number => MARGIN.left + ((right - MARGIN.left) * ratePps) / load.maximum_pps;
  const y = logScale(Math.min(...values), Math.max(...values), bottom, MARGIN.top);
  const rates = linearTicks(load.maximum_pps, width > 600 ? 10 : 4);
  const limit = `${load.at_least ? 'held, and the highest tried' : 'highest rate held'}: ${formatRate(load.maximum_pps)}`;
  return html`<svg class="chart" viewBox="0 0 ${width} ${height}" role="img" aria-label="latency over packet rate">
<g class="grid">${y.ticks.map((ns) => html`<line x1="${MARGIN.left}" x2="${right}" y1="${y.at(ns).toFixed(1)}" y2="${y.at(ns).toFixed(1)}"/>`)}${rates.map((rate) => html`<line x1="${x(rate).toFixed(1)}" x2="${x(rate).toFixed(1)}" y1="${MARGIN.top}" y2="${bottom}"/>`)}</g>
<g class="ticks">${y.ticks.map((ns) => html`<text x="${MARGIN.left - 6}" y="${(y.at(ns) + 3.5).toFixed(1)}" text-anchor="end">${formatRoundNs(ns)}</text>`)}${rates.map((rate) => rateTick(rate, x(rate), right, bottom))}</g>
<g class="target"><title>${limit}</title><line x1="${right}" x2="${right}" y1="${MARGIN.top}" y2="${bottom}"/></g>
<text x="${right}" y="${MARGIN.top - 8}" text-anchor="end">${limit}</text>
${lines.map((line) => lineMark(line, x, y))}</svg>`;
}

/** One that would reach over the edge ends at it. */
function rateTick(rate: number, at: number, right: number, bottom: number): Markup {
  const beyond = at + 28 > right;
  return html`<text x="${(beyond ? right : at).toFixed(1)}" y="${bottom + 15}" text-anchor="${beyond ? 'end' : 'middle'}">${rate === 0 ? '0' : formatRate(rate)}</text>`;
}

function legend(lines: readonly Line[]): Markup {
  return html`<ul class="legend">${lines.map(({ label, colour, stroke }) => html`<li><svg width="26" height="8" aria-hidden="true"><line class="curve ${colour} ${stroke}" x1="1" x2="25" y1="4" y2="4"/></svg>${label}</li>`)}</ul>`;
}

function pointRow({ variant, rate_pps: rate, sent_pps: sent, service_ns: service, response_ns: response, valid }: LoadPoint): Markup {
  const cells = [service, response].map((latency) => QUANTILES.map(({ key }) => html`<td class="number">${latency === null ? '–' : formatNs(latency[key])}</td>`));
  return html`<tr><th scope="row">${variant}${valid ? null : html` <span class="bad">invalid</span>`}</th><td class="number">${formatRate(rate)}</td><td class="number">${formatRate(sent)}</td>${cells}</tr>`;
}

function pointTable({ points }: LoadSummary): Markup {
  const heads = KINDS.flatMap(({ label }) => QUANTILES.map((quantile) => html`<th class="number">${label} ${quantile.label}</th>`));
  return html`<div class="scroll"><table><thead><tr><th>load</th><th class="number">rate</th><th class="number">sent</th>${heads}</tr></thead><tbody>${points.map(pointRow)}</tbody></table></div>`;
}

function probeList({ probes }: LoadSummary): Markup {
  const rows = probes.map(({ rate_pps: rate, holds, because }, i) => html`<tr><td class="number">${i + 1}</td><td class="number">${formatRate(rate)}</td><td class="${holds ? 'ok' : 'bad'}">${holds ? 'held' : 'not held'}</td><td>${because}</td></tr>`);
  return html`<details><summary>How the maximum was found: ${probes.length} probes</summary><p class="note">Short runs, by bisection on a logarithmic scale. A rate that fails is tried once more before it counts. Nothing of them is stored.</p>
<div class="scroll"><table><thead><tr><th class="number">probe</th><th class="number">rate</th><th></th><th>because</th></tr></thead><tbody>${rows}</tbody></table></div></details>`;
}

export function loadCurveSection({ summary: { load } }: ReportInput): Markup | null {
  if (load === null || load === undefined) return null;
  const lines = linesOf(load);
  const limit = load.at_least
    ? 'Even the highest rate that was tried was held, so the maximum is this or more.'
    : `The highest rate held is ${formatRate(load.maximum_pps)}; one at most ${Number((100 * load.within).toFixed(2))} % above it was not held.`;
  return html`<section id="load"><h2>Latency under load</h2><p class="note">${limit} Service counts from when a packet was sent, response from when it was due: near the maximum packets are sent late, and only the response shows it. Lines join what was measured (marks); between two marks nothing was.</p>
${lines.length === 0 ? html`<p class="empty">No order was timed.</p>` : html`<figure>${legend(lines)}<div class="wide">${chart(load, lines, WIDE)}</div><div class="narrow">${chart(load, lines, NARROW)}</div></figure>`}
${pointTable(load)}${probeList(load)}</section>`;
}
