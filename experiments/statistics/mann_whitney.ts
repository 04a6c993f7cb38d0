/**
 * Mann-Whitney U (Mann and Whitney 1947): could runs of one kind, put into two heaps at random, lie as far apart as these two sets do?
 *
 * It looks at ranks alone: one wild run is one rank, whatever its size. Equal values (the clock ticks in steps) share their mean rank, and the
 * distribution is that of these very ranks, counted over every way to deal them out (the shift algorithm of Streitberg and Röhmel 1986); above
 * MOST_COUNTED runs its normal approximation with the correction for ties.
 *
 * `midP` counts half of the outcomes that are exactly as extreme as the one seen (Lancaster 1961). The plain exact test of ten against ten runs
 * can only be held at 4.3 %, never at 5 %: the mid-p is held at 5.2 %, and finds a shift of 5 % at 3 % variation in 92 instead of 90 of 100
 * comparisons.
 */
import { normalCdf } from './normal.js';

export interface RankTest {
  /** Pairs in which the other value is the larger one; equal ones count half. */
  readonly u: number;
  /** Two-sided. */
  readonly p: number;
  readonly midP: number;
}

const MOST_COUNTED = 80;

export function mannWhitney(base: readonly number[], other: readonly number[]): RankTest {
  const ranks = doubledRanks([...base, ...other]);
  const sum = (from: readonly number[]): number => from.reduce((total, rank) => total + rank, 0);
  const otherSum = sum(ranks.slice(base.length));
  const u = otherSum / 2 - (other.length * (other.length + 1)) / 2;
  if (base.length === 0 || other.length === 0) return { u, p: 1, midP: 1 };
  // Twice the rank sum of `other`, and how far it is from its mean.
  const mean = other.length * (base.length + other.length + 1);
  const far = Math.abs(otherSum - mean);
  const { beyond, at } = base.length + other.length <= MOST_COUNTED ? counted(ranks, other.length, mean, far) : approximated(ranks, base.length, far);
  return { u, p: Math.min(1, beyond + at), midP: Math.min(1, beyond + at / 2) };
}

/** Twice the rank, so that shared ranks are whole numbers. */
function doubledRanks(values: readonly number[]): readonly number[] {
  const ascending = [...values].sort((a, b) => a - b);
  const ranks = new Map<number, number>();
  for (let first = 0; first < ascending.length; ) {
    let last = first;
    while (ascending[last + 1] === ascending[first]) last += 1;
    ranks.set(ascending[first] ?? NaN, first + last + 2);
    first = last + 1;
  }
  return values.map((value) => ranks.get(value) ?? NaN);
}

interface Tails {
  /** Probability of a sum farther from its mean than the one seen, on either side, */
  readonly beyond: number;
  /** and exactly as far. */
  readonly at: number;
}

/** ways[k][s]: how many choices of k ranks sum to s. */
function counted(ranks: readonly number[], chosen: number, mean: number, far: number): Tails {
  const most = ranks.reduce((sum, rank) => sum + rank, 0);
  const ways = Array.from({ length: chosen + 1 }, () => new Float64Array(most + 1));
  const [none] = ways;
  if (none !== undefined) none[0] = 1;
  for (const rank of ranks) {
    for (let k = chosen; k >= 1; k -= 1) {
      const [to, from] = [ways[k], ways[k - 1]];
      if (to === undefined || from === undefined) continue;
      for (let s = most; s >= rank; s -= 1) to[s] = (to[s] ?? 0) + (from[s - rank] ?? 0);
    }
  }
  let [all, beyond, at] = [0, 0, 0];
  for (const [sum, count] of (ways[chosen] ?? new Float64Array()).entries()) {
    all += count;
    if (Math.abs(sum - mean) > far) beyond += count;
    else if (Math.abs(sum - mean) === far) at += count;
  }
  return { beyond: beyond / all, at: at / all };
}

/** With a correction for continuity: half a rank each way, which is what is counted as `at`. */
function approximated(ranks: readonly number[], bases: number, far: number): Tails {
  const all = ranks.length;
  const meanRank = all + 1;
  const spread = ranks.reduce((sum, rank) => sum + (rank - meanRank) ** 2, 0);
  const deviation = Math.sqrt((spread * bases * (all - bases)) / (all * (all - 1)));
  if (deviation === 0) return { beyond: 0, at: 1 };
  const twoTails = (distance: number): number => Math.min(1, 2 * (1 - normalCdf(distance / deviation)));
  const beyond = twoTails(far + 1);
  return { beyond, at: twoTails(Math.max(0, far - 1)) - beyond };
}
