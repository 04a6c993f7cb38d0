/**
 * Several tests, one comparison: the chance of any wrong verdict among them stays at the level asked for (Hochberg 1988, step-up).
 *
 * Why not Benjamini-Hochberg: it bounds the share of wrong verdicts among those given, and a comparison with three true differences could then
 * afford a false fourth. A reader takes a comparison as one statement. Why not Holm: Hochberg finds whatever Holm does and more, and asks for
 * tests that are independent or positively related; quantiles of the same runs are. With two tests it is the same as Benjamini-Hochberg.
 */

/** By the order given: each p-value as it may be compared with the level of the whole. */
export function hochberg(p: readonly number[]): readonly number[] {
  const descending = p.map((value, index) => ({ value, index })).sort((a, b) => b.value - a.value);
  const adjusted = new Array<number>(p.length).fill(1);
  let least = 1;
  for (const [larger, { value, index }] of descending.entries()) {
    least = Math.min(least, (larger + 1) * value);
    adjusted[index] = least;
  }
  return adjusted;
}
