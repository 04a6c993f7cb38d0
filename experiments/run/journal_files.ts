/** Where a run's journal files stand, and the plan that they can be replayed from. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { OMS_JOURNAL } from '../launch/journal_tool.js';
import { planFile, readStoredPlan, type RunFolder } from './run_folders.js';
import { ResultsError } from './results.js';
import type { Summary } from '../summary.js';

export interface JournalFiles {
  readonly files: readonly string[];
  /** Undefined: none was found beside them. */
  readonly plan: string | undefined;
  /** Folder of the snapshots; undefined: beside the files. */
  readonly snapshots?: string;
  /** Feed messages that the run's venues never saw, and packets that a port lost; empty where nobody counted any. */
  readonly losses: string;
}

/** The journal of device memory is a part of the engine. */
const ON_DISK = '--set pipeline.journal.keep=true --set pipeline.journal.device=uring';

/** @throws ResultsError when the run kept no journal: one line that says how to keep it */
export function journalsOfRun(run: RunFolder): JournalFiles {
  const { journal } = readStoredPlan(run);
  if (journal.device === 'memory') {
    throw new ResultsError(`journal: that of run ${run.runId} was in memory (device memory) and ended with its engine; run it again with ${ON_DISK}`);
  }
  // The run's own folder first: results may have been moved since.
  const beside = [path.join(run.directory, 'journal'), journal.directory].map(journalFilesIn).find((found) => found.length > 0) ?? [];
  if (journal.paths.length > 0) return { files: [...journal.paths, ...beside.filter(isOmsJournal)], plan: planFile(run.directory), snapshots: snapshotsOf(run, journal.directory), losses: lossesOf(run) };
  if (journal.device === 'spdk') {
    throw new ResultsError(`journal: that of run ${run.runId} is on a bdev of SPDK; name the file or device behind it instead (docs/spdk.md), or run it again with ${ON_DISK}`);
  }
  if (beside.length === 0) throw new ResultsError(`journal: run ${run.runId} did not keep it; run it again with --set pipeline.journal.keep=true`);
  return { files: beside, plan: planFile(run.directory), losses: lossesOf(run) };
}

/** A journal on a block device has its snapshots in the folder that one of files would have stood in. */
function snapshotsOf(run: RunFolder, planned: string): string {
  const own = path.join(run.directory, 'journal');
  return existsSync(own) ? own : planned;
}

/** Files given by name, by the folder they stand in: the plan is kept beside them. */
export function journalsByName(names: readonly string[], plan: string | undefined): readonly JournalFiles[] {
  const folders = new Set(names.map((name) => path.dirname(path.resolve(name))));
  return [...folders].map((folder) => {
    const beside = planFile(folder);
    const files = names.filter((name) => path.dirname(path.resolve(name)) === folder);
    return { files, plan: plan ?? (existsSync(beside) ? beside : undefined), losses: '' };
  });
}

/** What it has are no books of a venue. */
export function isOmsJournal(file: string): boolean {
  return path.basename(file) === OMS_JOURNAL;
}

/** By venue, then the OMS's where it kept one. */
function journalFilesIn(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  const venueOf = (name: string): number => (name === OMS_JOURNAL ? Infinity : Number(/^journal-([0-9]+)\.hsj$/.exec(name)?.[1] ?? NaN));
  return readdirSync(folder)
    .filter((name) => !Number.isNaN(venueOf(name)))
    .sort((a, b) => venueOf(a) - venueOf(b))
    .map((name) => path.join(folder, name));
}

function lossesOf({ runId, experiment }: RunFolder): string {
  try {
    const { variants } = JSON.parse(readFileSync(path.join(experiment, 'summary.json'), 'utf8')) as Summary;
    const run = variants.flatMap(({ runs }) => runs).find(({ run_id }) => run_id === runId);
    const counted = (['venue_gaps', 'port_drops'] as const).map((name) => [name, run?.counters[name] ?? 0] as const);
    return counted.flatMap(([name, count]) => (count === 0 ? [] : `${name} ${count}`)).join(', ');
  } catch {
    return ''; // killed before its summary
  }
}
