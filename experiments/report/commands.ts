/** What was commanded of the runs while they ran: in the trader's words, when, and what became of it. Nothing where nobody commanded anything. */
import type { RunSummary } from '../summary.js';
import type { ReportInput } from './input.js';
import { html, type Markup } from './markup.js';
import { formatMarketTime } from './quantity.js';

type Commanded = NonNullable<RunSummary['commands']>[number];

/** "commanded at 09:30:01.000250: order new x side=buy …"; refused ones say why. */
export function commandLines({ commands = [] }: RunSummary): readonly string[] {
  return commands.map(({ market_ns: at, what, refused }) => `commanded at ${formatMarketTime(at)}: ${what}${refused === '' ? '' : `: refused: ${refused}`}`);
}

export function commandsSection({ summary: { variants } }: ReportInput): Markup | null {
  const rows = variants.flatMap(({ name, runs }) => runs.flatMap((run) => (run.commands ?? []).map((command) => row(variants.length > 1 ? `variant: ${name}` : run.run_id, command))));
  if (rows.length === 0) return null;
  return html`<section id="commands"><h2>Commands</h2><p class="note">What was commanded while it ran, with <code>hopscope order</code> and <code>hopscope limits</code>. The time is the market's, when the OMS took the command. What such a run sends follows from when they came, so it has no digest that another run could be compared with.</p>
<div class="scroll"><table class="facts"><thead><tr><th>at</th><th>command</th><th></th></tr></thead><tbody>${rows}</tbody></table></div></section>`;
}

function row(whose: string, { market_ns: at, what, refused }: Commanded): Markup {
  return html`<tr><th scope="row">${formatMarketTime(at)}<br><span class="quiet">${whose}</span></th><td><code>${what}</code></td><td class="${refused === '' ? '' : 'bad'}">${refused === '' ? 'carried out' : `refused: ${refused}`}</td></tr>`;
}
