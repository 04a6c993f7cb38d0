/** What the links lost and how it was recovered; nothing where nothing was lost. */
import type { Counters, LatencyNs, RunSummary } from '../summary.js';
import type { ReportInput } from './input.js';
import { html, type Markup } from './markup.js';
import { formatCount, formatNs } from './quantity.js';

export interface RecoveredRun {
  readonly counters: Counters;
  readonly recovery_ns?: LatencyNs | null;
}

/** "recovery: OMS 1,234 gaps closed, 1,240 messages, 1,300 requests, 0 messages given up; delay p50 12.0 µs, p99 …, max …; venues …" */
export function recoveryLines({ counters, recovery_ns: delay }: RecoveredRun): readonly string[] {
  const count = (name: string): number => counters[name] ?? 0;
  const lines: string[] = [];
  if (count('impaired_drops') + count('impaired_duplicates') + count('impaired_reorders') > 0) {
    lines.push(`impaired on purpose: ${formatCount(count('impaired_drops'))} packets dropped, ${formatCount(count('impaired_duplicates'))} doubled, ${formatCount(count('impaired_reorders'))} reordered (warm-up included)`);
  }
  if (count('session_requests') > 0) {
    lines.push(`recovery of order entry: ${formatCount(count('session_recovered'))} messages, ${formatCount(count('session_requests'))} requests, ${formatCount(count('session_gaps'))} messages given up`);
  }
  if (count('oms_requests') + count('venue_requests') === 0) return lines;
  const of = (who: 'oms' | 'venue'): string =>
    `${formatCount(count(`${who}_recoveries`))} gaps closed, ${formatCount(count(`${who}_recovered`))} messages, ${formatCount(count(`${who}_requests`))} requests, ${formatCount(count(`${who}_gaps`))} messages given up`;
  const took = delay === undefined || delay === null ? '' : `; delay p50 ${formatNs(delay.p50)}, p99 ${formatNs(delay.p99)}, max ${formatNs(delay.max)}`;
  lines.push(`recovery: OMS ${of('oms')}${took}; venues ${of('venue')}; the feed sent ${formatCount(count('feed_resent'))} messages again`);
  return lines;
}

export function recoverySection(input: ReportInput): Markup | null {
  const rows = input.summary.variants.flatMap(({ name, runs }) =>
    runs.flatMap((run: RunSummary & RecoveredRun) => recoveryLines(run).map((line) => html`<li>${name}${runs.length > 1 ? ` (${run.run_id})` : ''}: ${line}</li>`)),
  );
  if (rows.length === 0) return null;
  return html`<section id="recovery"><h2>Recovery</h2><p class="note">Messages that a receiver missed and asked for again. The delay is the time from when the OMS noticed a gap to when it was closed; what came behind the gap waited for it, which shows at oms.book. What an order-entry session lost shows at venue.rx and oms.ack.</p><ul>${rows}</ul></section>`;
}
