/** An attribution in one sentence, for the terminal and the report. */
import { BACKLOG, NO_EVENT, causeByName } from '../stall_causes.js';
import type { Attribution } from './attribute_run.js';
import type { CauseTotal } from './tally.js';

/** Further causes are counted together. */
const CAUSES_NAMED = 4;

/**
 * @example
 * of the 172 orders over 100 µs, 96 met a timer tick (median 14 µs), 40 waited behind others in a backlog after a timer tick (median 40 µs),
 * 31 lost the CPU to `ksoftirqd/0` (median 48 µs), 5 have no kernel event
 */
export function sentence(attribution: Attribution): string {
  const limit = shortNs(attribution.slowNs);
  if (attribution.orders === 0) return `no order took longer than ${limit}`;
  const found = attribution.causes.filter((one) => one.dominantOrders > 0);
  const causes = found.filter((one) => one.cause !== NO_EVENT && !isNobodys(one)).sort((a, b) => b.dominantOrders - a.dominantOrders);
  const others = ordersOf(causes.slice(CAUSES_NAMED));
  const alone = ordersOf(found.filter((one) => one.cause === NO_EVENT));
  const parts = [
    ...causes.slice(0, CAUSES_NAMED).map(clause),
    ...(others === 0 ? [] : [`${others} met something else`]),
    ...found.filter(isNobodys).map(clause),
    ...(alone === 0 ? [] : [`${alone} ${alone === 1 ? 'has' : 'have'} no kernel event`]),
  ];
  const subject = attribution.orders === 1 ? 'of the one order' : `of the ${attribution.orders} orders`;
  return `${subject} over ${limit}, ${parts.join(', ')}`;
}

/** A backlog that no event began: its orders are among those without one. */
function isNobodys({ cause, who }: CauseTotal): boolean {
  return cause === BACKLOG.name && who === '';
}

function clause({ cause, who, dominantOrders, medianNs }: CauseTotal): string {
  return `${dominantOrders} ${causeByName(cause).phrase(who)} (median ${shortNs(medianNs)})`;
}

function ordersOf(causes: readonly CauseTotal[]): number {
  return causes.reduce((sum, one) => sum + one.dominantOrders, 0);
}

/** Two significant digits where there are any to lose: 840 ns, 1.4 µs, 14 µs, 5 ms. */
function shortNs(ns: number): string {
  if (Math.round(ns) < 1000) return `${Math.round(ns)} ns`;
  const [unit, scale] = ns < 999_500 ? ['µs', 1e3] : ns < 999_500_000 ? ['ms', 1e6] : ['s', 1e9];
  const value = ns / scale;
  return `${value < 10 ? Number(value.toFixed(1)) : Math.round(value)} ${unit}`;
}
