/** Counters, and the sums that must hold between them: nothing is lost in silence. */
import { LOSSES, balancesOf, imbalance, type Balance } from '../accounting.js';
import { COUNTER_NAMES, type Counters, type RunSummary } from '../summary.js';
import type { ReportInput } from './input.js';
import { html, type Markup } from './markup.js';
import { formatCount } from './quantity.js';

const LOSS_NAMES: ReadonlySet<string> = new Set(LOSSES.map(({ counter }) => counter));

/** Reports made from a summary alone know the lane by what was counted. */
function laneOf({ lane, counters }: RunSummary & { readonly lane?: string }): string {
  if (lane !== undefined) return lane;
  if (counters.pushed + counters.push_failed > 0) return 'stream';
  return counters.drained > 0 ? 'hops' : 'stamps';
}

function balanceRow(counters: Counters, balance: Balance): Markup {
  const ok = imbalance(counters, balance) === 0;
  const terms = balance.parts.map((name) => `${name} ${formatCount(counters[name] ?? 0)}`).join(' + ');
  return html`<li class="${ok ? 'ok' : 'bad'}"><span class="mark">${ok ? '✓' : '✗'}</span> ${balance.whole} ${formatCount(counters[balance.whole] ?? 0)} ${ok ? '=' : '≠'} ${terms}</li>`;
}

function counterNames(runs: readonly RunSummary[]): readonly string[] {
  const fixed = new Set<string>(COUNTER_NAMES);
  const further = new Set(runs.flatMap((run) => Object.keys(run.counters).filter((name) => !fixed.has(name))));
  return [...COUNTER_NAMES, ...further];
}

function counterRow(name: string, runs: readonly RunSummary[]): Markup {
  const cells = runs.map((run) => {
    const value = run.counters[name] ?? 0;
    return html`<td class="number ${LOSS_NAMES.has(name) && value > 0 ? 'bad' : ''}">${formatCount(value)}</td>`;
  });
  return html`<tr><th scope="row">${name}${LOSS_NAMES.has(name) ? html` <span class="quiet">loss</span>` : null}</th>${cells}</tr>`;
}

/** Short enough for a column head: the run id where there are several. */
function columnHead(variant: string, run: RunSummary, several: boolean): Markup {
  return html`<th class="number">${variant}${several ? html`<br><span class="quiet">${run.run_id}</span>` : null}${run.valid ? null : html`<br><span class="bad">invalid</span>`}</th>`;
}

export function countersSection(input: ReportInput): Markup {
  const { variants } = input.summary;
  const several = variants.some((variant) => variant.runs.length > 1);
  const runs = variants.flatMap((variant) => variant.runs);
  const traced = runs.filter((run) => balancesOf(laneOf(run)).length > 0);
  const balances = traced.map((run) => html`${runs.length > 1 ? html`<h4>${run.run_id}</h4>` : null}<ul class="balances">${balancesOf(laneOf(run)).map((balance) => balanceRow(run.counters, balance))}</ul>`);
  return html`<section id="counters"><h2>Counters</h2><p class="note">Of the measured phase. A loss above zero makes the run invalid or explains a figure.</p>${balances}
<div class="scroll"><table class="facts"><thead><tr><th>counter</th>${variants.flatMap((variant) => variant.runs.map((run) => columnHead(variant.name, run, several)))}</tr></thead>
<tbody>${counterNames(runs).map((name) => counterRow(name, runs))}</tbody></table></div></section>`;
}
