/** What seeing costs, where an experiment compares lanes: each lane's engine time per order, and what it adds to the cheapest one. */
import type { LaneCostSummary } from '../summary.js';
import type { ReportInput } from './input.js';
import { html, type Markup } from './markup.js';
import { formatCount, formatNs } from './quantity.js';

function row(cost: LaneCostSummary, cheapestNs: number): Markup {
  const added = cost.ns_per_order - cheapestNs;
  return html`<tr><th scope="row">${cost.lane}</th><td class="number">${cost.cycles_per_order.toFixed(0)}</td><td class="number">${formatNs(cost.ns_per_order)}</td>
<td class="number">${added === 0 ? '–' : `+${formatNs(added)}`}</td><td class="number quiet">${formatNs(cost.spread_ns)}</td><td class="number">${formatCount(cost.runs)}</td></tr>`;
}

export function laneCostSection(input: ReportInput): Markup | null {
  const costs = input.summary.lane_cost ?? [];
  if (costs.length === 0) return null;
  const cheapestNs = Math.min(...costs.map((cost) => cost.ns_per_order));
  return html`<section id="lanes"><h2>What seeing costs</h2><p class="note">Engine time per order at saturation, by lane. Median over a lane's runs; the spread is half the distance between their quartiles: a difference below it means nothing.</p>
<div class="scroll"><table><thead><tr><th>lane</th><th class="number">cycles</th><th class="number">time per order</th><th class="number">above the cheapest</th><th class="number">spread</th><th class="number">runs</th></tr></thead>
<tbody>${costs.map((cost) => row(cost, cheapestNs))}</tbody></table></div></section>`;
}
