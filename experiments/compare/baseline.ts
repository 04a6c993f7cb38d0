/** Baselines: sets of runs under a name of the user's, in results/baselines/NAME.json. A copy, so that the runs themselves can go. */
import { mkdirSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { ResultsError, writeJson } from '../run/results.js';
import { RunFiguresSchema } from './figures.js';
import type { RunSet } from './run_set.js';

const Latency = z.object({ count: z.number(), p50: z.number(), p90: z.number(), p99: z.number(), p999: z.number(), max: z.number(), error: z.number() });
const Run = RunFiguresSchema.extend({
  run_id: z.string(), valid: z.boolean(), order: z.number(), invalid_because: z.array(z.string()), latency_ns: z.record(z.string(), Latency), digest: z.string(),
});
const Machine = z.looseObject({
  cpu: z.string(), kernel: z.string(), tsc_hz: z.number(), hugepages: z.number(),
  dpdk: z.string().nullable(), spdk: z.string().nullable(), netmap: z.string().nullable(), id: z.string().exactOptional(), build_flags: z.string().exactOptional(),
});
const Floor = z.object({
  variants: z.array(z.string()), build: z.string(), link: z.string(),
  round_trip_ns: z.object({ count: z.number(), p50: z.number(), p90: z.number(), p99: z.number(), p999: z.number(), max: z.number() }),
  forwards_per_s: z.number(), lost: z.number(), drops: z.number(), conditions: z.string(),
  testpmd_pps: z.array(z.number()), rounds_of_testpmd: z.array(z.number()), of_testpmd: z.number().nullable(),
});
const BaselineSchema = z.object({
  schema: z.literal(1),
  name: z.string(),
  saved: z.string(),
  sets: z.array(z.object({
    name: z.string(), variant: z.string(), experiment: z.string(), source: z.string(), started: z.string(), build: z.string(), link: z.string(),
    settings: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])), machine: Machine,
    // Both absent in baselines of earlier versions.
    captured: z.boolean().default(false),
    floor: Floor.nullable().default(null),
    runs: z.array(Run),
  })).min(1),
});

const NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/i;

/** A baseline of the same name is replaced. @returns the file */
export function saveBaseline(results: string, name: string, sets: readonly RunSet[], now: Date): string {
  requireName(name);
  const invalid = sets.filter(({ runs }) => runs.some(({ valid }) => !valid) || runs.length === 0);
  if (invalid.length > 0) throw new ResultsError(`baseline: ${invalid.map((set) => set.name).join(', ')} ${invalid.length === 1 ? 'has' : 'have'} invalid runs or none, and would be a baseline for nothing; measure again at a rate without losses`);
  const file = fileOf(results, name);
  try {
    mkdirSync(path.dirname(file), { recursive: true });
  } catch (error) {
    throw new ResultsError(`baseline: ${path.dirname(file)} cannot be made (${error instanceof Error ? error.message : String(error)}); choose another place with --results DIR`);
  }
  writeJson(file, { schema: 1, name, saved: now.toISOString(), sets });
  return file;
}

export function readBaseline(results: string, name: string): readonly RunSet[] {
  requireName(name);
  let text: string;
  try {
    text = readFileSync(fileOf(results, name), 'utf8');
  } catch {
    const there = names(results);
    throw new ResultsError(`baseline: there is no baseline ${name} in ${results}; ${there.length === 0 ? `store one with hopscope compare last --save ${name}` : `there are ${there.join(', ')}`}`);
  }
  try {
    const { sets, saved } = BaselineSchema.parse(JSON.parse(text));
    return sets.map((set) => ({ ...set, source: `baseline ${name} of ${saved.slice(0, 10)}` }));
  } catch {
    throw new ResultsError(`baseline: ${fileOf(results, name)} cannot be read as a baseline; store it again with --save ${name}`);
  }
}

function requireName(name: string): void {
  if (!NAME.test(name)) throw new ResultsError(`baseline: "${name}" is no name for one; use letters, digits, dots, hyphens and underscores, for example main`);
}

function fileOf(results: string, name: string): string {
  return path.join(results, 'baselines', `${name}.json`);
}

function names(results: string): readonly string[] {
  try {
    return readdirSync(path.join(results, 'baselines')).filter((file) => file.endsWith('.json')).map((file) => file.slice(0, -'.json'.length)).sort();
  } catch {
    return [];
  }
}
