/**
 * The middle of some runs: their pseudomedian, the median of all means of two (Hodges and Lehmann 1963, one sample).
 *
 * A disturbed run moves it as little as it would the median (up to 29 % of the runs may be wild), and it needs 5 % more runs than the mean for
 * the same interval where the median needs 57 % more.
 */

/** NaN of no values. */
export function pseudomedian(values: ArrayLike<number>): number {
  const count = values.length;
  const means = new Float64Array((count * (count + 1)) / 2);
  let next = 0;
  for (let i = 0; i < count; i += 1) {
    const one = values[i] ?? NaN;
    for (let j = i; j < count; j += 1) means[next++] = (one + (values[j] ?? NaN)) / 2;
  }
  return medianOfSorted(means.sort());
}

export function median(values: ArrayLike<number>): number {
  return medianOfSorted(Float64Array.from(values).sort());
}

function medianOfSorted(ascending: Float64Array): number {
  const upper = ascending[Math.floor(ascending.length / 2)] ?? NaN;
  return ascending.length % 2 === 1 ? upper : ((ascending[ascending.length / 2 - 1] ?? NaN) + upper) / 2;
}
