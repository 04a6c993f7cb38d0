/**
 * Log-linear buckets of ns, as SQL: the same arithmetic as HS_HISTOGRAM_BITS of bpf/records.h, so that a histogram made here and one
 * made by the engine can be laid over each other. Values below 32 are exact, above it a bucket is at most 1/32 of its value wide.
 */

const BITS = 5;
const PER_OCTAVE = 1 << BITS;

/** Relative width of a bucket: what a quantile read from buckets may be off by. */
export const BUCKET_RELATIVE_WIDTH = 1 / PER_OCTAVE;

/** @param ns an expression of at most 32 bits: log2 is exact enough for floor() there (tested at every power of two) */
export function bucketSql(ns: string): string {
  const large = `greatest(${ns}, ${PER_OCTAVE})`; // both branches are computed for every row: log2(0) must not happen
  const exponent = `toUInt8(floor(log2(${large})))`;
  const octave = `bitShiftLeft(${exponent} - ${BITS - 1}, ${BITS})`;
  const mantissa = `bitAnd(bitShiftRight(${large}, ${exponent} - ${BITS}), ${PER_OCTAVE - 1})`;
  return `toUInt16(if(${ns} < ${PER_OCTAVE}, ${ns}, ${octave} + ${mantissa}))`;
}

/** Smallest ns of a bucket. */
export function bucketFloorSql(bucket: string): string {
  const mantissa = `toUInt64(${PER_OCTAVE} + bitAnd(${bucket}, ${PER_OCTAVE - 1}))`;
  return `if(${bucket} < ${PER_OCTAVE}, toUInt64(${bucket}), bitShiftLeft(${mantissa}, bitShiftRight(${bucket}, ${BITS}) - 1))`;
}
