/**
 * What a report is made of: plain data, already queried. Rendering reads nothing else, so a stored input gives the same page again.
 *
 * Every time is in nanoseconds; an order's hop offsets count from its `feed.due`.
 */
import type { Attribution } from '../../collector/attribution/attribute_run.js';
import type { Hop, Span } from '../../collector/catalogue.js';
import type { HeatMap } from '../../collector/heat_map.js';
import type { WhyVenue } from '../../collector/routing/why_venue.js';
import type { Timeline } from '../../collector/timeline.js';
import type { OwnError } from '../run/own_error.js';
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
  /** The hop after which its acknowledgement could leave. Absent in reports of earlier versions: journal.append. */
  readonly answeredFrom?: string;
}

/** What one cause took from one order at one hop: a row of `attributions`. */
export interface OrderDelay {
  readonly hop: string;
  /** A cause's name, or `none`. */
  readonly cause: string;
  readonly who: string;
  readonly delayNs: number;
}

/** What the engine's threads met while an order was under way, and what was made of it. */
export interface OrderTimeline extends Timeline {
  /** The largest first; empty where the order is not among those that were explained. */
  readonly delays: readonly OrderDelay[];
}

/** The detail of one variant. It comes from one run: quantiles of different runs are never mixed into one curve. */
export interface VariantDetail {
  /** The variant's name in the summary. */
  readonly name: string;
  readonly runId: string;
  /** Which probes stamped the hops: off, stamps, stream, capsule, hops. */
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
  /** What the kernel did meanwhile, one entry an order of `slowest`. Absent where kernel events were not recorded. */
  readonly timelines?: readonly OrderTimeline[];
  /** Absent or null where kernel events were not recorded. */
  readonly attribution?: Attribution | null;
  /** Absent or null where no order was stored. */
  readonly heatMap?: HeatMap | null;
  /** Absent or null where no routing decision was stored. */
  readonly whyVenue?: WhyVenue | null;
  /** Absent in reports of earlier versions. */
  readonly ownError?: OwnError | null;
  /** What `journal.durable` means here, in words (which flush, which device); null without a journal branch. */
  readonly durableKind: string | null;
}

export interface ReportInput {
  readonly summary: Summary;
  /** ISO 8601 with offset: when the experiment started. */
  readonly startedAt: string;
  /** The catalogue. From which hop venue.tx counts depends on what the acknowledgement waited for: each order says it. */
  readonly hops: readonly Hop[];
  readonly spans: readonly Span[];
  readonly variants: readonly VariantDetail[];
  /** All resolved settings, by dotted path. */
  readonly settings: Settings;
  /** What was done to the machine, and what could not be: isolation policy, degraded probes. One sentence each. */
  readonly conditions: readonly string[];
}
