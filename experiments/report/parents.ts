/** What became of the parent orders: a table of prices and costs, and for each a picture of its schedule and what was filled by then. */
import type { ParentSummary, RunSummary } from '../summary.js';
import type { ReportInput } from './input.js';
import { html, type Markup } from './markup.js';
import { formatCount, formatNs, formatPercent, formatRoundNs } from './quantity.js';
import { shownRuns } from './run.js';
import { linearTicks } from './scale.js';

/** Two drawings of the same chart; the style sheet shows the one that fits. */
const WIDE = { width: 1120, height: 260 } as const;
const NARROW = { width: 360, height: 220 } as const;
const MARGIN = { left: 70, right: 14, top: 14, bottom: 26 } as const;

function bps(value: number | null): string {
  return value === null ? '–' : `${value > 0 ? '+' : ''}${value.toFixed(2)}`;
}

function price(value: number | null): string {
  return value === null ? '–' : value.toFixed(4);
}

function parentRow(head: string, parent: ParentSummary): Markup {
  const { name, algo, side, quantity, filled, state, at_run_time: atRunTime, slippage_bps: slippage } = parent;
  const whole = filled === quantity;
  return html`<tr><th scope="row">${name}${head === '' ? null : html` <span class="quiet">${head}</span>`}${atRunTime === true ? html` <span class="quiet">entered while it ran</span>` : null}</th><td>${algo} ${side}</td><td class="number">${formatCount(quantity)}</td>
<td class="number ${whole ? '' : 'bad'}">${formatPercent(parent.fill_rate)}</td><td>${state}</td><td class="number">${price(parent.average_price)}</td><td class="number">${price(parent.arrival_price)}</td>
<td class="number">${bps(slippage.arrival)}</td><td class="number">${bps(slippage.twap)}</td><td class="number">${bps(slippage.vwap)}</td><td class="number">${formatPercent(parent.participation)}</td>
<td class="number ${parent.slices_outside > 0 ? 'bad' : ''}">${parent.slices_outside} of ${parent.slices.length}</td><td class="number">${formatPercent(parent.deviation)}</td><td class="number">${formatCount(parent.children)}</td><td class="number ${parent.blocked > 0 ? 'bad' : ''}">${formatCount(parent.blocked)}</td></tr>`;
}

/** Shares over market time: the targets at the slices' ends with their band, joined by lines, and what was filled by then. */
function chart({ name, quantity, slices, length_ns: length, band }: ParentSummary, { width, height }: { readonly width: number; readonly height: number }): Markup {
  const [right, bottom] = [width - MARGIN.right, height - MARGIN.bottom];
  // Not the quantity: one that follows the volume may be far from it.
  const most = 1.03 * Math.max(1, ...slices.flatMap(({ target, filled }) => [target, filled]));
  const x = (ns: number): string => (MARGIN.left + ((right - MARGIN.left) * ns) / length).toFixed(1);
  const y = (shares: number): string => (bottom - ((bottom - MARGIN.top) * Math.max(0, Math.min(shares, most))) / most).toFixed(1);
  const line = (of: (slice: ParentSummary['slices'][number]) => number): string => [`${x(0)},${y(0)}`, ...slices.map((slice) => `${x(slice.end_ns)},${y(of(slice))}`)].join(' ');
  const upper = slices.map(({ end_ns: end, target }) => `${x(end)},${y(target + band * quantity)}`);
  const lower = slices.map(({ end_ns: end, target }) => `${x(end)},${y(target - band * quantity)}`).reverse();
  const [times, shares] = [linearTicks(length, width > 600 ? 10 : 4), linearTicks(most, 5)];
  return html`<svg class="chart" viewBox="0 0 ${width} ${height}" role="img" aria-label="${name}: shares filled over market time, beside its schedule">
<g class="grid">${shares.map((tick) => html`<line x1="${MARGIN.left}" x2="${right}" y1="${y(tick)}" y2="${y(tick)}"/>`)}${times.map((ns) => html`<line x1="${x(ns)}" x2="${x(ns)}" y1="${MARGIN.top}" y2="${bottom}"/>`)}</g>
<g class="ticks">${shares.map((tick) => html`<text x="${MARGIN.left - 6}" y="${(Number(y(tick)) + 3.5).toFixed(1)}" text-anchor="end">${formatCount(tick)}</text>`)}${times.map((ns) => html`<text x="${x(ns)}" y="${bottom + 15}" text-anchor="${Number(x(ns)) + 28 > right ? 'end' : 'middle'}">${ns === 0 ? '0' : formatRoundNs(ns)}</text>`)}</g>
<polygon class="noise" points="${[`${x(0)},${y(0)}`, ...upper, ...lower].join(' ')}"/>
<polyline class="curve v1 dashed" points="${line(({ target }) => target)}"/>
<polyline class="curve v0 solid" points="${line(({ filled }) => filled)}"/>
<g class="marks v0">${slices.map((slice, i) => html`<circle cx="${x(slice.end_ns)}" cy="${y(slice.filled)}" r="3"><title>slice ${i + 1}, until ${formatNs(slice.end_ns)}: ${formatCount(slice.filled)} filled, target ${formatCount(slice.target)}</title></circle>`)}</g></svg>`;
}

function sliceTable({ slices, quantity, band }: ParentSummary): Markup {
  const rows = slices.map(({ end_ns: end, target, sent, filled, market_shares: market }, i) => {
    const off = filled - target;
    return html`<tr><td class="number">${i + 1}</td><td class="number">${formatNs(end)}</td><td class="number">${formatCount(target)}</td><td class="number">${formatCount(filled)}</td><td class="number ${Math.abs(off) > band * quantity ? 'bad' : ''}">${off > 0 ? '+' : ''}${formatCount(off)}</td><td class="number">${formatCount(sent)}</td><td class="number">${formatCount(market)}</td></tr>`;
  });
  return html`<details><summary>Slice by slice</summary><div class="scroll"><table><thead><tr><th class="number">slice</th><th class="number">ends at</th><th class="number">target</th><th class="number">filled</th><th class="number">off</th><th class="number">sent in it</th><th class="number">market</th></tr></thead><tbody>${rows}</tbody></table></div></details>`;
}

function picture(parent: ParentSummary): Markup {
  const key = (label: string, line: string): Markup => html`<li><svg width="26" height="8" aria-hidden="true"><line class="curve ${line}" x1="1" x2="25" y1="4" y2="4"/></svg>${label}</li>`;
  return html`<h3>${parent.name} <span class="quiet">${parent.algo} ${parent.side} ${formatCount(parent.quantity)} shares in ${formatNs(parent.length_ns)}: ${parent.state}</span></h3>
${parent.slices.length === 0 ? html`<p class="empty">None of its slices came to an end.</p>` : html`<figure><ul class="legend">${key('filled', 'v0 solid')}${key(`schedule, band ${formatPercent(parent.band)}`, 'v1 dashed')}</ul><div class="wide">${chart(parent, WIDE)}</div><div class="narrow">${chart(parent, NARROW)}</div></figure>${sliceTable(parent)}`}`;
}

/** One line that says how the orders came out. */
function outcome(parents: readonly ParentSummary[]): string {
  const filled = parents.filter((parent) => parent.filled === parent.quantity).length;
  const outside = parents.reduce((sum, parent) => sum + parent.slices_outside, 0);
  const slices = parents.reduce((sum, parent) => sum + parent.slices.length, 0);
  return `${filled} of ${parents.length} were filled wholly; ${outside} of ${slices} slices ended outside their band.`;
}

export function parentsSection({ summary: { variants } }: ReportInput): Markup | null {
  const shown = variants.flatMap((variant) => {
    const runs: readonly RunSummary[] = shownRuns(variant);
    return runs.map(({ run_id: id, parents = [] }) => ({ head: variants.length > 1 ? variant.name : runs.length > 1 ? id : '', parents }));
  }).filter(({ parents }) => parents.length > 0);
  const [first] = shown;
  if (first === undefined) return null;
  return html`<section id="parents"><h2>Parent orders</h2><p class="note">${outcome(shown.flatMap(({ parents }) => parents))} Slippage is in basis points against the mid at the order's arrival, the time-weighted mid and the volume-weighted trade price while it was worked; above zero it cost. A child that takes the far side of the touch pays half the spread, or more, against the mid. Participation counts the own shares among all. A slice is outside where what was filled by its end is further from its target than the band, a share of the quantity.</p>
<div class="scroll"><table><thead><tr><th>order</th><th></th><th class="number">shares</th><th class="number">filled</th><th></th><th class="number">average</th><th class="number">arrival</th><th class="number">bps arrival</th><th class="number">bps TWAP</th><th class="number">bps VWAP</th><th class="number">participation</th><th class="number">slices outside</th><th class="number">furthest off</th><th class="number">children</th><th class="number">blocked</th></tr></thead><tbody>${shown.flatMap(({ head, parents }) => parents.map((parent) => parentRow(head, parent)))}</tbody></table></div>
${first.parents.map(picture)}</section>`;
}
