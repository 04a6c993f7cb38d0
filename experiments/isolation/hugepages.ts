/** Hugepages for the dpdk build: reserved where there are too few, done without where the settings allow it. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Settings } from '../spec/schema.js';

/** Not enough of them, and the settings insist. */
export class HugepageError extends Error {
  override readonly name = 'HugepageError';
}

const POOL = '/proc/sys/vm/nr_hugepages';
/** What the engine asks for at 7 venues (85, engine/net/dpdk_eal.cpp) and a margin; testpmd, run after it, takes less. */
const NEEDED = 96;
/** AF_XDP's rings hold four times as many buffers: enough for 3 venues. */
const NEEDED_FOR_XDP = 160;
const PAGE_BYTES = 2 ** 21;

export interface Hugepages {
  readonly use: boolean;
  /** Empty where there is nothing to say. */
  readonly condition: string;
}

export function prepareHugepages(settings: Settings): Hugepages {
  const { build, hugepages, link, journal } = settings.pipeline;
  const forSpdk = journal.device === 'spdk' && journal.spdk !== undefined ? Math.ceil(journal.spdk.memory / PAGE_BYTES) : 0;
  const needed = (link === 'af_xdp' ? NEEDED_FOR_XDP : NEEDED) + forSpdk;
  if (build !== 'dpdk') return { use: false, condition: '' };
  if (hugepages === 'off') return { use: false, condition: 'no hugepages (pipeline.hugepages: off): more TLB misses' };
  const denied = settings.probes.deny.includes('hugepages');
  if (!denied && (free() >= needed || reserve(needed))) return { use: true, condition: '' };
  const remedy = `echo ${Math.max(256, needed)} > ${POOL}`;
  const what = denied ? 'hugepages are denied by probes.deny' : `only ${free()} of ${needed} hugepages can be had`;
  if (hugepages === 'on') throw new HugepageError(`hugepages: ${what} and pipeline.hugepages is on; ${remedy}, or write pipeline.hugepages: auto`);
  return { use: false, condition: `no hugepages (${what}): more TLB misses; ${remedy}` };
}

/** HugePages_Total of the default size. */
export function reserved(): number {
  return fromMeminfo('HugePages_Total');
}

function free(): number {
  return fromMeminfo('HugePages_Free');
}

function fromMeminfo(key: string): number {
  return Number(new RegExp(`^${key}:\\s+([0-9]+)`, 'm').exec(readFileSync('/proc/meminfo', 'utf8'))?.[1] ?? 0);
}

/** Raises the pool by what is missing. It stays raised, as after set-up: taking pages back would only fragment memory. */
function reserve(needed: number): boolean {
  try {
    writeFileSync(POOL, String(reserved() + needed - free()));
  } catch {
    return false;
  }
  return free() >= needed;
}
