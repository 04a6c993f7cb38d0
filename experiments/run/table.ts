/** Tables as text: hops and spans (one a variant; several runs stand in it as the median of their figures, report/run.ts), and causes. */
import type { Attribution } from '../../collector/attribution/attribute_run.js';
import type { CauseTotal } from '../../collector/attribution/tally.js';
import { HOPS, SPANS } from '../../collector/index.js';
import { causeText } from '../report/cause.js';
import { formatCount, formatNs, formatPercent, formatThresholdValue } from '../report/quantity.js';
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

const CAUSE_COLUMNS = ['of the tail', 'delay', 'median', 'orders', 'worst in'] as const;
const CAUSE_WIDTH = 40;
/** The terminal shows the causes that matter; the report shows all. */
const CAUSES_SHOWN = 8;

/** By total delay, the largest first; empty where no order was slow. */
export function causeLines({ causes }: Attribution): readonly string[] {
  if (causes.length === 0) return [];
  const head = 'cause'.padEnd(CAUSE_WIDTH) + CAUSE_COLUMNS.map((column) => column.padStart(WIDTH)).join('');
  const rest = causes.length - CAUSES_SHOWN;
  return [head, '-'.repeat(head.length), ...causes.slice(0, CAUSES_SHOWN).map(causeLine), ...(rest > 0 ? [`and ${rest} more, ${formatPercent(causes.slice(CAUSES_SHOWN).reduce((sum, cause) => sum + cause.share, 0))} of the tail`] : [])];
}

function causeLine({ cause, who, share, delayNs, medianNs, orders, dominantOrders }: CauseTotal): string {
  return causeText({ cause, who }).slice(0, CAUSE_WIDTH - 1).padEnd(CAUSE_WIDTH) + [formatPercent(share), formatNs(delayNs), formatNs(medianNs), formatCount(orders), formatCount(dominantOrders)].map((text) => text.padStart(WIDTH)).join('');
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
