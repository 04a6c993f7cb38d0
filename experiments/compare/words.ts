/** A comparison's figures in words, the same in the terminal, in Markdown and on the page. */
import { NARROW_SPACE, formatNs } from '../../collector/web/page/quantity.js';
import type { ComparedSet, Comparison, Ends, HopShare, MetricComparison, PairComparison } from './comparison.js';

/** +2.10 µs, −40 ns. */
export function signedNs(ns: number): string {
  return `${ns < 0 ? '−' : '+'}${formatNs(Math.abs(ns))}`;
}

/** +5.1 %, −0.4 %; whole per cent from 100 on; 12 × from ten times on. */
export function signedPercent(share: number): string {
  if (share >= 9) return `${(1 + share).toFixed(0)}${NARROW_SPACE}×`;
  const percent = 100 * Math.abs(share);
  return `${share < 0 ? '−' : '+'}${percent.toFixed(percent >= 99.95 ? 0 : 1)}${NARROW_SPACE}%`;
}

/** The same without its sign. */
export function percentText(share: number): string {
  return signedPercent(Math.abs(share)).replace(/^\+/, '');
}

/** 2.28 … 2.35 µs, in whichever words a number has; empty of a single run, which has no interval. */
export function intervalText({ low, high }: Ends, format: (value: number) => string): string {
  return low !== null && high !== null ? `${format(low)} … ${format(high)}` : '';
}

/** `better`, `worse`, `equivalent`, or `~` with what would have been found. */
export function verdictText({ verdict, detectable_ns: smallest, base }: MetricComparison, { other_link: otherLink }: Pick<PairComparison, 'other_link'>): string {
  switch (verdict) {
    case null: return '';
    case 'unranked': return 'not ranked';
    case 'better': case 'worse': return otherLink ? `${verdict}, other link` : verdict;
    case 'equivalent': return verdict;
    case 'unclear': return smallest === null || base.middle <= 0 ? '~' : `~ (would have seen ${formatNs(smallest)}, ${percentText(smallest / base.middle)})`;
  }
}

/** Smaller shares are put together, until these make up so much of what moves. */
const NAMED_SHARE = 0.9;
const MOST_NAMED = 5;

/** "tick_to_ack.p50 +2.10 µs: +1.60 µs in venue.rx, +400 ns in oms.tx, +60 ns in 9 other hops, +40 ns not split"; undefined where the hops are not known. */
export function whereText({ metric, difference, hops, rest_ns: rest }: MetricComparison): string | undefined {
  if (hops.length === 0 || rest === null) return undefined;
  const { named, others } = mainHops(hops);
  const parts = [
    ...named.map(({ hop, middle }) => `${signedNs(middle)} in ${hop}`),
    ...(others.length === 0 ? [] : [`${signedNs(others.reduce((sum, { middle }) => sum + middle, 0))} in ${others.length} other hops`]),
    `${signedNs(rest)} not split`,
  ];
  return `${metric} ${signedNs(difference.middle)}: ${parts.join(', ')}`;
}

/** The hops that move most, and those that hardly do. */
function mainHops(hops: readonly HopShare[]): { readonly named: readonly HopShare[]; readonly others: readonly HopShare[] } {
  const bySize = [...hops].sort((a, b) => Math.abs(b.middle) - Math.abs(a.middle));
  const all = bySize.reduce((sum, { middle }) => sum + Math.abs(middle), 0);
  let seen = 0;
  const named = bySize.filter(({ middle }, i) => {
    const wanted = i < MOST_NAMED && seen < NAMED_SHARE * all;
    seen += Math.abs(middle);
    return wanted;
  });
  return { named, others: bySize.slice(named.length) };
}

/** "socket over veth, 10 runs" */
export function setText({ name, link, runs, valid_runs: valid }: ComparedSet): string {
  return `${name} over ${link}, ${valid === runs ? runs : `${valid} of ${runs}`} ${runs === 1 ? 'run' : 'runs'}`;
}

/** What the verdicts mean, in one line. */
export function rulesText({ confidence, minimum_effect: least, primary }: Comparison): string {
  const percent = Number((100 * confidence).toFixed(2));
  return `Figures are pseudomedians over runs with ${percent} % intervals. better and worse: beyond chance (Mann-Whitney over runs, corrected for all tests against the same base) and by ${Number((100 * least.share).toFixed(2))} % and ${formatNs(least.absolute_ns)} or more; ` +
    `equivalent: the whole interval lies within that; ~: cannot tell. Tested: ${primary.join(', ')}; everything else is for reading.`;
}
