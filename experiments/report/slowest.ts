/** The ten slowest orders: on one common scale, each bar cut into its hops, and who they were. */
import type { OrderTrace, ReportInput, VariantDetail } from './input.js';
import { html, type Markup } from './markup.js';
import { durationNs, intervalsOf, longestHop, mainPath, responseNs, serviceNs, type HopInterval } from './order.js';
import { formatCount, formatMarketTime, formatNs, formatPrice, formatShare } from './quantity.js';
import { stageLegend } from './waterfall.js';

const TRACK = 1000;
const BAR_HEIGHT = 18;
const SHOWN = 10;

interface SlowOrder {
  readonly order: OrderTrace;
  readonly path: readonly HopInterval[];
  readonly serviceNs: number;
  readonly responseNs: number;
  readonly longest: HopInterval | null;
}

function slowOrder(input: ReportInput, order: OrderTrace): SlowOrder {
  const intervals = intervalsOf(order, input.hops);
  return { order, path: mainPath(intervals), serviceNs: serviceNs(order, intervals), responseNs: responseNs(intervals), longest: longestHop(intervals) };
}

function stack(slow: SlowOrder, scaleNs: number): Markup {
  const unit = (ns: number): string => ((TRACK * ns) / scaleNs).toFixed(2);
  return html`<svg class="track stack" viewBox="0 0 ${TRACK} ${BAR_HEIGHT}" preserveAspectRatio="none" role="img" aria-label="hops of trace ${slow.order.traceId}">
${slow.path.map((interval) => html`<rect class="${interval.stage}" x="${unit(interval.startNs)}" y="1" width="${unit(durationNs(interval))}" height="${BAR_HEIGHT - 2}"><title>${interval.hop} ${formatNs(durationNs(interval))}</title></rect>`)}</svg>`;
}

function blame(slow: SlowOrder): string {
  if (slow.longest === null) return 'hops not stamped';
  return `${slow.longest.hop} ${formatShare(durationNs(slow.longest), slow.serviceNs)}`;
}

function bars(orders: readonly SlowOrder[]): Markup {
  const scaleNs = Math.max(...orders.map((slow) => slow.responseNs), 1);
  return html`<ol class="stacks">${orders.map((slow) => html`<li><span class="took">${formatNs(slow.serviceNs)}</span>${stack(slow, scaleNs)}<span class="blame">${blame(slow)}</span></li>`)}</ol>`;
}

function tableRow(slow: SlowOrder, index: number): Markup {
  const { order } = slow;
  return html`<tr><td class="number">${index + 1}</td><td class="number">${formatNs(slow.serviceNs)}</td><td class="number">${formatNs(slow.responseNs)}</td>
<td>${slow.longest === null ? '–' : html`${slow.longest.hop} <span class="quiet">${formatNs(durationNs(slow.longest))}</span>`}</td>
<td class="number">${order.traceId}</td><td class="number">${order.feedSequence}</td><td class="number">${formatMarketTime(order.marketNs)}</td><td class="number">${order.venue}</td><td class="number">${order.locate}</td>
<td>${order.side} ${order.orderType}</td><td class="number">${formatPrice(order.price)}</td><td class="number">${formatCount(order.filled)} / ${formatCount(order.quantity)}</td><td>${order.outcome}</td></tr>`;
}

function ofVariant(input: ReportInput, detail: VariantDetail): Markup {
  const title = input.variants.length > 1 ? html`<h3>${detail.name}</h3>` : null;
  const orders = detail.slowest.slice(0, SHOWN).map((order) => slowOrder(input, order));
  if (orders.length === 0) return html`${title}<p class="empty">No order was traced.</p>`;
  return html`${title}${bars(orders)}<div class="scroll"><table><thead><tr><th class="number">#</th><th class="number">service</th><th class="number">response</th><th>longest hop</th><th class="number">trace</th><th class="number">feed seq.</th><th class="number">market time</th><th class="number">venue</th><th class="number">locate</th><th>side, type</th><th class="number">price</th><th class="number">filled</th><th>outcome</th></tr></thead>
<tbody>${orders.map(tableRow)}</tbody></table></div>`;
}

export function slowestSection(input: ReportInput): Markup {
  return html`<section id="slowest"><h2>The ten slowest orders</h2>
<p class="note">By service time (feed.tx to oms.ack); the bars, on one scale, start at feed.due. The name beside a bar is its longest hop and that hop's share of the service time.</p>
${stageLegend(['feed', 'link', 'oms', 'venue'])}${input.variants.map((detail) => ofVariant(input, detail))}</section>`;
}
