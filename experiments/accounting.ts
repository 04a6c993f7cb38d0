/**
 * What must add up, and what must be zero, for a run's figures to be trusted: one list for the verdict and for the report.
 */
import type { Counters } from './summary.js';

export interface Loss {
  /** Counter of the summary that must be zero. */
  readonly counter: string;
  /** What happened, and the setting to change. */
  readonly remedy: string;
}

const SLOWER_FEED = 'lower pipeline.feed.rate';

export const LOSSES: readonly Loss[] = [
  { counter: 'feed_missed', remedy: `packets were due but never sent; ${SLOWER_FEED}` },
  { counter: 'push_failed', remedy: "capsules found no room in the engine's ring; raise probes.ring" },
  { counter: 'journal_push_failed', remedy: "journal records found no room in the engine's ring; raise probes.ring" },
  { counter: 'lost', remedy: 'records found no room on their way to the collector; raise probes.output, or set probes.sample to 1/16' },
  { counter: 'journal_lost', remedy: 'journal records found no room on their way to the collector; raise probes.output, or set probes.sample to 1/16' },
  { counter: 'port_drops', remedy: `packets were dropped by a port; ${SLOWER_FEED}` },
  { counter: 'port_malformed', remedy: 'ports received what no role sent, or bytes changed on the way; look for other traffic on the link' },
  { counter: 'oms_gaps', remedy: `the OMS never saw some feed messages; ${SLOWER_FEED}` },
  { counter: 'venue_gaps', remedy: `a venue never saw some feed messages; ${SLOWER_FEED}` },
  { counter: 'session_gaps', remedy: `order-entry messages were lost between OMS and venues; ${SLOWER_FEED} or raise pipeline.oms.every` },
  { counter: 'slot_misses', remedy: `stamps found their slot taken by a later order; ${SLOWER_FEED} or raise pipeline.oms.every` },
  { counter: 'timeouts', remedy: 'orders had no answer in time, and are in no quantile; raise pipeline.oms.ack_timeout' },
  { counter: 'stalls_lost', remedy: 'stalls found no room on their way to the collector, and their orders would seem to have no cause; raise probes.stall_ring' },
  { counter: 'gaps_lost', remedy: 'idle gaps were overwritten before the collector came for them; raise probes.gap' },
  { counter: 'orders_refused', remedy: `the OMS had no room to keep them: as many orders as it keeps track of were not over; ${SLOWER_FEED} or lower pipeline.oms.cancel_after` },
  { counter: 'answers_duplicate', remedy: 'a venue said something of an order twice; look for other traffic on the link' },
  { counter: 'answers_impossible', remedy: 'a venue said of an order what cannot be, and the OMS has it wrong; keep the journals (pipeline.journal.keep) and read both' },
  { counter: 'late_acks', remedy: 'answers came for orders already given up; raise pipeline.oms.ack_timeout' },
];

/** `whole` must equal the sum of `parts`. */
export interface Balance {
  readonly whole: string;
  readonly parts: readonly string[];
  /** Setting to raise when it does not. */
  readonly setting: string;
}

const KINDS = ['', 'journal_'] as const;

const ON_THE_WAY: readonly Balance[] = KINDS.flatMap((kind) => [
  { whole: `${kind}traced`, parts: [`${kind}pushed`, `${kind}push_failed`], setting: 'probes.ring' },
  { whole: `${kind}pushed`, parts: [`${kind}drained`], setting: 'probes.ring' },
]);

/** Lane hops pushes nothing: what the engine traced is put together again from its probes' hits. */
const FROM_HITS: readonly Balance[] = KINDS.map((kind) => ({ whole: `${kind}traced`, parts: [`${kind}drained`], setting: 'probes.output' }));

const AT_THE_END: readonly Balance[] = KINDS.map((kind) => ({
  whole: `${kind}drained`,
  parts: [`${kind}stored`, `${kind}filtered`, `${kind}lost`],
  setting: 'probes.output',
}));

/** Where a record can be between the engine and the store, counted at each place, for capsules and for the journal branch. */
export function balancesOf(lane: string): readonly Balance[] {
  if (lane === 'stream' || lane === 'capsule') return [...ON_THE_WAY, ...AT_THE_END];
  return lane === 'hops' ? [...FROM_HITS, ...AT_THE_END] : [];
}

/** What the whole is over its parts; 0 where the books are right. */
export function imbalance(counters: Counters, { whole, parts }: Balance): number {
  return (counters[whole] ?? 0) - parts.reduce((sum, part) => sum + (counters[part] ?? 0), 0);
}
