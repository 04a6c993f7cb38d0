/**
 * Which part of an order's time its timeline shows, and where a moment stands in it.
 *
 * It begins at feed.due. Where the packet was sent so late that the wait would press the way itself into a corner, the wait is cut to a
 * stump, and the axis counts from feed.tx.
 */
import type { OrderTrace } from './input.js';

export interface TimeWindow {
  /** ns since feed.due. */
  readonly fromNs: number;
  readonly toNs: number;
  /** Where the axis has its 0. */
  readonly originNs: number;
}

/** The wait may take this much of the picture, and the stump of a cut one this much. */
const LATE_SHARE = 0.4;
const STUMP_SHARE = 0.12;

export function windowOf(order: OrderTrace, endNs: number): TimeWindow {
  const sentNs = order.offsetsNs['feed.tx'] ?? 0;
  if (sentNs <= LATE_SHARE * endNs) return { fromNs: 0, toNs: endNs, originNs: 0 };
  return { fromNs: sentNs - ((endNs - sentNs) * STUMP_SHARE) / (1 - STUMP_SHARE), toNs: endNs, originNs: sentNs };
}

/** In [0, 1]; moments outside stand at the nearer edge. */
export function shareAt({ fromNs, toNs }: TimeWindow, ns: number): number {
  return toNs <= fromNs ? 0 : Math.min(1, Math.max(0, (ns - fromNs) / (toNs - fromNs)));
}

export function touches(window: TimeWindow, event: { readonly startNs: number; readonly endNs: number }): boolean {
  return event.endNs >= window.fromNs && event.startNs <= window.toNs;
}
