/**
 * The report: one HTML file that needs nothing else, neither a network nor the store. A pure function of its input.
 *
 * The content security policy forbids every request, so a report can be opened, mailed and archived without a second thought.
 */
import { alertsSection } from './alerts.js';
import { accuracySection } from './accuracy.js';
import { commandsSection } from './commands.js';
import { countersSection } from './counters.js';
import { titleSection, verdictSection } from './header.js';
import { heatMapSection } from './heat_map.js';
import { hopTableSection } from './hop_table.js';
import type { ReportInput } from './input.js';
import { journalFloorSection } from './journal_floor.js';
import { killSection } from './kill.js';
import { laneCostSection } from './lane_cost.js';
import { loadCurveSection } from './load_curve.js';
import { machineSection } from './machine.js';
import { html, verbatim, type Markup } from './markup.js';
import { ownErrorSection } from './own_error.js';
import { parentsSection } from './parents.js';
import { percentilesSection } from './percentiles.js';
import { positionsSection } from './positions.js';
import { READOUT_SCRIPT } from './readout.js';
import { recoverySection } from './recovery.js';
import { riskSection } from './risk.js';
import { routingSection } from './routing.js';
import { runsSection } from './runs.js';
import { slowestSection } from './slowest.js';
import { STYLE } from './style.js';
import { waterfallSection } from './waterfall.js';
import { whySection } from './why.js';

export const POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/** In reading order: what happened, why, where exactly, how sure. Sections without data are left out, of the page and of its navigation. */
function sections(input: ReportInput): readonly { readonly id: string; readonly label: string; readonly markup: Markup | null }[] {
  return [
    { id: 'load', label: 'load', markup: loadCurveSection(input) },
    { id: 'accuracy', label: 'known delays', markup: accuracySection(input) },
    { id: 'kill', label: 'kill switch', markup: killSection(input) },
    { id: 'alerts', label: 'alerts', markup: alertsSection(input) },
    { id: 'commands', label: 'commands', markup: commandsSection(input) },
    { id: 'parents', label: 'parent orders', markup: parentsSection(input) },
    { id: 'why', label: 'why', markup: whySection(input) },
    { id: 'slowest', label: 'slowest orders', markup: slowestSection(input) },
    { id: 'heat', label: 'over time', markup: heatMapSection(input) },
    { id: 'curves', label: 'curves', markup: percentilesSection(input) },
    { id: 'waterfall', label: 'waterfall', markup: waterfallSection(input) },
    { id: 'hops', label: 'every hop', markup: hopTableSection(input) },
    { id: 'journal', label: 'journal and fio', markup: journalFloorSection(input) },
    { id: 'positions', label: 'positions', markup: positionsSection(input) },
    { id: 'routing', label: 'routing', markup: routingSection(input) },
    { id: 'recovery', label: 'recovery', markup: recoverySection(input) },
    { id: 'risk', label: 'risk', markup: riskSection(input) },
    { id: 'error', label: 'own error', markup: ownErrorSection(input) },
    { id: 'lanes', label: 'what seeing costs', markup: laneCostSection(input) },
    { id: 'runs', label: 'runs', markup: runsSection(input) },
    { id: 'counters', label: 'counters', markup: countersSection(input) },
    { id: 'machine', label: 'machine and settings', markup: machineSection(input) },
  ].filter(({ markup }) => markup !== null);
}

/** A complete HTML document. */
export function renderReport(input: ReportInput): string {
  const { experiment, verdict } = input.summary;
  const shown = sections(input);
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${POLICY}"><link rel="icon" href="data:,">
<title>${experiment}: ${verdict} · Hopscope</title><style>${verbatim(STYLE)}</style></head>
<body>
${titleSection(input)}
<nav aria-label="sections">${shown.map(({ id, label }) => html`<a href="#${id}">${label}</a>`)}</nav>
${verdictSection(input)}
${shown.map(({ markup }) => html`${markup}
`)}<footer>Written by Hopscope. The same figures as data: <code>summary.json</code> beside this file; every order and every cause: <code>hopscope query "SELECT … FROM attributions"</code>.</footer>
<script>${verbatim(READOUT_SCRIPT)}</script>
</body></html>
`.text;
}
