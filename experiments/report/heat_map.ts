/**
 * Latency over the time of the run: how many orders stood where, darker the more, and the longest stalls as marks on the same scale of
 * time. An order that met a stall stands level with its mark.
 */
import type { HeatMap } from '../../collector/heat_map.js';
import { causeLabel, causeLegend, causeMark, familyOf, type CauseFamily } from './cause.js';
import type { ReportInput, VariantDetail } from './input.js';
import { html, type Markup } from './markup.js';
import { formatCount, formatNs, formatRoundNs } from './quantity.js';
import { linearTicks, logScale, type Scale } from './scale.js';

/** Two drawings of the same map; the style sheet shows the one that fits. On the small one, cells and marks are fewer. */
interface Drawing {
  readonly width: number;
  readonly height: number;
  /** Columns put into one. */
  readonly merged: number;
  readonly stalls: number;
  readonly timeTicks: number;
}
const LARGE: Drawing = { width: 1120, height: 380, merged: 1, stalls: 200, timeTicks: 10 };
const LARGE_NARROW: Drawing = { width: 360, height: 320, merged: 2, stalls: 120, timeTicks: 4 };

const MARGIN = { left: 52, right: 14, top: 12, bottom: 26 } as const;
/** Shades of the map; a single order has the lightest. */
const SHADES = 6;

interface Cell {
  readonly column: number;
  readonly row: number;
  readonly count: number;
}

function merged(map: HeatMap, by: number): { readonly columns: number; readonly cells: readonly Cell[] } {
  const columns = Math.ceil(map.columns / by);
  const cells = map.counts.flatMap((counts, row) => {
    const sums = new Array<number>(columns).fill(0);
    counts.forEach((count, column) => (sums[Math.floor(column / by)] = (sums[Math.floor(column / by)] ?? 0) + count));
    return sums.flatMap((count, column) => (count > 0 ? [{ column, row, count }] : []));
  });
  return { columns, cells };
}

function shadeOf(count: number, most: number): number {
  return most <= 1 ? SHADES : 1 + Math.round(((SHADES - 1) * Math.log(count)) / Math.log(most));
}

/** One path a shade: a rectangle a cell would make the page many times as large. */
function cellPaths({ columns, cells }: ReturnType<typeof merged>, map: HeatMap, drawing: Drawing, y: Scale): readonly Markup[] {
  const most = Math.max(...cells.map((cell) => cell.count), 1);
  const widthOf = (drawing.width - MARGIN.left - MARGIN.right) / columns;
  const paths = new Map<number, string>();
  for (const { column, row, count } of cells) {
    const [top, bottom] = [y.at(map.rowsNs[row + 1] ?? 1), y.at(map.rowsNs[row] ?? 1)];
    const left = MARGIN.left + column * widthOf;
    const shade = shadeOf(count, most);
    const width = Math.max(widthOf - 0.6, 0.6).toFixed(1);
    paths.set(shade, `${paths.get(shade) ?? ''}M${left.toFixed(1)} ${top.toFixed(1)}h${width}v${Math.max(bottom - top, 1.6).toFixed(1)}h-${width}z`);
  }
  return [...paths].sort(([a], [b]) => a - b).map(([shade, path]) => html`<path class="heat s${shade}" d="${path}"/>`);
}

function chart(map: HeatMap, slowNs: number | null, drawing: Drawing): Markup {
  const grid = merged(map, drawing.merged);
  const stalls = [...map.stalls].sort((a, b) => b.durationNs - a.durationNs).slice(0, drawing.stalls);
  const lowest = Math.min(...grid.cells.map((cell) => map.rowsNs[cell.row] ?? 1));
  const highest = Math.max(...grid.cells.map((cell) => map.rowsNs[cell.row + 1] ?? 1), ...stalls.map((stall) => stall.durationNs), slowNs ?? 0);
  const [right, bottom] = [drawing.width - MARGIN.right, drawing.height - MARGIN.bottom];
  const y = logScale(Math.max(lowest, 1), highest, bottom, MARGIN.top);
  const x = (seconds: number): number => MARGIN.left + ((right - MARGIN.left) * Math.min(Math.max(seconds, 0), map.seconds)) / map.seconds;
  const ticks = linearTicks(map.seconds, drawing.timeTicks);
  const inside = stalls.filter((stall) => stall.durationNs >= lowest);
  const limit = slowNs === null ? null : y.at(slowNs).toFixed(1);
  return html`<svg class="chart heat-map" viewBox="0 0 ${drawing.width} ${drawing.height}" role="img" aria-label="tick_to_ack over the time of the run">
<g class="grid">${y.ticks.map((ns) => html`<line x1="${MARGIN.left}" x2="${right}" y1="${y.at(ns).toFixed(1)}" y2="${y.at(ns).toFixed(1)}"/>`)}</g>
<g class="ticks">${y.ticks.map((ns) => html`<text x="${MARGIN.left - 6}" y="${(y.at(ns) + 3.5).toFixed(1)}" text-anchor="end">${formatRoundNs(ns)}</text>`)}${ticks.map((s) => html`<text x="${x(s).toFixed(1)}" y="${bottom + 16}" text-anchor="${s === map.seconds ? 'end' : s === 0 ? 'start' : 'middle'}">${formatRoundNs(s * 1e9).replace(/^0.*/, '0')}</text>`)}</g>
${cellPaths(grid, map, drawing, y)}
${limit === null ? null : html`<g class="limit"><line x1="${MARGIN.left}" x2="${right}" y1="${limit}" y2="${limit}"/><text x="${right - 4}" y="${(Number(limit) - 5).toFixed(1)}" text-anchor="end">slow: above ${formatNs(slowNs ?? 0)}</text></g>`}
<g class="events">${[...inside].reverse().map((stall) => causeMark(familyOf(stall.cause), x(stall.atS), y.at(stall.durationNs), `${causeLabel(stall.cause)} ${stall.who} ${formatNs(stall.durationNs)} at ${stall.atS.toFixed(3)} s`))}</g></svg>`;
}

function shadeLegend(map: HeatMap): Markup {
  const most = Math.max(...map.counts.flat(), 1);
  const steps = Array.from({ length: SHADES }, (_, index) => index + 1);
  return html`<ul class="legend"><li>1 order <svg width="${SHADES * 14}" height="12" aria-hidden="true">${steps.map((shade) => html`<rect class="heat s${shade}" x="${(shade - 1) * 14}" width="13" height="12"/>`)}</svg> ${formatCount(most)}</li></ul>`;
}

function ofVariant(detail: VariantDetail, several: boolean): Markup | null {
  const { heatMap: map, attribution } = detail;
  if (map === undefined || map === null || map.counts.flat().every((count) => count === 0)) return null;
  const families: ReadonlySet<CauseFamily> = new Set(map.stalls.map((stall) => familyOf(stall.cause)));
  const slowNs = attribution === undefined || attribution === null ? null : attribution.slowNs;
  return html`<figure>${several ? html`<figcaption><b>${detail.name}</b></figcaption>` : null}${shadeLegend(map)}${families.size > 0 ? causeLegend(families) : null}
<div class="wide">${chart(map, slowNs, LARGE)}</div><div class="narrow">${chart(map, slowNs, LARGE_NARROW)}</div></figure>`;
}

/** Null where no order was stored. */
export function heatMapSection(input: ReportInput): Markup | null {
  const figures = input.variants.map((detail) => ofVariant(detail, input.variants.length > 1));
  if (figures.every((figure) => figure === null)) return null;
  return html`<section id="heat"><h2>Latency over time</h2>
<p class="note">Across: time of the measured phase. Up: tick_to_ack, and how long a stall was, on one logarithmic scale: an order that met a stall stands level with its mark. Darker: more orders, of those that were stored. The longest stalls are marked.</p>${figures}</section>`;
}
