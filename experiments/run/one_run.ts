/**
 * One run of the engine: network, lane, plan, start, ready, warm-up, measure, done, and everything put back.
 *
 * Whatever happens, the caller gets an outcome with what was collected, or one error with its remedy; nothing of the run stays behind.
 */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { curvesOfHistograms, quantilesOfHistograms, readSteal, HOPS, SPANS, type Curve, type LatencyQuantiles, type Rule, type Store } from '../../collector/index.js';
import type { EnginePage, LaneClock, LaneOptions, PageView, SiteState, StallOptions } from '../../native/index.js';
import { controlFile } from '../control/control_file.js';
import { openControl } from '../control/open_control.js';
import { startDisturber, type Disturber } from '../inject/disturber.js';
import { KillDrill } from '../inject/kill_drill.js';
import { NO_TRUTH, type Truth } from '../inject/truth.js';
import type { Isolation } from '../isolation/policy.js';
import { leftoversOf, type Leftover } from '../isolation/leftover.js';
import type { Session } from '../isolation/session.js';
import { EngineError, EngineProcess, engineExecutable } from '../launch/engine_process.js';
import { addLinks, buildLinks } from '../launch/network.js';
import type { Placement } from '../launch/placement.js';
import { buildPlan, writePlan, type Lane } from '../launch/plan.js';
import { venueCount, type Settings } from '../spec/schema.js';
import type { StoredDecisions } from '../summary.js';
import { readEngineResult, type EngineResult } from './engine_result.js';
import { storeDecisions } from './routing_decisions.js';
import { deniedFeatures, isRecording, laneOptions } from './lane.js';
import type { CpuSpent, Recorder, Recording, StallOutcome } from './recorder.js';
import type { RecordedCounts } from './recording.js';
import { StallSwitch, type Turn } from './switchback.js';
import { STOP_PATIENCE_MS, waitUntilReady, watch, type WatchHooks } from './watch.js';

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
  /** Record what takes the engine threads' time. */
  readonly stalls: boolean;
  readonly experiment: string;
  readonly variant: string;
  readonly rules: readonly Rule[];
  /** pcap file for the run's packets; undefined: nothing is captured. */
  readonly capture: string | undefined;
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
  readonly recovery: Tail;
  readonly recorded: RecordedCounts;
  /** Over all traced orders, whether stored or not, from the lane's histograms. Empty in lanes that record nothing. */
  readonly quantiles: ReadonlyMap<string, LatencyQuantiles>;
  readonly curves: ReadonlyMap<string, Curve>;
  /** The lane's probe sites, read back after warm-up. */
  readonly sites: readonly SiteState[];
  readonly stalls: StallOutcome | undefined;
  /** CPU time of drain, addon and collector in the measured phase, the store's own process excepted; and how long that was. */
  readonly collector: CpuSpent;
  /** What the hypervisor took from the engine's CPUs by its own account, in ms by CPU. */
  readonly stealMs: Readonly<Record<number, number>>;
  /** How long the engine's threads were watched for gaps, warm-up included as in the store, all together. */
  readonly idleSeconds: number;
  /** What was done to the engine from outside, on the counter's time axis. */
  readonly truth: Truth;
  /** Of probes.switch; empty without it. */
  readonly turns: readonly Turn[];
  readonly clock: LaneClock;
  readonly result: EngineResult | undefined;
  /** Why orders went where they went, in the store; null where there was nothing to choose, or nobody asked for it. */
  readonly decisions: StoredDecisions | null;
  /** Why the run ended before its end; empty where it did not. */
  readonly cutShort: string;
  readonly conditions: readonly string[];
}

export interface RunHooks extends Pick<WatchHooks, 'onProgress' | 'say' | 'signal'> {
  /** For what is read from the run's journal; absent: nothing is. */
  readonly store?: Store;
  readonly session: Session;
  readonly recorder: Recorder;
}

/** The running quantile above which an order is kept whole. */
const TAIL_LEVEL = 0.999;
const SERIES = [...HOPS, ...SPANS].map((one) => one.name);

interface Running {
  readonly request: RunRequest;
  readonly hooks: RunHooks;
  readonly engine: EngineProcess;
  readonly executable: string;
  readonly page: EnginePage;
  readonly recording: Recording;
  /** Of the user, or of whoever may end the run: alerts, the live page. */
  readonly signal: AbortSignal;
  readonly holds: Holds;
  readonly files: RunFiles;
  /** Feed messages before the measured ones. */
  readonly warmupMessages: number;
  /** Why no commands can be given to it; empty where they can. */
  readonly uncommanded: string;
}

export async function runOnce(request: RunRequest, hooks: RunHooks): Promise<RunOutcome> {
  const { settings, placement } = request;
  const holds = new Holds(hooks.session);
  try {
    const executable = engineExecutable(settings.pipeline.build);
    const { link, ports } = settings.pipeline;
    const links = buildLinks(venueCount(settings), request.tag, link, ports);
    for (const leftover of leftoversOf(links, request.tag, link)) holds.remember(leftover);
    addLinks(links, request.tag, link);

    const aborted = new AbortController();
    const recording = await openRecording(request, hooks.recorder, (reason) => aborted.abort(reason));
    holds.onRelease(() => recording.close());
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
      ringMapIds: recording.ringMapIds,
      stalls: request.stalls,
      links,
      capture: request.capture,
    });
    writePlan(files.plan, plan);
    // Beside the journal too: it can be replayed from nothing else, wherever it stands.
    if (settings.pipeline.journal.keep) writePlan(path.join(files.journal, 'plan.json'), plan);

    const cpus = [...placement.lcores.map((lcore) => lcore.cpu), placement.housekeepingCpu];
    const engine = EngineProcess.start(executable, files.plan, files.log, cpus);
    holds.onRelease(() => engine.kill());
    const identity = engine.identity();
    if (identity !== undefined) holds.remember({ kind: 'process', ...identity });

    const signal = AbortSignal.any([hooks.signal, aborted.signal]);
    const page = await waitUntilReady(engine, files.page, signal);
    holds.onRelease(() => page.close());
    page.beat(); // until it is closed
    const uncommanded = await takeCommands(request, page, holds);
    return await measure({ request, hooks, engine, executable, page, recording, signal, holds, files, uncommanded, warmupMessages: plan.feed.warmup_messages });
  } finally {
    holds.release();
  }
}

/** A run that nobody can command is still a run. @returns why nobody can; empty where they can */
async function takeCommands({ runId, settings }: RunRequest, page: EnginePage, holds: Holds): Promise<string> {
  const file = controlFile(runId);
  holds.remember({ kind: 'file', path: file });
  try {
    const control = await openControl(runId, page, settings, file);
    holds.onRelease(() => control.close());
    return '';
  } catch (error) {
    return `hopscope order and hopscope limits cannot command this run: ${messageOf(error)}`;
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

async function measure({ request, hooks, engine, executable, page, recording, signal, holds, files, uncommanded, warmupMessages }: Running): Promise<RunOutcome> {
  const ready = page.read();
  const clock: LaneClock = { tscMillihertz: ready.tscMillihertz, tsc: ready.start.tsc, realtimeNs: ready.start.realtimeNs };
  const conditions = [...(uncommanded === '' ? [] : [uncommanded]), ...(await recording.begin({ pid: engine.pid, executable, page: files.page }))];
  const cpus = request.placement.lcores.map((lcore) => lcore.cpu);
  const stolen = readSteal(cpus);
  let disturber: Disturber | undefined;
  let turning: StallSwitch | undefined;
  let drill: KillDrill | undefined;
  let truth: Promise<Truth> = Promise.resolve(NO_TRUTH);
  let sites: Promise<readonly SiteState[]> = Promise.resolve([]);
  let measured: Promise<void> = Promise.resolve();
  let cutShort = '';
  let fault = '';
  const orElse = <Result>(asked: Promise<Result>, instead: Result): Promise<Result> =>
    asked.catch((error: unknown) => {
      fault = messageOf(error);
      return instead;
    });
  try {
    page.command('start');
    cutShort = await watch(engine, page, {
      onProgress: hooks.onProgress,
      say: hooks.say,
      signal,
      onMeasure() {
        sites = orElse(recording.measure(), []);
        disturber = disturb(request, engine.pid, holds);
        const { kill_drill: drilled } = request.settings;
        if (drilled !== undefined) drill = new KillDrill(page, drilled);
        const { switch: turnNs } = request.settings.probes;
        const { stallSession: stalls } = recording;
        if (turnNs !== undefined && stalls !== undefined) turning = new StallSwitch(stalls, engine.pid, ready.tids, turnNs);
      },
      onMeasured() {
        measured = orElse(recording.measured(), undefined);
        truth = disturber?.stop() ?? truth;
        disturber = undefined;
      },
    }, recording);
  } catch (error) {
    cutShort = messageOf(error);
  }
  const done = await (disturber?.stop() ?? truth); // it may have ended before its end was seen
  const seen = await sites;
  await measured;
  conditions.push(...slowSites(seen), ...done.conditions);
  const turns = (await turning?.stop()) ?? [];
  const undrilled = (await drill?.stop()) ?? '';
  if (undrilled !== '') conditions.push(undrilled);
  const recorded = await recording.stop();
  if (cutShort === '') cutShort = recording.failure ?? fault;
  if (cutShort === '') await Promise.race([engine.exited, sleep(STOP_PATIENCE_MS, undefined, { ref: false })]); // the timer must not hold up the command's end
  const view = page.read();
  return {
    view,
    tickToAck: tail(page, 'tick_to_ack'),
    tickToAckResponse: tail(page, 'tick_to_ack_response'),
    floor: tail(page, 'floor'),
    recovery: tail(page, 'recovery'),
    recorded: recorded.counts,
    quantiles: quantilesOfHistograms(recorded.quantiles),
    curves: curvesOfHistograms(recorded.curves, SERIES),
    sites: seen,
    stalls: recorded.stalls,
    collector: recorded.cpu,
    stealMs: Object.fromEntries(Object.entries(readSteal(cpus)).map(([cpu, ms]) => [cpu, ms - (stolen[Number(cpu)] ?? 0)])),
    idleSeconds: idleSeconds(view),
    truth: done,
    turns,
    clock,
    result: readEngineResult(files.result),
    decisions: hooks.store === undefined || signal.aborted ? null : await storeDecisions(hooks.store, { runId: request.runId, settings: request.settings, journal: files.journal, warmupMessages }),
    cutShort,
    conditions,
  };
}

function disturb({ settings, placement, isolation, directory }: RunRequest, pid: number, holds: Holds): Disturber {
  const disturber = startDisturber(settings.inject, { cpu: placement.lcores[0]?.cpu ?? 0, pid, scheduler: isolation.scheduler, directory });
  holds.onRelease(() => disturber.kill());
  for (const identity of disturber.processes) holds.remember({ kind: 'process', ...identity });
  return disturber;
}

/** The kernel turns a site's nop into a call at its first hit, where it can: read back once warm-up has hit them all. */
function slowSites(sites: readonly SiteState[]): readonly string[] {
  const slow = sites.filter((site) => site.sites > 0 && !site.optimised).map((site) => site.hop);
  return slow.length === 0 ? [] : [`probe sites that are not optimised (a place that no order came by, or each hit traps): ${slow.join(', ')}`];
}

function openRecording(request: RunRequest, recorder: Recorder, onAbort: (reason: string) => void): Promise<Recording> {
  const { runId, experiment, variant, settings, lane, rules } = request;
  const { tail: keep } = settings.probes;
  return recorder.open({
    of: { runId, experiment, variant, build: settings.pipeline.build, lane },
    lane: runLane(request),
    stalls: request.stalls ? runStalls(request) : undefined,
    tail: keep === 'p999' ? TAIL_LEVEL : keep,
    rules,
  }, { onAbort });
}

function runLane({ settings, lane, placement, runId }: RunRequest): LaneOptions | undefined {
  return isRecording(lane) ? laneOptions(settings, lane, placement.lcores.length, runId) : undefined;
}

function runStalls({ settings, lane, runId }: RunRequest): StallOptions {
  const { syscalls, stall_ring: outputBytes } = settings.probes;
  // Where the data path is made of system calls, or each probe's hit is one, watching them would slow what is measured.
  const few = settings.pipeline.link === 'ring' && lane === 'stream';
  return { runId, outputBytes, syscalls: syscalls === 'auto' ? few : syscalls, deny: deniedFeatures(settings) };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function idleSeconds(view: PageView): number {
  return view.idleSeconds.reduce((sum, one) => sum + one, 0);
}

type RunFiles = Readonly<Record<'plan' | 'result' | 'log' | 'journal' | 'page', string>>;

function runFiles({ directory, runId, settings }: RunRequest): RunFiles {
  const { directory: given } = settings.pipeline.journal;
  return {
    plan: path.join(directory, 'plan.json'),
    result: path.join(directory, 'engine.json'),
    log: path.join(directory, 'engine.log'),
    journal: given === undefined ? path.join(directory, 'journal') : path.resolve(given, runId),
    page: `/dev/shm/hopscope-${runId}`,
  };
}

function tail(page: EnginePage, histogram: 'tick_to_ack' | 'tick_to_ack_response' | 'floor' | 'recovery'): Tail {
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
