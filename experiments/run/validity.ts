/** A run with losses or misses is invalid: each reason is one line that ends with the setting to change. */
import type { Counters } from '../summary.js';
import type { Settings } from '../spec/schema.js';

/** What a capsule's 32-bit delta shows when it is full: the order ended more than 2^32 TSC ticks after its packet was due. */
const SATURATED_NS = 0xffff_ffff;

/**
 * @param lane the lane the run really had
 * @param responseMaxNs the longest stored time since feed.due
 */
export function invalidReasons(counters: Counters, lane: string, responseMaxNs: number, settings: Settings): readonly string[] {
  const reasons: string[] = [];
  if (responseMaxNs >= SATURATED_NS) reasons.push('orders were handled seconds after their packet was due, and their stamps are saturated; lower pipeline.feed.rate');
  const many = (name: string): number => counters[name] ?? 0;
  const when = (name: string, what: string): void => {
    if (many(name) > 0) reasons.push(`${name} ${many(name)}: ${what}`);
  };
  when('feed_missed', 'packets were due but never sent; lower pipeline.feed.rate');
  for (const kind of ['', 'journal_']) {
    when(`${kind}push_failed`, `records found no room in the engine's ring; raise probes.ring (now ${settings.probes.ring} bytes)`);
    when(`${kind}lost`, `records found no room on their way to the collector; raise probes.output (now ${settings.probes.output} bytes), or probes.sample to 1/16`);
  }
  when('port_drops', 'packets were dropped by a port; lower pipeline.feed.rate');
  when('oms_gaps', 'the OMS never saw some feed messages; lower pipeline.feed.rate');
  when('venue_gaps', 'a venue never saw some feed messages; lower pipeline.feed.rate');
  when('session_gaps', 'order-entry messages were lost between OMS and venues; lower pipeline.feed.rate or raise pipeline.oms.every');
  when('slot_misses', 'stamps found their slot taken by a later order; lower pipeline.feed.rate or raise pipeline.oms.every');
  if (many('feed_packets') === 0) reasons.push('feed_packets 0: nothing was measured; raise repeat.measure or pipeline.feed.messages');
  if (lane === 'stream') reasons.push(...imbalances(counters, ''), ...imbalances(counters, 'journal_'));
  return reasons;
}

/**
 * Nothing is lost in silence: traced = pushed + push_failed, pushed = drained, drained = stored + filtered + lost. Every one of these is
 * counted where it happens, so the sums can fail.
 *
 * @param kind prefix of the counters: '' for capsules, 'journal_' for the journal branch
 */
function imbalances(counters: Counters, kind: '' | 'journal_'): readonly string[] {
  const many = (name: string): number => counters[`${kind}${name}`] ?? 0;
  const reasons: string[] = [];
  const equal = (name: string, parts: readonly string[], setting: string): void => {
    const sum = parts.reduce((total, part) => total + many(part), 0);
    const shown = parts.map((part) => `${kind}${part} ${many(part)}`).join(' and ');
    if (many(name) !== sum) reasons.push(`records are unaccounted for: ${kind}${name} ${many(name)}, but ${shown}; raise ${setting}`);
  };
  equal('traced', ['pushed', 'push_failed'], 'probes.ring');
  equal('pushed', ['drained'], 'probes.ring');
  equal('drained', ['stored', 'filtered', 'lost'], 'probes.output');
  return reasons;
}
