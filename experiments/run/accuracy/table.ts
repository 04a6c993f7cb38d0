/** Injected against found, as text: one line for each thing injected. */
import { causeLabel } from '../../report/cause.js';
import { formatCount, formatNs, formatPercent } from '../../report/quantity.js';
import type { AccuracyRow } from './row.js';

const HEAD = ['injected', 'at', 'cause', 'delays', 'each', 'found', 'elsewhere', 'share'] as const;
const WIDTHS = [22, 16, 26, 10, 12, 12, 12, 10] as const;

export interface NamedRows {
  /** The variant. */
  readonly name: string;
  readonly rows: readonly AccuracyRow[];
}

/** Empty where nothing was injected. `each`, `found` and `elsewhere` are means of one delay, or of one slice of the run. */
export function accuracyTable(variants: readonly NamedRows[]): readonly string[] {
  const rows = variants.flatMap(({ name, rows: given }) => given.map((row) => cells(name, row)));
  if (rows.length === 0) return [];
  return ['', 'injected delays against what was found at the right hop with the right cause', line(HEAD), ...rows.map(line), ...notes(variants)];
}

function cells(name: string, row: AccuracyRow): readonly string[] {
  const mean = (ns: number): string => (row.orders === 0 ? '-' : formatNs(ns / row.orders));
  return [
    name, row.hop === '' ? 'anywhere' : row.hop, row.who === '' ? causeLabel(row.cause) : `${causeLabel(row.cause)} ${row.who}`,
    formatCount(row.orders), mean(row.injectedNs), mean(row.foundNs), row.unit === 'gaps' ? '-' : mean(row.elsewhereNs),
    row.share === null ? 'too few' : `${(100 * row.share).toFixed(1)} %`,
  ];
}

/** What the share of a storm rests on. */
function notes(variants: readonly NamedRows[]): readonly string[] {
  return variants.flatMap(({ name, rows }) => rows.flatMap((row) => (row.directNs === null || row.injectedNs <= 0 ? [] : [
    `${name}: of the time missing in idle rounds, ${formatPercent(row.directNs / row.injectedNs)} lies within the interrupts themselves; the rest of what was found is their estimated cost around them`,
  ])));
}

function line(texts: readonly string[]): string {
  return texts.map((text, i) => (i < 3 ? text.padEnd(WIDTHS[i] ?? 0) : text.padStart(WIDTHS[i] ?? 0))).join('');
}
