/** Orders as the attribution holds them, and the thread that stamps their hops. */

/** Orders of a run, one array a column. Times are ns since the run's base. */
export interface OrderColumns {
  readonly length: number;
  readonly traceId: Float64Array;
  readonly venue: Uint8Array;
  /** Bit h: hop h was stamped. */
  readonly hops: Uint16Array;
  readonly dueNs: Float64Array;
  /** By hop index: ns since the order's feed.due. */
  readonly offsetNs: readonly Float64Array[];
  readonly tickToAckNs: Float64Array;
  /** 1: above the limit, and part of the totals. 0: explained all the same, because a delay was injected into it. */
  readonly slow: Uint8Array;
}

/** Engine thread that stamps a hop. */
export type ThreadOfHop = (hopIndex: number, venue: number) => number;

export const FEED_TX = 1;
