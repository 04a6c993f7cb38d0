/** One line a run, where there is more than one: how far runs of the same settings lie apart. */
import type { RunSummary } from '../summary.js';
import type { ReportInput } from './input.js';
import { html, type Markup } from './markup.js';
import { formatNs, formatRate } from './quantity.js';

function ordersDigest({ orders, orders_null_because: because = '' }: RunSummary['digest']): Markup {
  return orders === null ? html`<span class="quiet" title="${because}">none</span>` : html`<code title="${orders}">${orders.slice(0, 12)}</code>`;
}

function runRow(variant: string, run: RunSummary): Markup {
  const service = run.latency_ns.tick_to_ack;
  const figures = service === undefined ? null : [service.p50, service.p99, service.p999, service.max];
  return html`<tr><td><code>${run.run_id}</code></td><td>${variant}</td><td class="${run.valid ? '' : 'bad'}">${run.valid ? 'valid' : 'invalid'}</td><td class="number">${run.seconds.toFixed(1)}</td>
${figures === null ? html`<td class="quiet" colspan="4">not stamped</td>` : figures.map((ns) => html`<td class="number">${formatNs(ns)}</td>`)}
<td class="number">${formatNs(run.floor.jitter_ns.p999)}</td><td class="number">${formatRate(run.rates.oms_pps)}</td><td>${ordersDigest(run.digest)}</td></tr>`;
}

export function runsSection(input: ReportInput): Markup | null {
  const rows = input.summary.variants.flatMap((variant) => variant.runs.map((run) => runRow(variant.name, run)));
  if (rows.length < 2) return null;
  return html`<section id="runs"><h2>Runs</h2><div class="scroll"><table><thead><tr><th>run</th><th>variant</th><th></th><th class="number">seconds</th><th class="number">p50</th><th class="number">p99</th><th class="number">p99.9</th><th class="number">max</th><th class="number">floor p99.9</th><th class="number">OMS</th><th>orders digest</th></tr></thead><tbody>${rows}</tbody></table></div></section>`;
}
