/**
 * Interrupts that cannot be moved decide which CPU keeps house.
 *
 * A disk's managed interrupt completes its writes on the CPU it is tied to, through a kernel worker of that CPU. Behind a FIFO thread that
 * never sleeps this worker waits until the kernel's fair server lets it in, 950 ms later: measured with the engine on that CPU, a journal
 * write took 950 ms at p99.9. So the engine goes to another CPU.
 */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';

const IRQ_ROOT = '/proc/irq';

/** Interrupts handled since boot by those IRQs that the kernel refuses to move, by the CPU they arrive at. Without root: empty. */
export function fixedInterrupts(): ReadonlyMap<number, number> {
  const counts = parseInterruptCounts(readFileSync('/proc/interrupts', 'utf8'));
  const byCpu = new Map<number, number>();
  for (const irq of readdirSync(IRQ_ROOT).filter((name) => /^[0-9]+$/.test(name))) {
    if (!isFixed(irq)) continue;
    for (const [cpu, count] of (counts.get(irq) ?? []).entries()) byCpu.set(cpu, (byCpu.get(cpu) ?? 0) + count);
  }
  return byCpu;
}

/** The CPU with most of them; the first where there are none. */
export function housekeepingCpuOf(cpus: readonly number[], fixed: ReadonlyMap<number, number>): number | undefined {
  const load = (cpu: number): number => fixed.get(cpu) ?? 0;
  return cpus.reduce<number | undefined>((best, cpu) => (best === undefined || load(cpu) > load(best) ? cpu : best), undefined);
}

/** Counts by IRQ, index = position of the CPU's column. The header names the online CPUs: `CPU0 CPU1 …`. */
export function parseInterruptCounts(text: string): ReadonlyMap<string, ReadonlyMap<number, number>> {
  const [header = '', ...lines] = text.split('\n');
  const cpus = [...header.matchAll(/CPU([0-9]+)/g)].map((match) => Number(match[1]));
  return new Map(lines.flatMap((line) => {
    const [, irq, rest] = /^\s*([0-9]+):\s+(.*)$/.exec(line) ?? [];
    if (irq === undefined || rest === undefined) return [];
    const fields = rest.split(/\s+/);
    return [[irq, new Map(cpus.map((cpu, i) => [cpu, Number(fields[i] ?? 0)]))] as const];
  }));
}

/** Writing an IRQ's own affinity back changes nothing, and is refused where the kernel manages it: EIO or EPERM, by kernel version. */
function isFixed(irq: string): boolean {
  const path = `${IRQ_ROOT}/${irq}/smp_affinity_list`;
  try {
    writeFileSync(path, readFileSync(path, 'utf8').trim());
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && (error.code === 'EIO' || error.code === 'EPERM');
  }
}
