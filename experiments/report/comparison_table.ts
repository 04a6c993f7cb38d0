/** A pair's figures with their intervals, each difference drawn on one scale of per cent with the least effect shaded. */
import type { MetricComparison, PairComparison } from '../compare/comparison.js';
import { intervalText, percentText, signedNs, signedPercent, verdictText } from '../compare/words.js';
import { html, type Markup } from './markup.js';
import { formatNs } from './quantity.js';

const TRACK = 1000;
const HEIGHT = 16;

export function metricTable(metrics: readonly MetricComparison[], pair: PairComparison): Markup {
  const reach = reachOf(metrics);
  const tested = metrics.some(({ primary }) => primary);
  return html`<div class="scroll"><table class="compared"><thead><tr><th>metric</th><th class="number">${pair.base}</th><th class="wide-only"></th><th class="number">${pair.other}</th><th class="wide-only"></th><th class="number">difference</th><th class="interval"></th><th class="number"></th>${tested ? html`<th>verdict</th>` : null}<th class="plot">−${percentText(reach)} … 0 … +${percentText(reach)}</th></tr></thead>
<tbody>${metrics.map((metric) => row(metric, pair, reach, tested))}</tbody></table></div>`;
}

function row(metric: MetricComparison, pair: PairComparison, reach: number, tested: boolean): Markup {
  const { base, other, difference, share, verdict } = metric;
  return html`<tr><th scope="row">${metric.metric}</th><td class="number">${formatNs(base.middle)}</td><td class="interval wide-only">${intervalText(base, formatNs)}</td>
<td class="number">${formatNs(other.middle)}</td><td class="interval wide-only">${intervalText(other, formatNs)}</td>
<td class="number">${signedNs(difference.middle)}</td><td class="interval">${intervalText(difference, signedNs)}</td><td class="number">${signedPercent(share.middle)}</td>
${tested ? html`<td class="verdict-cell ${verdict ?? ''}">${verdictText(metric, pair)}</td>` : null}<td class="plot">${forest(metric, reach)}</td></tr>`;
}

/** One scale for all rows; an interval that is wilder than its middle by far ends at the edge. At least ten per cent. */
function reachOf(metrics: readonly MetricComparison[]): number {
  const middles = metrics.map(({ share: { middle } }) => Math.abs(middle));
  const ends = metrics.flatMap(({ share: { low, high } }) => [low, high]).filter((end) => end !== null).map(Math.abs);
  return Math.max(0.1, Math.min(Math.max(...ends, 0), 2 * Math.max(...middles, 0)), ...middles) * 1.05;
}

function forest({ share, base, least_effect_ns: least }: MetricComparison, reach: number): Markup {
  const at = (value: number): number => (TRACK / 2) * (1 + Math.max(-1, Math.min(1, value / reach)));
  const margin = base.middle > 0 ? least / base.middle : 0;
  const [low, high] = [at(-margin), at(margin)];
  const middle = at(share.middle);
  const span = share.low !== null && share.high !== null
    ? html`<line class="span" x1="${at(share.low).toFixed(1)}" x2="${at(share.high).toFixed(1)}" y1="${HEIGHT / 2}" y2="${HEIGHT / 2}"/>` : null;
  return html`<svg class="track forest" viewBox="0 0 ${TRACK} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true">
<rect class="least" x="${low.toFixed(1)}" y="0" width="${(high - low).toFixed(1)}" height="${HEIGHT}"/><line class="zero" x1="${TRACK / 2}" x2="${TRACK / 2}" y1="0" y2="${HEIGHT}"/>
${span}<rect class="middle" x="${(middle - 4).toFixed(1)}" y="3" width="8" height="${HEIGHT - 6}"/></svg>`;
}
