/** Comparisons made and written: what `hopscope compare` and an experiment with `vary` have in common. */
import { writeFileSync } from 'node:fs';
import { comparisonTitle, renderComparison } from '../report/comparison.js';
import type { ComparedGroup } from '../report/comparison_input.js';
import { ResultsError, writeJson } from '../run/results.js';
import type { CompareRules } from '../spec/compare.js';
import { compareSets } from './compare_sets.js';
import { comparisonMarkdown } from './markdown.js';
import type { RunSet } from './run_set.js';
import { comparisonLines } from './terminal.js';

export interface ComparisonFiles {
  readonly json?: string;
  readonly markdown?: string;
  readonly html?: string;
}

export interface WrittenComparison {
  readonly groups: readonly ComparedGroup[];
  readonly lines: readonly string[];
}

export function makeComparisons(groups: readonly (readonly RunSet[])[], rules: CompareRules): WrittenComparison {
  const compared = groups.map((sets) => ({ sets, comparison: compareSets(sets, rules) }));
  return { groups: compared, lines: compared.flatMap(({ comparison }) => comparisonLines(comparison)) };
}

/** JSON holds a list: two experiments of several variants make several comparisons. */
export function writeComparisons({ groups }: WrittenComparison, { json, markdown, html }: ComparisonFiles): void {
  const title = comparisonTitle(groups.map(({ sets }) => sets));
  const comparisons = groups.map(({ comparison }) => comparison);
  if (json !== undefined) writeJson(json, { schema: 1, comparisons });
  if (markdown !== undefined) writeText(markdown, comparisonMarkdown(title, comparisons));
  if (html !== undefined) writeText(html, renderComparison({ title, groups }));
}

function writeText(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new ResultsError(`results: ${file} cannot be written (${error instanceof Error ? error.message : String(error)}); name another file`);
  }
}
