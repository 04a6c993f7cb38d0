/**
 * How far a latency may be from the truth, hop by hop.
 *
 * - The clock's resolution: two stamps make a duration, and what lies between two of its steps cannot be told apart.
 * - The stamps themselves: a duration holds the cost of every stamp taken within it, its own last one included.
 * - Lane hops: a site that is hit between two stamps puts its trap into the duration.
 * - A figure read from a histogram stands at its bucket's upper edge: up to 1/32 too high.
 */
import { HOPS, SPANS } from '../../collector/index.js';

export interface InstrumentCosts {
  readonly resolutionNs: number;
  readonly stampNs: number;
  /** Mean cost of a probe hit on a hop's site; 0 where the hops' sites have no probe. */
  readonly siteNs: number;
}

/** Sites that are hit within each hop's duration, by the hop's index: engine/oms/order_trace.h, engine/venue/order_trace.h, engine/feed/feed.h. */
const SITES_WITHIN: Readonly<Record<number, number>> = { 2: 2, 4: 2, 6: 2, 7: 1, 8: 1, 9: 1, 10: 1, 11: 1, 12: 1, 14: 1 };

const FROM_TO: ReadonlyMap<string, { readonly from: number; readonly to: number }> = new Map([
  ...HOPS.flatMap((hop) => (hop.predecessor === null ? [] : [[hop.name, { from: hop.predecessor, to: hop.index }] as const])),
  ...SPANS.map((span) => [span.name, { from: span.from, to: span.to }] as const),
]);

/** In ns, rounded up. Add the bucket's width where the figure comes from a histogram. */
export function errorOf(name: string, { resolutionNs, stampNs, siteNs }: InstrumentCosts): number {
  const { from, to } = FROM_TO.get(name) ?? { from: 0, to: 1 };
  const passed = pathBetween(from, to);
  const sites = passed.reduce((sum, hop) => sum + (SITES_WITHIN[hop] ?? 0), 0);
  return Math.ceil(resolutionNs + passed.length * stampNs + sites * siteNs);
}

/** The hops stamped after `from`, up to and with `to`, along the predecessors. */
function pathBetween(from: number, to: number): readonly number[] {
  const path: number[] = [];
  for (let at: number | null = to; at !== null && at !== from; at = HOPS[at]?.predecessor ?? null) path.push(at);
  return path;
}
