/** Does a figure climb or fall with the order of the runs? Kendall's τ and the Mann-Kendall test (Mann 1945; ties as in Kendall 1975). */
import { median } from './location.js';
import { normalCdf } from './normal.js';

export interface Drift {
  /** Kendall's τ: 1 climbs from run to run, −1 falls. */
  readonly tau: number;
  readonly p: number;
  /** From the first run to the last, as a share: the median slope (Theil 1950, Sen 1968) times the runs between them. */
  readonly share: number;
}

/** A normal approximation needs so many. */
const LEAST_RUNS = 8;

/** @param values each over the middle of its kind, in the order in which the runs were made. Undefined where they are too few. */
export function driftOf(values: readonly number[]): Drift | undefined {
  const count = values.length;
  if (count < LEAST_RUNS) return undefined;
  const slopes: number[] = [];
  let score = 0;
  for (const [i, earlier] of values.entries()) {
    for (let j = i + 1; j < count; j += 1) {
      const rise = (values[j] ?? NaN) - earlier;
      score += Math.sign(rise);
      slopes.push(rise / (j - i));
    }
  }
  const equal = new Map<number, number>();
  for (const value of values) equal.set(value, (equal.get(value) ?? 0) + 1);
  const weight = (n: number): number => n * (n - 1) * (2 * n + 5);
  const variance = (weight(count) - [...equal.values()].reduce((sum, n) => sum + weight(n), 0)) / 18;
  const z = variance === 0 || score === 0 ? 0 : (Math.abs(score) - 1) / Math.sqrt(variance);
  return { tau: score / slopes.length, p: 2 * (1 - normalCdf(z)), share: median(slopes) * (count - 1) };
}
