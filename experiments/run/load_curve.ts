/** The load curve: finds the highest rate that the pipeline holds, makes one variant of each share of it, and puts their figures side by side. */
import { pinToHousekeeping } from '../isolation/policy.js';
import { formatRate } from '../report/quantity.js';
import { overRuns, shownRuns } from '../report/run.js';
import { SpecError } from '../spec/errors.js';
import type { Experiment } from '../spec/load.js';
import type { LoadCurve } from '../spec/load_curve.js';
import { median } from '../statistics/location.js';
import type { LoadPoint, LoadSummary, VariantSummary } from '../summary.js';
import { findMaximum, NothingHeldError, type Maximum } from './find_maximum.js';
import { probeRate, type ProbeOptions } from './probe_rate.js';

/**
 * Before the experiment's own runs, on the same CPUs and under the same conditions.
 *
 * @throws SpecError where not even the lowest rate is held: it is the specification that has to change
 */
export async function searchMaximum(experiment: Experiment, curve: LoadCurve, options: Omit<ProbeOptions, 'experiment' | 'settings' | 'curve'>): Promise<Maximum | undefined> {
  const [variant] = experiment.variants;
  if (variant === undefined) return undefined;
  const { say, placement } = options;
  pinToHousekeeping(process.pid, placement.housekeepingCpu); // its condition is said by the runs
  say(`load: the maximum is searched for between ${formatRate(curve.fromPps)} and ${formatRate(curve.toPps)} …`);
  let made = 0;
  try {
    const found = await findMaximum(curve, async (ratePps) => {
      const because = await probeRate(ratePps, ++made, { ...options, experiment: experiment.name, settings: variant.settings, curve });
      say(`probe ${made} at ${formatRate(ratePps)}: ${because === '' ? 'holds' : because}`);
      return because;
    });
    say(`load: ${maximumText({ maximum_pps: found.pps, at_least: found.atLeast, within: curve.within })}`);
    return found;
  } catch (error) {
    if (!(error instanceof NothingHeldError)) throw error;
    throw new SpecError([{
      where: curve.fromWhere, key: 'load.find_maximum.from',
      what: `not even ${formatRate(curve.fromPps)} is held (${error.because}); lower it, or give the pipeline less to do (pipeline.oms.every), or allow a longer response (load.find_maximum.response_p99)`,
    }]);
  }
}

/** The same experiment, its variants at their shares of the maximum. */
export function atShares(experiment: Experiment, { shares }: LoadCurve, { pps }: Maximum): Experiment {
  return {
    ...experiment,
    variants: experiment.variants.map((variant, i) => {
      const { settings } = variant;
      const { pipeline } = settings;
      return { ...variant, settings: { ...settings, pipeline: { ...pipeline, feed: { ...pipeline.feed, rate: ratePps(shares[i] ?? 1, pps) } } } };
    }),
  };
}

/** @param variants in the order of the shares */
export function loadSummary({ shares, within }: LoadCurve, { pps, atLeast, probes }: Maximum, variants: readonly VariantSummary[]): LoadSummary {
  return {
    maximum_pps: pps,
    at_least: atLeast,
    within,
    probes: probes.map(({ ratePps: rate, because }) => ({ rate_pps: rate, holds: because === '', because })),
    points: shares.flatMap((share, i): readonly LoadPoint[] => {
      const variant = variants[i];
      if (variant === undefined || variant.runs.length === 0) return [];
      const runs = shownRuns(variant);
      return [{
        variant: variant.name, share, rate_pps: ratePps(share, pps), sent_pps: median(runs.map(({ rates }) => rates.feed_pps)), valid: runs.every((run) => run.valid),
        service_ns: overRuns(runs, 'tick_to_ack'), response_ns: overRuns(runs, 'tick_to_ack_response'),
      }];
    }),
  };
}

export function maximumText({ maximum_pps: pps, at_least: atLeast, within }: Pick<LoadSummary, 'maximum_pps' | 'at_least' | 'within'>): string {
  return atLeast
    ? `the maximum is at least ${formatRate(pps)}, the highest rate that was tried: raise load.find_maximum.to to find it`
    : `the highest rate held is ${formatRate(pps)}; one at most ${Number((100 * within).toFixed(2))} % above it was not held`;
}

/** What a run is asked for: whole packets a second. */
function ratePps(share: number, maximumPps: number): number {
  return Math.max(1, Math.round(share * maximumPps));
}
