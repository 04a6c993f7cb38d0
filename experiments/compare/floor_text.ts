/** What the network layer alone costs, in words: the same in a run's output, in a comparison and on its page. */
import { formatNs, formatRate } from '../report/quantity.js';
import type { FloorSummary } from '../summary.js';
import type { ComparedSet } from './comparison.js';

/** One line for people. */
export function floorText({ variants, build, link, round_trip_ns: trip, forwards_per_s: rate, lost, testpmd_pps: testpmd, rounds_of_testpmd: rounds, of_testpmd: share }: FloorSummary): string {
  const beside = share === null ? '' : `; dpdk-testpmd macswap before and after each echo: ${testpmd.map(formatRate).join(', ')} ` +
    `(echo ${share.toFixed(2)} of it${rounds.length < 2 ? '' : `, the middle of ${rounds.map((round) => round.toFixed(2)).join(', ')}`})`;
  return `floor of ${variants.join(', ')} (build ${build}, link ${link}, no trading logic): echo round trip p50 ${formatNs(trip.p50)}, p99 ${formatNs(trip.p99)}, ` +
    `${formatRate(rate)} forwarded by one lcore${lost === 0 ? '' : `, ${lost} round trips lost`}${beside}`;
}

/** A line for each floor of the sets; those that share one are named together. */
export function floorTexts(sets: readonly Pick<ComparedSet, 'name' | 'floor'>[]): readonly string[] {
  const namesOf = new Map<string, { readonly floor: FloorSummary; readonly names: string[] }>();
  for (const { name, floor } of sets) {
    if (floor === null) continue;
    const key = JSON.stringify(floor);
    const known = namesOf.get(key) ?? { floor, names: [] };
    known.names.push(name);
    namesOf.set(key, known);
  }
  return [...namesOf.values()].map(({ floor, names }) => floorText({ ...floor, variants: names }));
}
