/** A comparison as Markdown, for a pull request or a page of notes: whole, with every hop. */
import { formatNs } from '../report/quantity.js';
import type { Comparison, MetricComparison, PairComparison } from './comparison.js';
import { floorTexts } from './floor_text.js';
import { intervalText, rulesText, setText, signedNs, signedPercent, verdictText, whereText } from './words.js';

export function comparisonMarkdown(title: string, comparisons: readonly Comparison[]): string {
  return `${[`# ${cell(title)}`, ...comparisons.flatMap(sections)].join('\n\n')}\n`;
}

function sections(comparison: Comparison): readonly string[] {
  const [base, ...others] = comparison.sets;
  if (base === undefined) return [];
  const floors = floorTexts(comparison.sets);
  return [
    ...comparison.pairs.flatMap((pair, i) => {
      const other = others[i];
      if (other === undefined) return [];
      const [primary, beside] = [pair.metrics.filter((one) => one.primary), pair.metrics.filter((one) => !one.primary)];
      return [
        `## ${cell(setText(other))} against ${cell(setText(base))}`,
        ...(pair.refused.length === 0 ? [] : [pair.refused.map((line) => `- **not ranked**: ${cell(line)}`).join('\n')]),
        table(primary, pair),
        ...(primary.some((metric) => whereText(metric) !== undefined) ? [primary.flatMap((metric) => whereText(metric) ?? []).map((line) => `- where: ${cell(line)}`).join('\n')] : []),
        ...(pair.cautions.length === 0 ? [] : [pair.cautions.map((line) => `- ${cell(line)}`).join('\n')]),
        ...(beside.length === 0 ? [] : [`Not tested, for reading:\n\n${table(beside, pair)}`]),
      ];
    }),
    ...(floors.length === 0 ? [] : [`Floors, of the same session:\n\n${floors.map((line) => `- ${cell(line)}`).join('\n')}`]),
    ...(comparison.remarks.length === 0 ? [] : [comparison.remarks.map((line) => `- ${cell(line)}`).join('\n')]),
    cell(rulesText(comparison)),
  ];
}

function table(metrics: readonly MetricComparison[], pair: PairComparison): string {
  const tested = metrics.some(({ primary }) => primary);
  const head = ['metric', pair.base, pair.other, 'difference', '', ...(tested ? ['verdict'] : [])];
  const rows = metrics.map((metric) => [
    metric.metric,
    ...[metric.base, metric.other].map((figure) => withInterval(formatNs(figure.middle), intervalText(figure, formatNs))),
    withInterval(signedNs(metric.difference.middle), intervalText(metric.difference, signedNs)),
    signedPercent(metric.share.middle),
    ...(tested ? [verdictText(metric, pair)] : []),
  ]);
  const line = (texts: readonly string[]): string => `| ${texts.map(cell).join(' | ')} |`;
  return [line(head), `|${head.map((_, i) => (i === 0 || i === 5 ? ' --- ' : ' ---: ')).join('|')}|`, ...rows.map(line)].join('\n');
}

function withInterval(value: string, interval: string): string {
  return interval === '' ? value : `${value} (${interval})`;
}

/** A variant's name may hold anything. */
function cell(text: string): string {
  return text.replace(/[\\`*_|<>[\]#]/g, (character) => `\\${character}`).replace(/\s*\n\s*/g, ' ');
}
