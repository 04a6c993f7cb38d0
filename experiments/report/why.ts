/** Why the slow orders were slow: one sentence, the tail cut by cause, and how far that can be believed. */
import type { Attribution } from '../../collector/attribution/attribute_run.js';
import { sentence } from '../../collector/attribution/sentence.js';
import type { CauseTotal } from '../../collector/attribution/tally.js';
import type { ReportInput, VariantDetail } from './input.js';
import { causeName, familyOf } from './cause.js';
import { html, type Markup } from './markup.js';
import { formatCount, formatNs, formatPercent, formatRate } from './quantity.js';

/** Shares are drawn in thousandths and stretched to the width there is. */
const TRACK = 1000;
/** Below this share of the tail a segment is too short for its name. */
const NAMED_SHARE = 0.08;
/** A false-attribution share above this says that the causes are chance (the gate of issue 3). */
const SHIFTED_LIMIT = 0.05;

/** Null where there was nothing to share out. */
function shareText(share: number | null): string {
  return share === null ? '–' : formatPercent(share);
}

/** Text between backticks becomes code; everything is escaped. */
function withCode(text: string): readonly Markup[] {
  return text.split('`').map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : html`${part}`));
}

function tailBar({ causes }: Attribution): Markup {
  let from = 0;
  const segments = causes.map((cause) => {
    const segment = { cause, from, width: Math.min(cause.share, 1 - from) };
    from += segment.width;
    return segment;
  });
  const percent = (share: number): string => (100 * share).toFixed(2);
  return html`<div class="lane tail"><svg class="track" viewBox="0 0 ${TRACK} 10" preserveAspectRatio="none" role="img" aria-label="the tail's delay by cause">${segments.map(
    ({ cause, from: start, width }) =>
      html`<rect class="event ${familyOf(cause.cause)}" x="${(start * TRACK).toFixed(1)}" y="0" width="${(width * TRACK).toFixed(1)}" height="10"><title>${causeName(cause)} ${formatPercent(cause.share)}</title></rect>`,
  )}</svg>${segments.map(({ cause, from: start, width }) =>
    width < NAMED_SHARE ? null : html`<span class="inside ${familyOf(cause.cause)}" style="left:${percent(start)}%;width:${percent(width)}%"><i>${causeName(cause)}</i></span>`,
  )}</div>`;
}

function causeRow(cause: CauseTotal, largestShare: number): Markup {
  const width = largestShare > 0 ? (TRACK * cause.share) / largestShare : 0;
  return html`<tr><th scope="row">${causeName(cause)}</th>
<td class="plot"><svg class="track" viewBox="0 0 ${TRACK} 10" preserveAspectRatio="none" aria-hidden="true"><rect class="event ${familyOf(cause.cause)}" x="0" y="1" width="${Math.max(width, 2).toFixed(1)}" height="8"/></svg></td>
<td class="number">${formatPercent(cause.share)}</td><td class="number">${formatNs(cause.delayNs)}</td><td class="number">${formatNs(cause.medianNs)}</td>
<td class="number">${formatCount(cause.orders)}</td><td class="number">${formatCount(cause.dominantOrders)}</td></tr>`;
}

function causeTable({ causes }: Attribution): Markup {
  const largestShare = Math.max(...causes.map((cause) => cause.share), 0);
  return html`<div class="scroll"><table class="causes"><thead><tr><th>cause</th><th class="plot"><span class="sr">share</span></th><th class="number">of the tail</th><th class="number">delay</th><th class="number">median</th><th class="number">orders</th><th class="number">worst in</th></tr></thead>
<tbody>${causes.map((cause) => causeRow(cause, largestShare))}</tbody></table></div>`;
}

function gauge(label: string, value: string, detail: string, state = ''): Markup {
  return html`<div class="gauge"><span class="label">${label}</span><span class="value ${state}">${value}</span><span class="detail">${detail}</span></div>`;
}

function belief(attribution: Attribution): Markup {
  const { delayNs, explainedShare, shiftedShare, withCause, withoutEvent, expectedHypervisor, orders, gaps } = attribution;
  const gapsSeen = gaps.count === 0 ? 'no gap in idle time was seen' : `${formatPercent(gaps.totalNs > 0 ? gaps.explainedNs / gaps.totalNs : 0)} of ${formatNs(gaps.totalNs)} lost while idle has an event`;
  return html`<div class="gauges">
${gauge('explained', shareText(explainedShare), `of ${formatNs(delayNs)} above typical, by kernel events and the backlogs behind them; a cause in ${formatCount(withCause)} of ${formatCount(orders)} orders`)}
${gauge('a cause by chance', shareText(shiftedShare), `as often, with every event moved to a random time; above ${formatCount(100 * SHIFTED_LIMIT)} % the causes are chance`, (shiftedShare ?? 0) > SHIFTED_LIMIT ? 'bad' : '')}
${gauge('orders without an event', formatCount(withoutEvent), `about ${expectedHypervisor.toFixed(1)} orders were to be expected to meet the hypervisor`)}
${gauge('gaps no event explains', formatRate(gaps.unexplainedPerSecond), gapsSeen)}</div>`;
}

function overheads({ overheadNs }: Attribution): Markup | null {
  const known = Object.entries(overheadNs).filter(([, ns]) => ns > 0);
  if (known.length === 0) return null;
  return html`<details><summary>What an event costs beyond its own length</summary><p class="note">Entry, exit and cold caches: the 90th percentile of what idle gaps with exactly one such event lost beyond it. Up to that much of a hop's delay is counted to the event.</p>
<div class="scroll"><table class="facts"><tbody>${known.map(([cause, ns]) => html`<tr><th scope="row">${causeName({ cause, who: '' })}</th><td class="number">${formatNs(ns)}</td></tr>`)}</tbody></table></div></details>`;
}

function ofVariant(detail: VariantDetail, several: boolean): Markup {
  const { attribution } = detail;
  const title = several ? html`<h3>${detail.name}</h3>` : null;
  if (attribution === undefined || attribution === null) return html`${title}<p class="empty">Kernel events were not recorded in this run: it takes probes.stalls: true, lane stream, capsule or hops, and a kernel that shows them.</p>`;
  if (attribution.orders === 0) return html`${title}<p class="empty">No order took longer than ${formatNs(attribution.slowNs)}.</p>`;
  return html`${title}<p class="sentence">${withCode(sentence(attribution))}</p>${tailBar(attribution)}${causeTable(attribution)}
${belief(attribution)}${overheads(attribution)}`;
}

/** Null where no variant recorded kernel events. */
export function whySection(input: ReportInput): Markup | null {
  if (input.variants.every((detail) => (detail.attribution ?? null) === null)) return null;
  return html`<section id="why"><h2>Why it was slow</h2>${input.variants.map((detail) => ofVariant(detail, input.variants.length > 1))}
<p class="note">Delay is an order's time at a hop above that hop's median. It is put down to what the kernel did to the hop's own thread in that very interval; of an event inside another, each has its own share. A backlog is the wait behind orders that a stall had held up. An order counts to every cause that delayed it, and as “worst in” to the one that did so most.</p></section>`;
}
