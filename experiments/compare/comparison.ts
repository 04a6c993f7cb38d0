/**
 * A comparison as data: what `hopscope compare --json` writes. Schema 1: later versions add keys, none changes its meaning. Latencies in ns;
 * a difference is the other's figure minus the base's, and lower is better.
 */
import type { FloorSummary, MachineSummary } from '../summary.js';

/** `unclear` is printed as `~`; `unranked`: it is not to be said, and `refused` says why. */
export type Verdict = 'better' | 'worse' | 'equivalent' | 'unclear' | 'unranked';

/** Null, both: of a single run, which has no interval. */
export interface Ends {
  readonly low: number | null;
  readonly high: number | null;
}

export interface Middle extends Ends {
  readonly middle: number;
}

export interface Figure extends Middle {
  readonly runs: number;
}

/** How much of the difference one hop makes. */
export interface HopShare extends Middle {
  readonly hop: string;
}

export interface MetricComparison {
  readonly metric: string;
  /** Tested, corrected for the other primary metrics; the others have intervals only. */
  readonly primary: boolean;
  readonly base: Figure;
  readonly other: Figure;
  readonly difference: Middle;
  /** The same as a share of the base's middle. */
  readonly share: Middle;
  /** A smaller difference gets no verdict of better or worse. */
  readonly least_effect_ns: number;
  /** Mann-Whitney, mid-p, and with Hochberg's correction. Null where it was not tested. */
  readonly p: number | null;
  readonly adjusted_p: number | null;
  readonly verdict: Verdict | null;
  /** Where the verdict is unclear: the smallest difference that would have been found nine times in ten; null where that cannot be said. */
  readonly detectable_ns: number | null;
  /** In path order; empty where it is not known. They and `rest_ns` add up to the difference. */
  readonly hops: readonly HopShare[];
  readonly rest_ns: number | null;
}

/** One set against the base. */
export interface PairComparison {
  readonly base: string;
  readonly other: string;
  /** The two were measured over different links: a verdict is one on build and link together. */
  readonly other_link: boolean;
  /** Why there is no verdict; empty where there is. */
  readonly refused: readonly string[];
  /** What else differs between the two, one sentence each. */
  readonly cautions: readonly string[];
  readonly metrics: readonly MetricComparison[];
}

export interface ComparedSet {
  readonly name: string;
  readonly experiment: string;
  readonly source: string;
  readonly started: string;
  readonly build: string;
  readonly link: string;
  readonly runs: number;
  readonly valid_runs: number;
  readonly machine: MachineSummary;
  /** What its network layer alone costs, measured in the same session; null where it was not. */
  readonly floor: FloorSummary | null;
}

export interface Comparison {
  readonly schema: 1;
  readonly confidence: number;
  readonly minimum_effect: { readonly share: number; readonly absolute_ns: number };
  readonly primary: readonly string[];
  /** The base first. */
  readonly sets: readonly ComparedSet[];
  readonly pairs: readonly PairComparison[];
  /** Drift and outlier runs, one sentence each. */
  readonly remarks: readonly string[];
}

/** An interval without ends is one of infinite ends in the statistics, which JSON cannot hold. */
export function written<Given extends { readonly low: number; readonly high: number }>(given: Given): Omit<Given, 'low' | 'high'> & Ends {
  const isFinite = Number.isFinite(given.low) && Number.isFinite(given.high);
  return { ...given, low: isFinite ? given.low : null, high: isFinite ? given.high : null };
}
