/** When each thread was seen at work on late orders: the moments at which it stamped one. */
import { CAPSULE_HOPS } from '../catalogue.js';
import { firstAbove } from './coverage.js';
import type { ThreadOfHop } from './order_columns.js';
import type { LateOrders } from './late_orders.js';

/**
 * A burst comes out of a port with one stamp for all its orders, which rounding to whole ns sets apart by a little. So close to an order's
 * own stamp, another one's may be the same.
 */
const SAME_STAMP_NS = 20;

export class WorkSeen {
  readonly #growing = new Map<number, Moments>();
  #sorted: ReadonlyMap<number, Float64Array> | null = null;

  constructor(private readonly threadOfHop: ThreadOfHop) {}

  add(orders: LateOrders): void {
    this.#sorted = null;
    for (const { index, predecessor } of CAPSULE_HOPS) {
      if (predecessor === null) continue; // feed.due is a schedule's time: nobody was at work then
      for (let order = 0; order < orders.length; order += 1) {
        if (((orders.hops[order] ?? 0) & (1 << index)) === 0) continue;
        const thread = this.threadOfHop(index, orders.venue[order] ?? 0);
        let moments = this.#growing.get(thread);
        if (moments === undefined) this.#growing.set(thread, (moments = new Moments()));
        moments.add((orders.dueNs[order] ?? 0) + (orders.offsetNs[index]?.[order] ?? 0));
      }
    }
  }

  /** The last moment within an order's hop at which the thread was at work on another one; undefined: it was not. */
  lastWithin(thread: number, fromNs: number, toNs: number): number | undefined {
    this.#sorted ??= new Map([...this.#growing].map(([one, moments]) => [one, moments.sorted()]));
    const moments = this.#sorted.get(thread);
    if (moments === undefined) return undefined;
    const last = moments[firstAbove(moments, toNs - SAME_STAMP_NS) - 1];
    return last !== undefined && last > fromNs ? last : undefined;
  }
}

class Moments {
  #length = 0;
  #values = new Float64Array(1024);

  add(ns: number): void {
    if (this.#length === this.#values.length) {
      const larger = new Float64Array(2 * this.#length);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#length] = ns;
    this.#length += 1;
  }

  sorted(): Float64Array {
    return this.#values.slice(0, this.#length).sort();
  }
}
