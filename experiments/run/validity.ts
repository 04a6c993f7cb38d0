/** A run with losses or misses is invalid: each reason is one line that ends with the setting to change. */
import { LOSSES, balancesOf, imbalance } from '../accounting.js';
import type { Counters } from '../summary.js';

/** What a capsule's 32-bit delta shows when it is full: the order ended more than 2^32 TSC ticks after its packet was due. */
const SATURATED_NS = 0xffff_ffff;

/**
 * @param lane the lane the run really had
 * @param responseMaxNs the longest stored time since feed.due
 * @param lostInOutage messages that venues lost because the experiment asks for it: as many orders may be without an answer
 */
export function invalidReasons(counters: Counters, lane: string, responseMaxNs: number, lostInOutage = 0): readonly string[] {
  const reasons: string[] = [];
  if (responseMaxNs >= SATURATED_NS) reasons.push('orders were handled seconds after their packet was due, and their stamps are saturated; lower pipeline.feed.rate');
  for (const { counter, remedy } of LOSSES) {
    const lost = counters[counter] ?? 0;
    if (counter === 'timeouts' && lost <= lostInOutage) continue;
    if (lost > 0) reasons.push(`${counter} ${lost}: ${remedy}`);
  }
  const open = unanswered(counters);
  if (open > 0) reasons.push(`${open} orders were still without an answer when the run ended; lower pipeline.feed.rate`);
  if (counters.feed_packets === 0) reasons.push('feed_packets 0: nothing was measured; raise repeat.measure or pipeline.feed.messages');
  for (const balance of balancesOf(lane)) {
    if (imbalance(counters, balance) === 0) continue;
    const parts = balance.parts.map((part) => `${part} ${counters[part] ?? 0}`).join(' and ');
    reasons.push(`records are unaccounted for: ${balance.whole} ${counters[balance.whole] ?? 0}, but ${parts}; raise ${balance.setting}`);
  }
  return reasons;
}

/** Orders still on their way at the end. Their answers are in no quantile: a run without its slowest orders would look better than it was. */
export function unanswered({ orders, acks, rejects, timeouts = 0 }: Counters): number {
  return orders - acks - rejects - timeouts;
}
