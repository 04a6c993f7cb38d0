/** This process takes the run's records in: it drains the lane, stores, and judges the run's alert rules. */
import {
  Alerting, Collection, CURVE_PERCENT, QUANTILE_LEVELS, Readings, everySecond, type AlertingEnd, type ReadingSink, type Rule, type Store,
} from '../../collector/index.js';
import {
  openLane, openPage, openStalls, type EnginePage, type EngineState, type KillCause, type LaneClock, type LaneSession, type SiteState, type StallSession,
} from '../../native/index.js';
import { countsOf, NO_RECORDS, type RecordedCounts } from './recording.js';
import type { CpuSpent, EngineAddress, Recorded, Recorder, RecorderEvents, Recording, RecordingRequest } from './recorder.js';

/** Whoever shows recordings, or acts on them, while they last. */
export interface RecordingShelf {
  add(recording: LocalRecording): void;
  remove(recording: LocalRecording): void;
}

export interface LocalRecorderOptions {
  readonly store: Store;
  /** Folder of notifications on their way. */
  readonly outbox: string;
  /** Who else wants the readings: metrics, the live page. */
  readonly sinks: readonly ReadingSink[];
  readonly shelf?: RecordingShelf;
  /** One line for people; nothing stops because of it. */
  readonly say: (line: string) => void;
}

export class LocalRecorder implements Recorder {
  constructor(private readonly options: LocalRecorderOptions) {}

  /** A promise, as of every recorder; here it is settled at once. */
  open(request: RecordingRequest, events: RecorderEvents): Promise<LocalRecording> {
    return settled(() => {
      const lane = request.lane === undefined ? undefined : openLane(request.lane);
      let stalls: StallSession | undefined;
      try {
        stalls = request.stalls === undefined ? undefined : openStalls(request.stalls);
        return new LocalRecording(this.options, request, events, lane, stalls);
      } catch (error) {
        stalls?.close();
        lane?.close();
        throw error;
      }
    });
  }
}

const NO_CPU: CpuSpent = { cpuNs: 0, wallNs: 0 };
/** For notifications that wait at the end; what is left is delivered by the next process that finds the outbox. */
const DELIVERY_PATIENCE_MS = 3_000;

export class LocalRecording implements Recording {
  readonly ringMapIds: readonly number[];
  /** Of the run's own rules. */
  readonly alerting: Alerting | undefined;
  #page: EnginePage | undefined;
  #collection: Collection | undefined;
  /** Where no Collection tells the seconds. */
  #ticking: (() => void) | undefined;
  #lastReading: (() => void) | undefined;
  #failure: string | undefined;
  #before = NO_CPU;
  #during: CpuSpent | undefined;
  #recorded: Promise<Recorded> | undefined;
  #aborted = false;

  constructor(
    private readonly options: LocalRecorderOptions,
    private readonly request: RecordingRequest,
    private readonly events: RecorderEvents,
    private readonly lane: LaneSession | undefined,
    readonly stallSession: StallSession | undefined,
  ) {
    this.ringMapIds = lane?.ringMapIds ?? [];
    const { rules } = request;
    this.alerting = rules.length === 0 ? undefined : new Alerting({
      rules,
      store: options.store,
      outboxDir: options.outbox,
      onAbort: (rule, reason) => this.abort(abortReason(rule, reason)),
      onKill: () => this.kill('alert'),
      onTrouble: options.say,
    });
  }

  get runId(): string {
    return this.request.of.runId;
  }

  /** Undefined until begin(). */
  get engineState(): EngineState | undefined {
    return this.#page?.read().state;
  }

  /** Asks for the run's end, or where nobody can be asked, tells the engine to stop. */
  abort(reason: string): void {
    if (this.#aborted) return;
    this.#aborted = true;
    this.events.onAbort(reason);
    if (this.request.part !== undefined) this.#page?.command('stop');
  }

  /** Pulls the engine's kill switch. */
  kill(by: KillCause): void {
    this.#page?.kill(by);
  }

  begin(engine: EngineAddress): Promise<readonly string[]> {
    return settled(() => this.#begin(engine));
  }

  #begin(engine: EngineAddress): readonly string[] {
    const { lane, stallSession: stalls } = this;
    const page = openPage(engine.page);
    this.#page = page;
    const ready = page.read();
    const clock: LaneClock = { tscMillihertz: ready.tscMillihertz, tsc: ready.start.tsc, realtimeNs: ready.start.realtimeNs };
    lane?.attach(engine.pid, engine.executable);
    lane?.setClock(clock);
    const conditions = stalls?.attach(engine.pid, ready.tids) ?? [];
    stalls?.setClock(clock);
    if (this.request.part !== 'observe') page.setCollector(process.pid);
    if (lane === undefined) this.#observe(page, engine.pid);
    else this.#collect(lane, page, engine.pid);
    this.options.shelf?.add(this);
    return conditions;
  }

  #collect(lane: LaneSession, page: EnginePage, pid: number): void {
    const { of, tail } = this.request;
    const { stallSession: stalls } = this;
    const collection: Collection = new Collection(lane, this.options.store, {
      runId: of.runId,
      tail,
      ...(stalls === undefined ? {} : { stalls: { drain: () => stalls.drain(page), finish: () => stalls.finish(page) } }),
      onSecond: (second, series, last) => readings.onSecond(second, series, last),
      say: this.options.say,
    });
    const readings = this.#readings(page, pid, collection);
    this.#collection = collection;
    collection.start();
  }

  /** No record comes out: what the page says, second by second. */
  #observe(page: EnginePage, pid: number): void {
    const readings = this.#readings(page, pid, null);
    this.#ticking = everySecond(
      (second) => readings.onSecond(second, {}, false),
      (error) => this.options.say(`run ${this.runId}: seconds are not judged nor shown (${error.message})`),
    );
    this.#lastReading = () => readings.onSecond(Math.floor(Date.now() / 1000), {}, true);
  }

  #readings(page: EnginePage, pid: number, collection: Collection | null): Readings {
    const { alerting, lane, stallSession: stalls } = this;
    const sinks = [...(alerting === undefined ? [] : [alerting]), ...this.options.sinks];
    return new Readings({ of: { ...this.request.of, pid }, page, lane: lane ?? null, stalls: stalls ?? null, collection, sinks, say: this.options.say });
  }

  counts(): RecordedCounts {
    const { lane } = this;
    return lane === undefined || this.#collection === undefined ? NO_RECORDS : countsOf(lane, this.stallSession, this.#collection);
  }

  get failure(): string | undefined {
    return this.#failure ?? this.#collection?.failure?.message;
  }

  measure(): Promise<readonly SiteState[]> {
    return settled(() => {
      this.#before = this.#cpu();
      return this.lane?.sites() ?? [];
    });
  }

  measured(): Promise<void> {
    return settled(() => void (this.#during = this.#cpu()));
  }

  stop(): Promise<Recorded> {
    this.#recorded ??= this.#stop();
    return this.#recorded;
  }

  async #stop(): Promise<Recorded> {
    try {
      this.#ticking?.();
      this.#lastReading?.();
      await this.#collection?.stop();
    } catch (error) {
      this.#failure = error instanceof Error ? error.message : String(error);
    }
    const { lane, stallSession: stalls } = this;
    const during = this.#during ?? this.#cpu();
    await this.#endAlerts();
    return {
      counts: this.counts(),
      quantiles: lane?.latencies(QUANTILE_LEVELS) ?? {},
      curves: lane?.latencies(CURVE_PERCENT.map((percent) => percent / 100)) ?? {},
      stalls: stalls === undefined ? undefined : { tie: stalls.tie(), totals: stalls.totals() },
      cpu: { cpuNs: during.cpuNs - this.#before.cpuNs, wallNs: during.wallNs - this.#before.wallNs },
    };
  }

  /** Alerts that the run has raised stand in the store when this is done. */
  async #endAlerts(): Promise<void> {
    const ended = await this.alerting?.close(DELIVERY_PATIENCE_MS).catch((error: unknown) => this.#sayUnclosed(error)); // the run's results still count
    if (ended === undefined) return;
    if (ended.undelivered > 0) this.options.say(undelivered(ended));
    if (ended.unstored > 0) this.#failure ??= `${ended.unstored} rows of alerts could not be stored; see store.log`;
  }

  #sayUnclosed(error: unknown): undefined {
    this.options.say(`alerts of run ${this.runId} could not be ended in order (${error instanceof Error ? error.message : String(error)})`);
  }

  close(): void {
    this.#ticking?.();
    if (this.#recorded === undefined) this.alerting?.close(0).catch((error: unknown) => this.#sayUnclosed(error)); // never stopped: nothing of it is worth waiting for
    this.options.shelf?.remove(this);
    for (const held of [this.stallSession, this.lane, this.#page]) held?.close();
    this.#page = undefined;
  }

  /** Of this process since begin(). */
  #cpu(): CpuSpent {
    if (this.#collection === undefined) return NO_CPU;
    const { userNs, systemNs, wallNs } = this.#collection.collectorCpu();
    return { cpuNs: userNs + systemNs, wallNs };
  }
}

function undelivered({ undelivered: count, undeliveredBecause }: AlertingEnd): string {
  const because = undeliveredBecause.length === 0 ? '' : ` (${undeliveredBecause.join('; ')})`;
  return `${count} notification${count === 1 ? '' : 's'} could not be delivered yet${because}; the next hopscope run or serve with these results tries again`;
}

function abortReason({ name, when }: Rule, reason: string): string {
  return `stopped by the alert ${name} (${when}): ${reason}`;
}

/** Runs now, so that what is measured is measured at the call; what it throws becomes the promise's. */
function settled<Result>(work: () => Result): Promise<Result> {
  try {
    return Promise.resolve(work());
  } catch (error) {
    return Promise.reject(error instanceof Error ? error : new Error(String(error)));
  }
}
