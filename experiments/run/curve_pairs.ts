/** Percentile curves of a run's spans as a comparison keeps them. */
import { SPANS, curvesOfRun, type Curve, type Store } from '../../collector/index.js';
import type { CurvePair } from '../compare/run_set.js';

/** Drawn over each other, one curve a run: the whole way says most, the other spans are quick to read. */
const NAMES: readonly string[] = SPANS.map(({ name }) => name).filter((name) => !name.startsWith('journal'));

/** @param counted curves over all measured orders, where the stored rows are a sample of them */
export async function curvePairs(store: Store, runId: string, counted: ReadonlyMap<string, Curve> | undefined): Promise<Readonly<Record<string, readonly CurvePair[]>>> {
  const curves = counted ?? await curvesOfRun(store, runId, NAMES);
  return Object.fromEntries(NAMES.flatMap((name) => {
    const found = curves.get(name);
    return found === undefined ? [] : [[name, found.percent.map((at, i): CurvePair => [Number((at / 100).toFixed(5)), found.ns[i] ?? 0])] as const];
  }));
}
