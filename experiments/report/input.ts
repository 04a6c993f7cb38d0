/**
 * What a report is made of: plain data, already queried. Rendering reads nothing else, so a stored input gives the same page again.
 *
 * Every time is in nanoseconds; an order's hop offsets count from its `feed.due`.
 */
import type { Hop, Span } from '../../collector/catalogue.js';
import type { Settings, Summary } from '../summary.js';

/** `q` in [0, 1]; 1 is the largest value seen. Points ascend in `q` and hence in `ns`. */
export interface CurvePoint {
  readonly q: number;
  readonly ns: number;
}

/** One child order with the hops it was stamped at. Identifiers are decimal strings: they need all 64 bits. */
export interface OrderTrace {
  readonly traceId: string;
  readonly feedSequence: string;
  /** Market time of the message that caused it, ns since midnight. */
  readonly marketNs: number;
  readonly venue: number;
  readonly locate: number;
  readonly side: string;
  readonly orderType: string;
  readonly outcome: string;
  /** Scaled by 10,000; 0 for a market order. */
  readonly price: number;
  readonly quantity: number;
  readonly filled: number;
  /** Hop name -> ns since this order's feed.due. A hop that was not stamped has no key. */
  readonly offsetsNs: Readonly<Record<string, number>>;
}

/** The detail of one variant. It comes from one run: quantiles of different runs are never mixed into one curve. */
export interface VariantDetail {
  /** The variant's name in the summary. */
  readonly name: string;
  readonly runId: string;
  /** Which probes stamped the hops: off, stamps, stream, hops. */
  readonly lane: string;
  /** By hop or span name; what was not stamped has no key. */
  readonly curves: Readonly<Record<string, readonly CurvePoint[]>>;
  /** The machine's own tail in the same run, if more than the summary's three quantiles is known. */
  readonly floorCurve?: readonly CurvePoint[];
  /** The orders that stand at the 50th and the 99th percentile of `tick_to_ack`; null where no order was traced. */
  readonly medianOrder: OrderTrace | null;
  readonly p99Order: OrderTrace | null;
  /** By `tick_to_ack`, the slowest first. */
  readonly slowest: readonly OrderTrace[];
  /** What `journal.durable` means here, in words (which flush, which device); null without a journal branch. */
  readonly durableKind: string | null;
}

export interface ReportInput {
  readonly summary: Summary;
  /** ISO 8601 with offset: when the experiment started. */
  readonly startedAt: string;
  /** The catalogue as this run used it (the predecessor of venue.tx depends on when the venue acknowledges). */
  readonly hops: readonly Hop[];
  readonly spans: readonly Span[];
  readonly variants: readonly VariantDetail[];
  /** All resolved settings, by dotted path. */
  readonly settings: Settings;
  /** What was done to the machine, and what could not be: isolation policy, degraded probes. One sentence each. */
  readonly conditions: readonly string[];
}
