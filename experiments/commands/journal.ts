/** `hopscope journal dump|stat|verify|replay|positions`: finds a run's journal files and its plan, and has them read. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runJournalTool } from '../launch/journal_tool.js';
import { isOmsJournal, journalsByName, journalsOfRun, type JournalFiles } from '../run/journal_files.js';
import { ResultsError, requireWritable, resultsDirectory, writeJson } from '../run/results.js';
import { findRuns } from '../run/run_folders.js';

export interface JournalSource {
  readonly results?: string;
}

export interface FiguresOptions extends JournalSource {
  /** File for the figures. */
  readonly json?: string;
}

/** What begins a replay that need not begin at the first record. */
interface SnapshotOptions {
  readonly fromSnapshot?: boolean;
  /** Folder; beside the journal by default. */
  readonly snapshots?: string;
}

export interface VerifyOptions extends FiguresOptions, SnapshotOptions {
  readonly replay: boolean;
  readonly plan?: string;
}

export interface ReplayOptions extends FiguresOptions, SnapshotOptions {
  /** Number of a record; the journal's last by default. */
  readonly until?: number;
  readonly symbol?: string;
  readonly levels: number;
  readonly plan?: string;
}

export interface PositionsOptions extends FiguresOptions, SnapshotOptions {
  /** Number of a record; the journal's last by default. */
  readonly until?: number;
  readonly plan?: string;
}

/** The tool's exit code for a journal that is damaged, or whose replay differs. */
const BAD = 1;

export async function dumpCommand(of: readonly string[], options: JournalSource & { readonly json: boolean }): Promise<number> {
  const files = find(of, options).flatMap((journals) => journals.files);
  return runJournalTool(['dump', ...files, ...(options.json ? ['--json'] : [])]);
}

export function statCommand(of: readonly string[], options: FiguresOptions): Promise<number> {
  return withFigures(options.json, async (figures) => runJournalTool(['stat', ...find(of, options).flatMap(({ files }) => files), ...figures()]));
}

export function verifyCommand(of: readonly string[], options: VerifyOptions): Promise<number> {
  if (!options.replay && (options.fromSnapshot === true || options.snapshots !== undefined)) throw new ResultsError('journal: only a replay begins at a snapshot; add --replay');
  return withFigures(options.json, async (figures) => {
    let worst = 0;
    for (const journals of find(of, options, options.plan)) {
      const replay = options.replay ? ['--replay', '--plan', planOf(journals), ...snapshotArguments(journals, options)] : [];
      const code = await runJournalTool(['verify', ...journals.files, ...replay, ...figures()]);
      if (options.replay && code === BAD) explainLosses(journals);
      worst = Math.max(worst, code);
    }
    return worst;
  });
}

/** The books of each venue at a record of its journal. */
export function replayCommand(of: readonly string[], { json, until, symbol, levels, plan, ...source }: ReplayOptions): Promise<number> {
  const query = [...(until === undefined ? [] : ['--until', String(until)]), ...(symbol === undefined ? [] : ['--symbol', symbol]), '--levels', String(levels)];
  return withFigures(json, async (figures) => {
    let worst = 0;
    for (const journals of find(of, source, plan)) {
      // Of a run, what has books; named files as they are given.
      const venues = of.some((given) => journals.files.includes(given)) ? journals.files : journals.files.filter((file) => !isOmsJournal(file));
      const code = await runJournalTool(['replay', ...venues, '--plan', planOf(journals), ...query, ...snapshotArguments(journals, source), ...figures()]);
      if (code === BAD) explainLosses(journals);
      worst = Math.max(worst, code);
    }
    return worst;
  });
}

/** Orders, positions, limits and gaps of each run's OMS, from its journal. */
export function positionsCommand(of: readonly string[], { json, until, plan, ...source }: PositionsOptions): Promise<number> {
  return withFigures(json, async (figures) => {
    let worst = 0;
    for (const journals of find(of, source, plan)) {
      const files = journals.files.filter((file) => isOmsJournal(file) || of.includes(file));
      if (files.length === 0) throw new ResultsError(`journal: the OMS kept none beside ${journals.files[0] ?? 'those of the venues'}; run it again with --set pipeline.journal.oms=true`);
      worst = Math.max(worst, await runJournalTool([
        'positions', ...files, ...(journals.plan === undefined ? [] : ['--plan', journals.plan]), ...(until === undefined ? [] : ['--until', String(until)]),
        ...snapshotArguments(journals, source), ...figures(),
      ]));
    }
    return worst;
  });
}

function snapshotArguments(journals: JournalFiles, { fromSnapshot = false, snapshots = journals.snapshots }: SnapshotOptions): readonly string[] {
  return [...(fromSnapshot ? ['--from-snapshot'] : []), ...(snapshots === undefined ? [] : ['--snapshots', snapshots])];
}

/** Where a replay differs. */
function explainLosses({ losses }: JournalFiles): void {
  if (losses === '') return;
  process.stderr.write(`this run lost market data on the way to its venues (${losses}): a replay has all of it and cannot be equal; replay a run without losses, at a lower pipeline.feed.rate or with --set pacing=lockstep\n`);
}

function find(of: readonly string[], { results }: JournalSource, plan?: string): readonly JournalFiles[] {
  const given = of.length === 0 ? ['last'] : of;
  const files = given.filter(isFile);
  const runs = given.filter((one) => !isFile(one)).flatMap((one) => findRuns(resultsDirectory(results), one));
  return [...runs.map((run) => ({ ...journalsOfRun(run), ...(plan === undefined ? {} : { plan }) })), ...journalsByName(files, plan)];
}

/** No run is called like this. */
function isFile(given: string): boolean {
  return given.includes('/') || given.endsWith('.hsj');
}

function planOf({ files, plan }: JournalFiles): string {
  if (plan !== undefined) return plan;
  throw new ResultsError(`journal: there is no plan.json beside ${files[0] ?? 'the journal'}; name the run's plan with --plan FILE`);
}

/** The tool writes one file a call, none where it could not use what it was given; what they hold becomes one list. */
async function withFigures(json: string | undefined, read: (figures: () => readonly string[]) => Promise<number>): Promise<number> {
  if (json === undefined) return read(() => []);
  requireWritable(json);
  const folder = mkdtempSync(path.join(tmpdir(), 'hopscope-journal-'));
  const written: string[] = [];
  try {
    const code = await read(() => {
      const file = path.join(folder, `${written.length}.json`);
      written.push(file);
      return ['--figures', file];
    });
    writeJson(json, written.filter((file) => existsSync(file)).flatMap((file) => JSON.parse(readFileSync(file, 'utf8')) as readonly unknown[]));
    return code;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
