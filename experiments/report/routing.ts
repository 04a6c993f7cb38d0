/**
 * What orders cost by the router's rule, at which venues they were filled, and why there; where rules are compared, how much dearer each is
 * than rule smart.
 */
import type { RunRouting } from '../run/routing.js';
import type { RoutingAgainst, RoutingSummary, RunSummary, VariantSummary } from '../summary.js';
import type { ReportInput } from './input.js';
import { html, type Markup } from './markup.js';
import { formatCount, formatNs } from './quantity.js';
import { linearTicks } from './scale.js';
import { whyVenue } from './why_venue.js';

/** Two drawings of the same chart; the style sheet shows the one that fits. */
const WIDE = { width: 1120, left: 150 } as const;
const NARROW = { width: 360, left: 110 } as const;
const ROW = 30;
const MARGIN = { right: 18, top: 10, bottom: 28 } as const;

type RoutedRun = RunSummary & { readonly routing?: RunRouting | null };

/** Of the valid runs, all shares alike. */
interface Routed {
  readonly name: string;
  readonly runs: readonly RunRouting[];
}

export function routingSection(input: ReportInput): Markup | null {
  const { variants, routing } = input.summary;
  const routed = variants.map(routedOf).filter(({ runs }) => runs.some(usesSeveralVenues));
  if (routed.length === 0) return null;
  const compared = routing ?? null;
  const shown = routed.find(({ name }) => name === compared?.base) ?? routed[0];
  return html`<section id="routing"><h2>Routing</h2><p class="note">Cost is what was executed against the middle of the market when the order was decided, fees included, in basis points of the shares at that middle; shares that were not executed are not in it. Means over the valid runs.</p>
${compared === null ? null : advantage(compared)}${ruleTable(compared === null ? routed : variants.map(routedOf), compared)}${shown === undefined ? null : venueTable(shown, routed.length > 1)}${whyVenue(input, [...new Set([shown?.name ?? '', ...routed.map(({ name }) => name)])])}</section>`;
}

function routedOf({ name, runs }: VariantSummary): Routed {
  return { name, runs: runs.filter((run) => run.valid).map((run: RoutedRun) => run.routing ?? null).filter((one) => one !== null) };
}

/** One venue alone, or a single one that all orders go to, is no routing. */
function usesSeveralVenues({ venues }: RunRouting): boolean {
  return venues.filter((venue) => venue.filled_shares > 0).length > 1;
}

function advantage({ base, confidence, against }: RoutingSummary): Markup {
  const known = against.filter((one) => one.low_bps !== null);
  if (known.length === 0) return html`<p class="note">Too few pairs of valid runs to say how the rules differ.</p>`;
  const pairs = Math.min(...known.map((one) => one.pairs));
  const worst = known.reduce((least, one) => ((one.low_bps ?? 0) < (least.low_bps ?? 0) ? one : least));
  const says = (worst.low_bps ?? 0) > 0
    ? `Every other rule is dearer than ${base}; ${worst.variant} comes nearest, with at least ${bps(worst.low_bps)} more.`
    : `${worst.variant} is not shown to be dearer than ${base}: the interval reaches to ${bps(worst.low_bps)}.`;
  return html`<p>${says}</p><p class="note">How much more each rule's fills cost than ${base}'s, run by run on the same markets: mean and ${100 * confidence} % interval (Student) over ${pairs} pairs of runs.</p>
<figure><div class="wide">${chart(known, WIDE)}</div><div class="narrow">${chart(known, NARROW)}</div></figure>`;
}

function chart(against: readonly RoutingAgainst[], { width, left }: { readonly width: number; readonly left: number }): Markup {
  const low = Math.min(0, ...against.map((one) => one.low_bps ?? 0));
  const high = Math.max(0, ...against.map((one) => one.high_bps ?? 0));
  const [right, bottom] = [width - MARGIN.right, MARGIN.top + ROW * against.length];
  const x = (value: number): string => (left + ((right - left) * (value - low)) / (high - low || 1)).toFixed(1);
  const ticks = linearTicks(high, width > 600 ? 10 : 4);
  return html`<svg class="chart" viewBox="0 0 ${width} ${bottom + MARGIN.bottom}" role="img" aria-label="how much dearer each rule is, in basis points">
<g class="grid">${ticks.map((tick) => html`<line x1="${x(tick)}" x2="${x(tick)}" y1="${MARGIN.top}" y2="${bottom}"/>`)}</g>
<g class="ticks">${ticks.map((tick) => html`<text x="${x(tick)}" y="${bottom + 16}" text-anchor="middle">${Number(tick.toFixed(2))}</text>`)}${against.map(({ variant }, i) => html`<text x="${left - 10}" y="${rowAt(i) + 4}" text-anchor="end">${variant}</text>`)}</g>
${against.map((one, i) => html`<line class="curve v0 solid" x1="${x(one.low_bps ?? 0)}" x2="${x(one.high_bps ?? 0)}" y1="${rowAt(i)}" y2="${rowAt(i)}"/><g class="marks v0"><circle cx="${x(one.advantage_bps ?? 0)}" cy="${rowAt(i)}" r="4"><title>${one.variant}: ${bps(one.advantage_bps)} more, ${interval(one)}</title></circle></g>`)}</svg>`;
}

function rowAt(index: number): number {
  return MARGIN.top + ROW * (index + 0.5);
}

function ruleTable(routed: readonly Routed[], compared: RoutingSummary | null): Markup {
  const rows = routed.filter(({ runs }) => runs.length > 0).map(({ name, runs }) => {
    const more = compared?.against.find(({ variant }) => variant === name);
    const difference = more === undefined ? '' : `${bps(more.advantage_bps)}, ${interval(more)}`;
    return html`<tr><th scope="row">${name}</th><td class="number">${runs.length}</td><td class="number">${formatCount(sum(runs, (run) => run.wanted_shares))}</td><td class="number">${percent(sum(runs, (run) => run.filled_shares), sum(runs, (run) => run.wanted_shares))}</td><td class="number">${bps(mean(runs, (run) => run.slippage_bps))}</td><td class="number">${bps(mean(runs, (run) => run.fees_bps))}</td><td class="number">${bps(mean(runs, (run) => run.cost_bps ?? 0))}</td>${compared === null ? null : html`<td class="number">${difference}</td>`}</tr>`;
  });
  return html`<div class="scroll"><table><thead><tr><th>variant</th><th class="number">runs</th><th class="number">shares wanted</th><th class="number">filled</th><th class="number">price</th><th class="number">fees</th><th class="number">cost</th>${compared === null ? null : html`<th class="number">dearer than ${compared.base} by</th>`}</tr></thead><tbody>${rows}</tbody></table></div>`;
}

function venueTable({ name, runs }: Routed, named: boolean): Markup | null {
  const [first] = runs;
  if (first === undefined) return null;
  const all = sum(runs, (run) => run.filled_shares);
  const measured = runs.some((run) => run.venues.some(hasAnswered));
  const rows = first.venues.map(({ name: venue }, i) => {
    const of = (figure: (one: RunRouting['venues'][number]) => number): number => sum(runs, (run) => { const one = run.venues[i]; return one === undefined ? 0 : figure(one); });
    const filled = of((one) => one.filled_shares);
    // Weighted by what was filled: a run that hardly used the venue says little of its prices.
    const cost = (figure: (one: RunRouting['venues'][number]) => number): string => (filled === 0 ? '–' : bps(of((one) => figure(one) * one.filled_shares) / filled));
    return html`<tr><th scope="row">${venue}</th><td class="number">${formatCount(of((one) => one.orders))}</td><td class="number">${formatCount(of((one) => one.asked_shares))}</td><td class="number">${percent(filled, of((one) => one.asked_shares))}</td><td class="number">${percent(filled, all)}</td><td class="number">${cost((one) => one.slippage_bps)}</td><td class="number">${cost((one) => one.fees_bps)}</td>${measured ? html`<td class="number">${answerTime(runs, i)}</td>` : null}</tr>`;
  });
  const [out, probes] = [sum(runs, (run) => run.venues_taken_out), sum(runs, (run) => run.probes)];
  return html`<h3>At which venues${named ? html` <span class="quiet">${name}</span>` : null}</h3>
<div class="scroll"><table><thead><tr><th>venue</th><th class="number">orders</th><th class="number">shares asked</th><th class="number">filled</th><th class="number">of all fills</th><th class="number">price</th><th class="number">fees</th>${measured ? html`<th class="number">answers in</th>` : null}</tr></thead><tbody>${rows}</tbody></table></div>
${measured ? html`<p class="note">Latency is measured (<code>router.latency</code>): from an order to its first answer, in wall time, as the router had it at the run's end; the runs' mean. These routes are no other run's, so orders and journals have no digest.</p>` : null}${out === 0 ? null : html`<p class="note">${formatCount(out)} times a venue did not answer and was taken out; ${formatCount(probes)} orders asked whether one is back.</p>`}`;
}

function hasAnswered({ answer_ns: ns }: RunRouting['venues'][number]): boolean {
  return (ns ?? null) !== null;
}

function answerTime(runs: readonly RunRouting[], venue: number): string {
  const known = runs.flatMap((run) => run.venues[venue]?.answer_ns ?? []);
  return known.length === 0 ? '–' : formatNs(mean(known, (ns) => ns));
}

function interval({ low_bps: low, high_bps: high }: RoutingAgainst): string {
  return low === null || high === null ? 'unknown' : `${low.toFixed(3)} to ${high.toFixed(3)}`;
}

function bps(value: number | null): string {
  return value === null ? '–' : `${value.toFixed(3)}\u202fbps`;
}

function percent(part: number, whole: number): string {
  return whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)}\u202f%`;
}

function sum<One>(values: readonly One[], figure: (one: One) => number): number {
  return values.reduce((total, one) => total + figure(one), 0);
}

function mean<One>(values: readonly One[], figure: (one: One) => number): number {
  return sum(values, figure) / values.length;
}
