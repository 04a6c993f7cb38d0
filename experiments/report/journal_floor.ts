/** journal_write of each variant beside another tool's writes to the same device, where the experiment asked for it. */
import type { DeviceWrites, JournalFloorSummary } from '../summary.js';
import type { ReportInput } from './input.js';
import { html, type Interpolated, type Markup } from './markup.js';
import { formatBytes, formatNs } from './quantity.js';

function row(name: Interpolated, cells: readonly string[]): Markup {
  return html`<tr><th scope="row">${name}</th>${cells.map((cell) => html`<td class="number">${cell}</td>`)}</tr>`;
}

function floorRow(tool: string, when: string, writes: DeviceWrites | null): Markup {
  const cells = writes === null ? ['not measured', '', '', '', ''] : [formatNs(writes.p50), '', formatNs(writes.p99), `${formatBytes(writes.bytes_per_s)}/s`, ''];
  return row(html`<span class="quiet">${tool} ${when} the runs</span>`, cells);
}

function deviceRows({ device, submit, tool, block_bytes: block, floor_before: before, floor_after: after, journals }: JournalFloorSummary): Markup {
  return html`<tbody><tr><th scope="rowgroup" colspan="6">device ${device}${submit === null ? '' : `, submit ${submit}`}: ${formatBytes(block)} a write</th></tr>
${floorRow(tool, 'before', before)}${journals.map(({ variant, p50, p99, p50_of_floor: share, bytes_per_s: rate, rate_of_floor: shareOfRate }) => row(html`journal_write, ${variant}`, [p50 === null ? '' : formatNs(p50), share?.toFixed(2) ?? '', p99 === null ? '' : formatNs(p99), `${formatBytes(rate)}/s`, shareOfRate.toFixed(2)]))}${floorRow(tool, 'after', after)}</tbody>`;
}

export function journalFloorSection(input: ReportInput): Markup | null {
  const floors = input.summary.journal_floors ?? [];
  if (floors.length === 0) return null;
  return html`<section id="journal"><h2>The journal beside its devices</h2><p class="note">fio, or bdevperf where the device is a bdev of SPDK, writes blocks of the journal's size to the same device, as many at a time, on the same CPU, before the first run and after the last; nothing else runs then. Shares are of the mean of both. A journal that has not always something to write writes less than the device takes.</p>
<div class="scroll"><table><thead><tr><th></th><th class="number">p50</th><th class="number">of the floor's</th><th class="number">p99</th><th class="number">throughput</th><th class="number">of the floor's</th></tr></thead>${floors.map(deviceRows)}</table></div>
<p class="note">${floors.map(({ command }) => html`<code>${command}</code><br>`)}</p></section>`;
}
