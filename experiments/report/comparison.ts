/** The comparison page: one HTML file that needs nothing else, in the report's look. A pure function of its input. */
import type { Comparison, PairComparison, Verdict } from '../compare/comparison.js';
import { floorTexts } from '../compare/floor_text.js';
import type { RunSet } from '../compare/run_set.js';
import { rulesText, setText, signedNs, signedPercent, verdictText } from '../compare/words.js';
import { parseMetric } from '../spec/metric.js';
import { curvesOf, legend } from './comparison_curves.js';
import { colourOf, type ComparedGroup, type ComparisonInput } from './comparison_input.js';
import { COMPARISON_STYLE } from './comparison_style.js';
import { metricTable } from './comparison_table.js';
import { hopShareTable } from './hop_shares.js';
import { html, verbatim, type Markup } from './markup.js';
import { READOUT_SCRIPT } from './readout.js';
import { POLICY } from './report.js';
import { runStrip } from './run_strip.js';
import { STYLE } from './style.js';

const SECTIONS: readonly (readonly [id: string, label: string])[] = [['figures', 'figures'], ['where', 'which hops'], ['curves', 'curves'], ['each', 'every run'], ['sets', 'what was compared']];

/** A complete HTML document. */
export function renderComparison({ title, groups }: ComparisonInput): string {
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${POLICY}"><link rel="icon" href="data:,">
<title>${title}: comparison · Hopscope</title><style>${verbatim(STYLE + COMPARISON_STYLE)}</style></head>
<body>
<header><p class="maker">Hopscope · comparison</p><h1>${title}</h1></header>
<nav aria-label="sections">${SECTIONS.map(([id, label]) => html`<a href="#${id}">${label}</a>`)}</nav>
<section id="verdict">${groups.map(({ comparison }) => comparison.pairs.map((pair) => verdictBlock(pair, comparison)))}</section>
<section id="figures"><h2>Figures</h2>${groups.map(figures)}</section>
<section id="where"><h2>Which hops make the difference</h2>
<p class="note">For the orders that stand near the metric's quantile: how much longer each hop is than in the base, mean over those orders, pseudomedian over runs. Together with what cannot be split they make up the difference.</p>${groups.map(where)}</section>
<section id="curves"><h2>Percentile curves</h2>
<p class="note">Across: percentile, each mark ten times rarer than the one before. Up: latency, logarithmic. In full: the median over runs; faint: each run.</p>${groups.map(({ sets }) => curvesOf(sets))}</section>
<section id="each"><h2>Every run</h2>${groups.map(eachRun)}</section>
<section id="sets"><h2>What was compared</h2>${groups.map(({ comparison }) => setTable(comparison))}</section>
<footer>Written by Hopscope. How to read it, and what the statistics can and cannot say: docs/comparing.md.</footer>
<script>${verbatim(READOUT_SCRIPT)}</script>
</body></html>
`.text;
}

const MARK: Readonly<Record<Verdict, string>> = { better: '▾', worse: '▴', equivalent: '=', unclear: '~', unranked: '!' };

/** The gravest verdict of the primary metrics leads: a variant that is better at p50 and worse at p99 is not simply better. */
const GRAVEST: readonly Verdict[] = ['unranked', 'worse', 'unclear', 'better', 'equivalent'];

function verdictBlock(pair: PairComparison, comparison: Comparison): Markup {
  const primary = pair.metrics.filter((one) => one.primary);
  const verdict = pair.refused.length > 0 ? 'unranked' : (GRAVEST.find((one) => primary.some((metric) => metric.verdict === one)) ?? 'unclear');
  const other = comparison.sets.find(({ name }) => name === pair.other);
  const base = comparison.sets.find(({ name }) => name === pair.base);
  const said = primary.map((metric) => `${metric.metric} ${signedNs(metric.difference.middle)} (${signedPercent(metric.share.middle)}): ${verdictText(metric, pair)}`);
  return html`<div class="verdict ${verdict}"><span class="mark" aria-hidden="true">${MARK[verdict]}</span><div><strong class="said">${other === undefined ? pair.other : setText(other)}</strong> against ${base === undefined ? pair.base : setText(base)}
<ul>${[...said, ...pair.refused.map((line) => `not ranked: ${line}`), ...pair.cautions].map((line) => html`<li>${line}</li>`)}</ul></div></div>`;
}

function figures({ comparison }: ComparedGroup): Markup {
  return html`${comparison.pairs.map((pair) => html`<h3>${pair.other} against ${pair.base}</h3>${metricTable(pair.metrics.filter(({ primary }) => primary), pair)}
<details><summary>Not tested, for reading: every span and hop</summary>${metricTable(pair.metrics.filter(({ primary }) => !primary), pair)}</details>`)}
<p class="note">${rulesText(comparison)} Drawn: the difference with its interval in per cent of the base; shaded: the least effect.</p>`;
}

function where({ comparison }: ComparedGroup): Markup {
  const blocks = comparison.pairs.flatMap((pair) => {
    const tables = pair.metrics.filter(({ primary }) => primary).map(hopShareTable).filter((table) => table !== null);
    return tables.length === 0 ? [] : [html`<h3>${pair.other} against ${pair.base}</h3><div class="pair">${tables.map((table) => html`<div>${table}</div>`)}</div>`];
  });
  return blocks.length === 0 ? html`<p class="empty">No order was recorded in both, so the hops are not known.</p>` : html`${blocks}`;
}

function eachRun({ comparison, sets }: ComparedGroup): Markup {
  const strips = comparison.primary.map((name) => runStrip(sets, parseMetric(name))).filter((strip) => strip !== null);
  return html`${legend(sets)}<div class="pair">${strips}</div>${comparison.remarks.length === 0 ? null : html`<ul class="plain">${comparison.remarks.map((line) => html`<li>${line}</li>`)}</ul>`}`;
}

function setTable(comparison: Comparison): Markup {
  const floors = floorTexts(comparison.sets);
  return html`<div class="scroll"><table><thead><tr><th>set</th><th>experiment</th><th>link</th><th>build</th><th class="number">valid runs</th><th>processor</th><th>kernel</th><th>compiled</th><th>from</th></tr></thead>
<tbody>${comparison.sets.map((set, i) => html`<tr><th scope="row"><span class="key ${colourOf(i)}"></span>${set.name}</th><td>${set.experiment}</td><td>${set.link}</td><td>${set.build}</td><td class="number">${set.valid_runs} of ${set.runs}</td>
<td>${set.machine.cpu}</td><td>${set.machine.kernel}</td><td>${set.machine.build_flags ?? 'not recorded'}</td><td><code>${set.source}</code></td></tr>`)}</tbody></table></div>${floors.length === 0 ? null : html`<h3>Floors, of the same session</h3><ul class="plain">${floors.map((line) => html`<li>${line}</li>`)}</ul>`}`;
}

/** Of the sets of a page, for its file name and title. */
export function comparisonTitle(groups: readonly (readonly RunSet[])[]): string {
  return [...new Set(groups.flatMap((sets) => sets.map(({ experiment }) => experiment)))].join(', ');
}

