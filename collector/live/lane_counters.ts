/** What a lane, the stall programs and the store have counted, by the names that thresholds, rules and the summary use. */
import type { LaneSession, RecordCounts, StallSession } from '../../native/index.js';
import type { StoredRows } from '../collect.js';

export interface CountingSources {
  /** Undefined where no lane of ours is open. */
  readonly lane: Pick<LaneSession, 'counts'> | undefined;
  readonly stalls: Pick<StallSession, 'counts'> | undefined;
  /** What the store has acknowledged. */
  readonly stored: StoredRows | undefined;
}

/** Of what is not there, nothing: an absent counter is not one that stands at zero. */
export function laneCounters({ lane, stalls, stored }: CountingSources): Readonly<Record<string, number>> {
  const counters: Record<string, number> = {};
  if (lane !== undefined) {
    const counts = lane.counts();
    addKind(counters, '', counts, stored?.traces);
    addKind(counters, 'journal_', counts.journal, stored?.journal);
  }
  if (stalls !== undefined) {
    const { recorded, lost, gaps, gapsLost } = stalls.counts();
    Object.assign(counters, { stalls_recorded: recorded, stalls_lost: lost, gaps_recorded: gaps, gaps_lost: gapsLost });
  }
  return counters;
}

function addKind(counters: Record<string, number>, prefix: string, { drained, stored, tail, filtered, lost }: RecordCounts, acknowledged = stored): void {
  counters[`${prefix}drained`] = drained;
  counters[`${prefix}stored`] = acknowledged;
  counters[`${prefix}tail`] = tail;
  counters[`${prefix}filtered`] = filtered;
  counters[`${prefix}lost`] = lost;
}
