/**
 * The control group of an attribution: the same stalls, each moved to a moment at which it did not happen.
 *
 * Whatever share of the slow orders finds a cause among these is chance.
 */
import type { StallColumns } from './stall_columns.js';

/** At least so far: a shorter move could leave a stall in the burst that it belongs to. */
const LEAST_OFFSET_NS = 10e6;

/**
 * Moves each stall by an offset of its own, at least 10 ms and at most the run's length, to either side, wrapped in the run. Stalls
 * outside the run stay away from it.
 *
 * @param lengthNs of the run, which begins at 0
 */
export function shifted(stalls: StallColumns, lengthNs: number, seed: number): StallColumns {
  const random = mulberry32(seed);
  const startNs = new Float64Array(stalls.length);
  const endNs = new Float64Array(stalls.length);
  const leastNs = lengthNs > 2 * LEAST_OFFSET_NS ? LEAST_OFFSET_NS : 0;
  for (let stall = 0; stall < stalls.length; stall += 1) {
    const fromNs = stalls.startNs[stall] ?? 0;
    const toNs = stalls.endNs[stall] ?? 0;
    const offsetNs = Math.round(leastNs + random() * (lengthNs - leastNs)) * (random() < 0.5 ? -1 : 1);
    const within = fromNs >= 0 && fromNs < lengthNs;
    const movedNs = within ? modulo(fromNs + offsetNs, lengthNs) : fromNs;
    startNs[stall] = movedNs;
    endNs[stall] = movedNs + (toNs - fromNs);
  }
  return { length: stalls.length, thread: stalls.thread, kind: stalls.kind, startNs, endNs };
}

function modulo(value: number, length: number): number {
  return ((value % length) + length) % length;
}

/** Tommy Ettinger's mulberry32: small, seeded, and even enough to spread stalls over a run. */
export function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
