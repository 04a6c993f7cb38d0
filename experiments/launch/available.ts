/** Which variants of an experiment this machine can run: the others are skipped by name, so that a comparison runs with what is there. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { builtWithSpdk } from '../doctor/bypass.js';
import { packageRoot } from '../package_root.js';
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

/** What of the machine decides. */
export interface Means {
  readonly exists: (path: string) => boolean;
  /** SPDK is in the dpdk engine. */
  readonly spdk: boolean;
}

/** @throws UnavailableError where nothing is left */
export function runnable(experiment: Experiment, means: Means = ofThisMachine()): Runnable {
  const judged = experiment.variants.map((variant) => ({ variant, missing: missingFor(variant.settings, means) }));
  const variants = judged.flatMap(({ variant, missing }) => (missing === undefined ? [variant] : []));
  const skipped = judged.flatMap(({ variant, missing }) => (missing === undefined ? [] : [`variant ${variant.name} is skipped: ${missing}`]));
  const [first] = judged;
  if (variants.length === 0 && first?.missing !== undefined) throw new UnavailableError(first.missing);
  return { experiment: { ...experiment, variants }, skipped };
}

/** What a variant needs and this machine has not. */
function missingFor({ pipeline: { build, journal } }: Settings, { exists, spdk }: Means): string | undefined {
  if (build === 'netmap' && !exists('/dev/netmap')) return 'netmap: /dev/netmap is missing: docs/netmap.md';
  if (journal.device === 'spdk' && !spdk) return 'journal.device: spdk is not in this engine: the build found no SPDK (docs/spdk.md), or use journal.device=uring';
  return undefined;
}

function ofThisMachine(): Means {
  let cache = '';
  try {
    cache = readFileSync(path.join(packageRoot(), 'build', 'CMakeCache.txt'), 'utf8');
  } catch {
    // Not built here: no SPDK either.
  }
  return { exists: existsSync, spdk: builtWithSpdk(cache) !== undefined };
}
