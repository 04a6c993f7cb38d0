/** Sums over the slow orders: how much of their delay each cause has, and how many orders are mainly its work. */
import { BACKLOG, NO_EVENT, causeName } from '../stall_causes.js';
import type { DelayListener, HopDelay } from './hop_delays.js';
import type { OrderColumns } from './order_columns.js';
import { quantile } from './quantile.js';
import type { Kinds } from './stall_columns.js';

export interface CauseTotal {
  /** Name of a STALL_CAUSES entry, `backlog`, or `none`. */
  readonly cause: string;
  /** The other task, handler or system call; empty where the cause has none. */
  readonly who: string;
  /** Slow orders that lost time to it. */
  readonly orders: number;
  /**
   * Slow orders that have a cause, and this one above all. With `none`, and `backlog` that nobody began: those without a cause, by the
   * larger of the two. Over all causes they add up to the number of slow orders.
   */
  readonly dominantOrders: number;
  readonly delayNs: number;
  /** Median over `orders` of what one of them lost to it. */
  readonly medianNs: number;
  /** Of the delay of all slow orders. */
  readonly share: number;
}

/** An order has a cause when events, and the backlogs that events began, explain at least this much of its delay. */
export const CAUSE_SHARE = 0.5;

interface Sum {
  readonly perOrderNs: number[];
  dominantOrders: number;
  delayNs: number;
}

export class Tally {
  orders = 0;
  withCause = 0;
  /** Of the slow orders' hops in the span they are slow by. */
  delayNs = 0;
  eventsNs = 0;
  readonly #sums = new Map<number, Sum>();
  /** Of the order at hand, by kind. */
  readonly #order = new Map<number, number>();

  constructor(
    private readonly kinds: Kinds,
    /** Delays of earlier hops are not part of the span. */
    private readonly firstHop: number,
  ) {}

  /** For one page of orders; what hears the same delays may be passed on to. */
  listen(orders: OrderColumns, also?: (delay: HopDelay) => void): DelayListener {
    return {
      onDelay: (delay) => {
        also?.(delay);
        if (orders.slow[delay.order] !== 1 || delay.hop < this.firstHop) return;
        const kind = delay.kind ?? NONE;
        this.#order.set(kind, (this.#order.get(kind) ?? 0) + delay.delayNs);
      },
      onOrder: (order, delayNs, eventsNs) => {
        if (orders.slow[order] === 1) this.#close(delayNs, eventsNs);
      },
    };
  }

  /** Largest delay first. */
  causes(): readonly CauseTotal[] {
    return [...this.#sums]
      .map(([kind, sum]): CauseTotal => ({
        ...(kind === NONE ? { cause: NO_EVENT, who: '' } : named(this.kinds, kind)),
        orders: sum.perOrderNs.length,
        dominantOrders: sum.dominantOrders,
        delayNs: sum.delayNs,
        medianNs: quantile(sum.perOrderNs, 0.5),
        share: this.delayNs === 0 ? 0 : sum.delayNs / this.delayNs,
      }))
      .sort((a, b) => b.delayNs - a.delayNs || b.dominantOrders - a.dominantOrders || compare(a.cause + a.who, b.cause + b.who));
  }

  #close(delayNs: number, eventsNs: number): void {
    this.orders += 1;
    this.delayNs += delayNs;
    this.eventsNs += eventsNs;
    const hasCause = delayNs > 0 && eventsNs >= CAUSE_SHARE * delayNs;
    let dominant = NONE;
    let mostNs = 0;
    for (const [kind, ns] of this.#order) {
      const sum = this.#sumOf(kind);
      sum.perOrderNs.push(ns);
      sum.delayNs += ns;
      if (this.#isEvent(kind) !== hasCause || ns <= mostNs) continue;
      dominant = kind;
      mostNs = ns;
    }
    this.#sumOf(dominant).dominantOrders += 1;
    if (hasCause) this.withCause += 1;
    this.#order.clear();
  }

  #isEvent(kind: number): boolean {
    if (kind === NONE) return false;
    const { cause, who } = this.kinds.at(kind);
    return cause !== BACKLOG.value || who !== '';
  }

  #sumOf(kind: number): Sum {
    let sum = this.#sums.get(kind);
    if (sum === undefined) this.#sums.set(kind, (sum = { perOrderNs: [], dominantOrders: 0, delayNs: 0 }));
    return sum;
  }
}

/** Kind of what no event explains. */
const NONE = -1;

function named(kinds: Kinds, kind: number): { readonly cause: string; readonly who: string } {
  const { cause, who } = kinds.at(kind);
  return { cause: causeName(cause), who };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
