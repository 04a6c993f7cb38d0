/** Which run is made next: all that the experiment asks for, then further rounds while its primary metrics are not known well enough. */
import { DEFAULT_RULES } from '../spec/compare.js';
import type { Experiment } from '../spec/load.js';
import { round, runOrder, type PlannedRun } from '../spec/vary.js';
import type { RunSummary } from '../summary.js';
import { isKnown } from './enough.js';

export interface ScheduledRun extends PlannedRun {
  /** From 0, over all variants. */
  readonly index: number;
  /** `[3/20]`, or `[3/20 to 60]` where there may be more. */
  readonly place: string;
}

/** @param made the runs of each variant so far; read anew before each further round */
export function* schedule(experiment: Experiment, made: readonly (readonly RunSummary[])[], say: (line: string) => void): Iterable<ScheduledRun> {
  const { runs, order, until, compare = DEFAULT_RULES } = experiment;
  const variants = experiment.variants.length;
  const seed = experiment.variants[0]?.settings.pipeline.feed.seed ?? 0;
  const total = variants * runs;
  const most = until === undefined ? total : variants * until.mostRuns;
  const scheduled = (planned: PlannedRun, index: number): ScheduledRun => ({ ...planned, index, place: `[${index + 1}/${total}${most > total ? ` to ${most}` : ''}]` });
  let index = 0;
  for (const planned of runOrder(variants, runs, order, seed)) yield scheduled(planned, index++);
  if (until === undefined) return;
  const percent = `±${(100 * until.intervalShare).toFixed(1)} %`;
  for (let run = runs; run < until.mostRuns; run += 1) {
    if (isKnown(made, compare, until.intervalShare)) {
      say(`after ${run} runs ${variants > 1 ? 'of each variant ' : ''}the primary metrics are known to ${percent}`);
      return;
    }
    for (const planned of round(variants, run, order, seed)) {
      if (hasInvalid(made)) {
        say('repeat.until: no further rounds, because a run is invalid and its variant will not be ranked; lower pipeline.feed.rate until every variant keeps up');
        return;
      }
      yield scheduled(planned, index++);
    }
  }
  if (!isKnown(made, compare, until.intervalShare)) say(`after ${until.mostRuns} runs (repeat.at_most) the primary metrics are not known to ${percent}`);
}

function hasInvalid(made: readonly (readonly RunSummary[])[]): boolean {
  return made.some((runs) => runs.some(({ valid }) => !valid));
}
