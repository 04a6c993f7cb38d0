/** Why this venue: over which other one each venue won, and by which term of the score; a few decisions with all that they were made of. */
import { MARGIN_TERMS, type MarginTerms, type ShownDecision, type VenueOverVenue, type VenueScore, type WhyVenue } from '../../collector/routing/why_venue.js';
import type { RunSummary, StoredDecisions } from '../summary.js';
import type { ReportInput } from './input.js';
import { html, type Markup } from './markup.js';
import { formatCount, formatMarketTime, formatPercent, formatPrice } from './quantity.js';
import { runOf } from './run.js';
import { linearTicks } from './scale.js';

/** Two drawings of the same chart; the style sheet shows the one that fits. */
const WIDE = { width: 1120, left: 150 } as const;
const NARROW = { width: 360, left: 110 } as const;
const ROW = 30;
const BAR = 14;
const MARGIN = { right: 18, top: 10, bottom: 28 } as const;
const MICROS = 1e6;
const KINDS: Readonly<Record<ShownDecision['kind'], string>> = { dearest: 'Dearest', median: 'Median', last: 'Last' };

/** One venue's wins together. */
interface VenueWins {
  readonly venue: string;
  readonly decisions: number;
  /** Those in which another venue could have had it. */
  readonly contested: number;
  readonly margin: number;
  readonly terms: MarginTerms;
  readonly over: readonly VenueOverVenue[];
}

/** Of the first variant that has it: quantities of different rules are never mixed. Null where nothing was routed among venues. */
export function whyVenue({ summary, variants }: ReportInput, of: readonly string[]): Markup | null {
  const details = variants.filter(({ name }) => of.includes(name));
  const detail = details.find((one) => (one.whyVenue ?? null) !== null);
  const [run] = details.flatMap((one): readonly (RunSummary & { readonly decisions?: StoredDecisions | null })[] => {
    const found = one === (detail ?? one) ? runOf(summary, one) : undefined;
    return found === undefined ? [] : [found];
  });
  const stored = run?.decisions ?? null;
  const why = detail?.whyVenue ?? null;
  if (detail === undefined || why === null) return stored === null || stored.missing === '' ? null : html`<h3>Why this venue?</h3><p class="note">Not known of this run: ${stored.missing}.</p>`;
  const wins = winsByVenue(why.wins);
  return html`<h3>Why this venue?${of.length > 1 ? html` <span class="quiet">${detail.name}</span>` : null}</h3>
<p class="note">${counted(why, stored)} The best ranked venue that got a part of an order, against the best of the others: what a share would have cost more there, in currency a share, term by term. To the right a term spoke for the venue, to the left against it; the dot is their sum.</p>
${wins.some(({ contested }) => contested > 0) ? figure(wins) : null}${winTable(wins)}${why.shown.map(decisionTable)}
<p class="note">Every one of them: <code>hopscope query "SELECT * FROM routing_decisions WHERE run_id = '${detail.runId}' ORDER BY decision, rank"</code> (docs/routing.md).</p>`;
}

function counted(why: WhyVenue, stored: StoredDecisions | null): string {
  if (stored?.missing) return `${formatCount(why.decisions)} decisions, not all that the run made: ${stored.missing}.`;
  if (stored === null || stored.every <= 1) return `${formatCount(why.decisions)} decisions, all that the run made behind its warm-up.`;
  return `Of ${formatCount(stored.decided)} decisions every ${ordinal(stored.every)} was stored, ${formatCount(stored.stored)} in all; ${formatCount(stored.decided - stored.stored)} were left out (pipeline.router.store).`;
}

function ordinal(count: number): string {
  const teen = count % 100 >= 11 && count % 100 <= 13;
  const ending = teen ? 'th' : (['th', 'st', 'nd', 'rd'][count % 10] ?? 'th');
  return `${formatCount(count)}${ending}`;
}

function winsByVenue(wins: readonly VenueOverVenue[]): readonly VenueWins[] {
  return [...new Set(wins.map(({ venue }) => venue))].map((venue) => {
    const own = wins.filter((one) => one.venue === venue);
    const over = own.filter((one) => one.over !== null);
    const contested = over.reduce((sum, { decisions }) => sum + decisions, 0);
    const mean = (of: (one: VenueOverVenue) => number): number => (contested === 0 ? 0 : over.reduce((sum, one) => sum + one.decisions * of(one), 0) / contested);
    return {
      venue, over, contested,
      decisions: own.reduce((sum, { decisions }) => sum + decisions, 0),
      margin: mean((one) => one.margin),
      terms: { price: mean((one) => one.terms.price), fee: mean((one) => one.terms.fee), fill: mean((one) => one.terms.fill), latency: mean((one) => one.terms.latency), rejects: mean((one) => one.terms.rejects) },
    };
  });
}

function figure(wins: readonly VenueWins[]): Markup {
  const contested = wins.filter((one) => one.contested > 0);
  const key = (term: string, i: number): Markup => html`<li><svg width="12" height="12" aria-hidden="true"><g class="marks v${i}"><rect width="12" height="12"/></g></svg>${term}</li>`;
  return html`<figure><ul class="legend">${MARGIN_TERMS.map(key)}</ul><div class="wide">${chart(contested, WIDE)}</div><div class="narrow">${chart(contested, NARROW)}</div></figure>`;
}

/** For each venue the terms end to end: those that spoke for it to the right of zero, the others to the left; a dot at their sum. */
function chart(wins: readonly VenueWins[], { width, left }: { readonly width: number; readonly left: number }): Markup {
  const ends = wins.map(({ terms }) => stacked(terms).flatMap(({ from, to }) => [from, to])).flat();
  const [low, high] = [Math.min(0, ...ends), Math.max(1, ...ends)];
  const [right, bottom] = [width - MARGIN.right, MARGIN.top + ROW * wins.length];
  const x = (micros: number): number => left + ((right - left) * (micros - low)) / (high - low);
  const ticks = linearTicks(Math.max(high, -low), width > 600 ? 8 : 3).flatMap((tick) => (tick === 0 ? [tick] : [-tick, tick])).filter((tick) => tick >= low && tick <= high);
  return html`<svg class="chart" viewBox="0 0 ${width} ${bottom + MARGIN.bottom}" role="img" aria-label="mean margin over the best other venue, by term of the score">
<g class="grid">${ticks.map((tick) => html`<line x1="${x(tick).toFixed(1)}" x2="${x(tick).toFixed(1)}" y1="${MARGIN.top}" y2="${bottom}"/>`)}</g>
<g class="ticks">${ticks.map((tick) => html`<text x="${x(tick).toFixed(1)}" y="${bottom + 16}" text-anchor="middle">${tick === 0 ? '0' : (tick / MICROS).toPrecision(2)}</text>`)}${wins.map(({ venue }, i) => html`<text x="${left - 10}" y="${rowAt(i) + 4}" text-anchor="end">${venue}</text>`)}</g>
${wins.map(({ venue, terms, margin }, i) => html`${stacked(terms).map(({ term, from, to, index }) => html`<g class="marks v${index}"><rect x="${x(Math.min(from, to)).toFixed(1)}" y="${rowAt(i) - BAR / 2}" width="${Math.max(0, x(Math.max(from, to)) - x(Math.min(from, to))).toFixed(1)}" height="${BAR}"><title>${venue}, ${term}: ${currency(terms[term])}</title></rect></g>`)}<g class="marks floor"><circle cx="${x(margin).toFixed(1)}" cy="${rowAt(i)}" r="4"><title>${venue}, all together: ${currency(margin)}</title></circle></g>`)}</svg>`;
}

function rowAt(index: number): number {
  return MARGIN.top + ROW * (index + 0.5);
}

interface StackedTerm {
  readonly term: keyof MarginTerms;
  readonly index: number;
  readonly from: number;
  readonly to: number;
}

function stacked(terms: MarginTerms): readonly StackedTerm[] {
  let [against, inFavour] = [0, 0];
  return MARGIN_TERMS.flatMap((term, index) => {
    const value = terms[term];
    if (value === 0) return [];
    const from = value > 0 ? inFavour : against;
    if (value > 0) inFavour += value;
    else against += value;
    return [{ term, index, from, to: from + value }];
  });
}

function winTable(wins: readonly VenueWins[]): Markup {
  const all = wins.reduce((sum, { decisions }) => sum + decisions, 0);
  const rows = wins.flatMap(({ venue, decisions, contested, margin, terms, over }) => [
    html`<tr><th scope="row">${venue}</th><td class="number">${formatCount(decisions)}</td><td class="number">${formatPercent(decisions / all)}</td><td>${over.length === 1 ? (over[0]?.over ?? '') : over.length === 0 ? '' : 'all'}${contested === decisions ? null : html` <span class="quiet">no other in ${formatCount(decisions - contested)}</span>`}</td>${contested === 0 ? NO_FIGURES : figures(margin, terms)}</tr>`,
    ...(over.length < 2 ? [] : over.map((one) => html`<tr><td></td><td class="number">${formatCount(one.decisions)}</td><td></td><td>${one.over ?? ''}</td>${figures(one.margin, one.terms)}</tr>`)),
  ]);
  return html`<div class="scroll"><table><thead><tr><th>won</th><th class="number">decisions</th><th class="number">of all</th><th>over</th><th class="number">margin</th>${MARGIN_TERMS.map((term) => html`<th class="number">${term}</th>`)}</tr></thead><tbody>${rows}</tbody></table></div>`;
}

const NO_FIGURES = html`<td class="number">–</td>${MARGIN_TERMS.map(() => html`<td class="number">–</td>`)}`;

function figures(margin: number, terms: MarginTerms): Markup {
  return html`<td class="number">${currency(margin)}</td>${MARGIN_TERMS.map((term) => html`<td class="number">${terms[term] === 0 ? '0' : currency(terms[term])}</td>`)}`;
}

function decisionTable({ kind, decision, marketNs, symbol, side, takes, shares, limit, venues }: ShownDecision): Markup {
  const best = Math.min(...venues.filter(({ rank }) => rank > 0).map(({ score }) => score));
  const ordered = [...venues].sort((a, b) => (a.rank === 0 ? Infinity : a.rank) - (b.rank === 0 ? Infinity : b.rank));
  return html`<h4>${KINDS[kind]}: decision ${formatCount(decision)} <span class="quiet">at ${formatMarketTime(marketNs)}, ${takes ? '' : 'rest '}${side === 'B' ? 'buy' : 'sell'} ${formatCount(shares)} ${symbol}${limit === 0 ? '' : `, limit ${formatPrice(limit)}`}</span></h4>
<div class="scroll"><table><thead><tr><th>venue</th><th class="number">shows</th><th class="number">shares</th>${MARGIN_TERMS.filter((term) => term !== 'price').map((term) => html`<th class="number">${term}</th>`)}<th class="number">behind the best</th><th class="number">sent</th><th></th></tr></thead><tbody>${ordered.map((venue) => venueRow(venue, best))}</tbody></table></div>`;
}

function venueRow({ venue, shown, price, shares, terms, score, rank, sent, probe, fate }: VenueScore, best: number): Markup {
  const told = shown ? MARGIN_TERMS.filter((term) => term !== 'price').map((term) => html`<td class="number">${currency(terms[term])}</td>`) : MARGIN_TERMS.slice(1).map(() => html`<td class="number">–</td>`);
  return html`<tr><th scope="row">${venue}</th><td class="number">${!shown || price === 0 ? '–' : formatPrice(price)}</td><td class="number">${shares === 0 ? '–' : formatCount(shares)}</td>${told}<td class="number">${rank === 0 ? '–' : currency(score - best)}</td><td class="number">${sent === 0 ? '' : formatCount(sent)}</td><td>${remark(shown, rank, probe, fate)}</td></tr>`;
}

function remark(shown: boolean, rank: number, probe: boolean, fate: string): string {
  if (probe) return 'does it answer again?';
  if (fate === 'blocked' || fate === 'refused') return fate;
  if (!shown) return 'nothing there, or taken out';
  return rank === 0 ? 'beyond the limit' : '';
}

/** Millionths of the currency, with a sign. */
function currency(micros: number): string {
  const text = (Math.abs(micros) / MICROS).toFixed(6);
  return Number(text) === 0 ? '0' : `${micros < 0 ? '−' : '+'}${text}`;
}
