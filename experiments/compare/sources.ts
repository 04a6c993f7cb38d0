/** From `last`, a run's name, its folder, or RUN:VARIANT to the sets of runs that are meant. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { ResultsError, findExperiment, readStoredExperiment, type StoredExperiment } from '../run/results.js';
import { BUILDS, LINKS, resolveLink } from '../spec/links.js';
import type { FloorSummary, RunSummary, Summary } from '../summary.js';
import { readFigures } from './figures.js';
import type { ComparedRun, RunSet } from './run_set.js';

/** All variants of one source, or the one that was asked for. @throws ResultsError with what there is */
export function setsOf(results: string, wanted: string): readonly RunSet[] {
  const { run, variant } = parts(wanted);
  const sets = setsOfExperiment(run.includes('/') || existsSync(path.join(run, 'summary.json')) ? readStoredExperiment(path.resolve(run)) : findExperiment(results, run));
  if (variant === undefined) return sets;
  const found = sets.filter((set) => set.variant === variant);
  if (found.length === 0) throw new ResultsError(`results: ${run} has no variant "${variant}"; its variants are ${sets.map((set) => set.variant).join(', ')}`);
  return found;
}

/** A variant's name may hold spaces and colons, a run's none. */
function parts(wanted: string): { readonly run: string; readonly variant: string | undefined } {
  const split = wanted.indexOf(':');
  return split < 0 ? { run: wanted, variant: undefined } : { run: wanted.slice(0, split), variant: wanted.slice(split + 1) };
}

export function setsOfExperiment({ id, directory, started, summary }: StoredExperiment): readonly RunSet[] {
  const figures = readFigures(directory);
  return summary.variants.map((variant) => {
    const settings = figures.settings[variant.name] ?? variant.settings;
    const build = textOf(settings['pipeline.build'], 'unknown');
    return {
      name: variant.name,
      variant: variant.name,
      experiment: summary.experiment,
      source: id,
      started: started.toISOString(),
      build,
      link: linkOf(build, textOf(settings['pipeline.link'], 'auto')),
      settings,
      machine: summary.machine,
      captured: variant.runs.some(wasCaptured),
      floor: floorOf(summary, variant.name),
      runs: variant.runs.map((run): ComparedRun => ({ ...comparedRun(run), ...(figures.runs[run.run_id] ?? { breakdown: {}, curves: {} }) })),
    };
  });
}

/** Summaries of before the link had a name of its own say `auto`, or nothing. */
function linkOf(build: string, link: string): string {
  const known = BUILDS.find((one) => one === build);
  if (link !== 'auto') return LINKS.find((one) => one === link) ?? 'unknown';
  return known === undefined ? 'unknown' : resolveLink(known, 'auto');
}

function comparedRun(run: RunSummary & { readonly invalid_because?: readonly string[] }): Omit<ComparedRun, 'breakdown' | 'curves'> {
  return {
    run_id: run.run_id,
    valid: run.valid,
    order: Number(/-(\d+)$/.exec(run.run_id)?.[1] ?? 0), // the runner numbers them as it makes them
    invalid_because: run.invalid_because ?? [],
    latency_ns: run.latency_ns,
    digest: run.digest.orders ?? '',
  };
}

/** Absent in summaries of before there were floors; the rounds, in those of before there was more than one. */
function floorOf({ floors }: Summary, variant: string): FloorSummary | null {
  const floor: (Omit<FloorSummary, 'rounds_of_testpmd'> & Partial<FloorSummary>) | undefined = floors?.find(({ variants }) => variants.includes(variant));
  return floor === undefined ? null : { ...floor, rounds_of_testpmd: floor.rounds_of_testpmd ?? [] };
}

/** Absent in summaries of before runs could be captured. */
function wasCaptured(run: RunSummary & { readonly capture?: unknown }): boolean {
  return (run.capture ?? null) !== null;
}

function textOf(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise;
}

export interface Grouped {
  readonly groups: readonly (readonly RunSet[])[];
  /** One line for each variant that one source has and another lacks. */
  readonly uncompared: readonly string[];
}

/**
 * Puts sets of several sources into comparisons, the base first: those of the first source against those of the same variant in each other one;
 * where each source has one variant, they are compared whatever they are called. One source: its variants against its first.
 */
export function groupsOf(sources: readonly (readonly RunSet[])[]): Grouped {
  const [bases = [], ...others] = sources;
  if (others.length === 0) return { groups: bases.length < 2 ? [] : [named(bases)], uncompared: [] };
  if (bases.length === 1 && others.every((sets) => sets.length === 1)) return { groups: [named([...bases, ...others.flat()])], uncompared: [] };
  const groups = bases.flatMap((base) => {
    const same = others.flatMap((sets) => sets.filter(({ variant }) => variant === base.variant));
    return same.length === 0 ? [] : [named([base, ...same])];
  });
  return { groups, uncompared: uncomparedOf(sources) };
}

function uncomparedOf(sources: readonly (readonly RunSet[])[]): readonly string[] {
  const has = (sets: readonly RunSet[], variant: string): boolean => sets.some((set) => set.variant === variant);
  const nameOf = (sets: readonly RunSet[]): string => sets[0]?.source ?? 'nothing';
  return [...new Set(sources.flat().map(({ variant }) => variant))].flatMap((variant) => {
    const [having, lacking] = [sources.filter((sets) => has(sets, variant)), sources.filter((sets) => !has(sets, variant))];
    if (lacking.length === 0) return [];
    return [`not compared: ${variant} is ${having.length === 1 ? 'only in' : 'not in'} ${(having.length === 1 ? having : lacking).map(nameOf).join(', ')}`];
  });
}

/** Names that are unique: the variant, else with its source. */
function named(sets: readonly RunSet[]): readonly RunSet[] {
  const isUnique = new Set(sets.map(({ variant }) => variant)).size === sets.length;
  return sets.map((set) => ({ ...set, name: isUnique ? set.variant : `${set.variant} in ${set.source}` }));
}
