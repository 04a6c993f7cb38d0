/** What the OMS owned when a run had ended, and whether its venues have the same. */
import type { PositionFigures, PositionsSummary } from '../summary.js';
import type { EngineResult } from './engine_result.js';

type Row = EngineResult['positions'][number];

/** Symbols that a summary lists: those with the most money traded. The result file has them all. */
const LISTED_SYMBOLS = 100;

/** Null where nothing was traded and nothing is open. */
export function positionsSummary({ positions, venues }: Pick<EngineResult, 'positions' | 'venues'>): PositionsSummary | null {
  if (positions.length === 0) return null;
  const symbols = positions.filter(({ venue }) => venue === null).sort((a, b) => traded(b) - traded(a) || a.symbol.localeCompare(b.symbol));
  const atVenues = positions.filter(({ venue }) => venue !== null);
  const listed = symbols.slice(0, LISTED_SYMBOLS);
  const nameOf = (venue: number): string => venues[venue]?.name ?? String(venue);
  const indices = [...new Set(atVenues.flatMap(({ venue }) => venue ?? []))].sort((a, b) => a - b);
  return {
    total: sumOf(symbols),
    venues: indices.map((venue) => ({ venue: nameOf(venue), ...sumOf(atVenues.filter((row) => row.venue === venue)) })),
    symbols: listed.map((row) => ({
      symbol: row.symbol,
      mark: row.mark,
      ...figuresOf(row),
      venues: atVenues.flatMap((part) => (part.symbol === row.symbol && part.venue !== null ? [{ venue: nameOf(part.venue), ...figuresOf(part) }] : [])),
    })),
    symbols_not_listed: symbols.length - listed.length,
  };
}

/** Why a run whose two sides disagree is invalid: at most one line. */
export function differenceReasons({ reconciliation: { differences, first }, venues }: Pick<EngineResult, 'reconciliation' | 'venues'>): readonly string[] {
  const [one] = first;
  if (one === undefined) return [];
  const venue = venues[one.venue]?.name ?? String(one.venue);
  const others = differences === 1 ? '' : ` (and ${differences - 1} more ${differences === 2 ? 'difference' : 'differences'})`;
  return [`positions differ: venue ${venue}, ${one.symbol}, ${one.figure}: ${one.oms} at the OMS, ${one.at_venue} at the venue${others}; run it again with pipeline.journal.keep=true and pipeline.journal.oms=true, and compare hopscope journal positions with the venue's dump`];
}

function traded({ bought_value: paid, sold_value: received }: Row): number {
  return paid + received;
}

function figuresOf({ bought, sold, bought_value, sold_value, fees_micros, cash_micros, realised_micros, unrealised_micros, open_orders }: Row): PositionFigures {
  return { bought, sold, net: bought - sold, bought_value, sold_value, fees_micros, cash_micros, realised_micros, unrealised_micros, open_orders };
}

/** What one part is not known of is not known of the whole. */
function sumOf(rows: readonly Row[]): PositionFigures {
  const sum = (of: (figures: PositionFigures) => number): number => rows.reduce((total, row) => total + of(figuresOf(row)), 0);
  return {
    bought: sum(({ bought }) => bought),
    sold: sum(({ sold }) => sold),
    net: sum(({ net }) => net),
    bought_value: sum(({ bought_value: paid }) => paid),
    sold_value: sum(({ sold_value: received }) => received),
    fees_micros: sum(({ fees_micros: fees }) => fees),
    cash_micros: sum(({ cash_micros: cash }) => cash),
    realised_micros: sum(({ realised_micros: realised }) => realised),
    unrealised_micros: rows.some((row) => row.unrealised_micros === null) ? null : sum(({ unrealised_micros: unrealised }) => unrealised ?? 0),
    open_orders: sum(({ open_orders: open }) => open),
  };
}
