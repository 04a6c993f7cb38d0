/** What of SPDK's JSON configuration is not SPDK's business alone: the PCI devices that the engine's EAL has to let it have, and what may be written over. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';

const Configuration = z.object({
  subsystems: z.array(z.object({
    config: z.array(z.object({
      method: z.string(),
      params: z.object({ name: z.string().optional(), trtype: z.string().optional(), traddr: z.string().optional() }).optional(),
    })).nullish(),
  })).default([]),
});

/** PCI addresses of the NVMe controllers that it attaches; undefined: it is no configuration. */
export function readPciControllers(file: string): readonly string[] | undefined {
  const read = Configuration.safeParse(parsed(file));
  if (!read.success) return undefined;
  return read.data.subsystems
    .flatMap(({ config }) => config ?? [])
    .flatMap(({ method, params }) => (method === 'bdev_nvme_attach_controller' && params?.trtype?.toLowerCase() === 'pcie' && params.traddr !== undefined ? [params.traddr] : []));
}

/** Names of the bdevs that it makes of memory, or of nothing: whatever is written to them is lost with the process. */
export function readVolatileBdevs(file: string): readonly string[] {
  const read = Configuration.safeParse(parsed(file));
  if (!read.success) return [];
  return read.data.subsystems
    .flatMap(({ config }) => config ?? [])
    .flatMap(({ method, params }) => ((method === 'bdev_malloc_create' || method === 'bdev_null_create') && params?.name !== undefined ? [params.name] : []));
}

function parsed(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
