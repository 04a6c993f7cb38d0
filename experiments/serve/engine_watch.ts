/** Engines that nobody hands over: found once a second, taken part in, and let go when they end. Nothing of one stays when it is gone. */
import { recordRun, type Store } from '../../collector/index.js';
import { identify } from '../launch/process_identity.js';
import type { Recorder, Recording } from '../run/recorder.js';
import { attachmentFor, type Attachment } from './attachment.js';
import { buildOf, experimentOf, findEngines, type FoundEngine } from './find_engines.js';
import type { OpenRun } from './recorder_server.js';

export interface EngineWatchOptions {
  readonly recorder: Recorder;
  readonly store: Store;
  /** The run that hands its engine over, if there is one. */
  readonly handedOver: () => OpenRun | undefined;
  readonly say: (line: string) => void;
  readonly find?: () => readonly FoundEngine[];
}

const SCAN_MS = 1_000;

/** An engine that is known: taken part in, or (undefined) over, or refused, and only remembered until its process has gone. */
interface Watched {
  readonly engine: FoundEngine;
  readonly part: Part | undefined;
}

interface Part {
  readonly recording: Recording;
  readonly attachment: Attachment;
  readonly runId: string;
  readonly started: Date;
}

export class EngineWatch {
  readonly #known = new Map<string, Watched>();
  readonly #find: () => readonly FoundEngine[];
  /** Seen, but maybe about to be handed over. */
  #strangers: ReadonlySet<string> = new Set();
  #timer: NodeJS.Timeout | undefined;
  #scanning: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(private readonly options: EngineWatchOptions) {
    this.#find = options.find ?? findEngines;
  }

  start(): void {
    this.#timer = setTimeout(() => {
      this.#scanning = this.#scanAndSay();
      void this.#scanning.then(() => {
        if (!this.#closed) this.start();
      });
    }, SCAN_MS);
  }

  /** An engine that is asked for by name. @throws what keeps this process from taking part */
  async attach(engine: FoundEngine, lane: 'hops' | undefined): Promise<void> {
    await this.#takePart(engine, lane);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#scanning;
    for (const [key, { engine, part }] of this.#known) {
      if (part !== undefined) await this.#leave(engine, part, 'hopscope serve ends');
      this.#known.delete(key);
    }
  }

  async #scanAndSay(): Promise<void> {
    try {
      await this.scan();
    } catch (error) {
      this.options.say(`engines could not be looked for (${error instanceof Error ? error.message : String(error)}); trying again`);
    }
  }

  /** One look at the machine. */
  async scan(): Promise<void> {
    const here = new Map(this.#find().map((engine) => [keyOf(engine), engine]));
    for (const [key, { engine, part }] of this.#known) {
      const view = here.get(key)?.view;
      const over = view === undefined || view.state === 'done' || view.state === 'failed';
      if (over && part !== undefined) {
        this.#known.set(key, { engine, part: undefined });
        await this.#leave(engine, part, view === undefined ? 'it has died' : `it is ${view.state}`);
      }
      if (view === undefined) this.#known.delete(key);
    }
    const strangers = [...here].filter(([key, engine]) => !this.#known.has(key) && this.#isOurs(engine));
    for (const [key, engine] of strangers) {
      if (this.#strangers.has(key)) await this.#tryToTakePart(key, engine);
    }
    this.#strangers = new Set(strangers.map(([key]) => key)); // a second look, so that a run has the time to hand it over
  }

  /** Not one that is handed over, is still starting or has come to its end. */
  #isOurs({ pid, view }: FoundEngine): boolean {
    const run = this.options.handedOver();
    if (run !== undefined && (run.runId === view.runId || run.engine?.pid === pid)) return false;
    return view.state === 'warmup' || view.state === 'measure' || view.state === 'drain';
  }

  async #tryToTakePart(key: string, engine: FoundEngine): Promise<void> {
    try {
      await this.#takePart(engine, undefined);
    } catch (error) {
      this.#known.set(key, { engine, part: undefined });
      this.options.say(`engine ${engine.pid} (run ${engine.view.runId}): is left alone: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  async #takePart(engine: FoundEngine, asked: 'hops' | undefined): Promise<void> {
    const { recorder, store, say } = this.options;
    const { view } = engine;
    const started = new Date();
    const storedAs = `${view.runId}-serve-${Math.floor(started.getTime() / 1000)}`; // the run's own rows have been counted by whoever stored them
    const attachment = attachmentFor(view, asked, (pid) => identify(pid) !== undefined, storedAs);
    const lane = attachment.kind === 'observe' ? undefined : attachment.lane;
    const runId = lane?.runId ?? view.runId;
    const recording = await recorder.open({
      of: { runId, experiment: experimentOf(view.runId), variant: buildOf(engine.executable), build: buildOf(engine.executable), lane: lane?.lane ?? view.lane },
      lane,
      stalls: undefined,
      tail: 'off',
      rules: [],
      part: attachment.kind === 'adopt' ? 'adopt' : 'observe',
    }, { onAbort: (reason) => say(`engine ${engine.pid} is told to stop: ${reason}`) });
    try {
      await recording.begin(engine);
    } catch (error) {
      recording.close();
      throw error;
    }
    const part: Part = { recording, attachment, runId, started };
    this.#known.set(keyOf(engine), { engine, part });
    say(`engine ${engine.pid} (run ${view.runId}): ${attachment.why}`);
    if (attachment.kind !== 'observe') await recordRun(store, { ...runOf(engine, part), state: 'running' });
  }

  async #leave(engine: FoundEngine, part: Part, why: string): Promise<void> {
    const { recording, attachment } = part;
    const { counts } = await recording.stop();
    const { failure } = recording;
    recording.close();
    const stored = attachment.kind === 'observe' ? '' : `, ${counts.stored} orders stored as run ${part.runId}`;
    this.options.say(`engine ${engine.pid} (run ${engine.view.runId}): ${why}${stored}${failure === undefined ? '' : `; ${failure}`}`);
    if (attachment.kind === 'observe') return;
    await recordRun(this.options.store, { ...runOf(engine, part), state: failure === undefined ? 'finished' : 'failed', valid: false, invalidBecause: ['attached in mid-run: what came before is not in it', ...(failure === undefined ? [] : [failure])] });
  }
}

function runOf({ view, executable }: FoundEngine, { runId, attachment, started }: Part): Parameters<typeof recordRun>[1] {
  return {
    runId, experiment: experimentOf(view.runId), variant: buildOf(executable), started, state: 'running', valid: false, invalidBecause: [], settings: {}, summary: null,
    notes: [attachment.why],
  };
}

function keyOf({ identity: { pid, startTicks } }: FoundEngine): string {
  return `${pid}/${startTicks}`;
}
