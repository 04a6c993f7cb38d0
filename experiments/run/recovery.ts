/** What the feed's links lost and how it was recovered, in words; nothing where nothing was lost. */
import { formatCount, formatNs } from '../report/quantity.js';
import type { Counters, LatencyNs } from '../summary.js';

export interface RecoveredRun {
  readonly counters: Counters;
  readonly recovery_ns?: LatencyNs | null;
}

/** "recovery: OMS 1,234 gaps closed, 2,345 messages, 2,400 requests; delay p50 12.0 µs, p99 …, max …; venues …" */
export function recoveryLines({ counters, recovery_ns: delay }: RecoveredRun): readonly string[] {
  const count = (name: string): number => counters[name] ?? 0;
  const lines: string[] = [];
  if (count('impaired_drops') + count('impaired_duplicates') + count('impaired_reorders') > 0) {
    lines.push(`impaired on purpose: ${formatCount(count('impaired_drops'))} packets dropped, ${formatCount(count('impaired_duplicates'))} doubled, ${formatCount(count('impaired_reorders'))} reordered (warm-up included)`);
  }
  if (count('oms_requests') + count('venue_requests') === 0) return lines;
  const of = (who: 'oms' | 'venue'): string =>
    `${formatCount(count(`${who}_recoveries`))} gaps closed, ${formatCount(count(`${who}_recovered`))} messages, ${formatCount(count(`${who}_requests`))} requests, ${formatCount(count(`${who}_gaps`))} messages given up`;
  const took = delay === undefined || delay === null ? '' : `; delay p50 ${formatNs(delay.p50)}, p99 ${formatNs(delay.p99)}, max ${formatNs(delay.max)}`;
  lines.push(`recovery: OMS ${of('oms')}${took}; venues ${of('venue')}; the feed sent ${formatCount(count('feed_resent'))} messages again`);
  return lines;
}
