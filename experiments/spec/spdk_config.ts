/** What of SPDK's JSON configuration is not SPDK's business alone: the PCI devices that the engine's EAL has to let it have. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';

const Configuration = z.object({
  subsystems: z.array(z.object({
    config: z.array(z.object({
      method: z.string(),
      params: z.object({ trtype: z.string().optional(), traddr: z.string().optional() }).optional(),
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

function parsed(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
