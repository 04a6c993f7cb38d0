/**
 * One order's timeline: its hops as one bar, what the kernel did to the engine's threads meanwhile below it, a row a kind of event, all on this
 * order's own scale. The longest hop is shaded through all rows: what stands in the shade is the suspect.
 */
import type { TimelineEvent } from '../../collector/timeline.js';
import { causeName, familyOf } from './cause.js';
import type { OrderTimeline, OrderTrace } from './input.js';
import { html, type Markup } from './markup.js';
import { durationNs, type HopInterval } from './order.js';
import { formatCount, formatNs, formatRoundNs } from './quantity.js';
import { linearTicks } from './scale.js';
import { shareAt, touches, windowOf, type TimeWindow } from './time_window.js';

/** Rows are drawn in thousandths of the track and stretched to its width, so text beside and above them never scales. */
const TRACK = 1000;
const HEIGHT = 20;
/** What is too short to see is still drawn, as a hairline of this many thousandths. */
const HAIRLINE = 3;
/** A shorter hop has no room for its name. */
const NAMED_SHARE = 0.06;
/** Rows of kernel events; rarer and shorter kinds are summed in words. */
const SHOWN_KINDS = 5;

interface EventKind {
  readonly cause: string;
  readonly who: string;
  readonly thread: number;
  readonly events: readonly TimelineEvent[];
  readonly totalNs: number;
}

/** Kinds of event within the window, thread by thread, by the time they took, the largest first. */
export function eventKinds(events: readonly TimelineEvent[], window: TimeWindow): readonly EventKind[] {
  const kinds = new Map<string, TimelineEvent[]>();
  for (const event of events) {
    if (!touches(window, event)) continue;
    const kind = `${event.thread} ${event.cause} ${event.who}`;
    const same = kinds.get(kind);
    if (same === undefined) kinds.set(kind, [event]);
    else same.push(event);
  }
  return [...kinds.values()]
    .flatMap((same) => {
      const [first] = same;
      return first === undefined ? [] : [{ cause: first.cause, who: first.who, thread: first.thread, events: same, totalNs: same.reduce((sum, event) => sum + event.endNs - event.startNs, 0) }];
    })
    .sort((a, b) => b.totalNs - a.totalNs);
}

function box(window: TimeWindow, startNs: number, endNs: number): { readonly x: string; readonly width: string } {
  const x = Math.min(shareAt(window, startNs) * TRACK, TRACK - HAIRLINE);
  return { x: x.toFixed(1), width: Math.max(shareAt(window, endNs) * TRACK - x, HAIRLINE).toFixed(1) };
}

/** Moments of the window that are round when counted from its origin, in ns since feed.due. */
function ticksIn({ fromNs, toNs, originNs }: TimeWindow): readonly number[] {
  const step = linearTicks(toNs - fromNs, 6)[1] ?? toNs - fromNs;
  const first = Math.ceil((fromNs - originNs) / step - 1e-9);
  const last = Math.floor((toNs - originNs) / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, index) => originNs + (first + index) * step);
}

function track(window: TimeWindow, ticks: readonly number[], shade: HopInterval | null, marks: readonly Markup[], label: string | null): Markup {
  const shaded = shade === null ? null : box(window, shade.startNs, shade.endNs);
  return html`<svg class="track" viewBox="0 0 ${TRACK} ${HEIGHT}" preserveAspectRatio="none"${label === null ? html` aria-hidden="true"` : html` role="img" aria-label="${label}"`}>
${shaded === null ? null : html`<rect class="shade" x="${shaded.x}" y="0" width="${shaded.width}" height="${HEIGHT}"/>`}<g class="grid">${ticks.map((ns) => {
    const x = (shareAt(window, ns) * TRACK).toFixed(1);
    return html`<line x1="${x}" x2="${x}" y1="0" y2="${HEIGHT}"/>`;
  })}</g>${marks}</svg>`;
}

function hopsRow(path: readonly HopInterval[], window: TimeWindow, ticks: readonly number[], traceId: string): Markup {
  const shown = path.filter((interval) => touches(window, interval) && durationNs(interval) > 0);
  const bars = shown.map((interval) => {
    const { x, width } = box(window, interval.startNs, interval.endNs);
    return html`<rect class="${interval.stage}" x="${x}" y="1" width="${width}" height="${HEIGHT - 2}"><title>${interval.hop} ${formatNs(durationNs(interval))}</title></rect>`;
  });
  const names = shown.map((interval) => {
    const [left, right] = [shareAt(window, interval.startNs), shareAt(window, interval.endNs)];
    if (right - left < NAMED_SHARE) return null;
    return html`<span class="inside" style="left:${(100 * left).toFixed(2)}%;width:${(100 * (right - left)).toFixed(2)}%"><i>${interval.hop}</i></span>`;
  });
  return html`<div class="row hops-row"><span class="what">hops</span><div class="lane">${track(window, ticks, null, bars, `hops of trace ${traceId}`)}${names}</div><span class="took"></span></div>`;
}

function kindRow(kind: EventKind, several: boolean, window: TimeWindow, ticks: readonly number[], longest: HopInterval | null): Markup {
  const marks = kind.events.map((event) => {
    const { x, width } = box(window, event.startNs, event.endNs);
    return html`<rect class="event ${familyOf(kind.cause)}" x="${x}" y="4" width="${width}" height="${HEIGHT - 8}"><title>${causeName(kind)} ${event.endNs > event.startNs ? formatNs(event.endNs - event.startNs) : 'at this instant'}</title></rect>`;
  });
  const times = kind.events.length > 1 ? html`<span class="quiet">${formatCount(kind.events.length)} × </span>` : null;
  const took = kind.totalNs > 0 ? formatNs(kind.totalNs / kind.events.length) : 'instant';
  return html`<div class="row"><span class="what">${several ? html`<span class="quiet">thread ${kind.thread}</span> ` : null}${causeName(kind)}</span><div class="lane">${track(window, ticks, longest, marks, null)}</div><span class="took">${times}${took}</span></div>`;
}

function axisRow(window: TimeWindow, ticks: readonly number[]): Markup {
  const labels = ticks.map((ns) => {
    const share = shareAt(window, ns);
    const side = share < 0.03 ? 'first' : share > 0.97 ? 'last' : '';
    return html`<span class="${side}" style="left:${(100 * share).toFixed(2)}%">${Math.abs(ns - window.originNs) < 1e-6 ? '0' : formatRoundNs(ns - window.originNs)}</span>`;
  });
  return html`<div class="row axis-row"><span class="what"></span><div class="axis"><div>${labels}</div></div><span class="took"></span></div>`;
}

function restText(kinds: readonly EventKind[]): Markup | null {
  const rest = kinds.slice(SHOWN_KINDS);
  if (rest.length === 0) return null;
  const events = rest.reduce((sum, kind) => sum + kind.events.length, 0);
  const totalNs = rest.reduce((sum, kind) => sum + kind.totalNs, 0);
  return html`<p class="rest">and ${formatCount(events)} shorter ${events === 1 ? 'event' : 'events'}, ${formatNs(totalNs)} together</p>`;
}

function kernelRows(kinds: readonly EventKind[], window: TimeWindow, ticks: readonly number[], longest: HopInterval | null): Markup {
  const several = new Set(kinds.map((kind) => kind.thread)).size > 1;
  if (kinds.length === 0) return html`<div class="row"><span class="what quiet">kernel</span><div class="lane">${track(window, ticks, longest, [], null)}<span class="nothing">no kernel event on the engine's threads meanwhile</span></div><span class="took"></span></div>`;
  return html`${kinds.slice(0, SHOWN_KINDS).map((kind) => kindRow(kind, several, window, ticks, longest))}${restText(kinds)}`;
}

/**
 * @param path the order's hops on the way to its acknowledgement, at least one
 * @param timeline null where kernel events were not recorded
 */
export function timelineFigure(order: OrderTrace, path: readonly HopInterval[], longest: HopInterval | null, timeline: OrderTimeline | null): Markup {
  const window = windowOf(order, Math.max(...path.map((interval) => interval.endNs)));
  const ticks = ticksIn(window);
  const cut = window.originNs > 0 ? html`<p class="rest">The packet was sent ${formatNs(window.originNs)} late: the wait is cut, and time counts from feed.tx.</p>` : null;
  const kernel = timeline === null ? null : kernelRows(eventKinds(timeline.events, window), window, ticks, longest);
  return html`<div class="timeline">${hopsRow(path, window, ticks, order.traceId)}${kernel}${axisRow(window, ticks)}${cut}</div>`;
}
