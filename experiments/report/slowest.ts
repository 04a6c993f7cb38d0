/** The ten slowest orders: each as a timeline with what the kernel did meanwhile, and who they were. */
import { causeLegend, causeName, familyOf, type CauseFamily } from './cause.js';
import type { OrderTimeline, OrderTrace, ReportInput, VariantDetail } from './input.js';
import { html, type Markup } from './markup.js';
import { durationNs, intervalsOf, longestHop, mainPath, responseNs, serviceNs, type HopInterval } from './order.js';
import { formatCount, formatMarketTime, formatNs, formatPrice, formatShare } from './quantity.js';
import { runOf } from './run.js';
import { timelineFigure } from './timeline.js';
import { stageLegend } from './waterfall.js';

const SHOWN = 10;
/** Where variants are compared, the further ones are folded away. */
const OPEN_WHERE_COMPARED = 3;

interface SlowOrder {
  readonly rank: number;
  readonly order: OrderTrace;
  readonly timeline: OrderTimeline | null;
  readonly path: readonly HopInterval[];
  readonly serviceNs: number;
  readonly responseNs: number;
  readonly longest: HopInterval | null;
  /** Median of the longest hop in the same run; null where it is not known. */
  readonly typicalNs: number | null;
}

function slowOrder(input: ReportInput, detail: VariantDetail, order: OrderTrace, index: number): SlowOrder {
  const intervals = intervalsOf(order, input.hops);
  const longest = longestHop(intervals);
  return {
    rank: index + 1,
    order,
    timeline: detail.timelines?.[index] ?? null,
    path: mainPath(intervals),
    serviceNs: serviceNs(order, intervals),
    responseNs: responseNs(intervals),
    longest,
    typicalNs: longest === null ? null : (runOf(input.summary, detail)?.latency_ns[longest.hop]?.p50 ?? null),
  };
}

/** What the collector made of the longest hop: its largest delay, or that it has none. */
function reason({ timeline, longest }: SlowOrder): Markup | null {
  if (timeline === null || longest === null) return null;
  const delay = timeline.delays.find(({ hop }) => hop === longest.hop);
  if (delay === undefined) return null;
  if (familyOf(delay.cause) === 'none') return html`<span class="suspect quiet">no kernel event in it</span>`;
  return html`<span class="suspect"><i class="dot ${familyOf(delay.cause)}"></i>${causeName(delay)}, ${formatNs(delay.delayNs)}</span>`;
}

function blame(slow: SlowOrder): Markup {
  const { longest, typicalNs } = slow;
  if (longest === null) return html`<span class="quiet">hops not stamped</span>`;
  const usual = typicalNs === null ? `${formatShare(durationNs(longest), slow.serviceNs)} of it` : `usually ${formatNs(typicalNs)}`;
  return html`<span class="hop"><b>${longest.hop}</b> ${formatNs(durationNs(longest))} <span class="quiet">${usual}</span></span>${reason(slow)}`;
}

function orderFigure(slow: SlowOrder): Markup {
  const figure = slow.path.length === 0 ? null : timelineFigure(slow.order, slow.path, slow.longest, slow.timeline);
  return html`<li class="slow"><p class="slow-head"><span class="rank">${slow.rank}</span><span class="took">${formatNs(slow.serviceNs)}</span>${blame(slow)}</p>${figure}</li>`;
}

function figures(orders: readonly SlowOrder[], compared: boolean): Markup {
  const open = compared ? OPEN_WHERE_COMPARED : SHOWN;
  const folded = orders.slice(open);
  return html`<ol class="slows">${orders.slice(0, open).map(orderFigure)}</ol>
${folded.length === 0 ? null : html`<details><summary>${formatCount(folded.length)} more</summary><ol class="slows">${folded.map(orderFigure)}</ol></details>`}`;
}

function tableRow(slow: SlowOrder): Markup {
  const { order } = slow;
  return html`<tr><td class="number">${slow.rank}</td><td class="number">${formatNs(slow.serviceNs)}</td><td class="number">${formatNs(slow.responseNs)}</td>
<td>${slow.longest === null ? '–' : html`${slow.longest.hop} <span class="quiet">${formatNs(durationNs(slow.longest))}</span>`}</td>
<td class="number">${order.traceId}</td><td class="number">${order.feedSequence}</td><td class="number">${formatMarketTime(order.marketNs)}</td><td class="number">${order.venue}</td><td class="number">${order.locate}</td>
<td>${order.side} ${order.orderType}</td><td class="number">${formatPrice(order.price)}</td><td class="number">${formatCount(order.filled)} / ${formatCount(order.quantity)}</td><td>${order.outcome}</td></tr>`;
}

function ofVariant(input: ReportInput, detail: VariantDetail): Markup {
  const compared = input.variants.length > 1;
  const title = compared ? html`<h3>${detail.name}</h3>` : null;
  const orders = detail.slowest.slice(0, SHOWN).map((order, index) => slowOrder(input, detail, order, index));
  if (orders.length === 0) return html`${title}<p class="empty">No order was traced.</p>`;
  return html`${title}${figures(orders, compared)}<details><summary>Who these orders were</summary><div class="scroll"><table><thead><tr><th class="number">#</th><th class="number">service</th><th class="number">response</th><th>longest hop</th><th class="number">trace</th><th class="number">feed seq.</th><th class="number">market time</th><th class="number">venue</th><th class="number">locate</th><th>side, type</th><th class="number">price</th><th class="number">filled</th><th>outcome</th></tr></thead>
<tbody>${orders.map(tableRow)}</tbody></table></div></details>`;
}

export function slowestSection(input: ReportInput): Markup {
  const events = input.variants.flatMap((detail) => (detail.timelines ?? []).flatMap((timeline) => timeline.events));
  const families: ReadonlySet<CauseFamily> = new Set(events.map((event) => familyOf(event.cause)));
  return html`<section id="slowest"><h2>The ten slowest orders</h2>
<p class="note">By service time (feed.tx to oms.ack), each on its own scale from feed.due. Above, the way by hops; below, what the kernel did to the engine's threads meanwhile; the shade is the longest hop. An event may lie inside another, as a tick in a system call.</p>
${stageLegend(['feed', 'link', 'oms', 'venue'])}${families.size > 0 ? causeLegend(families) : null}${input.variants.map((detail) => ofVariant(input, detail))}</section>`;
}
