/** The table of every hop and span, with a range drawn in each row: p50 to p99 as a bar, p99.9 and the maximum as marks. */
import type { LatencyNs, RunSummary } from '../summary.js';
import type { ReportInput } from './input.js';
import { html, type Markup } from './markup.js';
import { formatCount, formatNs } from './quantity.js';
import { overRuns, shownRuns } from './run.js';
import { logScale, type Scale } from './scale.js';

const RANGE = { width: 1000, height: 14 } as const;

interface Row {
  readonly name: string;
  readonly description: string;
  readonly latency: LatencyNs | null;
}

function range(latency: LatencyNs, x: Scale): Markup {
  const at = (ns: number): string => x.at(ns).toFixed(1);
  const width = Math.max(x.at(latency.p99) - x.at(latency.p50), 3).toFixed(1);
  const middle = RANGE.height / 2;
  return html`<svg class="track range" viewBox="0 0 ${RANGE.width} ${RANGE.height}" preserveAspectRatio="none" aria-hidden="true">
<line class="whisker" x1="${at(latency.p50)}" x2="${at(latency.max)}" y1="${middle}" y2="${middle}"/><rect class="body" x="${at(latency.p50)}" y="4" width="${width}" height="${RANGE.height - 8}"/>
<line class="rare" x1="${at(latency.p999)}" x2="${at(latency.p999)}" y1="2" y2="${RANGE.height - 2}"/><line class="rare" x1="${at(latency.max)}" x2="${at(latency.max)}" y1="2" y2="${RANGE.height - 2}"/></svg>`;
}

function tableRow(row: Row, x: Scale): Markup {
  const name = html`<th scope="row"><span title="${row.description}">${row.name}</span></th>`;
  const { latency } = row;
  if (latency === null) return html`<tr>${name}<td class="number">0</td><td class="quiet" colspan="7">not stamped</td></tr>`;
  const figures = [latency.p50, latency.p90, latency.p99, latency.p999, latency.max].map((ns) => html`<td class="number">${formatNs(ns)}</td>`);
  return html`<tr>${name}<td class="number">${formatCount(latency.count)}</td>${figures}<td class="number quiet">±${formatNs(latency.error)}</td><td class="plot">${range(latency, x)}</td></tr>`;
}

/** One scale for all variants, so that their ranges can be compared by eye. */
function scaleOver(rows: readonly Row[]): Scale {
  const known = rows.flatMap((row) => row.latency ?? []);
  const low = Math.min(...known.map((latency) => Math.max(latency.p50, 1)), 1e9);
  const high = Math.max(...known.map((latency) => latency.max), 10);
  return logScale(low, high, 0, RANGE.width);
}

function rowOf(named: { readonly name: string; readonly description: string }, runs: readonly RunSummary[]): Row {
  return { name: named.name, description: named.description, latency: overRuns(runs, named.name) };
}

function table(input: ReportInput, runs: readonly RunSummary[], x: Scale): Markup {
  const hops = input.hops.map((hop) => (hop.predecessor === null ? startRow(runs, rowOf(hop, runs)) : tableRow(rowOf(hop, runs), x)));
  return html`<div class="scroll"><table class="hops"><thead><tr><th>hop</th><th class="number">count</th><th class="number">p50</th><th class="number">p90</th><th class="number">p99</th><th class="number">p99.9</th><th class="number">max</th><th class="number">error</th><th class="plot">p50 ▬ p99 │ p99.9 │ max, log</th></tr></thead>
<tbody>${hops}</tbody><tbody class="spans">${input.spans.map((span) => tableRow(rowOf(span, runs), x))}</tbody></table></div>`;
}

/** feed.due begins the path: it has no predecessor, hence no duration. Its count is that of the orders. */
function startRow(runs: readonly RunSummary[], row: Row): Markup {
  const next = overRuns(runs, 'feed.tx');
  return html`<tr><th scope="row"><span title="${row.description}">${row.name}</span></th><td class="number">${next === null ? '0' : formatCount(next.count)}</td><td class="quiet" colspan="7">start of the path</td></tr>`;
}

export function hopTableSection(input: ReportInput): Markup {
  const several = input.summary.variants.some((variant) => shownRuns(variant).length > 1);
  const named = [...input.hops.filter((hop) => hop.predecessor !== null), ...input.spans];
  const x = scaleOver(input.summary.variants.flatMap((variant) => named.map((one) => rowOf(one, shownRuns(variant)))));
  const tables = input.summary.variants.map((variant) => html`${input.summary.variants.length > 1 ? html`<h3>${variant.name}</h3>` : null}${table(input, shownRuns(variant), x)}`);
  return html`<section id="hops"><h2>Every hop</h2>
<p class="note">A hop's duration is the time since the hop before it. ${several ? 'Quantiles are those of the middle run, the maximum is that of all runs. ' : ''}The error is how far a single figure can be from the truth: the clock's resolution, the stamps and probe hits that lie within it, and a bucket's width where a histogram was read.</p>${tables}</section>`;
}
