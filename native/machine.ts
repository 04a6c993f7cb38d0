import { addon } from './addon.js';
import { complain, NativeError } from './error.js';

/** The time-stamp counter of this machine. */
export interface Tsc {
  /** Measured against CLOCK_MONOTONIC over 20 ms. */
  readonly hz: number;
  /** The smallest step seen between two different readings. */
  readonly resolutionNs: number;
  /** CPUID says that it ticks at one rate whatever the power state. */
  readonly invariant: boolean;
}

/** How much longer than 5 us a busy window of 5 us took, in ns: what an order would suffer if the engine did nothing at all. */
export interface Jitter {
  readonly windows: number;
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

interface MachineExports {
  tsc(): Tsc;
  jitter(cpu: number, milliseconds: number): Promise<Jitter>;
}

export function tsc(): Tsc {
  return complain('machine', () => (addon().exports as MachineExports).tsc());
}

/** Spins on one CPU for a while, in a thread of its own (SCHED_FIFO where that is allowed). Rejects when the CPU cannot be used. */
export async function jitter(cpu: number, milliseconds: number): Promise<Jitter> {
  try {
    return await (addon().exports as MachineExports).jitter(cpu, milliseconds);
  } catch (error) {
    throw error instanceof NativeError ? error : new NativeError('machine', error instanceof Error ? error.message : String(error));
  }
}
