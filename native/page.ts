import { addon } from './addon.js';
import type { BucketCounts } from './buckets.js';
import { complain, NativeError } from './error.js';

export type EngineState = 'starting' | 'ready' | 'warmup' | 'measure' | 'drain' | 'done' | 'failed';
/** In what form the engine's records leave it. */
export type EngineLane = 'off' | 'stamps' | 'stream' | 'capsule' | 'hops';
export type EngineCommand = 'start' | 'stop';
export type PageHistogram = 'tick_to_ack' | 'tick_to_ack_response' | 'floor' | 'recovery';

/** Who pulls the kill switch from outside; `drill`: the experiment, which tries it. */
export type KillCause = 'command' | 'alert' | 'page' | 'drill';

/** One trip of the kill switch. Times are since the trip; null: not yet, or not known. */
export interface TripView {
  /** A KillCause, `signal`, `orchestrator`, or a circuit breaker of the engine. */
  readonly by: string;
  readonly tsc: bigint;
  /** The OMS has seen it. */
  readonly seen: boolean;
  /** Every venue has confirmed that nothing is open any more. */
  readonly confirmed: boolean;
  /** Until the mass cancels had been handed to the ports. */
  readonly askedAfterNs: number | null;
  readonly confirmedAfterNs: number | null;
  /** Until the last order left (oms.tx): negative where it had left before. */
  readonly lastOrderAfterNs: number | null;
  /** Venues that have not confirmed, by index. */
  readonly waitingForVenues: readonly number[];
}

/** What the engine says to a command. */
export interface EngineAnswer {
  /** Else `text` says in one line why not, with the remedy. */
  readonly done: boolean;
  /** JSON, where it is done (engine/control/command_text.h). */
  readonly text: string;
}

/** One instant on three clocks. All zero until the engine has taken it. */
export interface ClockPair {
  readonly tsc: bigint;
  readonly monotonicNs: bigint;
  readonly realtimeNs: bigint;
}

/** The engine's telemetry page at one moment. Counters of neighbouring instants may be mixed until the state is `done`. */
export interface PageView {
  readonly state: EngineState;
  readonly pid: number;
  readonly runId: string;
  readonly lane: EngineLane;
  /** Lane stream: the user ring buffer of each engine thread; empty in the others. */
  readonly ringMapIds: readonly number[];
  /** The process that drains the engine's records, as it has said itself; 0: nobody yet. It may have ended since. */
  readonly collectorPid: number;
  /** The kill switch was pulled and the engine has seen it: no child order leaves any more. */
  readonly killed: boolean;
  /** The last trip of the kill switch; null: it is armed. */
  readonly trip: TripView | null;
  /** Engine threads that emit records. */
  readonly threads: number;
  /** By the names of bpf/records.h, e.g. `feed_packets`; measured phase only. */
  readonly counters: Readonly<Record<string, number>>;
  readonly tscMillihertz: bigint;
  readonly tscHz: number;
  /** The frequency over the whole run; 0 until the state is `done`. */
  readonly tscHzEnd: number;
  readonly start: ClockPair;
  readonly end: ClockPair;
  /** From the first measured packet's due time to the last one's sending; while the state is `measure`, until now. */
  readonly measureSeconds: number;
  readonly stampNs: number;
  readonly pushNs: number;
  /** Median cost of one probe hit (lanes capsule and hops); 0 until the engine has measured it. */
  readonly siteNs: number;
  readonly resolutionNs: number;
  /** Kernel ids of the engine threads, by index. */
  readonly tids: readonly number[];
  /** Gaps of idle rounds shorter than this are not recorded; 0: nobody looks for gaps. */
  readonly gapFloorNs: number;
  /** By thread: how long it was watched for gaps, gaps included. */
  readonly idleSeconds: readonly number[];
  /** Milliseconds since the engine last published; Infinity before the first time. */
  readonly heartbeatAgeMs: number;
  /** Empty, or the engine's last words with their remedy. */
  readonly error: string;
}

/** Quantiles of one of the page's histograms in nanoseconds: upper edges of buckets, so at most 1/32 too high and never too low. */
export interface PageQuantiles {
  readonly count: number;
  readonly meanNs: number;
  readonly maxNs: number;
  /** In the order asked for; 0 where the histogram is empty. */
  readonly valuesNs: readonly number[];
}

/** A mapped telemetry page. It outlives the engine: after a crash the last values can still be read. */
export interface EnginePage {
  read(): PageView;
  /** @param quantiles e.g. `[0.5, 0.99, 0.999]` */
  quantiles(histogram: PageHistogram, quantiles: readonly number[]): PageQuantiles;
  /** All that the histogram has counted. The engine publishes it four times a second. */
  buckets(histogram: PageHistogram): BucketCounts;
  command(command: EngineCommand): void;
  /** Pulls the kill switch: from now on every new child order is blocked, and open ones are cancelled, until arm(). */
  kill(by: KillCause): void;
  /** Takes the last trip back, unless somebody pulls the switch again before the engine has seen this. */
  arm(): void;
  /** Puts a command to the OMS into the page, as engine/control/command_text.h has them. @returns its number. @throws NativeError while an earlier one has no answer */
  ask(text: string): number;
  /** Null: not yet. */
  answer(number: number): EngineAnswer | null;
  /** From now until close() the engine can tell that this process is there and runs; silent for a second, it pulls the kill switch itself. */
  beat(): void;
  /** Says who drains the engine's records; 0: nobody. */
  setCollector(pid: number): void;
  close(): void;
}

/** The addon's own object behind each page, for the parts of the addon that read it themselves. */
const natives = new WeakMap<EnginePage, EnginePage>();

/** Throws NativeError for what openPage() has not returned. */
export function nativePage(page: EnginePage): EnginePage {
  const native = natives.get(page);
  if (!native) throw new NativeError('page', 'page: not a page of this process: pass what openPage() returned');
  return native;
}

interface PageExports {
  readonly Page: new (path: string) => EnginePage;
}

/**
 * Maps the page of a running engine. Throws NativeError while the engine has not created it yet, and when it is of another version.
 *
 * @example const page = openPage('/dev/shm/hopscope-1a2b'); page.read().state // 'ready'
 */
export function openPage(path: string): EnginePage {
  const { Page } = addon().exports as PageExports;
  const page = complain('page', () => new Page(path));
  const face: EnginePage = {
    read: () => complain('page', () => page.read()),
    quantiles: (histogram, quantiles) => complain('page', () => page.quantiles(histogram, quantiles)),
    buckets: (histogram) => complain('page', () => page.buckets(histogram)),
    command: (command) => complain('page', () => page.command(command)),
    kill: (by) => complain('page', () => page.kill(by)),
    arm: () => complain('page', () => page.arm()),
    ask: (text) => complain('page', () => page.ask(text)),
    answer: (number) => complain('page', () => page.answer(number)),
    beat: () => complain('page', () => page.beat()),
    setCollector: (pid) => complain('page', () => page.setCollector(pid)),
    close: () => page.close(),
  };
  natives.set(face, page);
  return face;
}
