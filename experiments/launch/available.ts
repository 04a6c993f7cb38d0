/** Which variants of an experiment this machine can run: the others are skipped by name, so that a comparison runs with what is there. */
import { existsSync } from 'node:fs';
import type { Experiment } from '../spec/load.js';
import type { Settings } from '../spec/schema.js';

/** No variant of the experiment can run here; the message says what is missing. */
export class UnavailableError extends Error {
  override readonly name = 'UnavailableError';
}

export interface Runnable {
  readonly experiment: Experiment;
  /** One line for each variant that is left out. */
  readonly skipped: readonly string[];
}

/** @throws UnavailableError where nothing is left */
export function runnable(experiment: Experiment, exists: (path: string) => boolean = existsSync): Runnable {
  const judged = experiment.variants.map((variant) => ({ variant, missing: missingFor(variant.settings, exists) }));
  const variants = judged.flatMap(({ variant, missing }) => (missing === undefined ? [variant] : []));
  const skipped = judged.flatMap(({ variant, missing }) => (missing === undefined ? [] : [`variant ${variant.name} is skipped: ${missing}`]));
  const [first] = judged;
  if (variants.length === 0 && first?.missing !== undefined) throw new UnavailableError(first.missing);
  return { experiment: { ...experiment, variants }, skipped };
}

/** What a variant needs and this machine has not. */
function missingFor({ pipeline: { build } }: Settings, exists: (path: string) => boolean): string | undefined {
  return build === 'netmap' && !exists('/dev/netmap') ? 'netmap: /dev/netmap is missing: docs/netmap.md' : undefined;
}
