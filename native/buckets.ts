/**
 * What a log-linear histogram counted, in all or in a while: its buckets that are not empty, ascending. A duration of bucket i lies within
 * [lowNs[i], highNs[i]], which is at most 1/32 of it wide.
 */
export interface BucketCounts {
  /** The sum of `counts`. */
  readonly count: number;
  /** Of the durations themselves, not of their buckets' edges. */
  readonly sumNs: number;
  readonly lowNs: readonly number[];
  readonly highNs: readonly number[];
  readonly counts: readonly number[];
}
