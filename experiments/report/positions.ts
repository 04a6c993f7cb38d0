/** What the OMS owned when the run had ended, valued by its own books, symbol by symbol and venue by venue. */
import type { PositionFigures, RunSummary } from '../summary.js';
import type { ReportInput } from './input.js';
import { html, type Markup } from './markup.js';
import { formatCount } from './quantity.js';
import { shownRuns } from './run.js';

const SHOWN_SYMBOLS = 12;

/** Millionths of the currency, to the cent: -1 234.50. */
export function formatMoney(micros: number | null): string {
  if (micros === null) return 'unknown';
  const cents = Math.round(Math.abs(micros) / 10_000);
  const whole = formatCount(Math.floor(cents / 100));
  return `${micros < 0 && cents > 0 ? '−' : ''}${whole}.${String(cents % 100).padStart(2, '0')}`;
}

function totalOf({ realised_micros: realised, unrealised_micros: unrealised, fees_micros: fees }: PositionFigures): number | null {
  return unrealised === null ? null : realised + unrealised - fees;
}

function row(name: Markup | string, figures: PositionFigures): Markup {
  const { bought, sold, net, fees_micros: fees, realised_micros: realised, unrealised_micros: unrealised, open_orders: open } = figures;
  const shares = [bought, sold, net, open].map((count) => html`<td class="number">${formatCount(count)}</td>`);
  const money = [realised, unrealised, fees, totalOf(figures)].map((micros) => html`<td class="number">${formatMoney(micros)}</td>`);
  return html`<tr><th scope="row">${name}</th>${shares}${money}</tr>`;
}

function table(run: RunSummary): Markup | null {
  const positions = run.positions;
  if (positions === undefined || positions === null) return null;
  const symbols = positions.symbols.slice(0, SHOWN_SYMBOLS);
  const more = positions.symbols.length + positions.symbols_not_listed - symbols.length;
  return html`<div class="scroll"><table class="facts"><thead><tr><th></th><th class="number">bought</th><th class="number">sold</th><th class="number">net</th><th class="number">open orders</th><th class="number">realised</th><th class="number">unrealised</th><th class="number">fees</th><th class="number">P&amp;L after fees</th></tr></thead>
<tbody>${row('all', positions.total)}${positions.venues.map((figures) => row(html`venue ${figures.venue}`, figures))}${symbols.map((figures) => row(figures.symbol, figures))}</tbody></table></div>${more === 0 ? null : html`<p class="quiet">${more} more symbols, in which less was traded, stand in summary.json or in the engine's result file.</p>`}`;
}

export function positionsSection(input: ReportInput): Markup | null {
  const { variants } = input.summary;
  const tables = variants.flatMap((variant) => {
    const [run] = shownRuns(variant);
    const markup = run === undefined ? null : table(run);
    return markup === null ? [] : [html`${variants.length > 1 ? html`<h3>${variant.name}</h3>` : null}${markup}`];
  });
  if (tables.length === 0) return null;
  return html`<section id="positions"><h2>Positions and P&amp;L</h2><p class="note">Shares and money of the whole run, warm-up included, as the OMS heard of them. In a valid run each venue's own executions and open orders say the same, to the share and to the millionth. What is left is valued at the middle of the OMS's book. A venue's realised P&amp;L is of what was bought and sold at that venue, so venues need not add up to all; realised and unrealised together do.</p>${tables}</section>`;
}
