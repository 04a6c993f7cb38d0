/** What the comparison page is made of: comparisons, and the sets behind each, in the same order. */
import type { Comparison } from '../compare/comparison.js';
import type { RunSet } from '../compare/run_set.js';

export interface ComparedGroup {
  readonly comparison: Comparison;
  readonly sets: readonly RunSet[];
}

export interface ComparisonInput {
  readonly title: string;
  readonly groups: readonly ComparedGroup[];
}

/** A set's place in its group is its colour everywhere on the page. */
export function colourOf(index: number): string {
  return `v${index % 6}`;
}
