/** What a run's recording counts. */
import type { Collection } from '../../collector/index.js';
import type { LaneSession, StallSession } from '../../native/index.js';

/**
 * Records of one run, as the summary's counters name them. The plain ones are about capsules, one an order: `stored` is what
 * SELECT count() FROM traces finds. Those of the journal branch are counted apart, with a prefix.
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
  const { drained, tail, filtered, lost, journal } = lane.counts();
  const stored = collection.stored();
  const kernel = stalls?.counts() ?? { recorded: 0, lost: 0, gaps: 0, gapsLost: 0 };
  return {
    drained,
    stored: stored.traces,
    tail,
    filtered,
    lost,
    journal_drained: journal.drained,
    journal_stored: stored.journal,
    journal_tail: journal.tail,
    journal_filtered: journal.filtered,
    journal_lost: journal.lost,
    stalls_recorded: kernel.recorded,
    stalls_lost: kernel.lost,
    gaps_recorded: kernel.gaps,
    gaps_lost: kernel.gapsLost,
  };
}
