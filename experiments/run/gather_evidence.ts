/** What a finished run knows beyond its figures: why its slow orders were slow, whether known delays were found, and its own error. */
import { attributeRun, type Attribution, type Store } from '../../collector/index.js';
import { storeInjections } from '../inject/truth.js';
import type { Lane } from '../launch/plan.js';
import type { Placement } from '../launch/placement.js';
import { threadOfHop } from '../launch/thread_of_hop.js';
import type { Settings } from '../spec/schema.js';
import { accuracyOf, type AccuracyRow } from './accuracy.js';
import type { RunOutcome } from './one_run.js';
import { ownErrorOf, type OwnError } from './own_error.js';

export interface RunEvidence {
  readonly attribution: Attribution | null;
  /** Empty where nothing was injected. */
  readonly accuracy: readonly AccuracyRow[];
  readonly own_error: OwnError;
}

export interface FinishedRun {
  readonly runId: string;
  readonly settings: Settings;
  readonly placement: Placement;
  readonly lane: Lane;
  readonly outcome: RunOutcome;
  /** A run of the same experiment in which nothing was injected, made before this one. */
  readonly calmRunId: string | undefined;
}

export async function gatherEvidence(store: Store, run: FinishedRun): Promise<RunEvidence> {
  const { runId, settings, outcome } = run;
  const own_error = ownErrorOf(outcome);
  if (outcome.stalls === undefined || outcome.cutShort !== '') return { attribution: null, accuracy: [], own_error };
  const byHop = threadOfHop(run.placement);
  await storeInjections(store, runId, outcome.truth, outcome.clock);
  const attribution = await attributeRun(store, runId, {
    slowNs: settings.probes.slow,
    threadOfHop: byHop,
    tieErrorNs: outcome.stalls.tie.errorNs,
    tracedOrders: outcome.view.counters.traced ?? outcome.recorded.drained,
    ...(outcome.idleSeconds > 0 ? { idleSeconds: outcome.idleSeconds } : {}),
  });
  const accuracy = await accuracyOf(store, {
    runId,
    inject: settings.inject,
    truth: outcome.truth,
    disturbedThread: 0,
    threadOfHop: byHop,
    calmRunId: run.calmRunId,
  });
  return { attribution, accuracy, own_error };
}
