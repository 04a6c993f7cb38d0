/** The comparison that an experiment with several variants ends with. */
import path from 'node:path';
import { makeComparisons, writeComparisons, type WrittenComparison } from '../compare/written.js';
import { groupsOf, setsOfExperiment } from '../compare/sources.js';
import { DEFAULT_RULES } from '../spec/compare.js';
import type { Experiment } from '../spec/load.js';
import { LEAST_RUNS } from '../statistics/samples.js';
import { readStoredExperiment } from './results.js';

/**
 * Undefined where nothing is to be compared: one variant; or none asked for, and too few runs for a verdict, or all of them at full speed, where
 * latencies are those of full queues and rates or lane costs are what the experiment is about.
 */
export function compareVariants(experiment: Experiment, directory: string): WrittenComparison | undefined {
  const { variants, runs, compare } = experiment;
  const atFullSpeed = variants.every(({ settings }) => settings.pipeline.feed.rate === 0);
  if (variants.length < 2 || (compare === undefined && (runs < LEAST_RUNS || atFullSpeed))) return undefined;
  const sets = setsOfExperiment(readStoredExperiment(directory)).filter(({ runs }) => runs.length > 0);
  const { groups } = groupsOf([sets]);
  if (groups.length === 0) return undefined;
  const written = makeComparisons(groups, compare ?? DEFAULT_RULES);
  writeComparisons(written, { html: path.join(directory, 'comparison.html'), json: path.join(directory, 'comparison.json') });
  return written;
}

/** One line where a comparison was wanted and only one variant can run here; undefined elsewhere. */
export function nothingToCompare({ variants, compare }: Experiment, skipped: readonly string[]): string | undefined {
  const [only] = variants;
  if (compare === undefined || skipped.length === 0 || only === undefined || variants.length > 1) return undefined;
  return `comparison: ${only.name} alone can run on this machine, so there is nothing to compare it with`;
}
