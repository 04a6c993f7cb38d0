/** A short lockstep run, the same over every link: on the host, and as lines of a guest's script. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { buildLinks } from '../../experiments/launch/network.js';
import { buildPlan, writePlan } from '../../experiments/launch/plan.js';
import { SpecDocument } from '../../experiments/spec/document.js';
import { readExperiment } from '../../experiments/spec/load.js';
import { venueCount } from '../../experiments/spec/schema.js';
import type { Link } from '../../experiments/launch/network.js';

const ROOT = path.join(import.meta.dirname, '../..');
const DRIVER = path.join(import.meta.dirname, 'run_engine.sh');
const SETTINGS = [
  'pacing=lockstep', 'pipeline.feed.seed=7', 'pipeline.feed.messages=1000', 'pipeline.oms.every=4', 'pipeline.journal.device=memory', 'pipeline.journal.size=16MiB',
  'repeat.warmup=1us', 'probes.lane=stamps', 'probes.stalls=false',
];
export interface Digests {
  readonly orders: string;
  readonly journal: string;
}

export interface Lockstep {
  readonly name: string;
  readonly links: readonly Link[];
  /** One line for sh. */
  readonly command: string;
}

/**
 * @param folder where the plan and the result are; `seen` is what the engine's own machine calls it
 * @param settings the build, the link and what belongs to them
 */
export function prepare(name: string, folder: string, seen: string, hugepages: boolean, settings: readonly string[]): Lockstep {
  const read = readExperiment(SpecDocument.parse('guest.yaml', `name: ${name}`, [...SETTINGS, ...settings])).variants[0]?.settings;
  if (read === undefined) throw new Error('the experiment has no variant');
  const { build, link, ports } = read.pipeline;
  const pagePath = `/dev/shm/hopscope-guest-${process.pid}-${name}`;
  mkdirSync(folder, { recursive: true });
  const links = buildLinks(venueCount(read), 'guest', link, ports);
  writePlan(path.join(folder, `${name}.json`), buildPlan(read, {
    runId: `guest-${name}`, pagePath, resultPath: `${seen}/${name}.result.json`, journalDirectory: '/tmp',
    placement: { housekeepingCpu: 0, lcores: [{ cpu: 1, roles: ['feed', 'oms', 'venue0'] }] },
    scheduler: 'other', hugepages, lane: 'stamps', ringMapIds: [], stalls: false, links,
  }));
  return { name, links, command: `sh ${DRIVER} ${executable(build)} ${seen}/${name}.json ${pagePath}` };
}

export function executable(build: string): string {
  return path.join(ROOT, 'build/engine', `hopscope-engine-${build}`);
}

/** Of engine/result.cpp. */
export interface Result {
  readonly digest: Digests & { readonly null_because: string };
  readonly ports: readonly { readonly name: string; readonly rx: number; readonly tx: number; readonly rx_malformed: number; readonly drops: number }[];
}

export function resultOf(folder: string, name: string): Result {
  return JSON.parse(readFileSync(path.join(folder, `${name}.result.json`), 'utf8')) as Result;
}

/** The reference: DPDK rings, on this machine. */
export function ringOnHost(folder: string): Result {
  const { name, command } = prepare('ring', folder, folder, false, ['pipeline.link=ring']);
  const done = spawnSync('sh', ['-c', command], { encoding: 'utf8', timeout: 60_000 });
  if (done.status !== 0) throw new Error(`the engine on the host: ${done.stdout}${done.stderr}`);
  return resultOf(folder, name);
}
