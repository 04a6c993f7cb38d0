/** Injected against found: whether the instrument sees what is known to be there. */
import type { AccuracyRow } from '../run/accuracy/row.js';
import type { RunSummary } from '../summary.js';
import { causeName } from './cause.js';
import type { ReportInput } from './input.js';
import { html, type Markup } from './markup.js';
import { formatCount, formatNs, formatPercent } from './quantity.js';

interface Injected {
  readonly variant: string;
  readonly row: AccuracyRow;
}

/** Summaries of earlier versions have no rows. */
function rowsOf(run: RunSummary & { readonly accuracy?: readonly AccuracyRow[] }): readonly AccuracyRow[] {
  return run.accuracy ?? [];
}

function mean(ns: number, row: AccuracyRow): string {
  return row.orders === 0 ? '–' : formatNs(ns / row.orders);
}

function tableRow({ variant, row }: Injected): Markup {
  const enough = row.share !== null;
  return html`<tr><th scope="row">${variant}</th><td>${row.hop === '' ? 'wherever it struck' : row.hop}</td><td>${causeName({ cause: row.cause, who: row.who })}</td>
<td class="number">${formatCount(row.orders)}</td><td class="number">${mean(row.injectedNs, row)}</td><td class="number">${mean(row.foundNs, row)}</td>
<td class="number">${row.directNs === null || row.injectedNs <= 0 ? '–' : formatPercent(row.directNs / row.injectedNs)}</td>
<td class="number ${enough ? '' : 'bad'}">${enough ? formatPercent(row.share) : 'too few'}</td></tr>`;
}

/** Null where nothing was injected. */
export function accuracySection({ summary }: ReportInput): Markup | null {
  const injected = summary.variants.flatMap(({ name, runs }) => runs.flatMap((run) => rowsOf(run).map((row): Injected => ({ variant: name, row }))));
  if (injected.length === 0) return null;
  return html`<section id="accuracy"><h2>Known delays, and what was found of them</h2>
<p class="note">Delays of known length were put in; the truth comes from the engine around its own delay, from the process that disturbed it, or from the counter alone, never from what is checked here. The share is what was found at the right hop with the right cause, capped at the truth delay by delay. Of an interrupt storm, “by length” is what lies within the interrupts themselves; the rest is their estimated cost around them.</p>
<div class="scroll"><table class="facts"><thead><tr><th>injected</th><th>at</th><th>cause</th><th class="number">delays</th><th class="number">each</th><th class="number">found</th><th class="number">by length</th><th class="number">share</th></tr></thead>
<tbody>${injected.map(tableRow)}</tbody></table></div></section>`;
}
