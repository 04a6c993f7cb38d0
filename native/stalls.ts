import { addon } from './addon.js';
import { complain } from './error.js';
import type { FeatureName } from './features.js';
import type { LaneClock } from './lane.js';
import { nativePage, type EnginePage } from './page.js';

export interface StallOptions {
  /** Folder of the compiled BPF objects; default: build/bpf of this package. */
  readonly objectDir?: string;
  /** First column of every row. */
  readonly runId: string;
  /** Bytes of the ring from BPF to the addon: a power of two, at least a page. An event takes 64. */
  readonly outputBytes: number;
  /** Watch system calls too. While attached, this makes every system call of this machine dearer, an optimised probe's hit among them. */
  readonly syscalls: boolean;
  /** Behave as if the kernel lacked these. */
  readonly deny?: readonly FeatureName[];
}

/** What one drain brought: whole RowBinary rows, in the column order of the tables `stalls` and `gaps`. */
export interface DrainedStalls {
  readonly stalls: Buffer;
  readonly stallRows: number;
  readonly gaps: Buffer;
  readonly gapRows: number;
}

export interface StallCounts {
  /** Events made into rows. */
  readonly recorded: number;
  /** Events for which the ring had no room: raise `outputBytes`. */
  readonly lost: number;
  /** Gaps of idle rounds made into rows. */
  readonly gaps: number;
  /** Gaps that the engine overwrote before they were read: drain more often. */
  readonly gapsLost: number;
}

/** Everything of one cause, whatever its length. */
export interface StallTotal {
  readonly count: number;
  readonly totalNs: number;
  /** Part of count: below the floor of its cause (1 us for system calls, none for the others), so without a row. */
  readonly shortCount: number;
}

/** How well the kernel's clock, which the events carry, is tied to the engine's time-stamp counter. */
export interface ClockTie {
  /** Simultaneous readings of both, one a drain. */
  readonly pairs: number;
  /** How far apart the two readings of a pair can be: half the window around them, median of the pairs. */
  readonly errorNs: number;
  /** Of the worst pair. */
  readonly worstNs: number;
  /** A BPF program reads its clock at every drain, between two readings of the counter: how far beyond them the tie puts it, worst case. */
  readonly checkNs: number;
}

export interface StallSession {
  /**
   * Watches the threads of a running engine from now on.
   * @param tids kernel ids by thread index, as on the engine's page; at most 16
   * @returns one sentence for everything that this kernel cannot show
   */
  attach(pid: number, tids: readonly number[]): readonly string[];
  /** Stops watching until attach() is called again: what the programs cost is the difference. */
  detach(): void;
  /** Must be called before the first drain. */
  setClock(clock: LaneClock): void;
  /** Takes what is there: call it every few milliseconds. */
  drain(page: EnginePage): DrainedStalls;
  /** Takes what is left. Call when the engine is done or dead. A stall that has not ended yet has no row. */
  finish(page: EnginePage): DrainedStalls;
  counts(): StallCounts;
  /** By cause, e.g. `timer_tick`. */
  totals(): Readonly<Record<string, StallTotal>>;
  tie(): ClockTie;
  /** Detaches and frees everything in the kernel. Safe to call twice. */
  close(): void;
}

interface StallExports {
  readonly Stalls: new (options: Required<StallOptions>) => Omit<StallSession, 'setClock' | 'finish'> & {
    setClock(tscMillihertz: bigint, tsc: bigint, realtimeNs: bigint): void;
  };
}

/**
 * Loads the programs that see what takes an engine thread's time. A kernel that can run none of them still brings the gaps; throws
 * NativeError for options that are wrong.
 *
 * @example
 * const stalls = openStalls({ runId: 'r1', outputBytes: 4 << 20, syscalls: true });
 * for (const sentence of stalls.attach(view.pid, view.tids)) console.log(sentence);
 */
export function openStalls(options: StallOptions): StallSession {
  const { exports, objectDir } = addon();
  const { Stalls } = exports as StallExports;
  const stalls = complain('stalls', () => new Stalls({ deny: [], objectDir, ...options }));
  const drain = (page: EnginePage): DrainedStalls => complain('stalls', () => stalls.drain(nativePage(page)));
  return {
    attach: (pid, tids) => complain('stalls', () => stalls.attach(pid, tids)),
    detach: () => complain('stalls', () => stalls.detach()),
    setClock: (clock) => complain('stalls', () => stalls.setClock(clock.tscMillihertz, clock.tsc, clock.realtimeNs)),
    drain,
    finish: drain,
    counts: () => complain('stalls', () => stalls.counts()),
    totals: () => complain('stalls', () => stalls.totals()),
    tie: () => complain('stalls', () => stalls.tie()),
    close: () => stalls.close(),
  };
}
