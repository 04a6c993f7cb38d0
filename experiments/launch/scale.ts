/** How the plan writes what is no whole number. */
export const PRICE_SCALE = 10_000;

export function partsPerMillion(share: number): number {
  return Math.round(share * 1e6);
}
