/**
 * One run of the engine: network, lane, plan, start, ready, warm-up, measure, done, and everything put back.
 *
 * Whatever happens, the caller gets an outcome with what was collected, or one error with its remedy; nothing of the run stays behind.
 */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { NativeError, openLane, openPage, type EnginePage, type LaneSession, type PageView } from '../../native/index.js';
import type { Isolation } from '../isolation/policy.js';
import type { Leftover } from '../isolation/leftover.js';
import type { Session } from '../isolation/session.js';
import { EngineError, EngineProcess, engineExecutable } from '../launch/engine_process.js';
import { addLinks, addNamespace, buildLinks, namespacesOf } from '../launch/network.js';
import type { Placement } from '../launch/placement.js';
import { buildPlan, writePlan, type Lane } from '../launch/plan.js';
import type { Settings } from '../spec/schema.js';
import { readEngineResult, type EngineResult } from './engine_result.js';
import { laneOptions } from './lane.js';
import { NO_RECORDS, type RecordedCounts, type Recording, type StartRecording } from './recording.js';

export interface RunRequest {
  readonly runId: string;
  /** At most 8 characters, unique among the runs of this machine. */
  readonly tag: string;
  /** The run's own folder; it is made. */
  readonly directory: string;
  readonly settings: Settings;
  readonly placement: Placement;
  readonly isolation: Isolation;
  readonly hugepages: boolean;
  readonly lane: Lane;
}

export interface Tail {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
  readonly count: number;
}

export interface RunOutcome {
  readonly view: PageView;
  /** From the page's histograms, ns: every lane has them. */
  readonly tickToAck: Tail;
  readonly tickToAckResponse: Tail;
  readonly floor: Tail;
  readonly recorded: RecordedCounts;
  readonly result: EngineResult | undefined;
  /** Why the run ended before its end; empty where it did not. */
  readonly cutShort: string;
  readonly conditions: readonly string[];
}

export interface RunHooks {
  readonly session: Session;
  readonly startRecording: StartRecording;
  /** Called often while the engine runs. */
  readonly onProgress: (view: PageView, page: EnginePage, lost: number) => void;
  /** Said at once when the engine dies, before what it left behind is stored. */
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

const READY_TIMEOUT_MS = 30_000;
const POLL_MS = 20;
/** The engine publishes about once a millisecond: such a silence means that it hangs or is stopped. */
const SILENCE_MS = 10_000; // longer than the engine waits for a hung journal device (5 s): its own line says more
const STOP_PATIENCE_MS = 3_000;

export async function runOnce(request: RunRequest, hooks: RunHooks): Promise<RunOutcome> {
  const { settings, placement } = request;
  const holds = new Holds(hooks.session);
  try {
    const executable = engineExecutable(settings.pipeline.build);
    const links = buildLinks(settings.pipeline.venues, request.tag, settings.pipeline.build === 'socket');
    for (const name of namespacesOf(links)) {
      holds.remember({ kind: 'namespace', name });
      addNamespace(name);
    }
    if (settings.pipeline.build === 'socket') addLinks(links);

    const lane = openRunLane(request);
    if (lane !== undefined) holds.onRelease(() => lane.close());
    const files = runFiles(request);
    makeJournalFolder(files.journal);
    if (!settings.pipeline.journal.keep) holds.remember({ kind: 'file', path: files.journal });
    holds.remember({ kind: 'file', path: files.page });
    const plan = buildPlan(settings, {
      runId: request.runId,
      pagePath: files.page,
      resultPath: files.result,
      journalDirectory: files.journal,
      placement,
      scheduler: request.isolation.scheduler,
      hugepages: request.hugepages,
      lane: request.lane,
      ringMapIds: lane?.ringMapIds ?? [],
      links,
    });
    writePlan(files.plan, plan);

    const cpus = [...placement.lcores.map((lcore) => lcore.cpu), placement.housekeepingCpu];
    const engine = EngineProcess.start(executable, files.plan, files.log, cpus);
    holds.onRelease(() => engine.kill());
    const identity = engine.identity();
    if (identity !== undefined) holds.remember({ kind: 'process', ...identity });

    const page = await waitUntilReady(engine, files.page, hooks.signal);
    holds.onRelease(() => page.close());
    return await measure(request, hooks, engine, executable, page, lane, files.result);
  } finally {
    holds.release();
  }
}

function makeJournalFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new EngineError(`journal: ${folder} cannot be made (${why}); name another folder with pipeline.journal.directory, or other results with --results DIR`);
  }
}

async function measure(
  request: RunRequest, hooks: RunHooks, engine: EngineProcess, executable: string, page: EnginePage, lane: LaneSession | undefined, resultFile: string,
): Promise<RunOutcome> {
  const conditions: string[] = [];
  const ready = page.read();
  if (lane !== undefined) {
    lane.attach(engine.pid, executable);
    lane.setClock({ tscMillihertz: ready.tscMillihertz, tsc: ready.start.tsc, realtimeNs: ready.start.realtimeNs });
  }
  const recording = lane === undefined ? undefined : hooks.startRecording(lane, request.runId);
  let cutShort = '';
  try {
    page.command('start');
    cutShort = await watch(engine, page, hooks, recording, () => {
      if (request.lane === 'hops' && lane !== undefined) conditions.push(...slowSites(lane));
    });
  } catch (error) {
    cutShort = error instanceof Error ? error.message : String(error);
  }
  const recorded = recording === undefined ? NO_RECORDS : await recording.stop();
  if (cutShort === '' && recording?.failure !== undefined) cutShort = recording.failure;
  if (cutShort === '') await Promise.race([engine.exited, sleep(STOP_PATIENCE_MS, undefined, { ref: false })]); // the timer must not hold up the command's end
  const view = page.read();
  return {
    view,
    tickToAck: tail(page, 'tick_to_ack'),
    tickToAckResponse: tail(page, 'tick_to_ack_response'),
    floor: tail(page, 'floor'),
    recorded,
    result: readEngineResult(resultFile),
    cutShort,
    conditions,
  };
}

/**
 * Until the engine is done. Returns why it ended early, or nothing.
 *
 * @param onMeasure called once, when warm-up is over
 */
async function watch(engine: EngineProcess, page: EnginePage, hooks: RunHooks, recording: Recording | undefined, onMeasure: () => void): Promise<string> {
  let stopAtMs = Infinity;
  let measuring = false;
  for (;;) {
    const view = page.read();
    if (view.state === 'measure' && !measuring) {
      measuring = true;
      onMeasure();
    }
    hooks.onProgress(view, page, recording?.counts().lost ?? 0);
    if (view.state === 'done') return stopAtMs === Infinity ? '' : 'interrupted: the run was stopped before its end';
    if (view.state === 'failed') return `the engine gave up: ${view.error}`;
    if (engine.exit !== undefined) {
      hooks.say(`the engine (process ${engine.pid}) has died; keeping what was collected`);
      return withLastLines(engine);
    }
    if (view.heartbeatAgeMs > SILENCE_MS && view.state !== 'ready') return `the engine (process ${engine.pid}) has been silent for ${SILENCE_MS / 1000} s; is it stopped, or its CPU taken by another real-time thread?`;
    if (recording?.failure !== undefined) return recording.failure;
    if (hooks.signal.aborted && stopAtMs === Infinity) {
      page.command('stop');
      stopAtMs = performance.now() + STOP_PATIENCE_MS;
    }
    if (performance.now() > stopAtMs) return 'interrupted: the engine did not stop in time and was killed';
    await Promise.race([engine.exited, sleep(POLL_MS)]);
  }
}

async function waitUntilReady(engine: EngineProcess, pagePath: string, signal: AbortSignal): Promise<EnginePage> {
  const giveUpAtMs = performance.now() + READY_TIMEOUT_MS;
  let page: EnginePage | undefined;
  let why = '';
  for (;;) {
    try {
      page ??= openPage(pagePath);
    } catch (error) {
      if (!(error instanceof NativeError) || error.subject !== 'page') throw error;
      why = error.message; // not there yet
    }
    const view = page?.read();
    if (page !== undefined && view?.state === 'ready') return page;
    const fault = signal.aborted ? 'interrupted before the engine was ready'
      : view?.state === 'failed' ? view.error
      : engine.exit !== undefined ? withLastLines(engine)
      : performance.now() > giveUpAtMs ? `the engine is not ready after ${READY_TIMEOUT_MS / 1000} s (${why}); hopscope doctor`
      : undefined;
    if (fault !== undefined) {
      page?.close();
      throw new EngineError(fault);
    }
    await Promise.race([engine.exited, sleep(POLL_MS)]);
  }
}

/** The kernel turns a site's nop into a call at its first hit, where it can: read back once warm-up has hit them all. */
function slowSites(lane: LaneSession): readonly string[] {
  const slow = lane.sites().filter((site) => site.sites > 0 && !site.optimised).map((site) => site.hop);
  return slow.length === 0 ? [] : [`probe sites that this kernel did not optimise (each hit traps): ${slow.join(', ')}`];
}

function withLastLines(engine: EngineProcess): string {
  return [engine.describeExit(), ...engine.lastLines.map((line) => `  engine: ${line}`)].join('\n');
}

function openRunLane({ settings, lane, placement, runId }: RunRequest): LaneSession | undefined {
  return lane === 'stream' || lane === 'hops' ? openLane(laneOptions(settings, lane, placement.lcores.length, runId)) : undefined;
}

function runFiles({ directory, runId, settings }: RunRequest): Readonly<Record<'plan' | 'result' | 'log' | 'journal' | 'page', string>> {
  const { directory: given } = settings.pipeline.journal;
  return {
    plan: path.join(directory, 'plan.json'),
    result: path.join(directory, 'engine.json'),
    log: path.join(directory, 'engine.log'),
    journal: given === undefined ? path.join(directory, 'journal') : path.resolve(given, runId),
    page: `/dev/shm/hopscope-${runId}`,
  };
}

function tail(page: EnginePage, histogram: 'tick_to_ack' | 'tick_to_ack_response' | 'floor'): Tail {
  const { count, maxNs, valuesNs: [p50 = 0, p90 = 0, p99 = 0, p999 = 0] } = page.quantiles(histogram, [0.5, 0.9, 0.99, 0.999]);
  return { count, p50, p90, p99, p999, max: maxNs };
}

/** What one run holds: released in reverse order, each whatever becomes of the others. */
class Holds {
  readonly #session: Session;
  readonly #releases: (() => void)[] = [];

  constructor(session: Session) {
    this.#session = session;
  }

  remember(leftover: Leftover): void {
    this.#session.remember(leftover);
    this.#releases.push(() => this.#session.undo(leftover));
  }

  onRelease(release: () => void): void {
    this.#releases.push(release);
  }

  release(): void {
    for (const release of this.#releases.reverse()) {
      try {
        release();
      } catch {
        // The next one still has to go; the session's own end, or the next command, tries again.
      }
    }
  }
}
