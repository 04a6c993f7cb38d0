/** The highest rate that a system holds, by bisection. A rate is judged by what a probe says; how a probe is made is probe_rate.ts's. */

export interface RateProbe {
  readonly ratePps: number;
  /** Why the rate was not held; empty where it was. */
  readonly because: string;
}

export interface Search {
  readonly fromPps: number;
  readonly toPps: number;
  /** How far above the maximum a rate that fails may lie, as a share of it. */
  readonly within: number;
}

export interface Maximum {
  /** The highest rate that was held. */
  readonly pps: number;
  /** Even the search's last rate was held: the maximum is this, or more. */
  readonly atLeast: boolean;
  /** In the order in which they were made. */
  readonly probes: readonly RateProbe[];
}

/** Not even the lowest rate was held. */
export class NothingHeldError extends Error {
  override readonly name = 'NothingHeldError';

  constructor(readonly because: string) {
    super(because);
  }
}

/**
 * On a logarithmic scale, so that each probe halves the factor by which the maximum is still uncertain.
 *
 * @param probe why the rate is not held; empty where it is
 * @throws NothingHeldError where the search's first rate fails
 */
export async function findMaximum({ fromPps, toPps, within }: Search, probe: (ratePps: number) => Promise<string>): Promise<Maximum> {
  const probes: RateProbe[] = [];
  const probeOnce = async (ratePps: number): Promise<boolean> => {
    const because = await probe(ratePps);
    probes.push({ ratePps, because });
    return because === '';
  };
  // Twice before it counts: one stolen millisecond fails a probe, and no later probe could mend a search that went the wrong way.
  const holds = async (ratePps: number): Promise<boolean> => (await probeOnce(ratePps)) || (await probeOnce(ratePps));
  if (!(await holds(fromPps))) throw new NothingHeldError(probes.at(-1)?.because ?? '');
  if (await holds(toPps)) return { pps: toPps, atLeast: true, probes };
  let held = fromPps;
  let failed = toPps;
  while (failed / held > 1 + within) {
    const middle = Math.round(Math.sqrt(held * failed));
    if (middle <= held || middle >= failed) break; // neighbours: a rate is a whole number
    if (await holds(middle)) held = middle;
    else failed = middle;
  }
  return { pps: held, atLeast: false, probes };
}
