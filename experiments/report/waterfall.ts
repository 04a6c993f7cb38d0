/** The waterfall: one order's way, a row a hop, each bar where and as long as the hop was. */
import type { Hop } from '../../collector/catalogue.js';
import type { OrderTrace, ReportInput, VariantDetail } from './input.js';
import { html, type Markup } from './markup.js';
import { durationNs, intervalsOf, mainPath, responseNs, serviceNs, type HopInterval } from './order.js';
import { formatNs, formatRoundNs, formatShare } from './quantity.js';
import { linearTicks } from './scale.js';
import { STAGES, type Stage } from './stage.js';

/** Bars are drawn in thousandths of the track and stretched to its width, so text beside them never scales. */
const TRACK = 1000;
const BAR_HEIGHT = 22;
/** A hop too short to see is still drawn, as a hairline of this many thousandths. */
const HAIRLINE = 3;

export function stageLegend(stages: readonly Stage[]): Markup {
  return html`<ul class="legend">${STAGES.filter(({ stage }) => stages.includes(stage)).map(({ stage, label }) => html`<li><svg width="12" height="12" aria-hidden="true"><rect class="${stage}" width="12" height="12" rx="2"/></svg>${label}</li>`)}</ul>`;
}

function bar(interval: HopInterval, scaleNs: number, ticks: readonly number[]): Markup {
  const unit = (ns: number): number => Math.min(TRACK, (TRACK * ns) / scaleNs);
  const start = Math.min(unit(interval.startNs), TRACK - HAIRLINE);
  const width = Math.max(unit(interval.endNs) - start, HAIRLINE);
  const beyond = interval.endNs > scaleNs * 1.0001;
  return html`<svg class="track" viewBox="0 0 ${TRACK} ${BAR_HEIGHT}" preserveAspectRatio="none" aria-hidden="true">
<g class="grid">${ticks.map((ns) => html`<line x1="${unit(ns).toFixed(1)}" x2="${unit(ns).toFixed(1)}" y1="0" y2="${BAR_HEIGHT}"/>`)}</g>
<rect class="${interval.stage}${beyond ? ' beyond' : ''}" x="${start.toFixed(1)}" y="5" width="${width.toFixed(1)}" height="${BAR_HEIGHT - 10}"/></svg>`;
}

function row(interval: HopInterval, scaleNs: number, ticks: readonly number[], totalNs: number): Markup {
  const share = interval.aside ? '–' : formatShare(durationNs(interval), totalNs);
  return html`<tr class="${interval.aside ? 'aside' : ''}"><th scope="row">${interval.hop}</th><td class="plot">${bar(interval, scaleNs, ticks)}</td>
<td class="number">${formatNs(durationNs(interval))}</td><td class="number quiet">${share}</td></tr>`;
}

/** Rows, axis and caption for one order. The axis ends at the acknowledgement; journal bars that go on behind it are cut and dashed. */
export function waterfall(caption: string, order: OrderTrace, hops: readonly Hop[]): Markup {
  const intervals = intervalsOf(order, hops);
  const totalNs = responseNs(intervals);
  if (totalNs <= 0) return html`<figure><figcaption><b>${caption}</b></figcaption><p class="empty">This order carries only its end stamps.</p></figure>`;
  const ticks = linearTicks(totalNs, 4);
  const rows = [...mainPath(intervals), ...intervals.filter((interval) => interval.aside)];
  return html`<figure><figcaption><b>${caption}</b> <span class="quiet">service ${formatNs(serviceNs(order, intervals))}, response ${formatNs(totalNs)} · trace ${order.traceId}</span></figcaption>
<table class="waterfall"><thead><tr><th><span class="sr">hop</span></th><td class="plot axis"><div>${ticks.map((ns) => html`<span style="left:${((100 * ns) / totalNs).toFixed(2)}%">${ns === 0 ? '0' : formatRoundNs(ns)}</span>`)}</div></td><th class="number">took</th><th class="number">share</th></tr></thead>
<tbody>${rows.map((interval) => row(interval, totalNs, ticks, totalNs))}</tbody></table></figure>`;
}

function ofVariant(input: ReportInput, detail: VariantDetail): Markup {
  const orders = [
    ['Median order', detail.medianOrder],
    ['p99 order', detail.p99Order],
  ] as const;
  const figures = orders.map(([caption, order]) =>
    order === null ? html`<figure><figcaption><b>${caption}</b></figcaption><p class="empty">No order was traced.</p></figure>` : waterfall(caption, order, input.hops),
  );
  const durable = detail.durableKind === null ? null : html`<p class="note">journal.durable means here: ${detail.durableKind}.</p>`;
  return html`${input.variants.length > 1 ? html`<h3>${detail.name}</h3>` : null}<div class="pair">${figures}</div>${durable}`;
}

export function waterfallSection(input: ReportInput): Markup {
  return html`<section id="waterfall"><h2>Where the time goes</h2>
<p class="note">One real order each, not an average: the one whose tick_to_ack is the median, and the one at p99. Time starts at feed.due; each figure has its own scale. The journal's write and flush go on beside the way and are cut where the acknowledgement arrives.</p>
${stageLegend(['feed', 'link', 'oms', 'venue', 'journal'])}${input.variants.map((detail) => ofVariant(input, detail))}</section>`;
}
