/**
 * Budget burn in PromQL: the share of orders slower than the budget allows, over windows that several rules may share.
 *
 * Method: Google's SRE Workbook, chapter 5, "Multiwindow, Multi-Burn-Rate Alerts".
 */
import { LATENCY_BOUNDS_NS, boundLabel, secondsShown, type Budget, type Comparison, type Rule } from '../../collector/index.js';
import { Inexpressible } from './inexpressible.js';
import { latencySeries } from './metric_series.js';

/** Share of orders slower than a limit over one window, as a recording rule keeps it. */
export interface SlowShare {
  readonly series: string;
  readonly withinNs: number;
  readonly seconds: number;
}

/** What a rule needs recorded: the windows of a budget that has some. One window alone the rule computes itself. */
export function slowSharesOf(rule: Rule): readonly SlowShare[] {
  const { condition } = rule;
  if (condition.kind !== 'burn_windows') return [];
  const { series, budget } = condition;
  return budget.windows.flatMap(({ longSeconds, shortSeconds }) => [longSeconds, shortSeconds].map((seconds) => ({ series, withinNs: budget.withinNs, seconds })));
}

/** By convention level:metric:operations (https://prometheus.io/docs/practices/rules/). */
export function recordOf({ seconds }: SlowShare): string {
  return `series:hopscope_slow_orders:ratio_rate${secondsShown(seconds)}`;
}

export function labelsOf({ series, withinNs }: SlowShare): Readonly<Record<string, string>> {
  return { series, within_ns: String(withinNs) };
}

export function slowShareExpression({ series, withinNs, seconds }: SlowShare): string {
  const [bucket, count] = [latencySeries(series, 'bucket', leMatcher(boundOf(withinNs))), latencySeries(series, 'count')];
  return `1 - sum(rate(${bucket}[${secondsShown(seconds)}])) / sum(rate(${count}[${secondsShown(seconds)}]))`;
}

export function burnExpression(series: string, budget: Budget, seconds: number, comparison: Comparison, limit: number): string {
  if (comparison === '==' || comparison === '!=') throw new Inexpressible('whether a burn equals a limit is a matter of rounding');
  return `(${slowShareExpression({ series, withinNs: budget.withinNs, seconds })}) / ${leftBy(budget)} ${comparison} ${limit}`;
}

export function burnWindowsExpression(series: string, budget: Budget): string {
  const entries = budget.windows.map(({ longSeconds, shortSeconds, burn }) => {
    const [long, short] = [longSeconds, shortSeconds].map((seconds) => {
      const share = { series, withinNs: budget.withinNs, seconds };
      const labels = Object.entries(labelsOf(share)).map(([name, value]) => `${name}="${value}"`).join(',');
      return `${recordOf(share)}{${labels}} / ${leftBy(budget)} > ${burn}`;
    });
    return `(${long ?? ''} and ${short ?? ''})`;
  });
  return `max(${entries.join(' or ')})`;
}

/**
 * The highest bound that is not above `withinNs`: rather a few orders too many count as slow.
 *
 * @throws Inexpressible where even the lowest is above it
 */
export function boundOf(withinNs: number): number {
  const found = LATENCY_BOUNDS_NS.filter((bound) => bound <= withinNs).at(-1);
  if (found === undefined) throw new Inexpressible(`the metrics' histograms begin at ${LATENCY_BOUNDS_NS[0] ?? 0} ns: what is shorter they cannot tell apart`);
  return found;
}

/** What the target leaves, as decimal as it was written: 1 - 0.999 is 0.0010000000000000009. */
export function leftBy({ target }: Budget): number {
  return Number((1 - target).toPrecision(12));
}

/** A bound as the collector writes it (0.00005) and as Prometheus from version 3 on stores it (5e-05; 1 becomes 1.0). */
export function leMatcher(boundNs: number): string {
  const spellings = [...new Set([boundLabel(boundNs), openMetricsNumber(boundNs / 1e9)])];
  return spellings.length === 1 ? `le="${spellings[0] ?? ''}"` : `le=~"${spellings.map((one) => one.replaceAll('.', '[.]')).join('|')}"`;
}

/** Go's shortest form, with an exponent below 1e-4; whole numbers keep a decimal. */
function openMetricsNumber(value: number): string {
  if (Number.isInteger(value)) return `${value}.0`;
  if (value >= 1e-4) return String(value);
  return value.toExponential().replace(/e-(\d)$/, 'e-0$1');
}
