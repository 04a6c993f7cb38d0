/** The floors of an experiment: the echo of each network build on its link, and, for DPDK's rings, what dpdk-testpmd does with the same device. */
import path from 'node:path';
import { prepareHugepages } from '../isolation/hugepages.js';
import { resolvePolicy } from '../isolation/policy.js';
import type { Session } from '../isolation/session.js';
import type { Placement } from '../launch/placement.js';
import { formatNs, formatRate } from '../report/quantity.js';
import type { Variant } from '../spec/load.js';
import type { FloorSummary } from '../summary.js';
import { echoKey, measureEcho } from './echo.js';
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
  const testpmd = async (): Promise<readonly number[]> => {
    if (build !== 'dpdk' || link !== 'ring' || lcore === undefined) return [];
    return [(await measureTestpmd({ cpu: lcore.cpu, burst: settings.pipeline.burst, housekeepingCpu: placement.housekeepingCpu, hugepages, scheduler, session, signal })).pps];
  };
  // Before and after: what the machine did in between shows.
  const before = await testpmd();
  const echo = await measureEcho({ settings, placement, scheduler, hugepages, tag: `${folder.tag}e${index}`, directory: path.join(folder.directory, `echo-${index}`), session, signal });
  const testpmdPps = [...before, ...(await testpmd())];
  const mean = testpmdPps.reduce((sum, pps) => sum + pps, 0) / testpmdPps.length;
  return { variants: names, build, link, ...echo, testpmd_pps: testpmdPps, of_testpmd: testpmdPps.length === 0 ? null : echo.forwards_per_s / mean };
}

/** One line for the user. */
export function floorLine({ variants, build, link, round_trip_ns: trip, forwards_per_s: rate, lost, testpmd_pps: testpmd, of_testpmd: share }: FloorSummary): string {
  const beside = share === null ? '' : `; dpdk-testpmd macswap before and after: ${testpmd.map(formatRate).join(', ')} (echo ${share.toFixed(2)} of it)`;
  return `floor of ${variants.join(', ')} (build ${build}, link ${link}, no trading logic): echo round trip p50 ${formatNs(trip.p50)}, p99 ${formatNs(trip.p99)}, ` +
    `${formatRate(rate)} forwarded by one lcore${lost === 0 ? '' : `, ${lost} round trips lost`}${beside}`;
}
