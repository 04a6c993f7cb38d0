/**
 * What waits in a port behind late orders cost beyond what their stamps show.
 *
 * A burst holds packets that make no order, and a venue takes its own copy of all of them before it comes to its orders: work that leaves
 * no stamp. It is learned as the overheads of stalls are (gaps.ts): from the late orders of the run, where no stall stood in the way.
 */
import { CAPSULE_HOPS } from '../catalogue.js';
import { type ThreadOfHop, FEED_TX } from './order_columns.js';
import { IntervalReader } from './interval.js';
import type { LateOrders } from './late_orders.js';
import { quantile } from './quantile.js';
import type { WorkSeen } from './work_seen.js';

/** Stamped as a burst comes out of a port: no order has code of its own in them. */
const PORT_HOPS = CAPSULE_HOPS.filter((hop) => hop.index > FEED_TX && hop.name.endsWith('.rx'));
const LEVEL = 0.9;
/** Fewer waits say nothing: it counts as 0. */
const LEAST_WAITS = 20;

export class UnseenWork {
  /** By hop index: thread, beginning and end of each wait, one after the other. */
  readonly #waits = new Map<number, number[]>(PORT_HOPS.map((hop) => [hop.index, []]));

  constructor(private readonly threadOfHop: ThreadOfHop) {}

  add(orders: LateOrders): void {
    for (const [hop, waits] of this.#waits) {
      const before = CAPSULE_HOPS[hop]?.predecessor ?? 0;
      const mask = (1 << hop) | (1 << before);
      for (let order = 0; order < orders.length; order += 1) {
        if (((orders.hops[order] ?? 0) & mask) !== mask) continue;
        const dueNs = orders.dueNs[order] ?? 0;
        waits.push(this.threadOfHop(hop, orders.venue[order] ?? 0), dueNs + (orders.offsetNs[before]?.[order] ?? 0), dueNs + (orders.offsetNs[hop]?.[order] ?? 0));
      }
    }
  }

  /** By hop index, beyond the hop's typical duration: p90 over the waits that met no stall. Hops that are missing have none. */
  learn(work: WorkSeen, reader: IntervalReader, typicalNs: readonly number[]): ReadonlyMap<number, number> {
    const learned = new Map<number, number>();
    for (const [hop, waits] of this.#waits) {
      const unseenNs: number[] = [];
      for (let i = 0; i + 2 < waits.length; i += 3) {
        const [thread = 0, fromNs = 0, toNs = 0] = waits.slice(i, i + 3);
        const seenUntilNs = work.lastWithin(thread, fromNs, toNs) ?? fromNs;
        reader.read({ thread, fromNs: seenUntilNs, toNs, fromIsOwn: false });
        if (reader.ended === 0 && reader.coveredNs === 0) unseenNs.push(toNs - seenUntilNs - (typicalNs[hop] ?? 0));
      }
      if (unseenNs.length >= LEAST_WAITS) learned.set(hop, Math.max(0, quantile(unseenNs, LEVEL)));
    }
    return learned;
  }
}
