/** Parent orders of a running engine as a table. */
import { formatCount, formatMarketTime, formatPrice } from '../report/quantity.js';
import type { OrderRow } from './command_desk.js';

const HEADS = ['name', 'symbol', 'side', 'algo', 'state', 'quantity', 'filled', 'working', 'limit', 'end'] as const;
/** Those of numbers stand to the right. */
const FIRST_NUMBER = HEADS.indexOf('quantity');

export function orderTable(rows: readonly OrderRow[]): string {
  const cells = rows.map(({ name, symbol, locate, side, algo, state, quantity, filled, working, limit_price: limit, end_ns: end }) => [
    name, symbol === '' ? `#${locate}` : symbol, side, algo, state, formatCount(quantity), formatCount(filled), formatCount(working), limit === 0 ? '-' : formatPrice(limit), formatMarketTime(end),
  ]);
  const widths = HEADS.map((head, i) => Math.max(head.length, ...cells.map((row) => row[i]?.length ?? 0)));
  const line = (row: readonly string[]): string => row.map((cell, i) => (i < FIRST_NUMBER ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  ').trimEnd();
  return [line(HEADS), ...cells.map(line)].join('\n');
}
