/**
 * The report: one HTML file that needs nothing else, neither a network nor the store. A pure function of its input.
 *
 * The content security policy forbids every request, so a report can be opened, mailed and archived without a second thought.
 */
import { countersSection } from './counters.js';
import { titleSection, verdictSection } from './header.js';
import { hopTableSection } from './hop_table.js';
import type { ReportInput } from './input.js';
import { laneCostSection } from './lane_cost.js';
import { machineSection } from './machine.js';
import { html, verbatim } from './markup.js';
import { percentilesSection } from './percentiles.js';
import { READOUT_SCRIPT } from './readout.js';
import { runsSection } from './runs.js';
import { slowestSection } from './slowest.js';
import { STYLE } from './style.js';
import { waterfallSection } from './waterfall.js';

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/** A complete HTML document. */
export function renderReport(input: ReportInput): string {
  const { experiment, verdict } = input.summary;
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${POLICY}"><link rel="icon" href="data:,">
<title>${experiment}: ${verdict} · Hopscope</title><style>${verbatim(STYLE)}</style></head>
<body>
${titleSection(input)}
<nav aria-label="sections"><a href="#curves">curves</a><a href="#waterfall">waterfall</a><a href="#slowest">slowest orders</a><a href="#hops">every hop</a><a href="#counters">counters</a><a href="#machine">machine and settings</a></nav>
${verdictSection(input)}
${percentilesSection(input)}
${waterfallSection(input)}
${slowestSection(input)}
${hopTableSection(input)}
${laneCostSection(input)}
${runsSection(input)}
${countersSection(input)}
${machineSection(input)}
<footer>Written by Hopscope. The same figures as data: <code>summary.json</code> beside this file; every order: <code>hopscope query "SELECT … FROM traces"</code>.</footer>
<script>${verbatim(READOUT_SCRIPT)}</script>
</body></html>
`.text;
}
