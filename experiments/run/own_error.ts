/** What the instrument itself gets wrong and what it costs, measured in the run whose figures it stands beside. */
import type { ClockTie, SiteState } from '../../native/index.js';
import type { RunOutcome } from './one_run.js';


export interface OwnError {
  readonly tscHz: number;
  /** Between the calibration at the start and the one over the whole run, parts per million. */
  readonly driftPpm: number;
  /** Median step between two different readings of the counter. */
  readonly resolutionNs: number;
  /** Mean cost of one stamp (read and store). */
  readonly stampNs: number;
  /** Mean cost of handing one record to the ring; 0 where the lane has none. */
  readonly pushNs: number;
  /** Median cost of one probe hit; 0 where the lane has none. */
  readonly siteNs: number;
  /** Read back after warm-up; empty in lanes without probe sites. */
  readonly sites: readonly SiteState[];
  /** Null where no kernel event was recorded. */
  readonly tie: ClockTie | null;
  /** Processor time of the collector's process over the run, as a share of one core. */
  readonly collectorCpu: number;
  /** The same time over the records it took in: drain in the kernel, rows, batches. Null where the lane records nothing. */
  readonly drainNsPerRecord: number | null;
  /** Time the hypervisor took away over the run by its own account, by CPU. */
  readonly stealMs: Readonly<Record<string, number>>;
}

export function ownErrorOf({ view, sites, stalls, collector, recorded, stealMs }: RunOutcome): OwnError {
  const records = recorded.drained + recorded.journal_drained;
  return {
    tscHz: view.tscHz,
    driftPpm: view.tscHzEnd > 0 ? (view.tscHzEnd / view.tscHz - 1) * 1e6 : 0,
    resolutionNs: view.resolutionNs,
    stampNs: view.stampNs,
    pushNs: view.pushNs,
    siteNs: view.siteNs,
    sites,
    tie: stalls === undefined ? null : stalls.tie,
    collectorCpu: collector.wallNs > 0 ? collector.cpuNs / collector.wallNs : 0,
    drainNsPerRecord: records > 0 ? collector.cpuNs / records : null,
    stealMs,
  };
}
