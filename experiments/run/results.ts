/**
 * The results folder: one folder an experiment (`summary.json`, `report.html`, `report.json`, one folder a run), and the store beside them.
 */
import { accessSync, constants, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { randomInt } from 'node:crypto';
import path from 'node:path';
import type { ReportInput } from '../report/input.js';
import { SUMMARY_SCHEMA, type Summary } from '../summary.js';

/** A run that is not there, or results that cannot be written. */
export class ResultsError extends Error {
  override readonly name = 'ResultsError';
}

export interface ExperimentFolder {
  /** Folder name: what `hopscope runs` lists and `hopscope report` takes. */
  readonly id: string;
  readonly directory: string;
  /** Unique among the runs of this machine; part of namespace and interface names. */
  readonly tag: string;
}

export interface StoredExperiment {
  readonly id: string;
  readonly directory: string;
  readonly started: Date;
  readonly summary: Summary;
}

export function resultsDirectory(given?: string): string {
  return path.resolve(given ?? process.env.HOPSCOPE_RESULTS ?? 'results');
}

export function storeDirectory(results: string): string {
  return path.join(results, 'store');
}

/** Notifications of alerts that are on their way. */
export function outboxDirectory(results: string): string {
  return path.join(results, 'outbox');
}

/** `tick-to-ack-20260301-093000-k3f9q`: sorts by experiment, then by time. */
export function makeExperimentFolder(results: string, experiment: string, now: Date): ExperimentFolder {
  const tag = Array.from({ length: 5 }, () => '0123456789abcdefghjkmnpqrstvwxyz'[randomInt(32)] ?? '0').join('');
  const stamp = now.toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  const id = `${experiment}-${stamp}-${tag}`;
  const directory = path.join(results, id);
  try {
    mkdirSync(directory, { recursive: true });
  } catch (error) {
    throw new ResultsError(`results: ${directory} cannot be made (${error instanceof Error ? error.message : String(error)}); choose another place with --results DIR or HOPSCOPE_RESULTS`);
  }
  return { id, directory, tag };
}

export function writeSummary(directory: string, summary: Summary, report: ReportInput): void {
  writeJson(path.join(directory, 'report.json'), report);
  writeJson(path.join(directory, 'summary.json'), summary);
}

/** Refuses a file that could not be written later, before a run spends its time. Touches nothing. */
export function requireWritable(file: string): void {
  try {
    accessSync(existsSync(file) ? file : path.dirname(path.resolve(file)), constants.W_OK);
  } catch (error) {
    throw new ResultsError(`results: ${file} cannot be written (${error instanceof Error ? error.message : String(error)}); name another file`);
  }
}

export function writeJson(file: string, data: unknown): void {
  try {
    writeFileSync(file, `${JSON.stringify(data, null, 2)}\n`);
  } catch (error) {
    throw new ResultsError(`results: ${file} cannot be written (${error instanceof Error ? error.message : String(error)}); free some space, or name another file`);
  }
}

/** Newest first. Folders without a readable summary (interrupted before its end) are left out. */
export function listExperiments(results: string): readonly StoredExperiment[] {
  let names: readonly string[];
  try {
    names = readdirSync(results);
  } catch {
    return [];
  }
  return names
    .flatMap((id) => {
      const started = startOf(id);
      const directory = path.join(results, id);
      const summary = started === undefined ? undefined : readSummary(directory);
      return started === undefined || summary === undefined ? [] : [{ id, directory, started, summary }];
    })
    .sort((a, b) => b.started.getTime() - a.started.getTime() || b.id.localeCompare(a.id));
}

/** By folder name, by the end of it (the tag), or `last`. */
export function findExperiment(results: string, wanted: string): StoredExperiment {
  const all = listExperiments(results);
  const found = wanted === 'last' ? all[0] : (all.find((one) => one.id === wanted) ?? all.find((one) => one.id.endsWith(wanted)));
  if (found !== undefined) return found;
  throw new ResultsError(all.length === 0
    ? `results: nothing has been run yet in ${results}; hopscope run experiments/tick-to-ack.yaml`
    : `results: there is no run ${wanted} in ${results}; hopscope runs lists them`);
}

/** By its folder, wherever that is. */
export function readStoredExperiment(directory: string): StoredExperiment {
  const id = path.basename(directory);
  const [started, summary] = [startOf(id), readSummary(directory)];
  if (summary === undefined) throw new ResultsError(`results: ${directory} has no readable summary.json; name a run from hopscope runs, or its folder`);
  return { id, directory, started: started ?? new Date(0), summary };
}

export function readReportInput(experiment: StoredExperiment): ReportInput {
  try {
    return JSON.parse(readFileSync(path.join(experiment.directory, 'report.json'), 'utf8')) as ReportInput;
  } catch {
    throw new ResultsError(`results: ${experiment.id} has no readable report.json; run the experiment again`);
  }
}

function readSummary(directory: string): Summary | undefined {
  try {
    const summary = JSON.parse(readFileSync(path.join(directory, 'summary.json'), 'utf8')) as Partial<Summary>;
    return summary.schema === SUMMARY_SCHEMA ? (summary as Summary) : undefined;
  } catch {
    return undefined;
  }
}

/** When the experiment of this folder began; undefined: it is not an experiment's. */
export function startOf(id: string): Date | undefined {
  const [, year, month, day, hour, minute, second] = /-(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)-[0-9a-z]{5}$/.exec(id) ?? [];
  return year === undefined ? undefined : new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}
