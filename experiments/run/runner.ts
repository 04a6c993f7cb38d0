/**
 * An experiment from its first run to its verdict: takes the machine, runs every variant in order, gives the machine back, judges.
 */
import path from 'node:path';
import { breakdownsOfRun, recordRun, type Curve, type Store } from '../../collector/index.js';
import type { RunFigures } from '../compare/figures.js';
import { prepareHugepages } from '../isolation/hugepages.js';
import { isolate, pinToHousekeeping, resolvePolicy } from '../isolation/policy.js';
import { Session } from '../isolation/session.js';
import { fixedInterrupts } from '../launch/interrupts.js';
import { place as placeRoles, usableCpus, type Placement } from '../launch/placement.js';
import type { Lane } from '../launch/plan.js';
import { formatRate } from '../report/quantity.js';
import { flatten, type Experiment, type Variant } from '../spec/load.js';
import { settingsOfRun, type Settings } from '../spec/schema.js';
import { chooseRecorder } from '../serve/choose_recorder.js';
import { isCalm } from './accuracy.js';
import type { FloorSummary } from '../summary.js';
import { measureFloors } from './floors.js';
import { measureJournalFloors, type FloorRound } from './journal_floors.js';
import { gatherEvidence } from './gather_evidence.js';
import { CAPTURE_REMARK, captureFile, captureOf } from './capture.js';
import { chooseLane, isRecording } from './lane.js';
import { storedLatencies } from './latencies.js';
import type { LiveLine } from './live_line.js';
import { runOnce } from './one_run.js';
import { outboxDirectory, type ExperimentFolder } from './results.js';
import { curvePairs } from './curve_pairs.js';
import { schedule, type ScheduledRun } from './schedule.js';
import { summariseRun, type DetailedRun } from './run_summary.js';
import { measureTestpmd, type TestpmdResult } from './testpmd.js';

/** This user may not do what a run needs. */
export class PermissionError extends Error {
  override readonly name = 'PermissionError';
}

export interface RunnerOptions {
  readonly folder: ExperimentFolder;
  readonly store: Store;
  readonly session: Session;
  readonly placements: readonly Placement[];
  /** What is not run here, and why: one line each. */
  readonly skipped: readonly string[];
  readonly live: LiveLine;
  /** One line for the user. */
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
  /** Where to write the packets (run/capture.ts); undefined: nothing is captured. */
  readonly capture: string | undefined;
}

export interface MeasuredVariant {
  readonly variant: Variant;
  readonly runs: readonly DetailedRun[];
}

/** By run id: percentile curves over all measured records, of runs that did not store them all. */
export type RunCurves = ReadonlyMap<string, ReadonlyMap<string, Curve>>;

export interface Measured {
  readonly variants: readonly MeasuredVariant[];
  readonly curves: RunCurves;
  /** By run id: what a comparison wants of each run beyond its summary. */
  readonly figures: Readonly<Record<string, RunFigures>>;
  /** Everything that was done to the machine or could not be, each sentence once. */
  readonly conditions: readonly string[];
  readonly testpmd: TestpmdResult | undefined;
  readonly floors: readonly FloorSummary[];
  /** What the journals' devices did for another tool, before the first run and after the last. */
  readonly floorBefore: FloorRound;
  readonly floorAfter: FloorRound;
  readonly tscHz: number;
  readonly lcores: number;
}

export function requireRoot(
  uid = process.getuid?.() ?? 0, command = 'hopscope run', because = 'it loads BPF programs, sets real-time priorities and makes network namespaces',
): void {
  if (uid === 0) return;
  throw new PermissionError(`${command} needs root: ${because}; sudo npx ${command} …`);
}

/** Where the roles go, for every variant: fails before anything is touched. */
export function placeAll(experiment: Experiment): readonly Placement[] {
  const cpus = usableCpus();
  const fixed = fixedInterrupts();
  return experiment.variants.map((variant) => placeRoles(variant.settings, cpus, fixed));
}

export async function runExperiment(experiment: Experiment, options: RunnerOptions): Promise<Measured> {
  const conditions = new Conditions(options.say);
  for (const line of options.skipped) conditions.add(line);
  const runs: DetailedRun[][] = experiment.variants.map(() => []);
  const [placement] = options.placements;
  if (placement !== undefined) conditions.add(pinToHousekeeping(process.pid, placement.housekeepingCpu));
  const curves = new Map<string, ReadonlyMap<string, Curve>>();
  const figures: Record<string, RunFigures> = {};
  const calmRuns = new Map<string, string>();
  let tscHz = 0;
  let cutShort = false;
  const floorBefore = await floorRound(experiment, 'before', options, conditions);
  for (const next of schedule(experiment, runs, options.say)) {
    if (options.signal.aborted) break;
    const variant = experiment.variants[next.variant];
    const where = options.placements[next.variant];
    if (variant === undefined || where === undefined) continue;
    const measured = await runVariant(experiment, variant, where, next, calmRuns.get(withoutInject(variant)), options, conditions).catch((error: unknown) => {
      // Stopped before this run's engine was ready: the runs before it are still worth a report.
      if (isAborted(options.signal) && runs.some((done) => done.length > 0)) return undefined;
      throw error;
    });
    if (measured === undefined) {
      cutShort = true;
      break;
    }
    tscHz = measured.tscHz;
    runs[next.variant]?.push(measured.run);
    if (measured.curves !== undefined) curves.set(measured.run.run_id, measured.curves);
    if (measured.figures !== undefined) figures[measured.run.run_id] = measured.figures;
    if (measured.run.valid && isCalm(variant.settings)) calmRuns.set(withoutInject(variant), measured.run.run_id);
    for (const reason of measured.run.invalid_because) options.say(`invalid: ${reason}`);
    cutShort = measured.cutShort;
    if (cutShort) break; // the next run would meet the same, or was not wanted
  }
  const testpmd = cutShort || options.signal.aborted ? undefined : await reference(experiment, options, conditions);
  return {
    variants: experiment.variants.map((variant, i) => ({ variant, runs: runs[i] ?? [] })),
    curves,
    figures,
    conditions: conditions.all,
    testpmd,
    floors: cutShort || options.signal.aborted ? [] : await floorsOf(experiment, options, conditions),
    floorBefore,
    floorAfter: cutShort || options.signal.aborted ? new Map() : await floorRound(experiment, 'after', options, conditions),
    tscHz,
    lcores: placement?.lcores.length ?? 1,
  };
}

/** What a reader of the figures has to know before. */
function remarks({ pipeline: { synthetic }, probes: { stalls } }: Settings, lane: Lane): readonly string[] {
  return [
    ...(synthetic > 0 ? [`${synthetic} orders a second are made up: hops and spans of this run show their invented durations, not the pipeline's`] : []),
    ...(stalls && !isRecording(lane) ? [`lane ${lane} records no order, so no kernel event is recorded either`] : []),
  ];
}

/** What two variants must share for one to be the calm version of the other. */
function withoutInject({ settings }: Variant): string {
  return JSON.stringify({ ...settings, inject: null });
}

/** A function, because the compiler takes a flag that it has seen unset to stay so. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

interface MeasuredRun {
  readonly run: DetailedRun;
  readonly curves: ReadonlyMap<string, Curve> | undefined;
  readonly figures: RunFigures | undefined;
  readonly tscHz: number;
  readonly cutShort: boolean;
}

async function runVariant(
  experiment: Experiment, variant: Variant, placement: Placement, { index, place, run: round }: ScheduledRun, calmRunId: string | undefined, options: RunnerOptions, conditions: Conditions,
): Promise<MeasuredRun> {
  const settings = settingsOfRun(variant.settings, round);
  const runId = `${options.folder.id}-${index + 1}`;
  const isolation = isolate(settings, placement, options.session);
  const hugepages = prepareHugepages(settings);
  const lane = chooseLane(settings, placement.lcores.length);
  const { recorder, condition: collectedBy } = await chooseRecorder({ store: options.store, outbox: outboxDirectory(path.dirname(options.folder.directory)), settings, say: options.say });
  const own = [...isolation.conditions, hugepages.condition, lane.condition, collectedBy, ...remarks(settings, lane.lane), options.capture === undefined ? '' : CAPTURE_REMARK].filter((line) => line !== '');
  for (const line of own) conditions.add(line);

  const started = new Date();
  const record = { runId, experiment: experiment.name, variant: variant.name, started, settings: flatten(settings), notes: own };
  await recordRun(options.store, { ...record, state: 'running', valid: false, invalidBecause: [], summary: null });
  const label = place === '[1/1]' ? variant.name : `${place} ${variant.name}`;
  const capture = options.capture === undefined ? undefined : captureFile(options.capture, variant.name, index + 1, place === '[1/1]');
  let startedMs: number | undefined;
  try {
    const outcome = await runOnce(
      {
        runId, tag: `${options.folder.tag}${index + 1}`, directory: path.join(options.folder.directory, `run-${index + 1}`),
        settings, placement, isolation, hugepages: hugepages.use, lane: lane.lane, stalls: settings.probes.stalls && isRecording(lane.lane),
        experiment: experiment.name, variant: variant.name, rules: experiment.rules, capture,
      },
      {
        session: options.session,
        recorder,
        store: options.store,
        say: (line) => {
          options.live.end();
          options.say(line);
        },
        signal: options.signal,
        onProgress: (view, page, lost) => {
          const nowMs = performance.now();
          startedMs ??= nowMs;
          if (!options.live.due(nowMs) && view.state !== 'done') return;
          const [p50 = 0, p99 = 0] = page.quantiles('tick_to_ack', [0.5, 0.99]).valuesNs;
          options.live.show({ label, elapsedS: (nowMs - startedMs) / 1000, view, p50, p99, lost }, nowMs);
        },
      },
    );
    options.live.end();
    const latencies = isRecording(lane.lane) ? await storedLatencies(options.store, runId, outcome) : { figures: {} };
    const evidence = await gatherEvidence(options.store, { runId, settings, placement, lane: lane.lane, outcome, rules: experiment.rules, calmRunId });
    const run = summariseRun(runId, outcome, latencies.figures, lane.lane, own, evidence, capture === undefined ? null : captureOf(capture, outcome.result));
    for (const line of run.conditions) conditions.add(line);
    await recordRun(options.store, { ...record, state: outcome.cutShort === '' ? 'finished' : 'failed', valid: run.valid, invalidBecause: run.invalid_because, summary: run });
    const figures = isRecording(lane.lane) ? { breakdown: await breakdownsOfRun(options.store, runId), curves: await curvePairs(options.store, runId, latencies.curves) } : undefined;
    return { run, curves: latencies.curves, figures, tscHz: outcome.view.tscHz, cutShort: outcome.cutShort !== '' };
  } catch (error) {
    options.live.end();
    const why = error instanceof Error ? error.message : String(error);
    await recordRun(options.store, { ...record, state: 'failed', valid: false, invalidBecause: [why], summary: null }).catch(() => undefined); // the first error is the one to show
    throw error;
  }
}

async function reference(experiment: Experiment, options: RunnerOptions, conditions: Conditions): Promise<TestpmdResult | undefined> {
  const [placement] = options.placements;
  const cpu = placement?.lcores[0]?.cpu;
  const [variant] = experiment.variants;
  if (experiment.reference !== 'testpmd' || placement === undefined || cpu === undefined || variant === undefined) return undefined;
  options.say('reference: dpdk-testpmd forwards on the same virtual device …');
  try {
    const result = await measureTestpmd({
      cpu,
      housekeepingCpu: placement.housekeepingCpu,
      burst: variant.settings.pipeline.burst,
      hugepages: prepareHugepages(variant.settings).use,
      scheduler: resolvePolicy(variant.settings) === 'fifo' ? 'fifo' : 'other',
      session: options.session,
      signal: options.signal,
    });
    options.say(`reference: dpdk-testpmd macswap over one net_ring: ${formatRate(result.pps)}`);
    return result;
  } catch (error) {
    conditions.add(error instanceof Error ? error.message : String(error)); // the experiment's own figures stand without it
    return undefined;
  }
}

/** The experiment's own figures stand without them. */
async function floorsOf(experiment: Experiment, options: RunnerOptions, conditions: Conditions): Promise<readonly FloorSummary[]> {
  if (!experiment.floors) return [];
  options.say('floors: the same links with no trading logic …');
  return measureFloors({ ...options, variants: experiment.variants, failed: (line) => conditions.add(line) });
}

/** Under the runs' own isolation, which is applied here for the first time. The experiment's own figures stand without it. */
async function floorRound(experiment: Experiment, when: 'before' | 'after', options: RunnerOptions, conditions: Conditions): Promise<FloorRound> {
  if (experiment.reference !== 'fio') return new Map();
  for (const [index, { settings }] of experiment.variants.entries()) {
    const placement = options.placements[index];
    if (placement !== undefined) isolate(settings, placement, options.session);
  }
  const tools = new Set(experiment.variants.map(({ settings: { pipeline: { journal } } }) => (journal.device === 'spdk' ? 'bdevperf' : 'fio')));
  options.say(`reference: ${[...tools].join(' and ')} on the journals' devices, ${when} the runs …`);
  const round = await measureJournalFloors({ ...options, variants: experiment.variants, failed: (line) => conditions.add(line) });
  if (when === 'before' && options.signal.aborted) throw new Error('interrupted before the first run');
  return round;
}

/** Says each sentence once, remembers it for the summary. */
class Conditions {
  readonly #said = new Set<string>();

  constructor(private readonly say: (line: string) => void) {}

  add(line: string | undefined): void {
    if (line === undefined || line === '' || this.#said.has(line)) return;
    this.#said.add(line);
    this.say(line);
  }

  get all(): readonly string[] {
    return [...this.#said];
  }
}
