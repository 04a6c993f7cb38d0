/** Which hops make a difference: a bar a hop, longer to the right and shorter to the left, with its interval; the rest and the sum below. */
import type { HopShare, MetricComparison } from '../compare/comparison.js';
import { intervalText, signedNs } from '../compare/words.js';
import { html, type Markup } from './markup.js';
import { stageOf } from './stage.js';

const TRACK = 1000;
const HEIGHT = 18;
/** A share too small to see is still drawn. */
const HAIRLINE = 3;

/** Null where the hops are not known. */
export function hopShareTable({ metric, hops, rest_ns: rest, difference }: MetricComparison): Markup | null {
  if (hops.length === 0 || rest === null) return null;
  const middles = [rest, ...hops.map(({ middle }) => middle)].map(Math.abs);
  const ends = hops.flatMap(({ low, high }) => [low, high]).filter((end) => end !== null).map(Math.abs);
  // One wild run in four makes an interval that would leave no bar to be seen: such a one ends at the edge.
  const reach = Math.max(1, ...middles, Math.min(Math.max(0, ...ends), 1.5 * Math.max(...middles)));
  return html`<h3>${metric} ${signedNs(difference.middle)}</h3>
<div class="scroll"><table class="shares"><thead><tr><th>hop</th><th class="number">share</th><th class="interval"></th><th class="plot">shorter ◂ │ ▸ longer, to ±${signedNs(reach).slice(1)}</th></tr></thead>
<tbody>${hops.map((hop) => shareRow(hop, reach))}
<tr class="rest"><th scope="row">not split</th><td class="number">${signedNs(rest)}</td><td class="interval"></td><td class="plot">${bar('rest', { low: null, middle: rest, high: null }, reach)}</td></tr>
<tr class="sum"><th scope="row">together</th><td class="number">${signedNs(difference.middle)}</td><td class="interval">${intervalText(difference, signedNs)}</td><td></td></tr></tbody></table></div>`;
}

function shareRow(hop: HopShare, reach: number): Markup {
  return html`<tr><th scope="row">${hop.hop}</th><td class="number">${signedNs(hop.middle)}</td><td class="interval">${intervalText(hop, signedNs)}</td><td class="plot">${bar(stageOf(hop.hop), hop, reach)}</td></tr>`;
}

function bar(colour: string, { low, middle, high }: Pick<HopShare, 'low' | 'middle' | 'high'>, reach: number): Markup {
  const at = (ns: number): number => (TRACK / 2) * (1 + Math.max(-1, Math.min(1, ns / (1.02 * reach))));
  const [from, to] = [Math.min(at(0), at(middle)), Math.max(at(0), at(middle))];
  const span = low !== null && high !== null ? html`<line class="span" x1="${at(low).toFixed(1)}" x2="${at(high).toFixed(1)}" y1="${HEIGHT / 2}" y2="${HEIGHT / 2}"/>` : null;
  return html`<svg class="track share-bar" viewBox="0 0 ${TRACK} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true">
<rect class="${colour}" x="${from.toFixed(1)}" y="3" width="${Math.max(to - from, HAIRLINE).toFixed(1)}" height="${HEIGHT - 6}"/>
<line class="zero" x1="${TRACK / 2}" x2="${TRACK / 2}" y1="0" y2="${HEIGHT}"/>${span}</svg>`;
}
