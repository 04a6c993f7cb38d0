/** What a finished run knows beyond its figures: why its slow orders were slow, whether known delays were found, and its own error. */
import { attributeRun, type Attribution, type Rule, type Store } from '../../collector/index.js';
import { storeInjections } from '../inject/truth.js';
import type { Lane } from '../launch/plan.js';
import type { Placement } from '../launch/placement.js';
import { threadOfHop } from '../launch/thread_of_hop.js';
import type { Settings } from '../spec/schema.js';
import { alertsOf, type AlertRecord } from './alerts.js';
import { accuracyOf, type AccuracyRow } from './accuracy.js';
import { killFiguresOf, type KillFigures } from './kill_figures.js';
import { isRecording } from './lane.js';
import type { RunOutcome } from './one_run.js';
import { ownErrorOf, type OwnError } from './own_error.js';
import { figuresOf, type TurnFigures } from './switchback.js';

export interface RunEvidence {
  readonly attribution: Attribution | null;
  /** Empty where nothing was injected. */
  readonly accuracy: readonly AccuracyRow[];
  readonly own_error: OwnError;
  /** By turn, where the stall programs were switched on and off within the run (probes.switch). */
  readonly switchback: readonly TurnFigures[];
  /** One entry an alert rule; empty where the experiment has none. */
  readonly alerts: readonly AlertRecord[];
  /** Null where nobody pulled the kill switch. */
  readonly kill: KillFigures | null;
}

export interface FinishedRun {
  readonly runId: string;
  readonly settings: Settings;
  readonly placement: Placement;
  readonly lane: Lane;
  readonly outcome: RunOutcome;
  readonly rules: readonly Rule[];
  /** A run of the same experiment in which nothing was injected, made before this one. */
  readonly calmRunId: string | undefined;
}

export async function gatherEvidence(store: Store, run: FinishedRun): Promise<RunEvidence> {
  const { runId, settings, outcome } = run;
  const own_error = ownErrorOf(outcome);
  const alerts = await alertsOf(store, runId, run.rules);
  const kill = await killFiguresOf(store, runId, outcome, isRecording(run.lane) && settings.probes.sample === 1);
  // Without a single kernel event every gap and every delay would be put down to the hypervisor.
  const seen = Object.values(outcome.stalls?.totals ?? {}).some(({ count }) => count > 0);
  if (outcome.stalls === undefined || !seen || outcome.cutShort !== '') return { attribution: null, accuracy: unjudged(settings), own_error, switchback: [], alerts, kill };
  const byHop = threadOfHop(run.placement);
  await storeInjections(store, runId, outcome.truth, outcome.clock);
  const attribution = await attributeRun(store, runId, {
    slowNs: slowLimit(settings),
    threadOfHop: byHop,
    tieErrorNs: outcome.stalls.tie.errorNs,
    // Only where the tail was kept are the slowest stored orders the slowest of all.
    ...(settings.probes.tail === 'p999' ? { tracedOrders: outcome.recorded.drained } : {}),
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
  return { attribution, accuracy, own_error, switchback: await figuresOf(store, runId, outcome.turns), alerts, kill };
}

/** A disturbance from outside may hit more orders than the slowest thousandth: all that it hit well are to be explained. */
function slowLimit({ probes: { slow }, inject: { hog, stop } }: Settings): number | 'auto' {
  const lengths = [hog?.on, stop?.for].filter((ns) => ns !== undefined);
  return slow !== 'auto' || lengths.length === 0 ? slow : Math.min(...lengths) / 10;
}

/** What was injected and could not be looked for: a threshold on it must not hold. */
function unjudged({ inject }: Settings): readonly AccuracyRow[] {
  return DELAYS.filter((what) => inject[what] !== undefined).map((what) => ({
    what, hop: '', cause: '', who: '', injectedNs: 0, foundNs: 0, share: null, orders: 0, unit: 'orders', elsewhereNs: 0, directNs: null,
  }));
}

const DELAYS = ['busy', 'faults', 'hog', 'stop', 'timer'] as const;
