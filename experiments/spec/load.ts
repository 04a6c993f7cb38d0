/** From a YAML file and `--set` overrides to an experiment whose every setting is known to be possible. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { z } from 'zod';
import { conflicts } from './check.js';
import { SpecDocument, isRecord, setAt, type Path } from './document.js';
import { SpecError, type Fault } from './errors.js';
import { nearest, type Rule } from '../../collector/index.js';
import { readAlerts } from './alerts.js';
import { compareRules, type CompareRules } from './compare.js';
import { loadCurve, shareName, type LoadCurve } from './load_curve.js';
import { EXPERIMENT_KEYS, SettingsSchema, knownKeys, withRepeatDefaults, type RunOrder, type Settings } from './schema.js';
import { readThresholds, type Threshold } from './thresholds.js';
import { LEAST_ROUNDS } from './rounds.js';
import { readVary, type Combination } from './vary.js';

export interface Variant {
  /** What distinguishes it; the build where nothing varies. */
  readonly name: string;
  readonly settings: Settings;
  /** Dotted keys in which the variants differ. */
  readonly varied: readonly string[];
}

export interface Experiment {
  readonly file: string;
  readonly name: string;
  readonly description: string;
  readonly variants: readonly Variant[];
  readonly thresholds: readonly Threshold[];
  /** Alert rules, evaluated while it runs. */
  readonly rules: readonly Rule[];
  /** Of each variant. */
  readonly runs: number;
  readonly order: RunOrder;
  /** Further rounds while the primary metrics' intervals reach farther than this share; undefined: none. */
  readonly until: { readonly intervalShare: number; readonly mostRuns: number } | undefined;
  /** Undefined where the experiment compares nothing. */
  readonly compare: CompareRules | undefined;
  readonly reference: 'none' | 'testpmd' | 'fio';
  /** Measure what each network build alone costs, once its runs have ended. */
  readonly floors: boolean;
  /** The variants are shares of a maximum rate that is yet to be found (run/load_curve.ts); undefined: they are as they stand. */
  readonly load: LoadCurve | undefined;
}

/** @throws SpecError one line a fault: `file:line: key: what; remedy` */
export function loadExperiment(file: string, overrides: readonly string[] = []): Experiment {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    const what = missing ? 'there is no such file; the experiments that come with hopscope stand in experiments/' : 'cannot be read; name a YAML file';
    throw new SpecError([{ where: file, key: '', what }]);
  }
  return readExperiment(SpecDocument.parse(file, text, overrides));
}

export function readExperiment(document: SpecDocument): Experiment {
  const combinations = readVary(document);
  const varied = [...new Set(combinations.flatMap(({ values }) => Object.keys(values)))];
  const read = combinations.map((combination) => readVariant(document, combination, varied));
  const [first] = read;
  if (first === undefined) throw new SpecError([{ where: document.where(['vary']), key: 'vary', what: 'no variant is left; list at least one value' }]);
  const { name, description, repeat, reference, floors, compare } = first.settings;
  const load = first.settings.load === undefined ? undefined : loadCurve(first.settings.load, document.where(['load', 'find_maximum', 'from']));
  if (load !== undefined && varied.length > 0) throw new SpecError([{ where: document.where(['load']), key: 'load', what: 'each variant would have a maximum of its own; remove vary, and write one experiment for each' }]);
  const variants = load === undefined ? read : load.shares.map((share): Variant => ({ ...first, name: shareName(share), varied: ['pipeline.feed.rate'] }));
  const rules = readAlerts(document);
  const thresholds = readThresholds(document);
  requireRules(document, thresholds, rules);
  requireParents(document, thresholds, variants);
  if (first.settings.probes.switch === undefined) requireRounds(document, thresholds, combinations, repeat);
  return {
    file: document.file, name, description, variants, thresholds, rules, runs: repeat.runs, order: repeat.order, reference, floors, load,
    until: repeat.until === undefined ? undefined : { intervalShare: repeat.until.interval, mostRuns: repeat.at_most ?? Math.max(MOST_RUNS, repeat.runs) },
    compare: compare === undefined ? undefined : compareRules(compare),
  };
}

/** Where repeat.until is given without repeat.at_most. */
const MOST_RUNS = 30;

/** An equivalence needs two variants, side by side, often enough: to be said before the runs, not after them. */
function requireRounds(document: SpecDocument, thresholds: readonly Threshold[], combinations: readonly Combination[], { runs, order }: Settings['repeat']): void {
  const [first] = combinations;
  for (const { measure, metric } of thresholds) {
    if (measure.kind !== 'equivalence') continue;
    const varied = Object.keys(first?.values ?? {});
    const what = combinations.length !== 2 || varied.length !== 1 || varied[0] !== measure.setting
      ? `needs exactly two variants that differ in ${measure.setting}; write vary: { ${measure.setting}: [a, b] } and nothing else there`
      : runs < LEAST_ROUNDS ? `needs ${LEAST_ROUNDS} rounds or more; raise repeat.runs`
      : order === 'grouped' ? 'needs rounds; write repeat.order: interleaved'
      : undefined;
    if (what !== undefined) throw new SpecError([{ where: document.where(['thresholds', metric]), key: `thresholds.${metric}`, what }]);
  }
}

function readVariant(document: SpecDocument, combination: Combination, varied: readonly string[]): Variant {
  const beside: readonly string[] = EXPERIMENT_KEYS;
  const data = structuredClone(Object.fromEntries(Object.entries(document.data).filter(([key]) => !beside.includes(key))));
  for (const [key, value] of Object.entries(combination.values)) setAt(data, key, value);
  const where = (at: Path): string => {
    const own = Object.keys(combination.values).find((key) => at.join('.') === key || at.join('.').startsWith(`${key}.`));
    return document.where(own === undefined ? at : ['vary', own]);
  };
  const read = SettingsSchema.safeParse(data, { reportInput: true });
  if (!read.success) throw new SpecError(read.error.issues.flatMap((issue) => faultsOf(issue, where)));
  const settings = withFilesBeside(document.file, withRepeatDefaults(read.data));
  const clashes = conflicts(settings);
  if (clashes.length > 0) throw new SpecError(clashes.map(({ path: at, what }) => ({ where: where(at), key: at.join('.'), what })));
  return { name: combination.name === '' ? settings.pipeline.build : combination.name, settings, varied };
}

/** SPDK's configuration and volume curves go with an experiment, and are found from any folder. */
function withFilesBeside(experiment: string, settings: Settings): Settings {
  const { journal, oms } = settings.pipeline;
  const besideIt = (file: string): string => {
    const beside = path.join(path.dirname(experiment), file);
    return path.isAbsolute(file) || !existsSync(beside) ? file : beside;
  };
  const parents = oms.parents.map((parent) => (parent.curve === undefined || parent.curve === 'history' ? parent : { ...parent, curve: besideIt(parent.curve) }));
  const spdk = journal.spdk === undefined ? undefined : { ...journal.spdk, config: besideIt(journal.spdk.config) };
  return { ...settings, pipeline: { ...settings.pipeline, oms: { ...oms, parents }, journal: { ...journal, spdk } } };
}

/** What the schema says against one setting; an unknown key is told what it may have meant. */
export function faultsOf(issue: z.core.$ZodIssue, where: (path: Path) => string): readonly Fault[] {
  const at = issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
  if (issue.code === 'unrecognized_keys') {
    const known = [...(knownKeys(at) ?? []), ...(at.length === 0 ? EXPERIMENT_KEYS : [])];
    return issue.keys.map((key) => {
      const meant = nearest(key, known);
      const remedy = meant === undefined ? `the keys here are ${known.join(', ')}` : `did you mean ${meant}?`;
      return { where: where([...at, key]), key: [...at, key].join('.'), what: `unknown key; ${remedy}` };
    });
  }
  if (issue.code === 'invalid_type' && issue.expected === 'object') {
    return [{ where: where(at), key: at.join('.'), what: `a map is needed here; its keys are ${(knownKeys(at) ?? []).join(', ')}` }];
  }
  return [{ where: where(at), key: at.join('.'), what: issue.message }];
}

/** A threshold on an alert that no rule can raise would never hold. */
function requireRules(document: SpecDocument, thresholds: readonly Threshold[], rules: readonly Rule[]): void {
  const names = rules.map(({ name }) => name);
  for (const { measure, metric } of thresholds) {
    if (measure.kind !== 'alert' || names.includes(measure.rule)) continue;
    const meant = nearest(measure.rule, names);
    const remedy = names.length === 0 ? 'write it under alerts' : meant === undefined ? `the rules are ${names.join(', ')}` : `did you mean ${meant}?`;
    throw new SpecError([{ where: document.where(['thresholds', metric]), key: `thresholds.${metric}`, what: `there is no alert rule called "${measure.rule}"; ${remedy}` }]);
  }
}

/** Nor would one on a parent order that is not there. One that is entered while it runs is in no experiment. */
function requireParents(document: SpecDocument, thresholds: readonly Threshold[], variants: readonly Variant[]): void {
  for (const { measure, metric } of thresholds) {
    if (measure.kind !== 'parents') continue;
    const { parent } = measure;
    const without = variants.find(({ settings }) => !settings.pipeline.oms.parents.some(({ name }) => parent === undefined || name === parent));
    if (without === undefined) continue;
    const names = without.settings.pipeline.oms.parents.map(({ name }) => name);
    const meant = parent === undefined ? undefined : nearest(parent, names);
    const remedy = names.length === 0 ? 'write it under pipeline.oms.parents' : meant === undefined ? `the parent orders are ${names.join(', ')}` : `did you mean ${meant}?`;
    throw new SpecError([{ where: document.where(['thresholds', metric]), key: `thresholds.${metric}`, what: `there is no parent order${parent === undefined ? '' : ` called "${parent}"`}; ${remedy}` }]);
  }
}

/** Settings by dotted key, in base units: what a run is stored with. */
export function flatten(settings: object, prefix = ''): Readonly<Record<string, string | number | boolean | null>> {
  const flat: Record<string, string | number | boolean | null> = {};
  for (const [key, value] of Object.entries(settings) as [string, unknown][]) {
    const dotted = prefix === '' ? key : `${prefix}.${key}`;
    if (isRecord(value)) Object.assign(flat, flatten(value, dotted));
    else if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || value === null) flat[dotted] = value;
    else if (value !== undefined) flat[dotted] = JSON.stringify(value);
  }
  return flat;
}
