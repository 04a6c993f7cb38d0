/** The runs that stand in the results folder: those too that came to no end and have no summary. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { ResultsError, startOf } from './results.js';

/** What is asked of a stored plan (experiments/launch/plan.ts). */
const StoredPlanSchema = z.object({
  run_id: z.string(),
  journal: z.object({ device: z.string(), directory: z.string(), paths: z.array(z.string()).default([]) }),
});

export type StoredPlan = z.output<typeof StoredPlanSchema>;

export interface RunFolder {
  readonly runId: string;
  readonly directory: string;
  /** The experiment's folder. */
  readonly experiment: string;
}

/**
 * By run id; by the experiment's folder name, or the end of it: all of its runs; or `last`: those of the newest experiment.
 * @throws ResultsError when there is none
 */
export function findRuns(results: string, wanted: string): readonly RunFolder[] {
  const experiments = experimentNames(results);
  const [, experiment = wanted, number] = /^(.*-[0-9a-z]{5}|[0-9a-z]{5})-([0-9]+)$/.exec(wanted) ?? [];
  for (const id of experiments) {
    const all = runsOf(results, id);
    if (all.length === 0) continue;
    if (wanted === 'last' || id.endsWith(wanted)) return all;
    if (number === undefined || !id.endsWith(experiment)) continue;
    const found = all.filter(({ runId }) => runId === `${id}-${number}`);
    if (found.length > 0) return found;
  }
  throw new ResultsError(experiments.length === 0
    ? `results: nothing has been run yet in ${results}; hopscope run experiments/tick-to-ack.yaml`
    : `results: there is no run ${wanted} in ${results}; hopscope runs lists them`);
}

/** @throws ResultsError for a run that died before it had one */
export function readStoredPlan({ runId, directory }: RunFolder): StoredPlan {
  try {
    return StoredPlanSchema.parse(JSON.parse(readFileSync(planFile(directory), 'utf8')));
  } catch {
    throw new ResultsError(`results: run ${runId} has no readable plan (${planFile(directory)}); run the experiment again`);
  }
}

export function planFile(directory: string): string {
  return path.join(directory, 'plan.json');
}

/** Newest first. */
function experimentNames(results: string): readonly string[] {
  if (!existsSync(results)) return [];
  return readdirSync(results)
    .flatMap((id) => {
      const started = startOf(id);
      return started === undefined ? [] : [{ id, started }];
    })
    .sort((a, b) => b.started.getTime() - a.started.getTime() || b.id.localeCompare(a.id))
    .map(({ id }) => id);
}

/** In the order in which they were made. */
function runsOf(results: string, experiment: string): readonly RunFolder[] {
  const folder = path.join(results, experiment);
  return readdirSync(folder)
    .flatMap((name) => /^run-([0-9]+)$/.exec(name)?.[1] ?? [])
    .sort((a, b) => Number(a) - Number(b))
    .map((number) => ({ runId: `${experiment}-${number}`, directory: path.join(folder, `run-${number}`), experiment: folder }));
}
