/**
 * The doctor: is everything here that the default experiment needs, and what does this machine do to its results?
 *
 * Nothing is guessed where it can be tried: features by loading a program of each kind, the clock and the floor by measuring them.
 */
import * as native from '../../native/index.js';
import { GROUPS, type Check, type CheckGroup, type Verdict } from './check.js';
import { builtChecks } from './built.js';
import { bypassChecks } from './bypass.js';
import { floorChecks, type MeasureJitter } from './floor.js';
import { thisHost, type Host } from './host.js';
import { kernelChecks } from './kernel.js';
import { memoryChecks } from './memory.js';
import { probeChecks } from './probes.js';
import { onlineCpus, processorChecks } from './processor.js';
import { stallCheck } from './stalls.js';
import { storageChecks } from './storage.js';

/** What the addon measures; undefined in place of what could not be had. */
export interface Instruments {
  readonly tsc: native.Tsc | undefined;
  readonly features: readonly native.Feature[] | undefined;
  readonly jitter: MeasureJitter | undefined;
}

export interface DoctorOptions {
  readonly resultsDirectory: string;
  readonly storeUrl?: string | undefined;
  /** Features to treat as missing, as in `probes.deny`. */
  readonly deny?: readonly string[];
  /** How long each core is measured; 0 leaves the floor out. */
  readonly floorMilliseconds?: number;
  /** Told before something that takes a moment. */
  readonly onProgress?: (what: string) => void;
}

const FLOOR_MILLISECONDS = 300;

export interface Diagnosis {
  readonly schema: 1;
  /** Everything the default experiment needs is there. */
  readonly ok: boolean;
  readonly checks: readonly Check[];
}

function unlessMissing<T>(measure: () => T): T | undefined {
  try {
    return measure();
  } catch (error) {
    if (error instanceof native.NativeError) return undefined;
    throw error;
  }
}

/** Tries the addon's features and clock; where the addon is not built, all of them are undefined. */
export function instrumentsOf(deny: readonly string[]): Instruments {
  const tsc = unlessMissing(() => native.tsc());
  const denied = deny.filter((name): name is native.FeatureName => name !== 'hugepages' && name !== 'avx2' && name !== 'chdb');
  return { tsc, features: unlessMissing(() => native.features(denied)), jitter: tsc === undefined ? undefined : native.jitter };
}

/** Looks at everything; changes nothing but making the results directory where it is missing. */
export async function diagnose(options: DoctorOptions, host: Host = thisHost(), instruments: Instruments = instrumentsOf(options.deny ?? [])): Promise<Diagnosis> {
  const { deny = [], floorMilliseconds = FLOOR_MILLISECONDS, onProgress } = options;
  const cpus = floorMilliseconds > 0 ? onlineCpus(host) : [];
  if (cpus.length > 0) onProgress?.(`measuring the jitter floor of ${cpus.length} CPUs, ${floorMilliseconds} ms each`);
  const byGroup: Readonly<Record<CheckGroup, readonly Verdict[]>> = {
    processor: processorChecks(host, instruments.tsc),
    memory: memoryChecks(host, deny),
    kernel: kernelChecks(host),
    probes: [...probeChecks(instruments.features), stallCheck(host)],
    bypass: bypassChecks(host),
    store: storageChecks(host, { resultsDirectory: options.resultsDirectory, storeUrl: options.storeUrl, deny }),
    build: builtChecks(host),
    'jitter floor': await floorChecks(instruments.jitter, cpus, floorMilliseconds),
  };
  const checks = GROUPS.flatMap((group) => byGroup[group].map((verdict) => ({ group, ...verdict })));
  return { schema: 1, ok: checks.every((check) => check.status !== 'bad'), checks };
}

/** 0 if everything needed for the default experiment is there, else 1. */
export function exitCodeOf(diagnosis: Diagnosis): 0 | 1 {
  return diagnosis.ok ? 0 : 1;
}
