/**
 * Who takes a run's records in: this process (local_recorder.ts), or the `hopscope serve` of this machine (serve/remote_recorder.ts).
 *
 * A run asks for its lane before the engine starts (the rings' ids stand in the engine's plan), says when the engine is ready and when its
 * measured phase begins and ends, and gets the figures at the end. Everything else, draining, storing, alerts, is the recorder's.
 */
import type { LatencyHistogram, ReadingOf, Rule, Tail } from '../../collector/index.js';
import type { ClockTie, LaneOptions, SiteState, StallOptions, StallSession, StallTotal } from '../../native/index.js';
import { NO_RECORDS, type RecordedCounts } from './recording.js';

export interface RecordingRequest {
  /** The engine's process is not known yet. */
  readonly of: Omit<ReadingOf, 'pid'>;
  /** Undefined in lanes that bring no record out. */
  readonly lane: LaneOptions | undefined;
  readonly stalls: StallOptions | undefined;
  readonly tail: Tail;
  readonly rules: readonly Rule[];
  /**
   * Absent for the run that started the engine. `adopt`: nobody else collects it, and nobody from whom it could be asked to end.
   * `observe`: another process collects it.
   */
  readonly part?: 'adopt' | 'observe';
}

/** An engine that is ready. */
export interface EngineAddress {
  readonly pid: number;
  readonly executable: string;
  /** File of its telemetry page. */
  readonly page: string;
}

export interface RecorderEvents {
  /** The run is to end: an alert says so, or somebody at the live page. Called at most once. */
  readonly onAbort: (reason: string) => void;
}

export interface Recorder {
  /** Opens lane and stall programs. @throws with a remedy what this kernel, or the other process, refuses */
  open(request: RecordingRequest, events: RecorderEvents): Promise<Recording>;
}

export interface Recording {
  /** For the engine's plan; empty where the lane has no rings. */
  readonly ringMapIds: readonly number[];
  /** The stall programs, where they are this process's own: probes.switch turns them off and on. */
  readonly stallSession: StallSession | undefined;
  /** The engine is ready: attaches what there is to attach, and takes its records in from now on. @returns one sentence for each thing that cannot be seen */
  begin(engine: EngineAddress): Promise<readonly string[]>;
  /** So far; of another process as it last said, less than a second ago. */
  counts(): RecordedCounts;
  /** Why nothing more can be stored; undefined while all is well. */
  readonly failure: string | undefined;
  /** The measured phase begins. @returns the lane's probe sites, which warm-up has hit by now */
  measure(): Promise<readonly SiteState[]>;
  /** The measured phase has ended. */
  measured(): Promise<void>;
  /** The engine is done or dead: stores what is left. Never throws: what went wrong is in `failure`. */
  stop(): Promise<Recorded>;
  /** Gives everything back, stopped or not. Safe to call twice. */
  close(): void;
}

/** What a recording has to tell at its end. */
export interface Recorded {
  readonly counts: RecordedCounts;
  /** By hop and span, read at QUANTILE_LEVELS; empty where no lane was open. */
  readonly quantiles: Readonly<Record<string, LatencyHistogram>>;
  /** The same, read at CURVE_PERCENT. */
  readonly curves: Readonly<Record<string, LatencyHistogram>>;
  readonly stalls: StallOutcome | undefined;
  /** CPU time of the process that records, in the measured phase, the store's own process excepted; and how long that was. */
  readonly cpu: CpuSpent;
}

export interface CpuSpent {
  readonly cpuNs: number;
  readonly wallNs: number;
}

export interface StallOutcome {
  readonly tie: ClockTie;
  /** By cause: every event, those below their floor included. */
  readonly totals: Readonly<Record<string, StallTotal>>;
}

export const NOTHING_RECORDED: Recorded = { counts: NO_RECORDS, quantiles: {}, curves: {}, stalls: undefined, cpu: { cpuNs: 0, wallNs: 0 } };
