/** Machine, conditions, settings and digests: what somebody needs who wants to get the same numbers again. */
import type { RunSummary, SettingValue } from '../summary.js';
import type { ReportInput } from './input.js';
import { html, type Interpolated, type Markup } from './markup.js';
import { formatCount, formatHertz, formatNs, formatRate } from './quantity.js';

function facts(rows: readonly (readonly [string, Interpolated])[]): Markup {
  return html`<div class="scroll"><table class="facts"><tbody>${rows.map(([name, value]) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`)}</tbody></table></div>`;
}

export function settingText(value: SettingValue): string {
  if (value === null) return '–';
  if (typeof value === 'number') return formatCount(value);
  if (typeof value === 'string' || typeof value === 'boolean') return String(value);
  return value.map(settingText).join(', ');
}

function referenceRows(input: ReportInput): readonly (readonly [string, Interpolated])[] {
  const { reference } = input.summary;
  if (reference === undefined || reference === null) return [];
  return [[`${reference.tool}, macswap`, html`${formatRate(reference.macswap_pps)} on the same device, measured after the engine<br><code>${reference.command}</code>`]];
}

function machineTable(input: ReportInput): Markup {
  const { machine } = input.summary;
  const version = (name: string | null): string => name ?? 'not on this machine';
  return facts([
    ['processor', machine.cpu],
    ['kernel', machine.kernel],
    ['time-stamp counter', formatHertz(machine.tsc_hz)],
    ['hugepages', formatCount(machine.hugepages)],
    ['DPDK', version(machine.dpdk)],
    ['SPDK', version(machine.spdk)],
    ['netmap', version(machine.netmap)],
    ...referenceRows(input),
  ]);
}

function runFacts(run: RunSummary): Markup {
  const { jitter_ns: jitter, stamp_ns: stampNs } = run.floor;
  const journal = run.digest.journal ?? `none: ${run.digest.null_because}`;
  return facts([
    ['measured', `${run.seconds.toFixed(2)} s`],
    ['jitter floor', `p99 ${formatNs(jitter.p99)}, p99.9 ${formatNs(jitter.p999)}, max ${formatNs(jitter.max)}`],
    ['one stamp costs', `${stampNs.toFixed(1)} ns`],
    ['digest of the orders', run.digest.orders === null ? `none: ${run.digest.orders_null_because ?? ''}` : html`<code>${run.digest.orders}</code>`],
    ['digest of the journal', run.digest.journal === null ? journal : html`<code>${journal}</code>`],
    ...(typeof run.digest.oms === 'string' ? [['digest of the OMS\'s journal', html`<code>${run.digest.oms}</code>`] as const] : []),
  ]);
}

function variantBlock(input: ReportInput, name: string): Markup {
  const variant = input.summary.variants.find((candidate) => candidate.name === name);
  const detail = input.variants.find((candidate) => candidate.name === name);
  const run = variant?.runs.find((candidate) => candidate.run_id === detail?.runId) ?? variant?.runs[0];
  const different = Object.entries(variant?.settings ?? {}).map(([key, value]) => `${key} = ${settingText(value)}`);
  return html`<h3>${name}${detail === undefined ? null : html` <span class="quiet">lane ${detail.lane}</span>`}</h3>${different.length > 0 ? html`<p class="note"><code>${different.join(', ')}</code></p>` : null}${run === undefined ? null : runFacts(run)}`;
}

export function machineSection(input: ReportInput): Markup {
  const settings = Object.entries(input.settings).sort(([a], [b]) => a.localeCompare(b));
  return html`<section id="machine"><h2>Machine and settings</h2><div class="columns"><div><h3>Machine</h3>${machineTable(input)}
${input.conditions.length > 0 ? html`<h3>Conditions</h3><ul class="plain">${input.conditions.map((condition) => html`<li>${condition}</li>`)}</ul>` : null}</div>
<div>${input.summary.variants.map((variant) => variantBlock(input, variant.name))}</div></div>
${settings.length > 0 ? html`<details><summary>All ${settings.length} settings, in base units</summary>${facts(settings.map(([key, value]) => [key, settingText(value)]))}</details>` : null}</section>`;
}
