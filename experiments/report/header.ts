/** The top of the report: what was measured, the verdict, the four numbers most readers came for, and every threshold. */
import type { RunSummary, ThresholdResult, Verdict } from '../summary.js';
import type { ReportInput, VariantDetail } from './input.js';
import { html, type Markup } from './markup.js';
import { comparedFigures, EXPLANATION, meaningOf } from './meaning.js';
import { formatNs, formatRate, formatThresholdValue } from './quantity.js';
import { overRuns, runOf, shownRuns } from './run.js';

function verdictText(verdict: Verdict, thresholds: readonly ThresholdResult[]): string {
  if (verdict === 'invalid') return 'These figures say nothing about the thresholds:';
  if (thresholds.length === 0) return 'Nothing was lost; no threshold was set.';
  const failed = thresholds.filter((threshold) => !threshold.ok).length;
  const of = `of ${thresholds.length} thresholds`;
  return failed === 0 ? `All ${thresholds.length} thresholds hold.` : `${failed} ${of} ${failed === 1 ? 'does' : 'do'} not hold.`;
}

const VERDICT_MARK: Readonly<Record<Verdict, string>> = { pass: '✓', fail: '✗', invalid: '!' };

function verdictBlock(input: ReportInput): Markup {
  const { verdict, invalid_because: because, thresholds } = input.summary;
  return html`<div class="verdict ${verdict}"><span class="mark" aria-hidden="true">${VERDICT_MARK[verdict]}</span><div><strong>${verdict}</strong> <span>${verdictText(verdict, thresholds)}</span>
${because.length > 0 ? html`<ul>${because.map((reason) => html`<li>${reason}</li>`)}</ul>` : null}</div></div>`;
}

function gauge(label: string, value: string, detail: string): Markup {
  return html`<div class="gauge"><span class="label">${label}</span><span class="value">${value}</span><span class="detail">${detail}</span></div>`;
}

function gauges(input: ReportInput, detail: VariantDetail): Markup | null {
  const variant = input.summary.variants.find((candidate) => candidate.name === detail.name);
  const run = runOf(input.summary, detail);
  if (variant === undefined || run === undefined) return null;
  const runs = shownRuns(variant);
  const service = overRuns(runs, 'tick_to_ack');
  const response = overRuns(runs, 'tick_to_ack_response');
  const title = [input.variants.length > 1 ? detail.name : '', runs.length > 1 ? `middle of ${runs.length} runs` : ''].filter((part) => part !== '').join(' · ');
  const responseText = (quantile: 'p50' | 'p99'): string => (response === null ? 'service time' : `service; response ${formatNs(response[quantile])}`);
  return html`<div class="gauges">${title === '' ? null : html`<h3>${title}</h3>`}
${gauge('tick_to_ack p50', service === null ? '–' : formatNs(service.p50), responseText('p50'))}
${gauge('tick_to_ack p99', service === null ? '–' : formatNs(service.p99), responseText('p99'))}
${gauge('tick_to_ack p99.9', service === null ? '–' : formatNs(service.p999), `jitter floor ${formatNs(run.floor.jitter_ns.p999)}`)}
${gauge('through the OMS', formatRate(run.rates.oms_pps), `packets; orders ${formatRate(run.rates.orders_per_s)}`)}</div>`;
}

function thresholdRow(threshold: ThresholdResult): Markup {
  return html`<tr class="${threshold.ok ? 'ok' : 'bad'}"><td class="mark">${threshold.ok ? '✓' : '✗'}<span class="sr"> ${threshold.ok ? 'holds' : 'does not hold'}</span></td>
<td>${threshold.metric}${threshold.variant === undefined ? null : html` <span class="quiet">${threshold.variant}</span>`}</td><td><code>${threshold.expr}</code></td>
<td class="number">${formatThresholdValue(threshold.expr, threshold.value)}</td></tr>`;
}

function thresholdTable(thresholds: readonly ThresholdResult[]): Markup {
  if (thresholds.length === 0) return html`<p class="note">This experiment sets no thresholds.</p>`;
  return html`<div class="scroll"><table class="thresholds"><thead><tr><th></th><th>threshold</th><th>must be</th><th class="number">was</th></tr></thead>
<tbody>${thresholds.map(thresholdRow)}</tbody></table></div>`;
}

function meaning(input: ReportInput): Markup {
  const runs = input.variants.flatMap((detail) => {
    const run: RunSummary | undefined = runOf(input.summary, detail);
    return run === undefined ? [] : [{ name: detail.name, run }];
  });
  const lines =
    runs.length > 1
      ? [html`<p>${EXPLANATION}</p>`, ...runs.map(({ name, run }) => html`<p><b>${name}</b> ${comparedFigures(run)}</p>`)]
      : runs.map(({ run }) => html`<p>${meaningOf(run)}</p>`);
  return html`<div class="meaning"><h3>What the numbers mean</h3>${lines}</div>`;
}

/** "2026-03-01T09:30:00.000Z" as "2026-03-01 09:30:00 UTC"; anything else as it stands. */
function readableInstant(instant: string): string {
  const [, day, time] = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z$/.exec(instant) ?? [];
  return day === undefined || time === undefined ? instant : `${day} ${time} UTC`;
}

export function titleSection(input: ReportInput): Markup {
  const ids = input.variants.map((detail) => detail.runId).join(', ');
  return html`<header><p class="maker">Hopscope · latency report</p><h1>${input.summary.experiment}</h1>
<p class="when">${readableInstant(input.startedAt)}${ids === '' ? null : html` · run <code>${ids}</code>`}</p></header>`;
}

export function verdictSection(input: ReportInput): Markup {
  return html`<section id="verdict">${verdictBlock(input)}${input.variants.map((detail) => gauges(input, detail))}
<div class="columns">${thresholdTable(input.summary.thresholds)}${meaning(input)}</div></section>`;
}
