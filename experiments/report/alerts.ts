/** Alert rules and what became of them: states as a strip over the run's time, and who was told. */
import type { AlertRecord } from '../run/alerts.js';
import { clockTime } from '../run/alerts.js';
import type { RunSummary } from '../summary.js';
import type { ReportInput } from './input.js';
import { html, type Markup } from './markup.js';

interface Shown {
  readonly variant: string;
  readonly alert: AlertRecord;
}

/** Summaries of earlier versions have none. */
function alertsOfRun(run: RunSummary & { readonly alerts?: readonly AlertRecord[] }): readonly AlertRecord[] {
  return run.alerts ?? [];
}

function since(alert: AlertRecord, atMs: number | null): string {
  const begun = alert.injected_at ?? alert.pending_at;
  return atMs === null || begun === null ? '–' : `+${((atMs - begun) / 1e3).toFixed(2)}\u202fs`;
}

function told(alert: AlertRecord): string {
  if (alert.deliveries.length === 0) return 'nobody';
  return alert.deliveries.map(({ state, target, delivered, error }) => `${state} to ${target}${delivered ? '' : `: failed (${error})`}`).join('; ');
}

function row({ variant, alert }: Shown): Markup {
  const begun = alert.injected_at ?? alert.pending_at;
  const fired = alert.firings > 0;
  return html`<tr><th scope="row">${alert.rule} <span class="quiet">${alert.severity}</span></th><td><code>${alert.when}</code>${alert.for_s > 0 ? ` for ${alert.for_s} s` : ''}</td><td>${variant}</td>
<td class="number">${begun === null ? 'never' : html`${clockTime(begun)}${alert.injected_at === null ? '' : html` <span class="quiet">injected</span>`}`}</td>
<td class="number">${since(alert, alert.pending_at)}</td><td class="number ${fired ? 'bad' : ''}">${since(alert, alert.firing_at)}</td><td class="number">${since(alert, alert.notified_at)}</td>
<td class="number">${since(alert, alert.resolved_at)}</td><td>${told(alert)}</td></tr>`;
}

/** Null where the experiment has no rules. */
export function alertsSection({ summary }: ReportInput): Markup | null {
  const shown = summary.variants.flatMap(({ name, runs }) => runs.flatMap((run) => alertsOfRun(run).map((alert): Shown => ({ variant: name, alert }))));
  if (shown.length === 0) return null;
  return html`<section id="alerts"><h2>Alerts</h2><p class="note">Rules were evaluated once a second on that second's orders. Times count from the breach: from the first order that was delayed on purpose, else from the second in which the rule began to hold (UTC).</p>
<div class="scroll"><table class="facts alerts"><thead><tr><th>rule</th><th>when</th><th>variant</th><th class="number">breach</th><th class="number">pending</th><th class="number">firing</th><th class="number">notified</th><th class="number">resolved</th><th>told</th></tr></thead>
<tbody>${shown.map(row)}</tbody></table></div></section>`;
}
