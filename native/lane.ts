import { addon } from './addon.js';
import type { BucketCounts } from './buckets.js';
import { complain } from './error.js';
import type { FeatureName } from './features.js';

export interface LaneOptions {
  /**
   * `stream`: user ring buffers drained by a BPF program. `capsule`: a uprobe where the engine finishes a record. `hops`: a uprobe on every
   * hop's site.
   */
  readonly lane: 'stream' | 'capsule' | 'hops';
  /** Folder of the compiled BPF objects; default: build/bpf of this package. */
  readonly objectDir?: string;
  /** Engine threads that emit records: one user ring buffer each (lane stream). */
  readonly threads: number;
  /** Bytes of each user ring buffer: a power of two, at least a page (lane stream). */
  readonly ringBytes: number;
  /**
   * Lane stream: rings of an engine that runs already and whose collector has gone, one a thread, from its page; `ringBytes` is theirs then.
   * By default the lane makes new ones. Two lanes must never drain the same ring.
   */
  readonly ringMapIds?: readonly number[];
  /** Bytes of the ring from BPF to the addon: a power of two, at least a page. */
  readonly outputBytes: number;
  /** Keep the records whose trace id is divisible by this, and of the others only those over a threshold; 1 keeps all. */
  readonly sample: number;
  /** First column of every row. */
  readonly runId: string;
  /** Behave as if the kernel lacked these. */
  readonly deny?: readonly FeatureName[];
}

/** Ties raw ticks to wall time: the engine's page shows all three at `ready`. */
export interface LaneClock {
  readonly tscMillihertz: bigint;
  readonly tsc: bigint;
  readonly realtimeNs: bigint;
}

/** Probe sites of one name in the engine's text. */
export interface SiteState {
  /** The hop; `capsule` in the lane of that name. */
  readonly hop: string;
  /** Places in the text where it stands (inlining may copy it). */
  readonly sites: number;
  /** All of them read 0xe8: the kernel has turned the nop into a call. It does so at a site's first hit, so ask again after warm-up. */
  readonly optimised: boolean;
}

/** What one drain brought: whole RowBinary rows, in the column order of the tables `traces` and `journal_traces`. */
export interface Drained {
  readonly traces: Buffer;
  readonly traceRows: number;
  readonly journal: Buffer;
  readonly journalRows: number;
  /** Probe hits taken in (lane hops). */
  readonly hits: number;
}

/** What became of the measured records of one kind, each counted where it happens: `drained = stored + filtered + lost`. */
export interface RecordCounts {
  /** Taken from the engine. */
  readonly drained: number;
  /** Made into rows. */
  readonly stored: number;
  /** Part of `stored`: outside the sample, kept because a duration was over its threshold, or because the order's other record was kept. */
  readonly tail: number;
  /** Not kept: outside the sample, and not slow. */
  readonly filtered: number;
  readonly lost: number;
}

/** Counts of capsules, one an order. Lane hops: orders put together; hits for which the ring had no room count as `lost`. */
export interface LaneCounts extends RecordCounts {
  /** The records of the journal branch. */
  readonly journal: RecordCounts;
  /** Records of orders decided during warm-up: dropped, not part of `drained`. */
  readonly warmup: number;
}

/** Of one hop (time since its predecessor) or span so far, over all measured records, kept or not. */
export interface LiveQuantiles {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
}

/** Of one hop or span over all measured records. Quantiles are upper edges of buckets: at most 1/32 too high and never too low. */
export interface Latencies {
  readonly count: number;
  readonly meanNs: number;
  readonly maxNs: number;
  /** In the order of the levels asked for; 0 where nothing was counted. */
  readonly valuesNs: readonly number[];
}

/** Rows of the table `latency_buckets`; `low_ns` and `high_ns` are the shortest and the longest duration that fall into a bucket. */
export interface Buckets {
  /** RowBinary. */
  readonly rows: Buffer;
  readonly count: number;
  /** The same by hop and span; one of which nothing was counted is absent. */
  readonly series: Readonly<Record<string, BucketCounts>>;
}

/**
 * How long after the engine's own stamp BPF's clock was read at the same site, in ns (lane hops; null before the first hit and in the
 * other lanes). A median near half a microsecond says that the engine's time-stamp counter and the kernel's clock agree.
 */
export interface StampLag {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
}

export interface LaneSession {
  /** Ids for the engine's plan, one a thread; empty in lanes capsule and hops. */
  readonly ringMapIds: readonly number[];
  /** Lanes capsule and hops: attaches the sites of the running engine. Lane stream: nothing to attach, returns []. */
  attach(pid: number, exePath: string): readonly SiteState[];
  /** Lanes capsule and hops: reads the sites' first bytes back from the engine's memory. */
  sites(): readonly SiteState[];
  /** Must be called before the first drain. */
  setClock(clock: LaneClock): void;
  /**
   * A record with a duration longer than its threshold is kept whatever `sample` says, and so is the order's other record (capsule or
   * journal branch) where it comes later. Counts for records drained from now on (lane stream), or taken in from now on. After setClock().
   *
   * @param ns by hop or span; what is not named has none
   */
  setThresholds(ns: Readonly<Record<string, number>>): void;
  /**
   * Sets the threshold of every hop and span to the quantile of its durations so far; below 1,000 of them it has none.
   *
   * @param level e.g. `0.999`
   */
  followTail(level: number): void;
  /** Takes what is there, bounded per call (about 262,144 records): call it every few milliseconds. */
  drain(): Drained;
  /** Takes everything that is left, orders without an end included. Call when the engine is done or dead. */
  finish(): Drained;
  /** By hop (`oms.rx`) and span (`tick_to_ack`), in ns. */
  live(): Readonly<Record<string, LiveQuantiles>>;
  /** By hop and span. @param levels e.g. `[0.5, 0.99]` */
  latencies(levels: readonly number[]): Readonly<Record<string, Latencies>>;
  /** What was counted since the last call, attributed to this second. */
  bucketRows(unixSecond: number): Buckets;
  stampLag(): StampLag | null;
  counts(): LaneCounts;
  /**
   * Detaches and frees everything in the kernel. Safe to call twice. With probes it blocks for about 0.1 s a site: the kernel waits for a grace
   * period after each uprobe, one at a time.
   */
  close(): void;
}

interface LaneExports {
  readonly Lane: new (options: Required<LaneOptions>) => Omit<LaneSession, 'ringMapIds' | 'setClock'> & {
    ringMapIds(): readonly number[];
    setClock(tscMillihertz: bigint, tsc: bigint, realtimeNs: bigint): void;
  };
}

/**
 * Opens one lane: loads its BPF programs and makes its rings. Throws NativeError with the remedy when this kernel cannot.
 *
 * @example
 * const lane = openLane({ lane: 'stream', threads: 1, ringBytes: 16 << 20, outputBytes: 1 << 20, sample: 1, runId: 'r1' });
 * plan.ring_map_ids = lane.ringMapIds;
 */
export function openLane(options: LaneOptions): LaneSession {
  const { exports, objectDir } = addon();
  const { Lane } = exports as LaneExports;
  const lane = complain('lane', () => new Lane({ deny: [], ringMapIds: [], objectDir, ...options }));
  return {
    ringMapIds: lane.ringMapIds(),
    attach: (pid, exePath) => complain('lane', () => lane.attach(pid, exePath)),
    sites: () => complain('lane', () => lane.sites()),
    setThresholds: (ns) => complain('lane', () => lane.setThresholds(ns)),
    followTail: (level) => complain('lane', () => lane.followTail(level)),
    setClock: (clock) => complain('lane', () => lane.setClock(clock.tscMillihertz, clock.tsc, clock.realtimeNs)),
    drain: () => complain('lane', () => lane.drain()),
    finish: () => complain('lane', () => lane.finish()),
    live: () => complain('lane', () => lane.live()),
    latencies: (levels) => complain('lane', () => lane.latencies(levels)),
    bucketRows: (unixSecond) => complain('lane', () => lane.bucketRows(unixSecond)),
    stampLag: () => complain('lane', () => lane.stampLag()),
    counts: () => complain('lane', () => lane.counts()),
    close: () => lane.close(),
  };
}
