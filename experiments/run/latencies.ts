/** Where a run's latencies come from: from the stored rows, exactly, or from the lane's histograms where not every order was stored. */
import { BUCKET_RELATIVE_WIDTH, quantilesOfRun, type Curve, type LatencyQuantiles, type Store } from '../../collector/index.js';
import type { LatencyNs } from '../summary.js';
import { errorOf } from './hop_error.js';
import type { RunOutcome } from './one_run.js';

export interface StoredLatencies {
  readonly figures: Readonly<Record<string, LatencyNs>>;
  /** Over all measured orders; absent where the stored rows are all of them. */
  readonly curves?: ReadonlyMap<string, Curve>;
}

/**
 * A sample that keeps every slow order is no fair picture of all orders: as soon as one was left out, the figures come from the histograms,
 * which count all, and are up to a bucket's width too high.
 */
export async function storedLatencies(store: Store, runId: string, outcome: RunOutcome): Promise<StoredLatencies> {
  const { recorded, quantiles, curves } = outcome;
  if (recorded.filtered + recorded.journal_filtered === 0) return { figures: figures(await quantilesOfRun(store, runId), outcome, 0) };
  return { figures: figures(quantiles, outcome, BUCKET_RELATIVE_WIDTH), curves };
}

function figures(found: ReadonlyMap<string, LatencyQuantiles>, { view, sites }: RunOutcome, bucketWidth: number): Readonly<Record<string, LatencyNs>> {
  // Lane capsule has one site, behind the end of the path: it is in no duration.
  const costs = { resolutionNs: view.resolutionNs, stampNs: view.stampNs, siteNs: sites.length > 1 ? view.siteNs : 0 };
  return Object.fromEntries([...found].map(([name, quantiles]) => [name, { ...quantiles, error: errorOf(name, costs) + Math.ceil(quantiles.p99 * bucketWidth) }]));
}
