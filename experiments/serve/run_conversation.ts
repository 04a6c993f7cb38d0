/** One run that hands its recording over: what it asks is done in order, and when it goes without a word, what is left is finished. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Socket } from 'node:net';
import { z } from 'zod';
import { identify, isAlive } from '../launch/process_identity.js';
import type { EngineAddress, Recorder, Recording, RecordingRequest } from '../run/recorder.js';
import { LineChannel } from './line_channel.js';
import { CallMessage, PROGRESS_MS, PROTOCOL_VERSION, TEXT_LIMIT, type Call, type Hello, type Said } from './protocol.js';
import { ServeError } from './serve_error.js';

export interface ConversationHooks {
  readonly hello: () => Omit<Hello, 'version'>;
  readonly recorder: Recorder;
  /** Takes the one place there is. @throws ServeError that says who has it */
  readonly claim: (runId: string) => void;
  readonly onBegin: (engine: EngineAddress) => void;
  readonly release: (runId: string) => void;
  /** One line for whoever started serve. */
  readonly say: (line: string) => void;
}

/** An engine whose run has died is killed by the kernel at once. */
const ENGINE_END_MS = 5_000;
const POLL_MS = 20;

interface Open {
  readonly request: RecordingRequest;
  readonly recording: Recording;
  readonly progress: NodeJS.Timeout;
  engine: EngineAddress | undefined;
  stopped: boolean;
}

export class RunConversation {
  readonly #channel: LineChannel;
  #open: Open | undefined;
  #claimed: string | undefined;
  #work: Promise<void> = Promise.resolve();
  #over = false;
  readonly ended: Promise<void>;
  #onEnded: () => void = () => undefined;

  constructor(socket: Socket, private readonly hooks: ConversationHooks) {
    this.ended = new Promise((resolve) => (this.#onEnded = resolve));
    this.#channel = new LineChannel(socket, {
      onMessage: (message) => this.#queue(() => this.#take(message)),
      onClose: () => this.#queue(() => this.#finish()),
    });
  }

  /** Serve is told to stop: stores what it has, tells the run, and ends. */
  async end(): Promise<void> {
    this.#say({ event: 'ending' });
    this.#queue(() => this.#finish());
    await this.ended;
  }

  /** One after the other, and none after the end. */
  #queue(work: () => Promise<void>): void {
    this.#work = this.#work.then(() => (this.#over ? undefined : work()));
  }

  async #take(message: unknown): Promise<void> {
    const read = CallMessage.safeParse(message);
    if (!read.success) {
      const id = z.object({ id: z.number() }).safeParse(message);
      this.#say({ id: id.success ? id.data.id : 0, refused: `hopscope serve (process ${process.pid}) does not understand this question (${z.prettifyError(read.error).slice(0, TEXT_LIMIT / 2)}); are both of one version?` });
      return;
    }
    try {
      this.#say({ id: read.data.id, answer: await this.#answer(read.data) });
    } catch (error) {
      this.#say({ id: read.data.id, refused: (error instanceof Error ? error.message : String(error)).slice(0, TEXT_LIMIT) });
    }
  }

  async #answer(call: Call): Promise<object> {
    switch (call.call) {
      case 'hello':
        return { version: PROTOCOL_VERSION, ...this.hooks.hello() };
      case 'open':
        return this.#openRecording(call.request);
      case 'begin': {
        const open = this.#opened();
        this.hooks.onBegin(call.engine);
        open.engine = call.engine;
        const conditions = await open.recording.begin(call.engine);
        this.hooks.say(`run ${open.request.of.runId}: collecting from engine ${call.engine.pid}`);
        return { conditions };
      }
      case 'measure':
        return { sites: await this.#opened().recording.measure() };
      case 'measured':
        await this.#opened().recording.measured();
        return {};
      case 'stop': {
        const open = this.#opened();
        const { recording, request } = open;
        const recorded = await recording.stop();
        open.stopped = true;
        this.hooks.say(`run ${request.of.runId}: ended, ${recorded.counts.stored} orders stored${recording.failure === undefined ? '' : `; ${recording.failure}`}`);
        return { recorded, failure: recording.failure?.slice(0, TEXT_LIMIT) ?? null };
      }
    }
  }

  async #openRecording(request: RecordingRequest): Promise<object> {
    const { runId } = request.of;
    this.hooks.claim(runId);
    this.#claimed = runId;
    const recording = await this.hooks.recorder.open(request, { onAbort: (reason) => this.#say({ event: 'abort', reason }) });
    const progress = setInterval(() => this.#say({ event: 'progress', counts: recording.counts(), failure: recording.failure?.slice(0, TEXT_LIMIT) ?? null }), PROGRESS_MS);
    this.#open = { request, recording, progress, engine: undefined, stopped: false };
    return { ringMapIds: recording.ringMapIds };
  }

  #opened(): Open {
    if (this.#open === undefined) throw new ServeError('no recording is open in this conversation');
    return this.#open;
  }

  /** The run is gone, orderly (then nothing is left) or not; or serve has to end. Never throws: nobody is left to hear it. */
  async #finish(): Promise<void> {
    this.#over = true;
    const open = this.#open;
    if (open !== undefined) {
      clearInterval(open.progress);
      try {
        await this.#finishRecording(open);
      } catch (error) {
        this.hooks.say(`run ${open.request.of.runId}: could not be finished (${error instanceof Error ? error.message : String(error)})`);
      }
    }
    if (this.#claimed !== undefined) this.hooks.release(this.#claimed);
    this.#channel.close();
    this.#onEnded();
  }

  async #finishRecording({ request, recording, engine, stopped }: Open): Promise<void> {
    const identity = engine === undefined || stopped ? undefined : identify(engine.pid);
    if (identity !== undefined) {
      const giveUpMs = performance.now() + ENGINE_END_MS;
      while (isAlive(identity) && performance.now() < giveUpMs) await sleep(POLL_MS);
    }
    const { counts } = await recording.stop();
    if (engine !== undefined && !stopped) {
      const how = recording.failure ?? `what was left is stored, ${counts.stored} orders in all`;
      this.hooks.say(`run ${request.of.runId}: left without an end; ${how}`);
    }
    recording.close();
  }

  #say(said: Said): void {
    this.#channel.send(said);
  }
}
