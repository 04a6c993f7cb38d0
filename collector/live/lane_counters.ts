/** What a lane, the stall programs and the store have counted, by the names that thresholds, rules and the summary use. */
import type { LaneCounts, LaneSession, StallCounts, StallSession } from '../../native/index.js';
import type { StoredRows } from '../collect.js';

/**
 * Records of one run. The plain ones are about capsules, one an order: `stored` is what SELECT count() FROM traces finds. Those of the journal
 * branch are counted apart, with a prefix.
 */
export interface RecordedCounts {
  readonly drained: number;
  /** Rows of `traces` that the store has acknowledged. */
  readonly stored: number;
  /** Part of stored: outside the sample, kept because a duration was over its threshold. */
  readonly tail: number;
  readonly filtered: number;
  readonly lost: number;
  readonly journal_drained: number;
  /** Rows of `journal_traces` that the store has acknowledged. */
  readonly journal_stored: number;
  readonly journal_tail: number;
  readonly journal_filtered: number;
  readonly journal_lost: number;
  readonly stalls_recorded: number;
  readonly stalls_lost: number;
  readonly gaps_recorded: number;
  readonly gaps_lost: number;
}

export interface CountingSources {
  /** Undefined where no lane of ours is open. */
  readonly lane: Pick<LaneSession, 'counts'> | undefined;
  readonly stalls: Pick<StallSession, 'counts'> | undefined;
  /** What the store has acknowledged. */
  readonly stored: StoredRows | undefined;
}

/** Of what is not there, nothing: an absent counter is not one that stands at zero. */
export function laneCounters({ lane, stalls, stored }: CountingSources): Partial<RecordedCounts> {
  return { ...(lane === undefined ? {} : ofRecords(lane.counts(), stored)), ...(stalls === undefined ? {} : ofKernel(stalls.counts())) };
}

function ofRecords({ journal, ...orders }: LaneCounts, stored: StoredRows | undefined): Partial<RecordedCounts> {
  return {
    drained: orders.drained,
    stored: stored?.traces ?? orders.stored,
    tail: orders.tail,
    filtered: orders.filtered,
    lost: orders.lost,
    journal_drained: journal.drained,
    journal_stored: stored?.journal ?? journal.stored,
    journal_tail: journal.tail,
    journal_filtered: journal.filtered,
    journal_lost: journal.lost,
  };
}

function ofKernel({ recorded, lost, gaps, gapsLost }: StallCounts): Partial<RecordedCounts> {
  return { stalls_recorded: recorded, stalls_lost: lost, gaps_recorded: gaps, gaps_lost: gapsLost };
}
