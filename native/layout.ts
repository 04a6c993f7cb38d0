import { addon } from './addon.js';

/** What bpf/records.h says, as compiled into the addon: for checking lists that are kept in TypeScript. */
export interface RecordLayout {
  /** In the order of their indices. */
  readonly hops: readonly { readonly name: string; readonly predecessor: string }[];
  readonly counters: readonly string[];
  /** Spans that live() reports beside the hops: from one hop to another. */
  readonly spans: readonly { readonly name: string; readonly from: string; readonly to: string }[];
  /** Everything that has a latency, by index: the hops, then the spans. */
  readonly series: readonly string[];
  /** What can take an engine thread's time, as in column `cause` of table `stalls`. */
  readonly stallCauses: readonly { readonly value: number; readonly name: string }[];
}

interface LayoutExports {
  recordLayout(): RecordLayout;
}

export function recordLayout(): RecordLayout {
  return (addon().exports as LayoutExports).recordLayout();
}
