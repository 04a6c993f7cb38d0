/** What a comparison means for whoever asked: lines about its limits, and an exit code. */
import type { Comparison } from './comparison.js';
import { judgeFailOn, type FailOn, type FailOnOutcome } from './fail_on.js';

const SAYS: Readonly<Record<FailOnOutcome['outcome'], string>> = {
  holds: '✓ holds',
  open: '~ not shown: the middle lies beyond it, and the interval not as a whole, or there is no verdict; more runs may tell',
  failed: '✗ failed: the whole interval lies beyond it',
  unranked: '✗ cannot be judged',
};

export interface Outcome {
  readonly lines: readonly string[];
  /** 0; 99: a limit failed; 1: something was refused. */
  readonly code: 0 | 1 | 99;
}

/** @param uncompared variants of one side alone: where there are limits, nobody can say that these hold for them */
export function outcomeOf(comparisons: readonly Comparison[], limits: readonly FailOn[], uncompared: readonly string[] = []): Outcome {
  const judged = comparisons.flatMap((comparison) => judgeFailOn(limits, comparison));
  const lines = judged.map(({ expr, other, outcome, because }) => `${expr} [${other}]: ${SAYS[outcome]}${because === '' ? '' : `: ${because}`}`);
  if (judged.some(({ outcome }) => outcome === 'failed')) return { lines, code: 99 };
  const refused = comparisons.some(({ pairs }) => pairs.some((pair) => pair.refused.length > 0)) || judged.some(({ outcome }) => outcome === 'unranked');
  return { lines, code: refused || (limits.length > 0 && uncompared.length > 0) ? 1 : 0 };
}
