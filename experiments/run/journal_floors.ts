/** What each journal's device does for fio, before the first run and after the last, beside what it did for the journal. */
import { resolvePolicy } from '../isolation/policy.js';
import type { Placement } from '../launch/placement.js';
import { formatBytes, formatNs } from '../report/quantity.js';
import type { Variant } from '../spec/load.js';
import type { Settings } from '../spec/schema.js';
import type { FioWrites, JournalFloorSummary, JournalWrites, VariantSummary } from '../summary.js';
import { measureFio, type FioOptions, type FioResult } from './fio.js';
import { quantile } from './lane_cost.js';

/** Blocks that a journal has under way at a time. */
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
export type FioRound = ReadonlyMap<string, FioResult>;

/** What two variants must share for their journals to have the same floor. */
export function deviceKey({ pipeline: { journal, build }, isolation, placement }: Settings): string {
  const { device, submit, block, directory } = journal;
  return JSON.stringify([device, block, isolation, placement, build === 'socket', ...(device === 'memory' ? [] : [submit, directory])]);
}

/** One for every device of the experiment. */
export async function measureJournalFloors(options: JournalFloorOptions, measure = measureFio): Promise<FioRound> {
  const round = new Map<string, FioResult>();
  const asked = new Set<string>();
  for (const [index, { name, settings }] of options.variants.entries()) {
    const placement = options.placements[index];
    const key = deviceKey(settings);
    if (placement === undefined || asked.has(key) || options.signal.aborted) continue;
    asked.add(key);
    try {
      round.set(key, await measure(fioOptions(settings, placement, options)));
    } catch (error) {
      const what = error instanceof Error ? error.message : String(error);
      options.failed(what.startsWith('reference fio') ? what : `reference fio for ${name}: ${what}`);
    }
  }
  return round;
}

function fioOptions(settings: Settings, { lcores, housekeepingCpu }: Placement, { folder, session, signal }: JournalFloorOptions): FioOptions {
  const { device, submit, block, size, directory } = settings.pipeline.journal;
  const byHelper = device !== 'memory' && submit === 'helper';
  return {
    device, blockBytes: block, depth: DEPTH, sizeBytes: Math.max(block, Math.floor(Math.min(size, MOST_BYTES) / block) * block),
    directory: directory ?? folder.directory, cpu: byHelper ? housekeepingCpu : (lcores[0]?.cpu ?? housekeepingCpu),
    scheduler: resolvePolicy(settings) === 'fifo' ? 'fifo' : 'other', tag: folder.tag, session, signal,
  };
}

/** Each device once, with every variant that writes to it. Devices that fio could not measure at all are left out. */
export function journalFloors(variants: readonly Variant[], summaries: readonly VariantSummary[], before: FioRound, after: FioRound): readonly JournalFloorSummary[] {
  const floors = new Map<string, JournalFloorSummary>();
  for (const { name, settings } of variants) {
    const key = deviceKey(settings);
    const [first, last] = [before.get(key), after.get(key)];
    const { device, submit, block } = settings.pipeline.journal;
    const command = (first ?? last)?.command;
    if (command === undefined) continue;
    const floor = floors.get(key) ?? {
      device, submit: device === 'memory' ? null : submit, block_bytes: block, depth: DEPTH, command,
      fio_before: first?.writes ?? null, fio_after: last?.writes ?? null, journals: [],
    };
    const writes = journalWrites(name, summaries.find((one) => one.name === name), floor);
    floors.set(key, { ...floor, journals: [...floor.journals, ...(writes === undefined ? [] : [writes])] });
  }
  return [...floors.values()];
}

/** Of the median run; undefined where no valid run timed a block. */
function journalWrites(variant: string, summary: VariantSummary | undefined, { fio_before: before, fio_after: after }: JournalFloorSummary): JournalWrites | undefined {
  const runs = (summary?.runs ?? []).filter(({ valid, latency_ns: { journal_write: written } }) => valid && written !== undefined && written.count > 0);
  if (runs.length === 0) return undefined;
  const median = (figure: (run: (typeof runs)[number]) => number): number => quantile(runs.map(figure).sort((a, b) => a - b), 0.5);
  const p50 = median((run) => run.latency_ns.journal_write?.p50 ?? 0);
  const floorP50s = [before, after].flatMap((writes) => (writes === null ? [] : [writes.p50]));
  return {
    variant, p50, p99: median((run) => run.latency_ns.journal_write?.p99 ?? 0),
    mean_block_bytes: median(({ counters: { journal_bytes: bytes = 0, journal_blocks: blocks = 0 } }) => (blocks === 0 ? 0 : bytes / blocks)),
    p50_of_fio: p50 / (floorP50s.reduce((sum, one) => sum + one, 0) / floorP50s.length),
  };
}

/** For the user: what fio did, then each journal on the same device. */
export function journalFloorLines({ device, submit, block_bytes: block, depth, fio_before: before, fio_after: after, journals }: JournalFloorSummary): readonly string[] {
  const figure = (writes: FioWrites | null, of: 'p50' | 'p99'): string => (writes === null ? 'not measured' : formatNs(writes[of]));
  const rate = (writes: FioWrites | null): string => (writes === null ? 'not measured' : `${formatBytes(writes.bytes_per_s)}/s`);
  return [
    `fio on device ${device}${submit === null ? '' : `, as submit: ${submit}`} (${formatBytes(block)} a write, ${depth} under way), before and after the runs: ` +
      `p50 ${figure(before, 'p50')}, ${figure(after, 'p50')}; p99 ${figure(before, 'p99')}, ${figure(after, 'p99')}; ${rate(before)}, ${rate(after)}`,
    ...journals.map(({ variant, p50, p99, mean_block_bytes: mean, p50_of_fio: share }) =>
      `  journal_write of ${variant}: p50 ${formatNs(p50)} (${share.toFixed(2)} of fio's), p99 ${formatNs(p99)}; ${formatBytes(mean)} a block on average`),
  ];
}
