/** The way of one run's records into the store, as the runner needs it. */
import { Collection, type Store, type Tail } from '../../collector/index.js';
import type { EnginePage, LaneSession, StallSession } from '../../native/index.js';

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

export interface Recording {
  counts(): RecordedCounts;
  /** CPU time of this process since the start, and how long that is ago; final after stop(). */
  cpu(): { readonly cpuNs: number; readonly wallNs: number };
  /** Why nothing more can be stored; undefined while all is well. */
  readonly failure: string | undefined;
  /** Takes what is left in the lane and waits until it is stored. Never throws: what went wrong is in `failure`. */
  stop(): Promise<RecordedCounts>;
}

export interface RecordingOptions {
  readonly tail: Tail;
  /** Drained together with the lane; the page has the gaps that the engine itself has seen. */
  readonly stalls?: StallSession;
  readonly page?: EnginePage;
}

export type StartRecording = (lane: LaneSession, runId: string, options: RecordingOptions) => Recording;

export function startRecordingInto(store: Store): StartRecording {
  return (lane, runId, { tail, stalls, page }) => {
    const source = stalls === undefined || page === undefined ? {} : { stalls: { drain: () => stalls.drain(page), finish: () => stalls.finish(page) } };
    const collection = new Collection(lane, store, { runId, tail, ...source });
    collection.start();
    let failure: string | undefined;
    const counts = (): RecordedCounts => {
      const { drained, tail: overThreshold, filtered, lost, journal } = lane.counts();
      const stored = collection.stored();
      const kernel = stalls?.counts() ?? { recorded: 0, lost: 0, gaps: 0, gapsLost: 0 };
      return {
        drained,
        stored: stored.traces,
        tail: overThreshold,
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
    };
    return {
      counts,
      cpu() {
        const { userNs, systemNs, wallNs } = collection.collectorCpu();
        return { cpuNs: userNs + systemNs, wallNs };
      },
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
