/**
 * Injected against found: does the instrument find a delay that is known, at its hop and with its cause?
 *
 * share = Σ min(found, injected) / Σ injected, so that too much found in one order cannot make up for too little in another; `foundNs` is the
 * plain sum and shows where too much was found. Ground truth never comes from the stall programs or the attribution that are checked:
 * - busy, faults: the engine measured the delay around itself and wrote it into the order's own capsule.
 * - hog, stop: the disturber's own witness (experiments/inject/truth.ts), cut by each order's stamps.
 * - timer: time missing in the reactor's idle rounds, seen by the counter alone, above what was missing in the calm run of the experiment.
 */
import type { Store } from '../../collector/index.js';
import type { Settings } from '../spec/schema.js';
import { stormAccuracy } from './accuracy/interrupt_storm.js';
import { outsideAccuracy } from './accuracy/outside_delays.js';
import { ownAccuracy } from './accuracy/own_delays.js';
import type { AccuracyRow, AccuracyRun } from './accuracy/row.js';

export type { AccuracyRow, AccuracyRun } from './accuracy/row.js';

/** One row for each thing injected, whatever came of it; none where nothing was. The run must have been attributed before. */
export async function accuracyOf(store: Store, run: AccuracyRun): Promise<readonly AccuracyRow[]> {
  const { busy, faults, hog, stop, timer } = run.inject;
  return Promise.all([
    ...(busy === undefined ? [] : [ownAccuracy(store, run.runId, { what: 'busy', hop: busy.at, cause: 'none' })]),
    ...(faults === undefined ? [] : [ownAccuracy(store, run.runId, { what: 'faults', hop: faults.at, cause: 'page_fault' })]),
    ...(hog === undefined ? [] : [outsideAccuracy(store, run, 'hog')]),
    ...(stop === undefined ? [] : [outsideAccuracy(store, run, 'stop')]),
    ...(timer === undefined ? [] : [stormAccuracy(store, run)]),
  ]);
}

/** Whether nothing is injected: such a run is what a storm is compared with. */
export function isCalm({ inject }: Settings): boolean {
  return Object.entries(inject).every(([key, value]) => key === 'name' || value === undefined);
}
