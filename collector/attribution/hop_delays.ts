/**
 * Orders cut into hops, and the causes of each hop's delay.
 *
 * A hop's delay is its duration beyond the run's median of that hop; the thread to ask is the one that stamps it. Hops of the journal's branch,
 * where acknowledgements wait for them, are the device's time: no engine thread's events explain it.
 */
import { HOPS, VENUE_TX, answeredFrom } from '../catalogue.js';
import type { Backlog } from './backlog.js';
import type { Coverage } from './coverage.js';
import { IntervalReader, isWorthNaming, type Overheads } from './interval.js';
import { FEED_TX, type OrderColumns, type ThreadOfHop } from './order_columns.js';
import type { Kinds } from './stall_columns.js';

/** One (order, hop, cause) with its delay. `kind` is null, and `stall` too, where no event explains it. Of a backlog `stall` is what began it, or null. */
export interface HopDelay {
  readonly order: number;
  readonly hop: number;
  readonly thread: number;
  readonly kind: number | null;
  readonly delayNs: number;
  readonly stall: number | null;
}

/** Hears what became of the orders. */
export interface DelayListener {
  onDelay(delay: HopDelay): void;
  /** After all of an order's delays. `delayNs` is that of its hops from `firstHop` on, `eventsNs` what events, and backlogs that events began, explain of it. */
  onOrder(order: number, delayNs: number, eventsNs: number): void;
}

export interface OrderExplainer {
  readonly coverage: Coverage;
  readonly kinds: Kinds;
  readonly overheads: Overheads;
  readonly toleranceNs: number;
  readonly threadOfHop: ThreadOfHop;
  /** By hop index: the run's median. */
  readonly typicalNs: readonly number[];
  /** The first hop of the span by which an order counts as slow: 2 for service time, which begins at feed.tx, 1 for response time. */
  readonly firstHop: number;
  /** Of what events do not explain, the waits behind other orders. */
  readonly backlog: Backlog;
}

const FEED_DUE = 0;

/** Explains every hop of every order. */
export function explainOrders(orders: OrderColumns, explainer: OrderExplainer, listener: DelayListener): void {
  const { coverage, kinds, overheads, toleranceNs, typicalNs, firstHop, backlog } = explainer;
  const reader = new IntervalReader(coverage, kinds, toleranceNs);
  const stampers = stampersByVenue(explainer.threadOfHop);
  for (let order = 0; order < orders.length; order += 1) {
    const hops = orders.hops[order] ?? 0;
    const dueNs = orders.dueNs[order] ?? 0;
    const sentNs = (hops & (1 << FEED_TX)) === 0 ? undefined : dueNs + (orders.offsetNs[FEED_TX]?.[order] ?? 0);
    let orderDelayNs = 0;
    let orderEventsNs = 0;
    for (const { hop, predecessor, thread, fromIsOwn, ofDevice } of stampers(orders.venue[order] ?? 0)) {
      const before = hop === VENUE_TX ? answeredFrom(hops) : predecessor;
      if ((hops & (1 << hop)) === 0 || (hops & (1 << before)) === 0) continue;
      const fromNs = dueNs + (orders.offsetNs[before]?.[order] ?? 0);
      const toNs = dueNs + (orders.offsetNs[hop]?.[order] ?? 0);
      const delayNs = toNs - fromNs - (typicalNs[hop] ?? 0);
      if (delayNs <= 0) continue;
      if (ofDevice) {
        listener.onDelay({ order, hop, thread, kind: null, delayNs, stall: null });
        orderDelayNs += delayNs;
        continue;
      }
      reader.read({ thread, fromNs, toNs, fromIsOwn });
      const restNs = reader.divide(delayNs, overheads);
      for (let i = 0; i < reader.count; i += 1) {
        const met = reader.met[i];
        if (met !== undefined && met.delayNs > 0) listener.onDelay({ order, hop, thread, kind: met.kind, delayNs: met.delayNs, stall: met.stall });
      }
      const wait = isWorthNaming(restNs, delayNs) ? backlog.waitIn({ hop, thread, fromNs, toNs, fromIsOwn, sentNs, restNs }) : null;
      if (wait !== null) listener.onDelay({ order, hop, thread, ...wait });
      const noneNs = restNs - (wait?.delayNs ?? 0);
      if (isWorthNaming(noneNs, delayNs)) listener.onDelay({ order, hop, thread, kind: null, delayNs: noneNs, stall: null });
      if (hop < firstHop) continue;
      orderDelayNs += delayNs;
      orderEventsNs += delayNs - ((wait?.stall ?? null) === null ? restNs : noneNs);
    }
    listener.onOrder(order, orderDelayNs, orderEventsNs);
  }
}

interface Stamper {
  readonly hop: number;
  readonly predecessor: number;
  readonly thread: number;
  /** The same thread stamped the hop before, and so was running then. feed.due is a schedule's time, not a stamp. */
  readonly fromIsOwn: boolean;
  readonly ofDevice: boolean;
}

function stampersByVenue(threadOfHop: ThreadOfHop): (venue: number) => readonly Stamper[] {
  const known = new Map<number, readonly Stamper[]>();
  return (venue) => {
    let stampers = known.get(venue);
    if (stampers === undefined) {
      stampers = HOPS.flatMap(({ index, predecessor, table }): readonly Stamper[] => {
        if (predecessor === null) return [];
        const thread = threadOfHop(index, venue);
        const fromIsOwn = predecessor !== FEED_DUE && threadOfHop(predecessor, venue) === thread;
        return [{ hop: index, predecessor, thread, fromIsOwn, ofDevice: table === 'journal_traces' }];
      });
      known.set(venue, stampers);
    }
    return stampers;
  };
}
