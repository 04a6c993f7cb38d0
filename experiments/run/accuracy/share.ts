/** How much of what was injected was found, order by order. */

export interface Delay {
  readonly injectedNs: number;
  readonly foundNs: number;
}

export interface Share {
  readonly injectedNs: number;
  readonly foundNs: number;
  /** Σ min(found, injected) / Σ injected; null where fewer than `least` delays are known. */
  readonly share: number | null;
}

export function shareOf(delays: readonly Delay[], count: number, least: number): Share {
  const sum = (of: (delay: Delay) => number): number => delays.reduce((total, delay) => total + of(delay), 0);
  const injectedNs = sum((delay) => delay.injectedNs);
  const matchedNs = sum((delay) => Math.min(delay.injectedNs, delay.foundNs));
  return { injectedNs, foundNs: sum((delay) => delay.foundNs), share: count < least || injectedNs <= 0 ? null : matchedNs / injectedNs };
}
