/**
 * Two sets of runs, one figure of each run: their middles, the difference with its interval, whether it is more than chance, and what is to be
 * said of it. Lower is better: figures are latencies.
 */
import { intervalOf, resample, standardError, type Interval } from './bootstrap.js';
import { detectableEffect } from './detectable.js';
import { pseudomedian } from './location.js';
import { mannWhitney } from './mann_whitney.js';

export interface Estimate extends Interval {
  /** Pseudomedian of the runs. */
  readonly middle: number;
  readonly runs: number;
}

export interface SampleDifference {
  readonly base: Estimate;
  readonly other: Estimate;
  /** other − base. */
  readonly difference: Interval & { readonly middle: number };
  readonly standardError: number;
  /** Mid-p of Mann-Whitney, not yet corrected for other tests. */
  readonly p: number;
}

export interface EffectRules {
  /** Of intervals, and 1 − the chance of any wrong verdict: 0.95. */
  readonly confidence: number;
  /** A smaller difference is not worth a verdict: so large a share of the smaller of the two figures, */
  readonly leastShare: number;
  /** and so many units of the figure. */
  readonly least: number;
}

/**
 * - `better`, `worse`: more than chance, and not less than the least effect
 * - `equivalent`: the whole interval lies within the least effect
 * - `unclear`: neither can be said
 */
export type SampleVerdict = 'better' | 'worse' | 'equivalent' | 'unclear';

/** Fewer on either side: no order of the runs would be beyond chance, or the interval is not to be believed. */
export const LEAST_RUNS = 4;

/** Seeds go by rank, not by role: the same two sets give the same intervals whichever of them is the base. */
const SEED_OF_SMALLER = 1;
const SEED_OF_LARGER = 2;

/** @param resamples 4,000 move an end of a 95 % interval by about 2 % of its width from seed to seed */
export function compareSamples(base: readonly number[], other: readonly number[], confidence: number, resamples = 4_000): SampleDifference {
  const [middleOfBase, middleOfOther] = [pseudomedian(base), pseudomedian(other)];
  const smallerIsBase = middleOfBase <= middleOfOther;
  const drawsOfBase = resample(base, resamples, smallerIsBase ? SEED_OF_SMALLER : SEED_OF_LARGER);
  const drawsOfOther = resample(other, resamples, smallerIsBase ? SEED_OF_LARGER : SEED_OF_SMALLER);
  const draws = drawsOfOther.map((drawn, i) => drawn - (drawsOfBase[i] ?? NaN));
  const fewer = Math.min(base.length, other.length);
  return {
    base: { middle: middleOfBase, runs: base.length, ...intervalOf(drawsOfBase, base.length, confidence) },
    other: { middle: middleOfOther, runs: other.length, ...intervalOf(drawsOfOther, other.length, confidence) },
    difference: { middle: middleOfOther - middleOfBase, ...intervalOf(draws, fewer, confidence) },
    standardError: standardError(draws, fewer),
    p: mannWhitney(base, other).midP,
  };
}

/** The smallest difference that gets a verdict, in the figure's unit. The share is of the smaller figure, so that it is the same whichever is the base. */
export function leastEffect({ base, other }: SampleDifference, { leastShare, least }: EffectRules): number {
  return Math.max(leastShare * Math.min(base.middle, other.middle), least);
}

/** @param adjustedP corrected for the other tests of the comparison */
export function sampleVerdict(found: SampleDifference, adjustedP: number, rules: EffectRules): SampleVerdict {
  const { base, other, difference } = found;
  if (Math.min(base.runs, other.runs) < LEAST_RUNS) return 'unclear';
  const margin = leastEffect(found, rules);
  if (adjustedP <= 1 - rules.confidence && Math.abs(difference.middle) >= margin) return difference.middle < 0 ? 'better' : 'worse';
  return difference.low > -margin && difference.high < margin ? 'equivalent' : 'unclear';
}

/** What so many runs, as different from each other as these, would have shown nine times in ten. @param tests in the comparison */
export function detectable(found: SampleDifference, rules: EffectRules, tests: number): number {
  const { base, other } = found;
  return Math.max(leastEffect(found, rules), detectableEffect({ standardError: found.standardError, runs: base.runs + other.runs, confidence: rules.confidence, tests }));
}
