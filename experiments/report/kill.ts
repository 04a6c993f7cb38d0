/** What the trips of the kill switch came to, a row a run; nothing where nobody pulled it. */
import type { KillFigures, TripQuantiles } from '../run/kill_figures.js';
import type { RunSummary } from '../summary.js';
import type { ReportInput } from './input.js';
import { html, type Markup } from './markup.js';
import { formatCount, formatNs } from './quantity.js';

export interface KilledRun {
  readonly kill?: KillFigures | null;
}

const HEADS = ['trips', 'late', 'of orders', 'last order p50 / p99 / max', 'cancels out p50 / p99 / max', 'confirmed p50 / p99 / max', 'not confirmed', 'open at the end'] as const;

export function killSection(input: ReportInput): Markup | null {
  const rows = input.summary.variants.flatMap(({ name, runs }) =>
    runs.flatMap((run: RunSummary & KilledRun) => (run.kill === undefined || run.kill === null ? [] : [row(runs.length > 1 ? `${name} (${run.run_id})` : name, run.kill)])));
  if (rows.length === 0) return null;
  return html`<section id="kill"><h2>Kill switch</h2>
<p class="note">Times are since the switch was pulled: the time-stamp counter of whoever pulled it, read just before. <b>Last order</b> is the last
<code>oms.tx</code> before it was armed again, 0 where no order left after the trip. <b>Late</b> counts the orders among all that were stored whose
<code>oms.tx</code> lies more than 10 µs behind a trip: there must be none. <b>Cancels out</b> is when each venue's mass cancel had been handed to its port,
<b>confirmed</b> when every venue had answered that nothing is open.</p>
<div class="scroll"><table class="facts"><thead><tr><th>variant</th><th>by</th>${HEADS.map((head) => html`<th class="number">${head}</th>`)}</tr></thead>
<tbody>${rows}</tbody></table></div></section>`;
}

function row(name: string, kill: KillFigures): Markup {
  const by = Object.entries(kill.by).map(([who, trips]) => (Object.keys(kill.by).length === 1 ? who : `${who} ${trips}`)).join(', ');
  const cells = [
    formatCount(kill.trips), kill.late_orders === null ? 'not all stored' : formatCount(kill.late_orders), formatCount(kill.checked_orders),
    times(kill.last_order_ns), times(kill.asked_ns), times(kill.confirmed_ns), formatCount(kill.unconfirmed), formatCount(kill.open_orders),
  ];
  return html`<tr><td>${name}</td><td>${by}</td>${cells.map((cell) => html`<td class="number">${cell}</td>`)}</tr>`;
}

function times(quantiles: TripQuantiles | null): string {
  return quantiles === null ? '-' : [quantiles.p50, quantiles.p99, quantiles.max].map((ns) => formatNs(ns)).join(' / ');
}
