/** The `hopscope serve` of this machine takes the run's records in. Should it die, the run ends soon and is invalid: what it stored stays. */
import { writtenRule } from '../../collector/index.js';
import type { LaneOptions, SiteState, StallOptions } from '../../native/index.js';
import { NOTHING_RECORDED, type EngineAddress, type Recorded, type Recorder, type RecorderEvents, type Recording, type RecordingRequest } from '../run/recorder.js';
import { NO_RECORDS, type RecordedCounts } from '../run/recording.js';
import { BeginAnswer, MeasureAnswer, MeasuredAnswer, OpenAnswer, StopAnswer, type RequestSaid, type Said } from './protocol.js';
import type { ServeClient } from './serve_client.js';

/** For one run: the conversation ends with it. */
export class RemoteRecorder implements Recorder {
  /** @param client that has said hello */
  constructor(private readonly client: ServeClient) {}

  async open(request: RecordingRequest, events: RecorderEvents): Promise<Recording> {
    this.client.engage();
    const recording = new RemoteRecording(this.client, events);
    const { of, lane, stalls, tail, rules } = request;
    const said: RequestSaid = { of, lane: lane && laneMessage(lane), stalls: stalls && stallMessage(stalls), tail, rules: rules.map(writtenRule) };
    try {
      recording.ringMapIds = (await this.client.ask({ call: 'open', request: said }, OpenAnswer)).ringMapIds;
    } catch (error) {
      recording.close(); // nobody else will
      throw error;
    }
    return recording;
  }
}

/** Says every key, as the other side wants them. Where the compiled programs stand is the other side's to know. */
function laneMessage({ lane, threads, ringBytes, outputBytes, sample, runId, deny }: LaneOptions): LaneOptions {
  return { lane, threads, ringBytes, outputBytes, sample, runId, deny: deny ?? [] };
}

function stallMessage({ runId, outputBytes, syscalls, deny }: StallOptions): StallOptions {
  return { runId, outputBytes, syscalls, deny: deny ?? [] };
}

class RemoteRecording implements Recording {
  ringMapIds: readonly number[] = [];
  readonly stallSession = undefined;
  #counts = NO_RECORDS;
  #refused: string | undefined;
  #aborted = false;
  #stopped = false;
  #ending = false;

  constructor(private readonly client: ServeClient, private readonly events: RecorderEvents) {
    client.onEvent = (event) => this.#take(event);
  }

  async begin(engine: EngineAddress): Promise<readonly string[]> {
    return (await this.client.ask({ call: 'begin', engine }, BeginAnswer)).conditions;
  }

  counts(): RecordedCounts {
    return this.#counts;
  }

  get failure(): string | undefined {
    if (this.#refused !== undefined) return this.#refused;
    const { gone } = this.client;
    return gone === undefined || this.#stopped ? undefined : `${gone}, and with it this run's recording; what it had stored stays, the run is invalid: run it again`;
  }

  async measure(): Promise<readonly SiteState[]> {
    return (await this.client.ask({ call: 'measure' }, MeasureAnswer)).sites;
  }

  async measured(): Promise<void> {
    await this.client.ask({ call: 'measured' }, MeasuredAnswer);
  }

  async stop(): Promise<Recorded> {
    if (this.#isLost()) return this.#lost(); // serve waits for the engine's end, and then is gone
    try {
      const { recorded, failure } = await this.client.ask({ call: 'stop' }, StopAnswer);
      this.#stopped = true;
      this.#refused ??= failure ?? undefined;
      return recorded;
    } catch (error) {
      if (!this.#isLost()) this.#refused ??= error instanceof Error ? error.message : String(error);
      return this.#lost();
    }
  }

  close(): void {
    this.client.close();
  }

  /** Asked anew each time: it changes while an answer is awaited. */
  #isLost(): boolean {
    return this.#ending || this.client.gone !== undefined;
  }

  /** What was last heard; the figures themselves are gone. */
  #lost(): Recorded {
    return { ...NOTHING_RECORDED, counts: this.#counts };
  }

  #take(event: Extract<Said, { readonly event: string }>): void {
    switch (event.event) {
      case 'progress':
        this.#counts = event.counts;
        this.#refused ??= event.failure ?? undefined;
        break;
      case 'abort':
        if (!this.#aborted) this.events.onAbort(event.reason);
        this.#aborted = true;
        break;
      case 'ending':
        this.#ending = true;
        this.#refused ??= `${this.client.who} was told to stop, and with it this run's recording; what it had stored stays, the run is invalid: run it again`;
        break;
    }
  }
}
