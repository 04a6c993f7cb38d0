/**
 * The smallest difference that a comparison would have found: what stands behind "cannot tell".
 *
 * (t at 1 − α/2 + t at the power) standard errors, with Student's points for the runs there are (Bland, An Introduction to Medical Statistics,
 * ch. 18; for ranks the efficiency of 3/π lies in the standard error of the pseudomedian). α is divided by the number of tests: a difference
 * in one metric alone must pass the strictest step of the correction.
 */
import { studentQuantile } from './normal.js';

const POWER = 0.9;

export interface DetectableRequest {
  readonly standardError: number;
  /** Of both sides. */
  readonly runs: number;
  readonly confidence: number;
  readonly tests: number;
}

/** Infinity where there are too few runs to say so. */
export function detectableEffect({ standardError, runs, confidence, tests }: DetectableRequest): number {
  const degrees = runs - 2;
  if (degrees < 4 || !Number.isFinite(standardError)) return Infinity;
  const alpha = (1 - confidence) / Math.max(tests, 1);
  return (studentQuantile(1 - alpha / 2, degrees) + studentQuantile(POWER, degrees)) * standardError;
}
