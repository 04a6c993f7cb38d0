/** The instrument's own error: what a figure cannot know better, and what measuring cost the engine, from the same run. */
import type { OwnError } from '../run/own_error.js';
import type { ReportInput } from './input.js';
import { html, type Interpolated, type Markup } from './markup.js';
import { formatCount, formatFineNs, formatHertz, formatNs, formatPercent } from './quantity.js';

interface Line {
  readonly name: string;
  /** What it means for a figure of this report. */
  readonly meaning: string;
  readonly value: (error: OwnError, lane: string) => Interpolated;
}

function sitesText({ sites }: OwnError): Interpolated {
  if (sites.length === 0) return null;
  const slow = sites.filter(({ optimised }) => !optimised).map(({ hop }) => hop);
  return slow.length === 0 ? 'all' : html`<span class="bad">not ${slow.join(', ')}</span>`;
}

function stealText({ stealMs }: OwnError): Interpolated {
  const cpus = Object.entries(stealMs);
  return cpus.length === 0 ? null : cpus.map(([cpu, ms]) => `${/^\d+$/.test(cpu) ? 'CPU ' : ''}${cpu}: ${formatNs(ms * 1e6)}`).join(', ');
}

function tieText({ tie }: OwnError): Interpolated {
  if (tie === null) return null;
  return html`±${formatNs(tie.errorNs)}<br><span class="quiet">worst ±${formatNs(tie.worstNs)} of ${formatCount(tie.pairs)} pairs; ${tie.checkNs === 0 ? 'checked in BPF' : `${formatNs(tie.checkNs)} beyond them as seen in BPF`}</span>`;
}

const LINES: readonly Line[] = [
  { name: 'clock', meaning: 'the frequency by which ticks become nanoseconds', value: ({ tscHz }) => formatHertz(tscHz) },
  { name: 'drift', meaning: 'how far the frequency at the start was from that over the whole run: the relative error of every duration', value: ({ driftPpm }) => `${driftPpm.toFixed(3)} ppm` },
  { name: 'resolution', meaning: 'a single duration is no finer than this', value: ({ resolutionNs }) => formatFineNs(resolutionNs) },
  { name: 'stamp', meaning: "part of every hop's duration", value: ({ stampNs }) => formatFineNs(stampNs) },
  { name: 'push', meaning: 'engine time an order, after its last stamp', value: ({ pushNs }) => (pushNs > 0 ? formatFineNs(pushNs) : null) },
  { name: 'probe hit', meaning: "lane hops: part of every hop's duration; lane capsule: after an order's last stamp", value: ({ siteNs }) => (siteNs > 0 ? formatFineNs(siteNs) : null) },
  { name: 'sites optimised', meaning: 'turned into a call by the kernel at the first hit; any other was never hit, or costs a trap a hit', value: sitesText },
  { name: 'clock tie', meaning: "where a kernel event stands against an order's stamps", value: tieText },
  { name: 'a record', meaning: "the collector's CPU time over the records it took in: drain in BPF, rows, batches; its fixed work included", value: ({ drainNsPerRecord }) => (drainNsPerRecord === null ? null : formatFineNs(drainNsPerRecord)) },
  { name: 'collector', meaning: 'of one core, beside the engine', value: ({ collectorCpu }) => formatPercent(collectorCpu) },
  { name: 'steal', meaning: 'what the hypervisor took in the run, by its own account', value: stealText },
];

/** Null where no run knows its own error. */
export function ownErrorSection(input: ReportInput): Markup | null {
  const known = input.variants.flatMap((detail) => (detail.ownError === undefined || detail.ownError === null ? [] : [{ detail, error: detail.ownError }]));
  if (known.length === 0) return null;
  const head = known.length > 1 ? html`<thead><tr><th></th>${known.map(({ detail }) => html`<th>${detail.name} <span class="quiet">${detail.lane}</span></th>`)}<th></th></tr></thead>` : null;
  const rows = LINES.map(({ name, meaning, value }) => {
    const cells = known.map(({ detail, error }) => value(error, detail.lane));
    return cells.every((cell) => cell === null) ? null : html`<tr><th scope="row">${name}</th>${cells.map((cell) => html`<td class="figure">${cell ?? '–'}</td>`)}<td class="quiet meaning">${meaning}</td></tr>`;
  });
  return html`<section id="error"><h2>The instrument's own error</h2><p class="note">Measured in the run it stands for. The error beside each hop's figures is made of it.</p>
<div class="scroll"><table class="facts own-error${known.length > 1 ? '' : ' single'}">${head}<tbody>${rows}</tbody></table></div></section>`;
}
