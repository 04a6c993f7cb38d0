/**
 * Which lane a run really gets. A lane that this kernel refuses gives way to the next best one, found by trying to open it:
 * stream -> capsule -> hops -> stamps. Said once, stored with the run.
 */
import { existsSync } from 'node:fs';
import { NativeError, openLane, type FeatureName, type LaneOptions, type LaneSession } from '../../native/index.js';
import type { Lane } from '../launch/plan.js';
import type { Settings } from '../spec/schema.js';

export interface LaneChoice {
  readonly lane: Lane;
  /** Empty where the lane is the one asked for. */
  readonly condition: string;
}

export type OpenLane = (options: LaneOptions) => LaneSession;

/** Lanes that bring records out. */
export type RecordingLane = 'stream' | 'capsule' | 'hops';

export function isRecording(lane: Lane): lane is RecordingLane {
  return lane === 'stream' || lane === 'capsule' || lane === 'hops';
}

const NEXT_BEST: Readonly<Record<RecordingLane, Lane>> = { stream: 'capsule', capsule: 'hops', hops: 'stamps' };

/** Tries lanes until one opens. Opens and closes it: rings belong to one run only. */
export function chooseLane(settings: Settings, threads: number, open: OpenLane = openLane): LaneChoice {
  const refusals: string[] = [];
  let lane: Lane = settings.probes.lane;
  while (isRecording(lane)) {
    try {
      open(laneOptions(settings, lane, threads, 'trial')).close();
      break;
    } catch (error) {
      if (!(error instanceof NativeError) || error.subject !== 'lane') throw error;
      refusals.push(`lane ${lane} is not possible here (${error.message})`);
      lane = NEXT_BEST[lane];
    }
  }
  const conditions = [...(refusals.length === 0 ? [] : [`${refusals.join('; ')}: this run uses lane ${lane}`]), ...(hasKernelBtf(settings.probes.deny) ? [] : [NO_BTF])];
  return { lane, condition: conditions.join('; ') };
}

/** The lanes' programs are written against the kernel's stable interface, so they load without it; programs that read kernel types do not. */
const NO_BTF = 'this kernel offers no BTF: the lanes do without, evidence from inside the kernel (tp_btf, fentry) is not to be had; boot one with CONFIG_DEBUG_INFO_BTF=y';

function hasKernelBtf(deny: readonly string[]): boolean {
  return !deny.includes('btf') && existsSync('/sys/kernel/btf/vmlinux');
}

export function laneOptions(settings: Settings, lane: RecordingLane, threads: number, runId: string): LaneOptions {
  const { probes } = settings;
  return { lane, threads, ringBytes: probes.ring, outputBytes: probes.output, sample: probes.sample, runId, deny: deniedFeatures(settings) };
}

/** Of what a run is told to do without, the kernel's features. */
export function deniedFeatures({ probes }: Settings): readonly FeatureName[] {
  return probes.deny.filter((name): name is FeatureName => name !== 'hugepages' && name !== 'avx2' && name !== 'chdb');
}
