/** The table of hops and spans, as text. One table a variant; several runs stand in it as the median of their figures (report/run.ts). */
import { HOPS, SPANS } from '../../collector/index.js';
import { formatCount, formatNs, formatThresholdValue } from '../report/quantity.js';
import { overRuns, shownRuns } from '../report/run.js';
import type { LatencyNs, ThresholdResult, VariantSummary } from '../summary.js';

const COLUMNS = ['count', 'p50', 'p90', 'p99', 'p99.9', 'max', 'error'] as const;
const WIDTH = 12;
const NAME_WIDTH = 24;

export function latencyTable(variant: VariantSummary): string {
  const runs = shownRuns(variant);
  const row = (name: string): string => {
    const found = overRuns(runs, name);
    return name.padEnd(NAME_WIDTH) + (found === null ? '-'.padStart(WIDTH) : cells(found));
  };
  const head = 'hop'.padEnd(NAME_WIDTH) + COLUMNS.map((column) => column.padStart(WIDTH)).join('');
  const rule = '-'.repeat(head.length);
  const several = runs.length > 1 ? ` (median of ${runs.length} runs)` : '';
  return [`${variant.name}${several}`, head, rule, ...HOPS.map((hop) => row(hop.name)), rule, ...SPANS.map((span) => row(span.name))].join('\n');
}

/** One line a threshold. */
export function verdictLines(thresholds: readonly ThresholdResult[]): readonly string[] {
  return thresholds.map(({ metric, expr, value, ok, variant }) => {
    const judged = variant === undefined ? '' : ` [${variant}]`;
    return `${ok ? '✓' : '✗'} ${metric} ${expr}${judged}: ${formatThresholdValue(expr, value)}`;
  });
}

function cells({ count, p50, p90, p99, p999, max, error }: LatencyNs): string {
  return [formatCount(count), ...[p50, p90, p99, p999, max, error].map(formatNs)].map((text) => text.padStart(WIDTH)).join('');
}
