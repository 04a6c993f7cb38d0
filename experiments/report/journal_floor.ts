/** journal_write of each variant beside fio's writes to the same device, where the experiment asked for fio. */
import type { FioWrites, JournalFloorSummary } from '../summary.js';
import type { ReportInput } from './input.js';
import { html, type Interpolated, type Markup } from './markup.js';
import { formatBytes, formatNs } from './quantity.js';

function row(name: Interpolated, cells: readonly string[]): Markup {
  return html`<tr><th scope="row">${name}</th>${cells.map((cell) => html`<td class="number">${cell}</td>`)}</tr>`;
}

function fioRow(when: string, writes: FioWrites | null): Markup {
  const cells = writes === null ? ['not measured', '', '', ''] : [formatNs(writes.p50), '', formatNs(writes.p99), `${formatBytes(writes.bytes_per_s)}/s`];
  return row(html`<span class="quiet">fio ${when} the runs</span>`, cells);
}

function deviceRows({ device, submit, block_bytes: block, fio_before: before, fio_after: after, journals }: JournalFloorSummary): Markup {
  return html`<tbody><tr><th scope="rowgroup" colspan="5">device ${device}${submit === null ? '' : `, submit ${submit}`}: ${formatBytes(block)} a write</th></tr>
${fioRow('before', before)}${journals.map(({ variant, p50, p99, p50_of_fio: share }) => row(html`journal_write, ${variant}`, [formatNs(p50), share.toFixed(2), formatNs(p99), '']))}${fioRow('after', after)}</tbody>`;
}

export function journalFloorSection(input: ReportInput): Markup | null {
  const floors = input.summary.journal_floors ?? [];
  if (floors.length === 0) return null;
  return html`<section id="journal"><h2>The journal beside its devices</h2><p class="note">fio writes blocks of the journal's size to the same device, as many at a time, on the same CPU, before the first run and after the last; nothing else runs then. The share is of the mean of both.</p>
<div class="scroll"><table><thead><tr><th></th><th class="number">p50</th><th class="number">of fio's</th><th class="number">p99</th><th class="number">throughput</th></tr></thead>${floors.map(deviceRows)}</table></div>
<p class="note">${floors.map(({ command }) => html`<code>${command}</code><br>`)}</p></section>`;
}
