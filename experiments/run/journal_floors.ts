/** What each journal's device does for another tool, before the first run and after the last, beside what it did for the journal. */
import { prepareHugepages } from '../isolation/hugepages.js';
import { resolvePolicy } from '../isolation/policy.js';
import type { Placement } from '../launch/placement.js';
import { formatBytes, formatNs } from '../report/quantity.js';
import type { Variant } from '../spec/load.js';
import type { Settings } from '../spec/schema.js';
import type { DeviceWrites, JournalFloorSummary, JournalWrites, VariantSummary } from '../summary.js';
import { measureBdevperf } from './bdevperf.js';
import { FioError, measureFio, type FioOptions, type FloorResult } from './fio.js';
import { quantile } from './lane_cost.js';

/** Blocks that a journal has under way at a time. SPDK's may have more, but only where a write takes longer than sealing the next block. */
const DEPTH = 1;
/** The file that fio writes round and round: more than the device's own cache would be better, more than this takes long to write first. */
const MOST_BYTES = 64 * 2 ** 20;

export interface JournalFloorOptions extends Pick<FioOptions, 'session' | 'signal'> {
  readonly variants: readonly Variant[];
  readonly placements: readonly Placement[];
  readonly folder: { readonly directory: string; readonly tag: string };
  /** One line for each device that could not be measured: the others stand without it. */
  readonly failed: (line: string) => void;
}

/** By deviceKey(). */
export type FloorRound = ReadonlyMap<string, FloorResult>;

/** What two variants must share for their journals to have the same floor. */
export function deviceKey({ pipeline: { journal, build, hugepages }, isolation, placement }: Settings): string {
  const { device, submit, block, directory, path, durability, spdk } = journal;
  const own = device === 'memory' ? [] : device === 'spdk' ? [spdk, hugepages] : [submit, directory, path, durability];
  return JSON.stringify([device, block, isolation, placement, build === 'socket', ...own]);
}

export const measuring = { fio: measureFio, bdevperf: measureBdevperf };

/** One for every device of the experiment. */
export async function measureJournalFloors(options: JournalFloorOptions, measure = measuring): Promise<FloorRound> {
  const round = new Map<string, FloorResult>();
  const asked = new Set<string>();
  for (const [index, { name, settings }] of options.variants.entries()) {
    const placement = options.placements[index];
    const key = deviceKey(settings);
    if (placement === undefined || asked.has(key) || options.signal.aborted) continue;
    asked.add(key);
    try {
      round.set(key, await measureFloor(settings, placement, options, measure));
    } catch (error) {
      const what = error instanceof Error ? error.message : String(error);
      options.failed(what.startsWith('reference fio') ? what : `reference fio for ${name}: ${what}`);
    }
  }
  return round;
}

function measureFloor(settings: Settings, { lcores, housekeepingCpu }: Placement, { folder, session, signal }: JournalFloorOptions, measure: typeof measuring): Promise<FloorResult> {
  const { device, submit, block, size, directory, path, durability, spdk } = settings.pipeline.journal;
  const byHelper = device === 'uring' && submit === 'helper';
  const cpu = byHelper ? housekeepingCpu : (lcores[0]?.cpu ?? housekeepingCpu);
  const writer = {
    scheduler: resolvePolicy(settings) === 'fifo' ? 'fifo' : 'other',
    session, signal, blockBytes: block, depth: DEPTH,
  } as const;
  if (device === 'spdk') {
    if (spdk === undefined) throw new FioError('reference fio: device spdk without a configuration; write pipeline.journal.spdk');
    const [bdev = ''] = [spdk.bdev].flat();
    return measure.bdevperf({ ...writer, cpu, housekeepingCpu, config: spdk.config, bdev, memoryBytes: spdk.memory, hugepages: prepareHugepages(settings).use });
  }
  if (path !== undefined) throw new FioError(`reference fio: fio would write over ${[path].flat().join(' and ')}, so it is not measured; write reference: none, or measure it by hand`);
  return measure.fio({
    ...writer, cpus: [cpu], device, flush: durability === 'flush', sizeBytes: Math.max(block, Math.floor(Math.min(size, MOST_BYTES) / block) * block),
    directory: directory ?? folder.directory, tag: folder.tag,
  });
}

/** Each device once, with every variant that writes to it. Devices that could not be measured at all are left out. */
export function journalFloors(variants: readonly Variant[], summaries: readonly VariantSummary[], before: FloorRound, after: FloorRound): readonly JournalFloorSummary[] {
  const floors = new Map<string, JournalFloorSummary>();
  for (const { name, settings } of variants) {
    const key = deviceKey(settings);
    const [first, last] = [before.get(key), after.get(key)];
    const { device, submit, block } = settings.pipeline.journal;
    const measured = first ?? last;
    if (measured === undefined) continue;
    const floor = floors.get(key) ?? {
      device, submit: device === 'uring' ? submit : null, tool: measured.tool, block_bytes: block, depth: DEPTH, command: measured.command,
      floor_before: first?.writes ?? null, floor_after: last?.writes ?? null, journals: [],
    };
    const writes = journalWrites(name, summaries.find((one) => one.name === name), floor);
    floors.set(key, { ...floor, journals: [...floor.journals, ...(writes === undefined ? [] : [writes])] });
  }
  return [...floors.values()];
}

/** Of the median run; undefined where no valid run wrote a block. */
function journalWrites(variant: string, summary: VariantSummary | undefined, { floor_before: before, floor_after: after }: JournalFloorSummary): JournalWrites | undefined {
  const runs = (summary?.runs ?? []).filter(({ valid, counters: { journal_blocks: blocks = 0 } }) => valid && blocks > 0);
  if (runs.length === 0) return undefined;
  const median = (figures: readonly number[]): number => quantile([...figures].sort((a, b) => a - b), 0.5);
  const ofFloor = (figure: (writes: DeviceWrites) => number): number => {
    const both = [before, after].flatMap((writes) => (writes === null ? [] : [figure(writes)]));
    return both.reduce((sum, one) => sum + one, 0) / both.length;
  };
  const timed = runs.map((run) => run.latency_ns.journal_write).filter((written) => written !== undefined && written.count > 0);
  const p50 = timed.length === 0 ? null : median(timed.map((written) => written?.p50 ?? 0));
  const floor = ofFloor((writes) => writes.p50);
  const rate = median(runs.map(({ counters: { journal_bytes: bytes = 0 }, seconds }) => (seconds > 0 ? bytes / seconds : 0)));
  return {
    variant, p50, p99: timed.length === 0 ? null : median(timed.map((written) => written?.p99 ?? 0)), bytes_per_s: rate,
    mean_block_bytes: median(runs.map(({ counters: { journal_bytes: bytes = 0, journal_blocks: blocks = 0 } }) => bytes / blocks)),
    p50_of_floor: p50 === null ? null : p50 / floor, p50_over_floor_ns: p50 === null ? null : p50 - floor,
    rate_of_floor: rate / ofFloor((writes) => writes.bytes_per_s),
  };
}

/** For the user: what the tool did, then each journal on the same device. */
export function journalFloorLines({ device, submit, tool, block_bytes: block, depth, floor_before: before, floor_after: after, journals }: JournalFloorSummary): readonly string[] {
  const figure = (writes: DeviceWrites | null, of: 'p50' | 'p99'): string => (writes === null ? 'not measured' : formatNs(writes[of]));
  const rate = (writes: DeviceWrites | null): string => (writes === null ? 'not measured' : `${formatBytes(writes.bytes_per_s)}/s`);
  return [
    `${tool} on device ${device}${submit === null ? '' : `, as submit: ${submit}`} (${formatBytes(block)} a write, ${depth} under way), before and after the runs: ` +
      `p50 ${figure(before, 'p50')}, ${figure(after, 'p50')}; p99 ${figure(before, 'p99')}, ${figure(after, 'p99')}; ${rate(before)}, ${rate(after)}`,
    ...journals.map(({ variant, p50, p99, mean_block_bytes: mean, p50_of_floor: share, bytes_per_s: written, rate_of_floor: shareOfRate }) =>
      `  journal of ${variant}: ${p50 === null || p99 === null || share === null ? 'writes not timed' : `journal_write p50 ${formatNs(p50)} (${share.toFixed(2)} of ${tool}'s), p99 ${formatNs(p99)}`}; ` +
      `${formatBytes(Math.round(mean))} a block on average, ${formatBytes(written)}/s (${shareOfRate.toFixed(2)} of ${tool}'s)`),
  ];
}
