/** What a run's recording counts; an absent party has counted nothing. */
import { laneCounters, type Collection, type RecordedCounts } from '../../collector/index.js';
import type { LaneSession, StallSession } from '../../native/index.js';

export type { RecordedCounts };

export const NO_RECORDS: RecordedCounts = {
  drained: 0,
  stored: 0,
  tail: 0,
  filtered: 0,
  lost: 0,
  journal_drained: 0,
  journal_stored: 0,
  journal_tail: 0,
  journal_filtered: 0,
  journal_lost: 0,
  stalls_recorded: 0,
  stalls_lost: 0,
  gaps_recorded: 0,
  gaps_lost: 0,
};

/** As it stands: each party counts its own. */
export function countsOf(lane: Pick<LaneSession, 'counts'>, stalls: Pick<StallSession, 'counts'> | undefined, collection: Pick<Collection, 'stored'>): RecordedCounts {
  return { ...NO_RECORDS, ...laneCounters({ lane, stalls, stored: collection.stored() }) };
}
