/** A comparison as lines for the terminal. */
import { formatNs } from '../report/quantity.js';
import type { Comparison, MetricComparison, PairComparison } from './comparison.js';
import { floorTexts } from './floor_text.js';
import { intervalText, rulesText, setText, signedNs, signedPercent, verdictText, whereText } from './words.js';

export function comparisonLines(comparison: Comparison): readonly string[] {
  const [base, ...others] = comparison.sets;
  if (base === undefined) return [];
  return [
    ...comparison.pairs.flatMap((pair, i) => {
      const other = others[i];
      return other === undefined ? [] : ['', `${setText(other)}  against  ${setText(base)}`, ...pairLines(pair)];
    }),
    '',
    ...floorTexts(comparison.sets),
    ...comparison.remarks,
    rulesText(comparison),
  ];
}

/** Other spans and hops stand in --json, --markdown and on the page. */
const SHOWN_BESIDE: readonly string[] = ['tick_to_ack.p50', 'tick_to_ack.p90', 'tick_to_ack.p99', 'tick_to_ack.p999'];

function pairLines(pair: PairComparison): readonly string[] {
  const primary = pair.metrics.filter((one) => one.primary);
  const beside = pair.metrics.filter((one) => !one.primary && SHOWN_BESIDE.includes(one.metric));
  const rows = [...primary, ...beside].map((metric) => cells(metric, pair));
  const head = ['metric', pair.base, '', pair.other, '', 'difference', '', '', 'verdict'];
  const table = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  return [
    ...table.map((row) => row.map((cell, column) => (column === 0 || column === 8 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ').trimEnd()),
    ...primary.flatMap((metric) => whereText(metric) ?? []).map((line) => `where: ${line}`),
    ...pair.refused.map((line) => `✗ not ranked: ${line}`),
    ...pair.cautions.map((line) => `! ${line}`),
  ];
}

function cells(metric: MetricComparison, pair: PairComparison): readonly string[] {
  const { base, other, difference, share } = metric;
  return [
    metric.metric,
    formatNs(base.middle), intervalText(base, formatNs),
    formatNs(other.middle), intervalText(other, formatNs),
    signedNs(difference.middle), intervalText(difference, signedNs), signedPercent(share.middle),
    metric.primary ? verdictText(metric, pair) : 'not tested',
  ];
}
