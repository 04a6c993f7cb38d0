/** The way of one run's records into the store, as the runner needs it. */
import { Collection, type Store } from '../../collector/index.js';
import type { LaneSession } from '../../native/index.js';

/**
 * Records of one run, as the summary's counters name them. The plain ones are about capsules, one an order: `stored` is what
 * SELECT count() FROM traces finds. Those of the journal branch are counted apart, with a prefix.
 */
export interface RecordedCounts {
  readonly drained: number;
  /** Rows of `traces` that the store has acknowledged. */
  readonly stored: number;
  readonly filtered: number;
  readonly lost: number;
  readonly journal_drained: number;
  /** Rows of `journal_traces` that the store has acknowledged. */
  readonly journal_stored: number;
  readonly journal_filtered: number;
  readonly journal_lost: number;
}

export const NO_RECORDS: RecordedCounts = {
  drained: 0,
  stored: 0,
  filtered: 0,
  lost: 0,
  journal_drained: 0,
  journal_stored: 0,
  journal_filtered: 0,
  journal_lost: 0,
};

export interface Recording {
  counts(): RecordedCounts;
  /** Why nothing more can be stored; undefined while all is well. */
  readonly failure: string | undefined;
  /** Takes what is left in the lane and waits until it is stored. Never throws: what went wrong is in `failure`. */
  stop(): Promise<RecordedCounts>;
}

export type StartRecording = (lane: LaneSession, runId: string) => Recording;

export function startRecordingInto(store: Store): StartRecording {
  return (lane, runId) => {
    const collection = new Collection(lane, store, { runId });
    collection.start();
    let failure: string | undefined;
    const counts = (): RecordedCounts => {
      const { drained, filtered, lost, journal } = lane.counts();
      const stored = collection.stored();
      return {
        drained,
        stored: stored.traces,
        filtered,
        lost,
        journal_drained: journal.drained,
        journal_stored: stored.journal,
        journal_filtered: journal.filtered,
        journal_lost: journal.lost,
      };
    };
    return {
      counts,
      get failure() {
        return failure ?? collection.failure?.message;
      },
      async stop() {
        try {
          await collection.stop();
        } catch (error) {
          failure = error instanceof Error ? error.message : String(error);
        }
        return counts();
      },
    };
  };
}
