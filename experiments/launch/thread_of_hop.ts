/** Which engine thread stamps a hop: the thread whose lost time that hop would show. */
import type { Placement } from './placement.js';

/** Role that stamps each hop, by the hop's index. Hops 13 and 14 are stamped by the journal: with a helper thread, by no lcore. */
const ROLE_OF_HOP = ['feed', 'feed', 'oms', 'oms', 'oms', 'oms', 'oms', 'oms', 'venue', 'venue', 'venue', 'venue', 'oms', 'venue', 'venue'] as const;

/** @returns index of the engine thread; threads are numbered as the placement's lcores are */
export function threadOfHop({ lcores }: Placement): (hopIndex: number, venue: number) => number {
  const threadOf = new Map(lcores.flatMap((lcore, thread) => lcore.roles.map((role) => [role, thread] as const)));
  return (hopIndex, venue) => {
    const role = ROLE_OF_HOP[hopIndex] ?? 'oms';
    return threadOf.get(role === 'venue' ? `venue${venue}` : role) ?? 0;
  };
}
