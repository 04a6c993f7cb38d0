/** The floors of an experiment: the echo of each network build on its link, and, for DPDK's rings, what dpdk-testpmd does with the same device. */
import path from 'node:path';
import { prepareHugepages } from '../isolation/hugepages.js';
import { resolvePolicy } from '../isolation/policy.js';
import type { Session } from '../isolation/session.js';
import type { Placement } from '../launch/placement.js';
import type { Variant } from '../spec/load.js';
import type { FloorSummary } from '../summary.js';
import { echoKey, measureEcho, type Echo } from './echo.js';
import { measureTestpmd } from './testpmd.js';

export interface FloorOptions {
  readonly variants: readonly Variant[];
  readonly placements: readonly Placement[];
  readonly folder: { readonly directory: string; readonly tag: string };
  readonly session: Pick<Session, 'remember' | 'undo'>;
  readonly signal: AbortSignal;
  /** One line for each floor that could not be measured: the others stand without it. */
  readonly failed: (line: string) => void;
}

/** One for every build and link of the experiment. */
export async function measureFloors(options: FloorOptions, measure = measureFloor): Promise<readonly FloorSummary[]> {
  const groups = new Map<string, { readonly variant: Variant; readonly placement: Placement; readonly names: string[] }>();
  for (const [index, variant] of options.variants.entries()) {
    const placement = options.placements[index];
    if (placement === undefined) continue;
    const key = echoKey(variant.settings);
    const group = groups.get(key) ?? { variant, placement, names: [] };
    group.names.push(variant.name);
    groups.set(key, group);
  }
  const floors: FloorSummary[] = [];
  for (const [index, { variant, placement, names }] of [...groups.values()].entries()) {
    if (options.signal.aborted) break;
    try {
      floors.push(await measure(variant, placement, names, index + 1, options));
    } catch (error) {
      options.failed(`floor of ${names.join(', ')}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return floors;
}

async function measureFloor(variant: Variant, placement: Placement, names: readonly string[], index: number, { folder, session, signal }: FloorOptions): Promise<FloorSummary> {
  const { settings } = variant;
  const { build, link } = settings.pipeline;
  const scheduler = resolvePolicy(settings) === 'fifo' ? 'fifo' : 'other';
  const hugepages = prepareHugepages(settings).use;
  const [lcore] = placement.lcores;
  const echo = (round: number): Promise<Echo> =>
    measureEcho({ settings, placement, scheduler, hugepages, tag: `${folder.tag}e${index}${round}`, directory: path.join(folder.directory, `echo-${index}-${round}`), session, signal });
  const named = { variants: names, build, link };
  if (build !== 'dpdk' || link !== 'ring' || lcore === undefined) return { ...named, ...(await echo(1)), testpmd_pps: [], rounds_of_testpmd: [], of_testpmd: null };
  const cpus = { cpu: lcore.cpu, housekeepingCpu: placement.housekeepingCpu };
  const testpmd = async (): Promise<number> => (await measureTestpmd({ ...cpus, burst: settings.pipeline.burst, hugepages, scheduler, session, signal })).pps;
  return { ...named, ...(await betweenTestpmd(echo, testpmd)) };
}

/** Each echo between two runs of testpmd, never beside one; the round with the middle share counts: a shared host has bad seconds. */
export async function betweenTestpmd(
  echo: (round: number) => Promise<Echo>,
  testpmd: () => Promise<number>,
): Promise<Echo & Pick<FloorSummary, 'testpmd_pps' | 'rounds_of_testpmd' | 'of_testpmd'>> {
  let before = await testpmd();
  const testpmdPps = [before];
  const between = async (round: number): Promise<{ readonly measured: Echo; readonly share: number }> => {
    const measured = await echo(round);
    const after = await testpmd();
    testpmdPps.push(after);
    const share = measured.forwards_per_s / ((before + after) / 2);
    before = after;
    return { measured, share };
  };
  const [first, second, third] = [await between(1), await between(2), await between(3)];
  const [, middle = second] = [first, second, third].sort((a, b) => a.share - b.share);
  return { ...middle.measured, testpmd_pps: testpmdPps, rounds_of_testpmd: [first.share, second.share, third.share], of_testpmd: middle.share };
}
