/** Alert rules and what became of them: states as a strip over the run's time, and who was told. */
import type { AlertRecord } from '../run/alerts.js';
import { clockTime } from '../run/alerts.js';
import type { RunSummary } from '../summary.js';
import type { ReportInput } from './input.js';
import { html, type Interpolated, type Markup } from './markup.js';

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

function told(alert: AlertRecord): Markup {
  if (alert.deliveries.length === 0) return html`nobody`;
  return html`<ul class="plain">${alert.deliveries.map(({ state, target, delivered, error }) => html`<li>${state} to ${target}${delivered ? '' : `: failed (${error})`}</li>`)}</ul>`;
}

function breach(alert: AlertRecord): Interpolated {
  const begun = alert.injected_at ?? alert.pending_at;
  if (begun === null) return 'never';
  return html`${clockTime(begun)}${alert.injected_at === null ? null : html` <span class="quiet">injected</span>`}`;
}

/** On a phone each rule is a card and each figure carries its own label: `data-label` (style.ts). */
function row({ variant, alert }: Shown, several: boolean): Markup {
  const figure = (label: string, value: Interpolated, bad = false): Markup => html`<td class="number${bad ? ' bad' : ''}" data-label="${label}">${value}</td>`;
  return html`<tr><th scope="row">${alert.rule}<br><span class="quiet">severity: ${alert.severity}${several ? ` · variant: ${variant}` : ''}</span></th>
<td class="rule"><code>${alert.when}</code>${alert.for_s > 0 ? ` for ${alert.for_s} s` : ''}</td>
${figure('breach', breach(alert))}${figure('pending', since(alert, alert.pending_at))}${figure('firing', since(alert, alert.firing_at), alert.firings > 0)}
${figure('notified', since(alert, alert.notified_at))}${figure('resolved', since(alert, alert.resolved_at))}<td class="told" data-label="told">${told(alert)}</td></tr>`;
}

/** Null where the experiment has no rules. */
export function alertsSection({ summary }: ReportInput): Markup | null {
  const shown = summary.variants.flatMap(({ name, runs }) => runs.flatMap((run) => alertsOfRun(run).map((alert): Shown => ({ variant: name, alert }))));
  if (shown.length === 0) return null;
  const head = ['breach', 'pending', 'firing', 'notified', 'resolved'].map((name) => html`<th class="number">${name}</th>`);
  return html`<section id="alerts"><h2>Alerts</h2><p class="note">Rules were evaluated once a second on that second's orders. Times count from the breach: from the first order that was delayed on purpose, else from the second in which the rule began to hold (UTC).</p>
<div class="scroll"><table class="facts alerts"><thead><tr><th>rule</th><th>when</th>${head}<th>told</th></tr></thead>
<tbody>${shown.map((one) => row(one, summary.variants.length > 1))}</tbody></table></div></section>`;
}
